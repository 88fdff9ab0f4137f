import type { Command } from 'commander';
import type { ToySubject } from '../../../toy/function/subject.js';
import type { CellOptions } from '../../../toy/phase/cells.js';
import { DIVERGENCE_TOLERANCE } from '../../../toy/theory/thresholds.js';
import { UsageError } from '../../system/usage-error.js';
import { positiveNumbers } from '../../text/grammar/range-grammar.js';
import { count, fraction, seed } from '../../text/grammar/value-grammar.js';

/** The toy, or a function of the user's in its place. */
export interface SubjectOptions {
  readonly alpha?: readonly number[];
  readonly function?: string;
  readonly groups?: string;
}

const withSubjectOptions = (command: Command): Command =>
  command
    .option('--alpha <list>', 'one positive number per group, such as 1,2,4', positiveNumbers)
    .option('--function <expression>', 'a scale-invariant function instead of --alpha, such as "x1^2/(x1^2+y1^2)"')
    .option(
      '--groups <list>',
      'groups of coordinates of --function, such as "x1,y1;x2,y2" (default: by the number they end in)',
    );

/** What the options ask to simulate. Throws a UsageError unless it is one thing. */
export async function readSubject(options: SubjectOptions): Promise<ToySubject> {
  const { alpha, function: expression, groups } = options;
  if ((alpha === undefined) === (expression === undefined)) {
    throw new UsageError('give either --alpha, one positive number per group, or --function');
  }
  if (expression === undefined) {
    if (groups !== undefined) throw new UsageError('--groups requires --function; with --alpha the groups are known');
    const { ratiosSubject } = await import('../../../toy/function/subject.js');
    return ratiosSubject(alpha!);
  }
  const { parseToyFunction } = await import('../../../toy/function/user-function.js');
  const { userSubject } = await import('../../../toy/function/subject.js');
  return userSubject(await parseToyFunction(expression, groups));
}

export interface RunningOptions extends SubjectOptions {
  readonly steps: number;
  readonly seed: number;
  readonly json?: true;
}

export const withRunningOptions = (command: Command, steps: number): Command =>
  withSubjectOptions(command)
    .option('--steps <count>', 'number of steps', count, steps)
    .option('--seed <number>', 'seed of the random start and of the noise', seed, 1)
    .option('--json', 'print JSON only');

/** What cells need of a subject besides their parameters. */
export const cellSubject = ({ program, randomLoss }: ToySubject): Pick<CellOptions, 'user'> =>
  program === undefined ? {} : { user: { program, randomLoss } };

/** `--tolerance` of the toy. */
export const toyToleranceOption = [
  '--tolerance <fraction>',
  'divergence: loss within this fraction of that of a random point',
  fraction,
  DIVERGENCE_TOLERANCE,
] as const;

/** Options of the commands that answer in closed form. */
export const withClosedFormOptions = (command: Command): Command =>
  withSubjectOptions(command)
    .option(...toyToleranceOption)
    .option('--shares <list>', 'frozen norm shares: each group on a sphere of its own (T7)', positiveNumbers)
    .option('--json', 'print JSON only');
