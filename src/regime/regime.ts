/** The three regimes of training on the sphere with a fixed effective learning rate. */

/** The three regimes, by rising ELR. */
export const REGIMES = ['convergence', 'chaotic equilibrium', 'divergence'] as const;
/** One of the three regimes. */
export type Regime = (typeof REGIMES)[number];

/** What a decision rests on; all of it is reported, so that a reader can disagree. */
export interface RegimeEvidence {
  /** Mean loss over the tail. */
  readonly level: number;
  /** `level` divided by the mean loss of random points on the sphere. */
  readonly relativeLevel: number;
  /** How far log(loss) falls over the tail, in nats, by a straight line through block means; negative if it rises. */
  readonly decline: number;
  /** Standard error of `decline`, from the scatter of the block means about that line and their correlation. */
  readonly declineError: number;
  /** Fall of log(loss) over the later half of the tail alone, in nats; absent where there was nothing to judge. */
  readonly lateDecline?: number;
  /** Angle travelled over the tail in radians: the sum of arctan(ess). */
  readonly path: number;
  /** One clause that names the evidence that decided. */
  readonly reason: string;
}

/** The regime of a trajectory, or `undecided`, with the numbers that decided. */
export interface RegimeDecision {
  readonly regime: Regime | 'undecided';
  readonly evidence: RegimeEvidence;
}
