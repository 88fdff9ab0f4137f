import { mean, median, rootMeanSquare } from '../numerics/means.js';
import { type NoiseFloorReading, readNoiseShare } from '../readings/noise-floor.js';
import { NETWORK_TOLERANCE } from '../regime/analyse.js';
import { averagedFrom } from '../regime/averaged-part.js';
import { classifyTrajectory } from '../regime/classifier.js';
import type { RegimeDecision } from '../regime/regime.js';
import { noiseShareOf } from '../regime/run-averages.js';
import { stationaryPart } from '../regime/stationary-part.js';
import { StepColumns } from '../run/step-columns.js';
import { UsageError } from '../system/usage-error.js';
import type { LoggedQuantities, Quantity } from './logged-columns.js';
import { takenSteps } from './skipped-steps.js';

/** The regime and the noise floor of a training that was logged elsewhere, by the rules for runs of this program. */

/** How a log is read. */
export interface JudgeLogOptions {
  /** Mean loss of random points on the sphere; default: the first loss of a log that begins with training. */
  readonly randomLoss?: number;
  /** Loss at the bottom of the valley, for the noise floor; default: 0. */
  readonly bottom?: number;
  /** Of the heavy ball; default: 0. */
  readonly momentum?: number;
}

/** What a log shows. Averages are over the part that is judged; null stands for what the log does not say. */
export interface JudgedLog {
  /** The last step that was logged, and the steps from one logged step to the next. */
  readonly lastStep: number;
  readonly interval: number;
  readonly points: number;
  /** Steps with a gradient that is not finite, which mixed precision has skipped (`takenSteps`): not among the points. */
  readonly skipped: number;
  /** Logged losses that a restart has replaced: not among the points either. */
  readonly replaced: number;
  /** Mean ELR over the part, if it is constant there. */
  readonly elr: number | null;
  /** The regime of a fixed ELR; null where the ELR is not fixed or not known, for the reason beside it. */
  readonly regime: RegimeDecision['regime'] | null;
  readonly reason: string;
  readonly evidence: RegimeDecision['evidence'] | null;
  /** Loss of random points: as given, or the first loss of the log, which is that of one batch. */
  readonly randomLoss: number | null;
  readonly isFirstLoss: boolean;
  readonly loss: number;
  /** Root mean square. */
  readonly egn: number | null;
  readonly noiseShareError: number;
  readonly floor: NoiseFloorReading;
}

/** Norms move a little where the ELR is held, as by weight decay; a schedule moves it by more. */
const FIXED_ELR = 1.05;

/** The size of steps on the sphere or, where no norm is known, at norm 1, which the noise floor does not depend on. */
function stepSizes(log: LoggedQuantities) {
  const { lr, norm, gradientNorm = log.gradientSquare?.map(Math.sqrt) } = log;
  if (log.elr !== undefined && log.egn !== undefined) return { elr: log.elr, egn: log.egn, isOnSphere: true };
  if (lr === undefined || gradientNorm === undefined)
    throw new UsageError(
      'the log has no size of the steps; allowed: columns (or numbers) for --lr and --gradient-norm or ' +
        '--gradient-square, with --norm for the regime, or for --elr and --egn',
    );
  if (norm === undefined) return { elr: lr, egn: gradientNorm, isOnSphere: false };
  return {
    elr: lr.map((rate, i) => rate / norm[i]! ** 2),
    egn: gradientNorm.map((gradient, i) => gradient * norm[i]!),
    isOnSphere: true,
  };
}

/**
 * The loss that training begins with is one of random points, if the log has it: of its first step or, where that was skipped without a
 * finite loss, of the first that was taken, until which no weight has moved.
 */
function firstLoss(logged: LoggedQuantities, taken: LoggedQuantities, interval: number): number | null {
  if (logged.step[0]! > interval) return null;
  return Number.isFinite(logged.loss[0]) ? logged.loss[0]! : taken.loss[0]!;
}

/** A loop, since a log can have more steps than a call has arguments. */
function rangeOf(values: readonly number[]): { smallest: number; largest: number } {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  return { smallest, largest };
}

const WORDS: Readonly<Record<Quantity, string>> = {
  loss: 'loss',
  lr: 'learning rate',
  norm: 'norm of the weights',
  gradientNorm: 'norm of the gradient',
  gradientSquare: 'square of the gradient',
  elr: 'ELR',
  egn: 'EGN',
};

/** Throws (Error) where something that is read off the end of the log is not finite there. */
function refuseInfinite(log: LoggedQuantities, sizes: ReturnType<typeof stepSizes>): void {
  const isBad = (value: number): boolean => !Number.isFinite(value);
  const { replaced: _, ...columns } = log;
  for (let i = averagedFrom(log.step.length); i < log.step.length; i += 1) {
    const bad = Object.entries(columns).find(([, values]) => isBad(values[i]!));
    if (bad !== undefined)
      throw new Error(
        `the ${WORDS[bad[0] as Quantity]} is ${bad[1][i]} at step ${log.step[i]}; allowed: finite numbers over the last half`,
      );
    if (isBad(sizes.elr[i]!) || isBad(sizes.egn[i]!))
      throw new Error(`the norm of the weights is ${log.norm?.[i]} at step ${log.step[i]}; allowed: above 0`);
  }
}

type Judgement = Pick<JudgedLog, 'regime' | 'reason' | 'evidence'>;

function judge(
  log: LoggedQuantities,
  sizes: ReturnType<typeof stepSizes>,
  { interval, randomLoss }: { interval: number; randomLoss: number | null },
): Judgement {
  const unjudged = (reason: string): Judgement => ({ regime: null, reason, evidence: null });
  if (!sizes.isOnSphere) return unjudged('regimes are those of a fixed ELR, which needs the norm of the weights');
  const elrs = sizes.elr.slice(averagedFrom(sizes.elr.length));
  const { smallest, largest } = rangeOf(elrs);
  if (!(largest / smallest <= FIXED_ELR)) return unjudged('the ELR is not fixed over the last half of the log');
  if (randomLoss === null)
    return unjudged('the log does not begin with training: the loss of random points must be given');
  const ess = sizes.elr.map((elr, i) => elr * sizes.egn[i]!);
  const decision = classifyTrajectory({ loss: log.loss, ess, interval }, randomLoss, { tolerance: NETWORK_TOLERANCE });
  return { regime: decision.regime, reason: decision.evidence.reason, evidence: decision.evidence };
}

/** The logged steps as those of a run, without what a log has not. */
function columnsOf(log: LoggedQuantities, { elr, egn }: ReturnType<typeof stepSizes>): StepColumns {
  const unknown = new Float64Array(log.loss.length).fill(Number.NaN);
  return new StepColumns({
    ...{ step: Float64Array.from(log.step), loss: Float64Array.from(log.loss), accuracy: unknown, norm: unknown },
    ...{ elr: Float64Array.from(elr), egn: Float64Array.from(egn), groups: [] },
    ess: Float64Array.from(elr, (rate, i) => rate * egn[i]!),
  });
}

/**
 * What a training that was logged elsewhere shows: its regime, by the classifier of this program (theory.md, section 2), and its
 * noise floor (T14). Skipped steps are left out (`takenSteps`); steps between those that were logged are taken to be like them.
 * Fails (UsageError) where the log has no size of the steps, and (Error) where something is not finite over its last half or the
 * loss there is not above `bottom`.
 *
 * @example
 * const step = Array.from({ length: 400 }, (_, i) => i);
 * const loss = step.map((i) => 2 * Math.exp(-i / 100));
 * const { regime, elr } = judgeLog({ step, loss, lr: step.map(() => 0.1), norm: step.map(() => 10), gradientNorm: loss });
 * console.log(regime); // convergence
 * console.log(elr); // 0.001
 */
export function judgeLog(logged: LoggedQuantities, options: JudgeLogOptions = {}): JudgedLog {
  const { bottom = 0, momentum = 0 } = options;
  const { log, skipped } = takenSteps(logged);
  const sizes = stepSizes(log);
  refuseInfinite(log, sizes);
  const gaps = log.step.slice(1).map((step, i) => step - log.step[i]!);
  const interval = gaps.length === 0 ? 1 : median(gaps);
  const randomLoss = options.randomLoss ?? firstLoss(logged, log, interval);
  const judged = judge(log, sizes, { interval, randomLoss });
  const isLevel = judged.regime === 'chaotic equilibrium' || judged.regime === 'divergence';
  const start = (isLevel ? stationaryPart(log.loss)?.start : undefined) ?? averagedFrom(log.loss.length);
  const part = columnsOf(log, sizes).slice(start);
  const loss = mean(part.columns.loss);
  if (!(loss > bottom))
    throw new Error(`the loss at the end of the log is ${loss}; allowed: above the bottom ${bottom}`);
  const { value, error, isUpperEstimate = false } = noiseShareOf(part, momentum);
  const scale = loss / (loss - bottom);
  return {
    ...{ lastStep: log.step.at(-1)!, interval, points: log.step.length, randomLoss, loss },
    ...{ skipped, replaced: logged.replaced ?? 0 },
    isFirstLoss: options.randomLoss === undefined && randomLoss !== null,
    ...judged,
    elr: sizes.isOnSphere && judged.regime !== null ? mean(part.columns.elr) : null,
    egn: sizes.isOnSphere ? rootMeanSquare(part.columns.egn) : null,
    noiseShareError: error * scale,
    floor: readNoiseShare({
      ...{ share: value * scale, shareError: error * scale, loss, bottom, isUpperEstimate },
    }),
  };
}
