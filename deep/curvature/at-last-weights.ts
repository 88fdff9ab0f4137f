import { type Balance, readBalance } from '../../src/run/balance-record.js';
import { type Curvature, type CurvatureMatrix, readCurvature } from '../../src/run/curvature-record.js';
import type { RecordedRun } from '../../src/run/recorded-run.js';
import { cores } from '../../src/system/processors.js';
import type { Engine } from '../engine/engine.js';
import type { EngineName } from '../engine/names.js';
import { openEngine } from '../engine/open.js';
import { balanceOfRun } from './run-break-even.js';
import { curvatureOfRun } from './run-curvature.js';

/** What experiments measure at the last weights of runs; what is kept with a run is not measured again. */

const engineOf = ({ manifest }: RecordedRun): Promise<Engine> =>
  openEngine(manifest.configuration.engine as EngineName, { threads: cores() });

/** The largest Hessian eigenvalue at the last weights of a finished run, over all its images in batches of its size. */
export const curvatureAtEnd = async (run: RecordedRun): Promise<Curvature> =>
  readCurvature(run.directory) ?? curvatureOfRun(await engineOf(run), run.directory);

/** Slope and curvature along batches' gradients (T13) at the last weights of a finished run: E[g_a.g_b] and E|g_a|^2 among them. */
export const balanceAtEnd = async (run: RecordedRun): Promise<Balance> =>
  readBalance(run.directory) ?? balanceOfRun(await engineOf(run), run.directory);

/** How a trace is estimated. */
export interface TraceOptions {
  /** Random vectors; a kept trace of fewer is measured anew. */
  readonly probes: number;
  /** Training images to average over, the first ones, as many of these as there are. */
  readonly mostImages: number;
}

/** Trace and largest eigenvalue of the Hessian or a Fisher matrix at the last weights of a finished run. */
export async function traceAtEnd(
  run: RecordedRun,
  of: CurvatureMatrix,
  { probes, mostImages }: TraceOptions,
): Promise<Curvature> {
  const kept = readCurvature(run.directory, { of });
  if (kept?.trace && kept.trace.probes >= probes) return kept;
  return curvatureOfRun(await engineOf(run), run.directory, { of, traceProbes: probes, mostImages });
}
