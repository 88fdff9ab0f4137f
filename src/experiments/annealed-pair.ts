import type { Valley } from '../readings/valley.js';
import type { RegimeTheory } from '../regime/theory.js';
import { type LossLost, writeAnnealing } from '../run/annealing-record.js';
import type { RecordedRun } from '../run/recorded-run.js';
import { stepNoiseFloors } from '../sphere/noise-floor.js';
import {
  ANNEALING_FACTOR,
  type AnnealedArm,
  type AnnealedRate,
  type AnnealedSeries,
  annealedRate,
  meanValley,
  measureLoss,
} from './anneal.js';

/** A run at a fixed rate, and the one that began with its last weights and whose rate fell. */
export interface AnnealedPair {
  readonly before: RecordedRun;
  readonly after: RecordedRun;
  /** Steps of an epoch, and those during which the rate fell. */
  readonly perEpoch: number;
  readonly annealSteps: number;
}

/** The series of a pair that `measureLoss` takes; the noise floor with momentum is that of ELR / (1 - momentum). */
export function pairSeries({ before, after, perEpoch }: AnnealedPair): AnnealedSeries {
  const { loss, egn, ess } = before.steps.columns;
  const floors = stepNoiseFloors({ egn, ess }, before.manifest.configuration.training.momentum);
  return { losses: loss, floors, annealedLosses: after.steps.columns.loss.slice(-perEpoch) };
}

/** What the annealing of a run shows and, where it was measured, the valley in which it stood: also kept with the run. */
export function recordAnnealing(pair: AnnealedPair, valley?: Valley): LossLost {
  const series = pairSeries(pair);
  const measured = measureLoss(series);
  const { annealSteps } = pair;
  const record = {
    ...measured,
    ...(valley && { valley }),
    steps: series.losses.length,
    annealSteps,
    factor: ANNEALING_FACTOR,
  };
  writeAnnealing(pair.before.directory, record);
  return measured;
}

/** Pairs of one rate each, by rising rate; several seeds are together. */
export function pairsByRate(
  pairs: readonly AnnealedPair[],
): { readonly words: string; readonly rate: number; readonly pairs: readonly AnnealedPair[] }[] {
  const rateOf = ({ before }: AnnealedPair) => before.manifest.configuration.rate;
  const values = [...new Set(pairs.map((pair) => rateOf(pair).value))].sort((a, b) => a - b);
  return values.map((rate) => {
    const alike = pairs.filter((pair) => rateOf(pair).value === rate);
    const words = rateOf(alike[0]!).kind === 'elr' ? `ELR ${rate}` : `lr ${rate}`;
    return { rate, words, pairs: alike };
  });
}

/**
 * An arm of a network as its pairs show it: a row for every rate of which a run was annealed. `valleys` are those of the pairs, in their
 * order.
 */
export function annealedArm(
  label: string,
  pairs: readonly AnnealedPair[],
  { valleys, theory }: { readonly valleys: readonly Valley[]; readonly theory: RegimeTheory },
): AnnealedArm {
  const valleyOf = (pair: AnnealedPair): Valley => valleys[pairs.indexOf(pair)]!;
  const rates = pairsByRate(pairs).map(({ rate, words, pairs: alike }): AnnealedRate => {
    const measured = alike.map((pair) => recordAnnealing(pair, valleyOf(pair)));
    const { mean: randomLoss } = alike[0]!.before.manifest.randomLoss;
    return {
      ...annealedRate({ rate, words }, measured, { randomLoss, theory }),
      valley: meanValley(alike.map(valleyOf)),
    };
  });
  return { of: 'network', label, rates };
}
