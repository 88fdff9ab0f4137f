import type { Command } from 'commander';
import type { AnnealedArmSpec } from '../../../deep/study/annealed-runs.js';
import { ANNEALING_FACTOR } from '../../experiments/anneal.js';
import type { AnnealedPair } from '../../experiments/annealed-pair.js';
import { count } from '../../text/grammar/value-grammar.js';
import { type ProtocolOptions, reported, trainingOf } from './experiment-options.js';

/** What the experiments share that train runs at fixed rates and then anneal them. */

export interface AnnealingOptions extends ProtocolOptions {
  /** Steps in which the rate falls. */
  readonly annealSteps: number;
}

/** `--anneal-steps`. */
export const withAnnealSteps = (
  command: Command,
  steps: number,
  meaning = 'steps in which the rate then falls to a thousandth',
): Command => command.option('--anneal-steps <count>', meaning, count, steps);

/** What JSON says of the protocol. */
export const annealingFacts = ({ annealSteps }: AnnealingOptions) => ({ annealSteps, factor: ANNEALING_FACTOR });

/** The protocol in words. */
export const annealingWords = ({ steps, annealSteps }: AnnealingOptions): string =>
  `${steps} steps at a fixed rate, then ${annealSteps} in which it falls to ${ANNEALING_FACTOR} of itself`;

/** Trains arm after arm; each with the pairs of its runs before and after annealing. */
export async function* annealedArms<Arm extends AnnealedArmSpec>(
  arms: readonly Arm[],
  options: AnnealingOptions,
): AsyncGenerator<{ readonly arm: Arm; readonly pairs: readonly AnnealedPair[] }> {
  const { trainAnnealed } = await import('../../../deep/study/annealed-runs.js');
  const { out: directory, annealSteps } = options;
  for (const arm of arms) {
    const { pairs } = reported(await trainAnnealed(arm, { directory, annealSteps, training: trainingOf(options) }));
    yield { arm, pairs };
  }
}
