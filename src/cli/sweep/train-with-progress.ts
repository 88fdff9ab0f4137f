import type { StudyOptions, SweepFailure } from '../../../deep/study/run-study.js';
import type { SweepPlan } from '../../sweep/plan.js';
import { log, logFirst } from '../../text/output.js';
import { Progress } from '../../text/progress.js';
import { variedText } from '../../text/setting-text.js';

/** Exit code of a program ended by Ctrl-C. */
export const INTERRUPTED = 130;

/** How a plan is trained, and the line that is printed as training begins. */
interface ProgressOptions
  extends Pick<StudyOptions, 'directory' | 'workers' | 'together' | 'checkpointEvery' | 'redoDamaged'> {
  readonly announcement?: string;
}

/** Trains a plan with progress on stderr; Ctrl-C ends the program with exit code 130, finished runs kept. */
export async function trainWithProgress(
  plan: SweepPlan,
  { announcement, ...options }: ProgressOptions,
): Promise<readonly SweepFailure[]> {
  const { runStudy } = await import('../../../deep/study/run-study.js');
  const progress = new Progress();
  // Once nothing is refused any more.
  let isAnnounced = announcement === undefined;
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const failures = await runStudy(plan, {
      ...options,
      signal: abort.signal,
      onProgress: ({ work, totalWork, runsDone, runs }) => {
        if (!isAnnounced) log(announcement!);
        isAnnounced = true;
        progress.update(work, totalWork, `${runsDone} of ${runs} runs`);
      },
    });
    progress.end();
    const lines = failures.map(({ varied, reason }) => `${variedText(varied)} failed: ${reason}`);
    logFirst(lines, `regimes runs list ${options.directory} shows all`);
    return failures;
  } catch (error) {
    progress.end();
    if (!abort.signal.aborted) throw error;
    log(`interrupted; finished runs are in ${options.directory}, the same command continues`);
    process.exit(INTERRUPTED);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
