import { NOISE_LIMITED } from '../sphere/noise-floor.js';
import { noiseShare } from '../sphere/noise-share.js';
import { UsageError } from '../system/usage-error.js';

/** The noise floor of a loss from a few numbers that any training logs (theory.md, T14; noise-floor.md). */

/** How large steps are, as rate x mean square of the gradient. Gradients are those of mini-batches; norms and EGN are root mean squares. */
export type StepSize =
  /** On the unit sphere. */
  | { readonly elr: number; readonly egn: number }
  /** As a trainer logs them: the weight norm cancels, ELR EGN^2 = lr |grad|^2. */
  | { readonly learningRate: number; readonly gradientNorm: number }
  /** Of plain SGD with weight decay whose norm no longer changes: then it says how large the gradients are (K5). */
  | { readonly learningRate: number; readonly weightDecay: number; readonly settledNorm: number };

/** What the noise floor of a run is computed from: averages over the same steps. */
export interface NoiseFloorInput {
  readonly step: StepSize;
  /** Mean training loss over the same steps. */
  readonly loss: number;
  /** Loss at the bottom of the valley, where it is known; default: 0. */
  readonly bottom?: number;
  /** Of the heavy ball; default: 0. */
  readonly momentum?: number;
  /** With momentum, for the exact form: |v| / |g|, root mean squares of momentum buffer (v <- momentum v + g) and gradient. */
  readonly bufferRatio?: number;
}

/** What a noise share means. */
export type NoiseState =
  | 'not noise-limited'
  | 'noise-limited'
  | 'above the law'
  /** In divergence, of batches drawn without replacement, or where directions are flat. */
  | 'steps too large';

/** The same of a share that is only bounded, or known with an error: an upper estimate above the law decides nothing. */
export type NoiseVerdict = NoiseState | 'undetermined' | 'too uncertain';

/** What noise contributes to the loss of a run, and what decaying its rate would gain (T14). */
export interface NoiseFloorReading {
  /** What noise adds to the loss, in its units. */
  readonly noiseFloor: number;
  /** R: the noise floor over the loss above the bottom; 1 in equilibrium. */
  readonly noiseShare: number;
  readonly state: NoiseVerdict;
  /** Reduction of the loss if the learning rate were decayed now, a bound above the law and of an upper estimate; null if the law gives none. */
  readonly gain: number | null;
  /** With momentum, and without its buffer, the floor is an upper estimate. */
  readonly isUpperEstimate: boolean;
}

/** Beyond it the loss is below its floor by more than the law is off in equilibrium. */
const EQUILIBRIUM_FACTOR = 1.25;
/** (k + 1) / 2 at k = 2.5, where T4's loss is within 40% of that of random points. */
const DIVERGED = 1.75;

/** What a noise share says of a run. */
export function noiseState(share: number): NoiseState {
  if (share < NOISE_LIMITED) return 'not noise-limited';
  if (share <= EQUILIBRIUM_FACTOR) return 'noise-limited';
  return share < DIVERGED ? 'above the law' : 'steps too large';
}

/** ELR E|g|^2 = lr E|grad|^2, with p (2 - p) rho^2 / lr of a settled norm, p = lr decay. */
function meanSquareStep(step: StepSize): number {
  if ('elr' in step) return step.elr * step.egn ** 2;
  if ('gradientNorm' in step) return step.learningRate * step.gradientNorm ** 2;
  const { learningRate, weightDecay, settledNorm } = step;
  return weightDecay * (2 - learningRate * weightDecay) * settledNorm ** 2;
}

/**
 * Of momentum: E|v|^2 (1 + beta) in the place of E|g|^2, exact for a quadratic and white noise; without the buffer 1 / (1 - beta),
 * which leaves out what the mean gradient subtracts.
 */
const momentumFactor = (momentum: number, bufferRatio: number | undefined): number =>
  bufferRatio === undefined ? 1 / (1 - momentum) : (1 + momentum) * bufferRatio ** 2;

/** What a noise share says of a run whose loss it is the share of. */
export interface NoiseShareOfLoss {
  readonly share: number;
  readonly loss: number;
  /** Loss at the bottom of the valley; default: 0. */
  readonly bottom?: number;
  /** Whether the share is that of 1 / (1 - momentum), not of the exact form; default: no. */
  readonly isUpperEstimate?: boolean;
  /** Standard error of the share; default: 0, and NaN is taken for it. */
  readonly shareError?: number;
}

/** What a share says that is only an upper estimate where `isUpperEstimate`. */
function verdict(share: number, isUpperEstimate: boolean): NoiseVerdict {
  return isUpperEstimate && share > EQUILIBRIUM_FACTOR ? 'undetermined' : noiseState(share);
}

/**
 * The reading of a noise share R that is known: noise floor R (loss - bottom), and the gain of decaying the rate (T14). The state is
 * 'too uncertain' where R within its standard error spans the bound of one.
 */
export function readNoiseShare({
  share,
  loss,
  bottom = 0,
  isUpperEstimate = false,
  shareError = 0,
}: NoiseShareOfLoss): NoiseFloorReading {
  const error = Number.isNaN(shareError) ? 0 : shareError;
  const [low, high] = [share - error, share + error].map((value) => verdict(value, isUpperEstimate)) as [
    NoiseVerdict,
    NoiseVerdict,
  ];
  const state = low === high ? low : 'too uncertain';
  const above = loss - bottom;
  const gain = high === 'steps too large' || high === 'undetermined' ? null : Math.min(share, 1) * above;
  return { noiseFloor: share * above, noiseShare: share, state, gain, isUpperEstimate };
}

/**
 * The noise floor ELR E|g_a|^2 / 4 of a run, its share R of the loss, and what that says (T14). `gain` is the floor, at most all of the
 * loss above the bottom; all in the units of the loss. Fails (UsageError) if the size of the steps is negative or not finite, and (Error) if the
 * loss is not above the bottom.
 *
 * @example
 * const { noiseFloor, noiseShare } = readNoiseFloor({ step: { elr: 2e-3, egn: 26 }, loss: 0.474 });
 * console.log(noiseFloor); // 0.338
 * console.log(noiseShare); // 0.338 / 0.474
 */
export function readNoiseFloor({
  step,
  loss,
  bottom = 0,
  momentum = 0,
  bufferRatio,
}: NoiseFloorInput): NoiseFloorReading {
  if (!(loss > bottom)) throw new Error('the loss must be above the bottom of the valley');
  const meanSquareEgn = meanSquareStep(step) * momentumFactor(momentum, bufferRatio);
  if (!(Number.isFinite(meanSquareEgn) && meanSquareEgn >= 0)) {
    const why = meanSquareEgn < 0 ? '' : ', beyond all that can be computed with';
    throw new UsageError(
      `the size of the steps is ${meanSquareEgn}${why}; allowed: finite numbers from 0 on, like { elr: 2e-3, egn: 26 }`,
    );
  }
  const share = noiseShare({ elr: 1, meanSquareEgn, loss, floor: bottom });
  return readNoiseShare({ share, loss, bottom, isUpperEstimate: momentum > 0 && bufferRatio === undefined });
}
