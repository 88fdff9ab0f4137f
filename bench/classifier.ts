/** How often the classifier is right, wrong and undecided, on trajectories whose regime is known. */

import { classifyTrajectory } from '../src/regime/classifier.js';
import { REGIMES, type Regime, type RegimeDecision } from '../src/regime/regime.js';
import { formatTable } from '../src/text/output.js';
import {
  FAMILIES,
  type Family,
  HARD_FAMILIES,
  RANDOM_LOSS,
  syntheticTrajectory,
  TOLERANCE,
} from './classifier-trajectories.js';

/** Steps of a run, from the shortest that can be judged to one as long as those of the main job. */
export const LENGTHS = [32, 64, 125, 250, 500, 1000, 2000, 4000] as const;

/** Largest part of the runs of a family, over all lengths, that may get a regime that is not theirs. */
export const LARGEST_WRONG_RATE = 0.02;
/** The same of one family at one length. */
export const LARGEST_WRONG_RATE_AT_A_LENGTH = 0.065;
/** Smallest part of the runs of a regime, over its families, that must be recognised at 2,000 steps and more. */
export const SMALLEST_RIGHT_RATE: Readonly<Record<Regime, number>> = {
  convergence: 0.9,
  'chaotic equilibrium': 0.75,
  divergence: 0.95,
};

type Answer = RegimeDecision['regime'];
const ANSWERS: readonly Answer[] = [...REGIMES, 'undecided'];

/** What the classifier answered for runs of one family and length. */
export interface Confusion {
  readonly family: Family;
  readonly steps: number;
  readonly runs: number;
  readonly answers: Readonly<Record<Answer, number>>;
}

/** Judges a number of runs of a family. */
export function examine(family: Family, steps: number, runs: number): Confusion {
  const answers = { convergence: 0, 'chaotic equilibrium': 0, divergence: 0, undecided: 0 };
  for (let index = 0; index < runs; index += 1) {
    const trajectory = syntheticTrajectory(family, steps, index);
    answers[classifyTrajectory(trajectory, RANDOM_LOSS, { tolerance: TOLERANCE }).regime] += 1;
  }
  return { family, steps, runs, answers };
}

/** Every family at every length. */
export const examineAll = (runs: number, families: readonly Family[] = FAMILIES): Confusion[] =>
  families.flatMap((family) => LENGTHS.map((steps) => examine(family, steps, runs)));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Part of the runs whose answer is one of those that `wanted` tells of their truth. */
function rate(confusions: readonly Confusion[], wanted: (answer: Answer, truth: Regime) => boolean): number {
  const counted = confusions.map(({ answers, family }) =>
    sum(ANSWERS.filter((answer) => wanted(answer, family.truth)).map((answer) => answers[answer])),
  );
  return sum(counted) / sum(confusions.map(({ runs }) => runs));
}

/** Part of the runs that got an answer. */
export const rateOf = (confusions: readonly Confusion[], answer: Answer): number =>
  rate(confusions, (given) => given === answer);

export const rightRate = (confusions: readonly Confusion[]): number =>
  rate(confusions, (answer, truth) => answer === truth);

/** Part of the runs that got a regime that is not theirs. */
export const wrongRate = (confusions: readonly Confusion[]): number =>
  rate(confusions, (answer, truth) => answer !== truth && answer !== 'undecided');

const percent = (part: number): string => `${(100 * part).toFixed(1)}%`;
const right = (title: string) => ({ title, align: 'right' as const });

/** The confusion matrix, a line a family, over all lengths. */
export function confusionTable(confusions: readonly Confusion[]): string {
  const families = [...FAMILIES, ...HARD_FAMILIES].filter((family) =>
    confusions.some((each) => each.family === family),
  );
  const rows = families.map((family) => {
    const own = confusions.filter((confusion) => confusion.family === family);
    return [
      family.truth,
      family.name,
      ...ANSWERS.map((answer) => percent(rateOf(own, answer))),
      percent(wrongRate(own)),
    ];
  });
  const titles = ['convergence', 'equilibrium', 'divergence', 'undecided', 'wrong'].map(right);
  return formatTable([{ title: 'true regime' }, { title: 'log(loss) is' }, ...titles], rows);
}

/** Right and wrong answers by the length of a run, a line a regime. */
export function lengthTable(confusions: readonly Confusion[]): string {
  const rows = REGIMES.flatMap((truth) => {
    const cells = (rateOfAll: (own: Confusion[]) => number): string[] =>
      LENGTHS.map((steps) =>
        percent(
          rateOfAll(confusions.filter((confusion) => confusion.family.truth === truth && confusion.steps === steps)),
        ),
      );
    return [
      [truth, 'right', ...cells(rightRate)],
      ['', 'wrong', ...cells(wrongRate)],
    ];
  });
  return formatTable(
    [{ title: 'true regime' }, { title: 'steps' }, ...LENGTHS.map((steps) => right(String(steps)))],
    rows,
  );
}
