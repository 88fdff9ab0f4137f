/** The one rule that says which closed form a motion of the toy has, if any (theory.md, section 3). */
import type { Equilibrium } from '../../src/regime/theory.js';
import { equilibrium } from './equilibrium.js';
import { type FrozenEquilibrium, frozenEquilibrium } from './frozen-shares.js';
import type { NoiseLaw } from './multiplicative-noise.js';
import { phaseNoiseFloor } from './noise.js';
import { isWeakPhaseNoise } from './noise-share.js';
import { DIVERGENCE_TOLERANCE, sumOfAlpha, thresholdExcess, thresholdRatio } from './thresholds.js';
import { type WeightDecayEquilibrium, weightDecayEquilibrium } from './weight-decay.js';

/** How the toy moves. A weight decay, momentum or noise of 0, a probability or second moment of 1 are the same as none. */
export interface ToyMotion {
  readonly alpha: readonly number[];
  /** Either this or `learningRate`, which on a sphere is the ELR. */
  readonly elr?: number;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  /** Probability with which a step sees a group (T10). */
  readonly probability?: number;
  /** Law of multiplicative noise (T10), and its E[s^2]. */
  readonly noiseLaw?: NoiseLaw;
  readonly secondMoment?: number;
  /** Batches of a finite set of samples (T14). */
  readonly batches?: {
    readonly samples: number;
    readonly batchSize: number;
    readonly sampling: 'with' | 'without';
  };
  /** Standard deviation of the phase noise, radians (T11). */
  readonly noise?: number;
  /** Default: `group` with frozen shares, else `none` with a learning rate and `joint` with an ELR. */
  readonly projection?: 'joint' | 'group' | 'none';
  /** Frozen norm shares, for groups on spheres of their own (T7). */
  readonly shares?: readonly number[];
  /** Divergence is a loss within this fraction of that of random points (T6). */
  readonly tolerance?: number;
}

/** The values that every closed form has; NaN if a form does not give one. */
export interface SettledState {
  /** elr S; with weight decay that of the orbit. */
  readonly k: number;
  /** Null with weight decay, where k is above 1 whatever the learning rate, and for groups in different regimes. */
  readonly regime: Equilibrium['regime'] | null;
  readonly loss: number;
  /** Joint EGN and joint ESS, and the ESS of each group. */
  readonly egn: number;
  readonly ess: number;
  readonly groupEss: readonly number[];
  readonly shares: readonly number[];
  /** Whether `shares` are lower bounds. */
  readonly sharesAreBounds: boolean;
}

/** The closed form of a motion, with the statement of theory.md that it is. */
export type ToyClosedForm = SettledState &
  (
    | { readonly source: 'T3, T4' | 'T11' }
    | { readonly source: 'T7'; readonly frozen: FrozenEquilibrium }
    | { readonly source: 'T8'; readonly orbit: WeightDecayEquilibrium }
  );

/** Why a motion has no closed form: what stands in the way in a word or two, and as a sentence. */
export interface NoClosedForm {
  readonly source: null;
  readonly obstacle: 'momentum' | 'noise' | 'weight decay' | 'free norm' | 'norm shares';
  readonly reason: string;
}

const none = (obstacle: NoClosedForm['obstacle'], reason: string): NoClosedForm => ({ source: null, obstacle, reason });

/** The projection of a motion that names none. */
export const projectionOf = ({ projection, shares, learningRate }: ToyMotion) =>
  projection ?? (shares !== undefined ? 'group' : learningRate === undefined ? 'joint' : 'none');

function weightDecayForm({ alpha, learningRate, weightDecay }: ToyMotion): ToyClosedForm | NoClosedForm {
  if (!(learningRate! * weightDecay! < 1)) return none('weight decay', 'rate x weight decay is 1 or more');
  const orbit = weightDecayEquilibrium(alpha, learningRate!, weightDecay!);
  const { k, loss, egn, ess, shares } = orbit;
  const state = { k, regime: null, loss, egn, ess, groupEss: alpha.map(() => ess), shares, sharesAreBounds: false };
  return { source: 'T8', orbit, ...state };
}

function frozenForm({ alpha, shares, tolerance }: ToyMotion, elr: number): ToyClosedForm | NoClosedForm {
  if (shares === undefined)
    return none('norm shares', 'the equilibrium depends on the frozen norm share of each group');
  const frozen = frozenEquilibrium(alpha, shares, elr, tolerance);
  const { groups, loss, egn, ess } = frozen;
  const regimes = new Set(groups.map(({ regime }) => regime));
  const state = { loss, egn, ess, groupEss: groups.map((group) => group.ess), shares, sharesAreBounds: false };
  const regime = regimes.size === 1 ? groups[0]!.regime : null;
  return { source: 'T7', frozen, k: thresholdRatio(alpha, elr), regime, ...state };
}

/** T11 is about the minimum, which is stable below the threshold only. */
function noiseForm({ alpha, noise }: ToyMotion, elr: number): ToyClosedForm | NoClosedForm {
  if (!(thresholdExcess(alpha, elr) < 0)) return none('noise', 'there is no closed form with noise from k = 1 on');
  if (!isWeakPhaseNoise(alpha, elr, noise!))
    return none('noise', 'the noise is too strong for its closed form, an expansion in small noise');
  const sum = sumOfAlpha(alpha);
  return {
    ...{ source: 'T11', k: thresholdRatio(alpha, elr), regime: 'convergence' },
    ...{ loss: phaseNoiseFloor(alpha, elr, noise!), egn: Number.NaN, ess: Number.NaN },
    groupEss: alpha.map(() => Number.NaN),
    ...{ shares: alpha.map((value) => value / sum), sharesAreBounds: false },
  };
}

/** What no closed form of a settled state covers, whatever the rest of the motion. */
function obstacleOf(motion: ToyMotion, hasNoise: boolean): NoClosedForm | undefined {
  const { momentum = 0, probability = 1, secondMoment = 1, batches, weightDecay = 0, learningRate } = motion;
  const projection = projectionOf(motion);
  if (momentum > 0) return none('momentum', 'there is no closed form with momentum');
  if (probability !== 1 || secondMoment !== 1 || batches !== undefined)
    return none('noise', 'there is no closed form with batches or multiplicative noise');
  if (hasNoise && (weightDecay > 0 || projection === 'group'))
    return none(
      'noise',
      `there is no closed form with noise and ${weightDecay > 0 ? 'weight decay' : 'frozen shares'}`,
    );
  const isFree = learningRate !== undefined && projection === 'none';
  if (weightDecay > 0 && !isFree) return none('weight decay', 'weight decay has a closed form in full space only');
  if (weightDecay === 0 && isFree) return none('free norm', 'without weight decay the norm only grows');
  return undefined;
}

/**
 * Where a motion settles: T8 with weight decay in full space; T7 with frozen norm shares; T11 with phase noise below the
 * threshold, loss and shares alone; T3 and T4 for plain steps with a fixed ELR. Else the reason why there is no closed
 * form: with momentum, batches, noise from k = 1 on or too strong for T11. Fails (UsageError) at bad alpha, rate, shares or tolerance.
 */
export function toyClosedForm(motion: ToyMotion): ToyClosedForm | NoClosedForm {
  const { alpha, elr, learningRate, weightDecay = 0, noise = 0, tolerance = DIVERGENCE_TOLERANCE } = motion;
  const hasNoise = noise !== 0;
  const obstacle = obstacleOf(motion, hasNoise);
  if (obstacle !== undefined) return obstacle;
  if (weightDecay > 0) return weightDecayForm(motion);
  const rate = elr ?? learningRate ?? Number.NaN;
  if (projectionOf(motion) === 'group' || motion.shares !== undefined) return frozenForm(motion, rate);
  if (hasNoise) return noiseForm(motion, rate);
  const state = equilibrium(alpha, rate, tolerance);
  const sharesAreBounds = state.regime === 'convergence';
  return { source: 'T3, T4', ...state, groupEss: alpha.map(() => state.ess), sharesAreBounds };
}

/**
 * Whether the thresholds 1 / S (T3) and 1 / (tolerance S) (T6) and the equilibria between them are those of a motion,
 * whatever its rate. Fails (UsageError) as `toyClosedForm`.
 */
export const hasPlainThresholds = (motion: ToyMotion): boolean => toyClosedForm(motion).source === 'T3, T4';
