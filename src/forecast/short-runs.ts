import { mean } from '../numerics/means.js';
import { combineRuns } from '../numerics/statistics/combine-runs.js';
import type { Estimate } from '../numerics/statistics/estimate.js';
import { fitLine } from '../numerics/statistics/straight-line.js';
import { averagedFrom } from '../regime/averaged-part.js';
import { noiseShareOf } from '../regime/run-averages.js';
import type { StepColumns } from '../run/step-columns.js';

/** What the noise of short runs at one ELR shows, averaged over seeds. */
export interface ShortRuns {
  readonly elr: number;
  /** R over the last half. */
  readonly share: Estimate;
  /** -d log L / d log t: how fast the loss falls. */
  readonly decay: Estimate;
  /** -d log E|g|^2 / d log t: how fast the floor of the noise falls with it. */
  readonly gradientDecay: Estimate;
}

/** The last three quarters of a run: its beginning, and what it is measured over, are two octaves apart. */
const FALL_FROM = 1 / 4;
/** Equal on the axis of log t. */
const BLOCKS = 8;
const FEWEST_STEPS = 64;

/** How fast a positive quantity of each step falls: the slope of its logarithm over log t by a straight line through block means. */
function fallOver(values: Float64Array): Estimate {
  const edge = (block: number): number => Math.floor(values.length * FALL_FROM ** (1 - block / BLOCKS));
  const points = Array.from({ length: BLOCKS }, (_, block) => {
    const [from, to] = [edge(block), edge(block + 1)];
    return { x: Math.log((from + to) / 2), y: Math.log(mean(values.subarray(from, to))), error: 1 };
  });
  const line = fitLine(points);
  if (line === undefined) return { mean: Number.NaN, error: Number.NaN };
  return { mean: -line.slope, error: Math.sqrt((line.chiSquared / line.degrees) * line.covariance.slope) };
}

/** The noise of short runs of several seeds at one ELR; undefined where they are shorter than 64 steps, or not finite. */
export function shortRunsAt(elr: number, runs: readonly StepColumns[]): ShortRuns | undefined {
  if (runs.some(({ length }) => length < FEWEST_STEPS)) return undefined;
  const over = (of: (run: StepColumns) => Estimate): Estimate => {
    const { mean: value, error } = combineRuns(runs.map(of));
    return { mean: value, error };
  };
  const found: ShortRuns = {
    elr,
    share: over((run) => {
      const { value, error } = noiseShareOf(run.slice(averagedFrom(run.length)));
      return { mean: value, error };
    }),
    decay: over(({ columns }) => fallOver(columns.loss)),
    gradientDecay: over(({ columns }) => fallOver(columns.egn.map((egn) => egn * egn))),
  };
  const isKnown = [found.share, found.decay, found.gradientDecay].every(({ mean: value }) => Number.isFinite(value));
  return isKnown ? found : undefined;
}
