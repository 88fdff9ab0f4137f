import type { Sampling } from '../../src/run/image-settings.js';
import type { Cell } from '../../toy/phase/cells.js';
import type { PhaseDiagram } from '../../toy/phase/phase-diagram.js';
import type { NoiseLaw } from '../../toy/theory/multiplicative-noise.js';
import type { RunSeries } from '../figure/sweep-data.js';

/** What the screen shows of the toy: plain data, computed by a thread of its own. */

/** The toy as it is set by hand. */
export interface ToySettings {
  /** Positive number of each group. */
  readonly alpha: readonly number[];
  readonly steps: number;
  /** Standard deviation in radians of the phase noise that a step sees (T11). */
  readonly noise: number;
  /** Multiplicative noise: its law, and E[s^2], 1 for none (T10). */
  readonly law: NoiseLaw;
  readonly secondMoment: number;
  /** Of a finite set that differs by these noises, seen in batches; 0: noise is drawn anew (T14). */
  readonly samples: number;
  readonly batch: number;
  readonly sampling: Sampling;
  /** From above 0 on, training is in full space with the ELR as the learning rate (T8). */
  readonly weightDecay: number;
}

const TOY_STEPS = 3000;
export const firstToy = (alpha: readonly number[]): ToySettings => ({
  alpha,
  steps: TOY_STEPS,
  noise: 0,
  law: 'lognormal',
  secondMoment: 1,
  samples: 0,
  batch: 1,
  sampling: 'with',
  weightDecay: 0,
});

/** What is asked of the toy. */
export interface ToyTask {
  readonly settings: ToySettings;
  /** Tolerance of divergence. */
  readonly tolerance: number;
  /** Its ELR for each run of the network: the same k. */
  readonly elrs: readonly number[];
  /** Its ELR at the cursor. */
  readonly elr: number | undefined;
  /** Whether the phase diagram is wanted, over ELRs from and to. */
  readonly phase: readonly [from: number, to: number] | undefined;
  /** A first answer, of fewer steps and cells. */
  readonly quick: boolean;
}

/** A simulation at one ELR; all numbers are NaN if there is none. */
export type ToyPoint = Cell & { readonly elr: number };

/** The run at the cursor; means are over its last half, NaN if it collapsed. */
export interface ToyRun {
  readonly elr: number;
  readonly steps: number;
  readonly loss: number;
  readonly egn: number;
  readonly ess: number;
  readonly shares: readonly number[];
  readonly groupEss: readonly number[];
  /** R (T14); NaN where the loss vanished. */
  readonly noiseShare: number;
  /** Why it means nothing, where it collapsed. */
  readonly collapsed: string | null;
  /** Means of blocks of steps, as of a run of the network. */
  readonly series: Pick<RunSeries, 'step' | 'loss' | 'egn' | 'ess' | 'floor' | 'within'>;
  readonly groups: readonly {
    readonly name: string;
    readonly share: readonly number[];
    readonly ess: readonly number[];
  }[];
  readonly regime: Cell['regime'];
}

export interface ToyAnswer {
  readonly task: ToyTask;
  readonly points: readonly ToyPoint[];
  readonly run: ToyRun | undefined;
  readonly phase: PhaseDiagram | undefined;
}
