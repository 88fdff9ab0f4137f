import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elrRate } from '../../src/run/rate.js';
import { UsageError } from '../../src/system/usage-error.js';
import { randomImages } from '../data/random-images.js';
import { Companions } from '../engine/companions.js';
import { type CompilationCost, CompiledEngine } from '../engine/compiled.js';
import { enterEngine } from '../engine/installed/environment.js';
import type { Provider } from '../engine/names.js';
import { type Profile, readProfile } from '../engine/profile.js';
import { createModel, type ModelOptions } from '../models/network.js';
import { refuseLargeNetwork } from '../models/network-memory.js';
import { startTraining } from '../training/train.js';

export interface InspectionTask extends Omit<ModelOptions, 'initScale'> {
  readonly batch: number;
  readonly engine: Provider;
  readonly threads: number;
  /** Runs whose steps share the graph, a power of two; default: 1. */
  readonly together?: number | undefined;
  /** Steps that count. */
  readonly steps: number;
}

export interface Inspection extends Profile {
  readonly compilation: CompilationCost;
  /** A whole step: also the batch made ready, tensors handed over and numbers read back. */
  readonly millisecondsPerStep: number;
  /** Bytes of memory that the process had at most. */
  readonly peakMemory: number;
}

/** Steps that do not count: caches and memory are being filled. */
const WARM_UP = 2;

/** Mean milliseconds of a step of all runs on random images, after the warm-up. */
async function timeSteps(engine: CompiledEngine, task: InspectionTask): Promise<number> {
  const { batch, steps, together = 1 } = task;
  const one = randomImages(1);
  const model = createModel(task, one);
  refuseLargeNetwork(task, one.train, model);
  const data = randomImages(batch);
  const companions = new Companions();
  const engines = Array.from({ length: together }, () =>
    together === 1 ? engine : companions.join().engineOn(engine),
  );
  const begun = engines.map((each) => startTraining(each, model, data, { rate: elrRate(1e-4), batch, seed: 1 }));
  let begin = 0;
  for (let i = 0; i < WARM_UP + steps; i += 1) {
    if (i === WARM_UP) begin = performance.now();
    await Promise.all(begun.map((training) => training.step()));
  }
  const milliseconds = (performance.now() - begin) / steps;
  // The profile is complete only once the session is released.
  for (const training of begun) await training.dispose();
  return milliseconds;
}

/**
 * Compiles a training step, runs it a few times under onnxruntime's profiler and says where the time went. Throws a
 * UsageError for a number of runs that does not share one graph.
 */
export async function inspectEngine(task: InspectionTask): Promise<Inspection> {
  enterEngine(task.engine);
  const { together = 1 } = task;
  if (!Number.isInteger(Math.log2(together)))
    throw new UsageError(`--together ${together}: graphs are shared by 1, 2, 4, 8, 16, 32 or 64 runs`);
  const folder = mkdtempSync(join(tmpdir(), 'regimes-profile-'));
  try {
    let compilation: CompilationCost | undefined;
    const engine = new CompiledEngine({
      provider: task.engine,
      threads: task.threads,
      profilePrefix: join(folder, 'profile'),
      onCompiled: (cost) => {
        compilation = cost;
      },
    });
    const millisecondsPerStep = await timeSteps(engine, task);
    const [file] = readdirSync(folder);
    if (file === undefined) throw new Error('onnxruntime wrote no profile');
    const profile = readProfile(readFileSync(join(folder, file), 'utf8'), WARM_UP);
    const peakMemory = process.resourceUsage().maxRSS * 1024;
    return { ...profile, compilation: compilation!, millisecondsPerStep, peakMemory };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
