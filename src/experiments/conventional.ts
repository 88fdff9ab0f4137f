import type { Estimate } from '../numerics/statistics/estimate.js';
import { meanWithError } from '../numerics/statistics/mean-error.js';
import { judgeSteps, type MeasuredRun } from '../regime/analyse.js';
import { averagedFrom } from '../regime/averaged-part.js';
import type { Regime } from '../regime/regime.js';
import type { Thresholds } from '../regime/thresholds.js';
import type { RecordedRun } from '../run/recorded-run.js';
import {
  factorPrediction,
  measuredAs,
  type Prediction,
  predictedAs,
  untestedPrediction,
} from '../verify/prediction.js';
import { type ElrPhase, type ElrPlace, elrPhases, meanElr } from './elr-phases.js';

/** Ordinary training, its weights not projected, beside fixed ELRs on the sphere. */

/** A kind of ordinary training. */
export interface TrainingKind {
  readonly label: string;
  readonly momentum: number;
  readonly schedule: 'constant' | 'cosine';
  readonly augment: boolean;
}

/** A run of ordinary training and the phases of its ELR. */
export interface ConventionalRun extends TrainingKind {
  readonly learningRate: number;
  readonly seed: number;
  readonly phases: readonly ElrPhase[];
  /** What the classifier says of its losses. */
  readonly regime: Regime | 'undecided';
  /** Over the second half: mean loss with its error, and geometric mean of the ELR / (1 - momentum). */
  readonly loss: Estimate;
  readonly elr: number;
}

/** The phases of a run of some kind of training, and what it ends with. */
export function conventionalRun(
  run: RecordedRun,
  kind: TrainingKind,
  { thresholds, piece }: { readonly thresholds: Thresholds; readonly piece: number },
): ConventionalRun {
  const { rate, seed } = run.manifest.configuration;
  const half = run.steps.slice(averagedFrom(run.steps.length));
  const { mean, error } = meanWithError(half.columns.loss);
  return {
    ...kind,
    learningRate: rate.value,
    seed,
    phases: elrPhases(run.steps, { thresholds, piece, momentum: kind.momentum }),
    regime: judgeSteps(run).regime,
    loss: { mean, error },
    elr: meanElr(half, kind.momentum),
  };
}

const REGIME_AT: Readonly<Partial<Record<ElrPlace, Regime>>> = {
  'regime 1': 'convergence',
  'regime 2': 'chaotic equilibrium',
  'regime 3': 'divergence',
};

const nameOf = ({ label, learningRate, seed }: ConventionalRun): string => `${label}, lr ${learningRate}, seed ${seed}`;
const SOURCE = 'paper';

/** Whether a run behaves as fixed ELRs do at the ELR where it is in its second half: untested where it changes place there. */
function regimeRow(run: ConventionalRun): Prediction {
  const name = `regime of fixed ELRs there: ${nameOf(run)}`;
  const row = { name, source: SOURCE, tolerance: 0 };
  const end = run.phases.at(-1)!;
  const predicted = REGIME_AT[end.place];
  if (end.from > averagedFrom(end.to)) return untestedPrediction({ ...row, note: 'the ELR changes its place late' });
  if (predicted === undefined) {
    const shown =
      end.place === 'unknown' ? 'fixed ELRs do not tell which' : `fixed ELRs tell no more than ${end.place}`;
    return untestedPrediction({ ...row, note: shown });
  }
  const holds = run.regime === 'undecided' ? null : run.regime === predicted;
  const note = holds === null ? { note: 'its regime is undecided' } : {};
  return { ...row, predicted, measured: run.regime, error: null, errorKind: 'absolute', holds, ...note };
}

/** As for the noise floor. */
const LOSS_FACTOR = 1.25;

/** Loss at an ELR between two fixed ELRs in equilibrium, the nearest ones, by a line in logarithms; undefined outside of them. */
export function lossBetween(sphere: readonly MeasuredRun[], elr: number): Estimate | undefined {
  const settled = sphere.filter(({ regime }) => regime === 'chaotic equilibrium');
  const i = settled.findIndex((run) => run.elr >= elr);
  const [below, above] = [settled[i - 1], settled[i]];
  if (below === undefined || above === undefined) return undefined;
  const part = Math.log(elr / below.elr) / Math.log(above.elr / below.elr);
  const mean = below.loss ** (1 - part) * above.loss ** part;
  const relative = ({ loss, errors }: MeasuredRun): number => (errors?.loss ?? Number.NaN) / loss;
  return { mean, error: mean * Math.hypot((1 - part) * relative(below), part * relative(above)) };
}

/** The loss of a run in equilibrium, against that of fixed ELRs at the same ELR. */
function lossRow(run: ConventionalRun, sphere: readonly MeasuredRun[]): Prediction {
  const row = { name: `loss of fixed ELRs there: ${nameOf(run)}`, source: SOURCE, tolerance: LOSS_FACTOR };
  const predicted = lossBetween(sphere, run.elr);
  if (predicted === undefined)
    return untestedPrediction({ ...row, note: 'its ELR is not between two fixed ELRs in equilibrium' });
  return factorPrediction({
    ...{ ...row, ...predictedAs(predicted), ...measuredAs(run.loss) },
    note: `ELR ${run.elr.toPrecision(3)}`,
  });
}

/**
 * Whether ordinary training at a constant rate behaves as the sphere at the ELR that it has: its regime and, without augmentation, which
 * fixed ELRs have not either, its loss in equilibrium.
 */
export function conventionalPredictions(
  runs: readonly ConventionalRun[],
  sphere: readonly MeasuredRun[],
): Prediction[] {
  const constant = runs.filter(({ schedule }) => schedule === 'constant');
  const plain = constant.filter(({ augment, regime }) => !augment && regime === 'chaotic equilibrium');
  return [...constant.map(regimeRow), ...plain.map((run) => lossRow(run, sphere))];
}
