/** A process for one trial of one engine: what goes wrong inside a native library ends this process and no other. */
import type { EngineName } from '../engine/names.js';
import type { TrialTask } from './trial.js';

export interface ProbeTask extends TrialTask {
  readonly engine: EngineName;
  /** Threads inside one operation; undefined: as many as cores. */
  readonly threads?: number;
}

/** Killed, not ended: destructors of GPU drivers after a failed run have crashed here. */
const reportAndEnd = (message: object): void => {
  process.send!(message, undefined, undefined, () => process.kill(process.pid, 'SIGKILL'));
};

async function attempt({ engine: name, threads, ...task }: ProbeTask): Promise<void> {
  const options = threads === undefined ? {} : { threads };
  const { loadTensorFlow } = await import('../engine/tensorflow.js');
  const tensorflow = name === 'tensorflow' ? await loadTensorFlow(options) : undefined;
  const { openEngine } = await import('../engine/open.js');
  const { runTrial } = await import('./trial.js');
  const trial = await runTrial(await openEngine(name, options), task);
  reportAndEnd({ trial, tensorflow });
}

process.on('message', (task: ProbeTask) => {
  attempt(task).catch((error: Error) => reportAndEnd({ failure: error.message }));
});
process.on('disconnect', () => process.exit(1));
