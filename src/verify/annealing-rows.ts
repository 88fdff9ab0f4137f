import { formatNumber } from '../numerics/format-number.js';
import { noiseState } from '../readings/noise-floor.js';
import type { MeasuredRun } from '../regime/analyse.js';
import type { Annealing } from '../run/annealing-record.js';
import { type CombinedLoss, combineLosses } from './combined-loss.js';
import { factorPrediction, type Prediction, withoutVerdict } from './prediction.js';

/** What T14 says that a run loses when its rate is decayed to almost nothing, beside what it lost. */

/** As much as the loss of an equilibrium is allowed to be off its floor. */
const TOLERANCE = 1.25;
/** Loss that was not lost differs from what should have been beyond doubt by this many standard errors. */
const BEYOND_DOUBT = 3;

/** A row without a positive ratio has no factor: it fails where something should have been lost beyond doubt. */
function nothingLost(row: Prediction, { predicted, lost }: CombinedLoss): Prediction {
  const isClear = lost.mean + BEYOND_DOUBT * lost.error < predicted.mean / TOLERANCE;
  return isClear ? { ...row, error: null, holds: false } : withoutVerdict({ ...row, error: null }, 'nothing was lost');
}

/** The name of the row of one rate, `of` in words. */
export const annealingName = (of: string): string => `loss lost by annealing, ${of}`;

/** The row of one rate, `of` in words; without a verdict in divergence, where steps are too large for the law. */
export function annealingPrediction(of: string, given: CombinedLoss): Prediction {
  const { predicted, lost, ratio, noiseShare } = given;
  const row = factorPrediction({
    name: annealingName(of),
    source: 'T14',
    predicted: predicted.mean,
    measured: lost.mean,
    tolerance: TOLERANCE,
    predictedError: predicted.error,
    measuredError: lost.error,
    // Of the factor, whichever of the two is the larger.
    uncertainty: (Math.max(ratio.mean, 1 / ratio.mean) * ratio.error) / ratio.mean,
  });
  if (noiseState(noiseShare) === 'steps too large')
    return withoutVerdict(row, `R = ${formatNumber(noiseShare, 3)}: divergence, where steps are too large for the law`);
  return lost.mean > 0 ? row : nothingLost(row, given);
}

/** A run that was annealed. */
export interface AnnealedRun {
  readonly run: MeasuredRun;
  readonly annealing: Annealing;
}

/** Rows of runs that were annealed, one an ELR, its seeds averaged; none where no run was. */
export function annealingPredictions(runs: readonly AnnealedRun[]): Prediction[] {
  const elrs = [...new Set(runs.map(({ run }) => run.elr))];
  return elrs.map((elr) => {
    const annealed = runs.filter(({ run }) => run.elr === elr).map(({ annealing }) => annealing);
    return annealingPrediction(`ELR ${elr}`, combineLosses(annealed));
  });
}
