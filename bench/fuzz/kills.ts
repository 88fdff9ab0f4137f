import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { randomSource } from '../../src/numerics/random.js';
import { hasCheckpoint } from '../../src/run/checkpoint.js';
import { isRunFinished, Stage } from './faults.js';
import { goOn, trainWords, writeImages } from './scenarios.js';

/**
 * Processes that are killed, as by kill -9, at moments drawn evenly over the life of one that is not: each time the run goes on
 * and must end with the bytes of a run that nobody disturbed.
 */

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Long enough that most of a process's life is training. */
const KILLED_STEPS = 60;

export interface KillCounts {
  kills: number;
  /** Before there was a manifest, before the first checkpoint, after one, and once the run was finished. */
  beforeManifest: number;
  beforeCheckpoint: number;
  afterCheckpoint: number;
  afterEnd: number;
  /** The process had ended before its time. */
  tooLate: number;
}

/** Starts the run and kills it after so many milliseconds; whether it was still alive. */
async function killAfter(words: readonly string[], milliseconds: number): Promise<{ isKilled: boolean; life: number }> {
  const begin = performance.now();
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: 'ignore' });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const timer = new AbortController();
  const due = setTimeout(milliseconds, undefined, { signal: timer.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  );
  const signal = await ended;
  timer.abort();
  await due;
  return { isKilled: signal === 'SIGKILL', life: performance.now() - begin };
}

/** How far a run had come. */
function placeOf(folder: string): 'beforeManifest' | 'beforeCheckpoint' | 'afterCheckpoint' | 'afterEnd' {
  const run = join(folder, 'run');
  if (!existsSync(join(run, 'manifest.json'))) return 'beforeManifest';
  if (isRunFinished(folder)) return 'afterEnd';
  return hasCheckpoint(run) ? 'afterCheckpoint' : 'beforeCheckpoint';
}

/** Kills `count` processes; what is wrong with the runs afterwards. */
export async function killMany(
  root: string,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<{ counts: KillCounts; failures: string[] }> {
  const words = (folder: string): string => trainWords(folder).replace(/--steps \d+/, `--steps ${KILLED_STEPS}`);
  const stage = new Stage(root, {
    ...{ name: 'train', trains: true as const, prepare: (folder) => writeImages(join(folder, 'data')) },
    act: (folder) => goOn(folder, words(folder)),
  });
  await stage.rehearse();
  const counts: KillCounts = {
    ...{ kills: 0, beforeManifest: 0, beforeCheckpoint: 0, afterCheckpoint: 0, afterEnd: 0, tooLate: 0 },
  };
  const failures: string[] = [];
  const random = randomSource(seed);
  stage.reset();
  let { life } = await killAfter(words(stage.work).split(' '), 600_000);
  while (counts.kills < count) {
    stage.reset();
    const moment = random.uniform() * life;
    const { isKilled, life: lived } = await killAfter(words(stage.work).split(' '), moment);
    if (!isKilled) {
      // The machine is faster than it was.
      counts.tooLate += 1;
      life = Math.min(life, lived);
      continue;
    }
    counts.kills += 1;
    counts[placeOf(stage.work)] += 1;
    const { problem } = await stage.finish();
    if (problem !== undefined) failures.push(`killed after ${Math.round(moment)} ms: ${problem}`);
  }
  return { counts, failures };
}
