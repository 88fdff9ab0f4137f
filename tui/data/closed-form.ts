import { equilibrium, sumOfAlpha } from '../../toy/theory/equilibrium.js';
import { phaseNoiseFloor } from '../../toy/theory/noise.js';
import { weightDecayEquilibrium } from '../../toy/theory/weight-decay.js';
import type { ToySettings } from './toy-messages.js';

/** What the theory says of the toy as it is set, at one ELR. */
export interface ClosedForm {
  /** elr S; with weight decay that of the orbit. */
  readonly k: number;
  /** Null where training is in full space, whose equilibrium is at the threshold whatever the learning rate. */
  readonly regime: 'convergence' | 'chaotic equilibrium' | 'divergence' | null;
  readonly loss: number;
  readonly egn: number;
  readonly ess: number;
  readonly shares: readonly number[];
  /** Whether `shares` are lower bounds. */
  readonly isBound: boolean;
  /** The statement it is from. */
  readonly source: string;
}

/** T3 and T4; below the threshold with noise T11; with weight decay T8. Undefined where no closed form holds. */
export function closedForm(settings: ToySettings, elr: number, tolerance: number): ClosedForm | undefined {
  const { alpha, noise, weightDecay } = settings;
  if (weightDecay > 0) {
    if (!(elr * weightDecay < 1)) return undefined;
    const { k, loss, egn, ess, shares } = weightDecayEquilibrium(alpha, elr, weightDecay);
    return { k, regime: null, loss, egn, ess, shares, isBound: false, source: 'T8' };
  }
  const closed = equilibrium(alpha, elr, tolerance);
  const converges = closed.regime === 'convergence';
  if (!converges || noise === 0) return { ...closed, isBound: converges, source: converges ? 'T3' : 'T4' };
  if (!(closed.k < 1)) return { ...closed, isBound: true, source: 'T3' };
  const sum = sumOfAlpha(alpha);
  const shares = alpha.map((value) => value / sum);
  const unknown = { egn: Number.NaN, ess: Number.NaN };
  return { ...closed, ...unknown, loss: phaseNoiseFloor(alpha, elr, noise), shares, isBound: false, source: 'T11' };
}
