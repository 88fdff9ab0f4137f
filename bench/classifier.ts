/** How often the classifier is right, wrong and undecided, on trajectories whose regime is known. */
import { classifyTrajectory, REGIMES, type RegimeDecision } from '../src/regime.js';
import { formatTable } from '../src/text/output.js';
import { FAMILIES, type Family, RANDOM_LOSS, syntheticTrajectory, TOLERANCE } from './classifier-trajectories.js';

/** Steps of a run, from as short as can be judged to as long as the main job's. */
export const LENGTHS = [32, 64, 125, 250, 500, 1000, 2000, 4000] as const;

export type Answer = RegimeDecision['regime'];

/** What the classifier answered for the runs of one family and length. */
export interface Confusion {
  readonly family: Family;
  readonly steps: number;
  readonly runs: number;
  readonly answers: Readonly<Record<Answer, number>>;
}

export function examine(family: Family, steps: number, runs: number): Confusion {
  const answers = { convergence: 0, 'chaotic equilibrium': 0, divergence: 0, undecided: 0 };
  for (let index = 0; index < runs; index += 1) {
    const { regime } = classifyTrajectory(syntheticTrajectory(family, steps, index), RANDOM_LOSS, {
      tolerance: TOLERANCE,
    });
    answers[regime] += 1;
  }
  return { family, steps, runs, answers };
}

/** Sum over lengths of what was answered for a family, or over all families of one truth. */
export const wrongAnswers = ({ family, answers }: Confusion): number =>
  REGIMES.filter((regime) => regime !== family.truth).reduce((sum, regime) => sum + answers[regime], 0);

const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(1)}%`;

/** The confusion matrix, a line a family. */
export function classifierTable(runs: number): string {
  const rows = FAMILIES.map((family) => {
    const all = LENGTHS.map((steps) => examine(family, steps, runs));
    const total = runs * LENGTHS.length;
    const count = (answer: Answer) =>
      percent(
        all.reduce((sum, { answers }) => sum + answers[answer], 0),
        total,
      );
    const wrong = percent(
      all.reduce((sum, confusion) => sum + wrongAnswers(confusion), 0),
      total,
    );
    const worst = Math.max(...all.map((c) => wrongAnswers(c) / runs));
    return [
      family.truth,
      family.name,
      ...[...REGIMES, 'undecided' as const].map(count),
      wrong,
      percent(worst, 1),
      ...all.map((c) => `${percent(c.answers[family.truth], runs)}/${percent(wrongAnswers(c), runs)}`),
    ];
  });
  const right = (title: string) => ({ title, align: 'right' as const });
  return formatTable(
    [
      { title: 'true regime' },
      { title: 'made of' },
      ...['convergence', 'equilibrium', 'divergence', 'undecided', 'wrong', 'worst', ...LENGTHS.map(String)].map(right),
    ],
    rows,
  );
}
