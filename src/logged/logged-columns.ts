import { UsageError } from '../system/usage-error.js';

/** A quantity that a training logged, with the step of each value. */
export interface LoggedColumn {
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** Values that were left out, since a restart logged their steps again; absent: none. */
  readonly replaced?: number;
  /** The first value that is no number, of a column of numbers that has one; its steps and values are then not to be used. */
  readonly problem?: string;
}

/** What is read off a log: loss, learning rate, norm of the weights, norm of the gradient or its square, ELR and EGN. */
export type Quantity = 'loss' | 'lr' | 'norm' | 'gradientNorm' | 'gradientSquare' | 'elr' | 'egn';

/** The names under which it is looked for. */
const USUAL_NAMES: Readonly<Record<Quantity, readonly string[]>> = {
  loss: ['loss', 'train_loss', 'train/loss', 'training_loss', 'loss/train'],
  lr: ['lr', 'learning_rate', 'train/learning_rate', 'train/lr'],
  norm: ['norm', 'weight_norm', 'param_norm', 'train/weight_norm'],
  gradientNorm: ['gradient_norm', 'grad_norm', 'gnorm', 'train/grad_norm', 'train/gradient_norm'],
  gradientSquare: ['gradient_square', 'grad_square', 'grad_norm_squared'],
  elr: ['elr', 'effective_lr', 'effective_learning_rate'],
  egn: ['egn', 'effective_gradient_norm'],
};

/** Where a quantity is found: the name of a column, or a number that holds for all steps. */
export type Place = string | number;
/** Where the quantities of a log are, as far as they do not have their usual names. */
export type Places = Readonly<Partial<Record<Quantity, Place>>>;

/** Quantities of the same steps, in their order; those that the log lacks are absent. */
export type LoggedQuantities = Readonly<Partial<Record<Quantity, readonly number[]>>> & {
  readonly step: readonly number[];
  readonly loss: readonly number[];
  /** Losses that were left out, since a restart logged their steps again; absent: none. */
  readonly replaced?: number;
};

const list = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/** The columns that an option may name, or what to do where there is none. */
function allowed(columns: readonly LoggedColumn[]): string {
  const usable = columns.filter(({ problem }) => problem === undefined);
  return usable.length > 0
    ? list(usable.map(({ name }) => name))
    : 'a log with numbers (a CSV file names its columns in its first line, separated by commas)';
}

function columnNamed(
  columns: readonly LoggedColumn[],
  quantity: Quantity,
  { name, path }: { name: string; path: string },
): LoggedColumn {
  const column = columns.find((each) => each.name === name);
  if (column !== undefined) return column;
  const number = quantity === 'loss' ? '' : ', or a number';
  throw new UsageError(
    `${path} has no column of numbers ${JSON.stringify(name)}; allowed: ${allowed(columns)}${number}`,
  );
}

const ON_SPHERE: readonly Quantity[] = ['elr', 'egn'];
const IN_SPACE: readonly Quantity[] = ['lr', 'norm', 'gradientNorm', 'gradientSquare'];

/** What is not looked for under its usual names, since a place was given for what stands in its stead. */
function overruled(places: Places): readonly Quantity[] {
  const isGiven = (quantity: Quantity): boolean => places[quantity] !== undefined;
  if (ON_SPHERE.some(isGiven) && IN_SPACE.some(isGiven))
    throw new UsageError(
      '--elr and --egn stand in place of --lr, --norm, --gradient-norm and --gradient-square; give the ones or the others',
    );
  if (isGiven('gradientNorm') && isGiven('gradientSquare'))
    throw new UsageError('--gradient-square stands in place of --gradient-norm; give only one');
  if (ON_SPHERE.some(isGiven)) return IN_SPACE;
  if (isGiven('gradientSquare')) return [...ON_SPHERE, 'gradientNorm'];
  return IN_SPACE.some(isGiven) ? ON_SPHERE : [];
}

/** The column of a quantity by the place that was given or, without one, by its usual names. */
function columnOf(
  columns: readonly LoggedColumn[],
  quantity: Quantity,
  place: Place | undefined,
  path: string,
): LoggedColumn | number | undefined {
  if (typeof place === 'number') return place;
  if (place !== undefined) return columnNamed(columns, quantity, { name: place, path });
  return columns.find(({ name }) => USUAL_NAMES[quantity].includes(name.toLowerCase()));
}

/** Throws (Error) where a column that is needed has a value that is no number. */
function refuseProblem({ name, problem }: LoggedColumn, path: string): void {
  if (problem !== undefined)
    throw new Error(`${path}, column ${JSON.stringify(name)}: ${problem} is no number; allowed: numbers, or no value`);
}

/**
 * Throws (Error) where a step is not behind the one before it, as in a table of several trainings: what a restart logged again has been
 * left out.
 */
function refuseUnordered({ steps }: LoggedColumn, path: string): void {
  const at = steps.findIndex((step, i) => !Number.isFinite(step) || (i > 0 && step <= steps[i - 1]!));
  if (at === -1) return;
  const where = at === 0 ? `the first is ${steps[0]}` : `${steps[at]} follows ${steps[at - 1]}`;
  throw new Error(`the steps of ${path} do not rise from line to line: ${where}; allowed: one training, in order`);
}

/**
 * The quantities of a log at the steps at which all that it has of them were logged. Throws a UsageError where there is no
 * loss, a place is no column, or no step has everything; (Error) where steps do not rise, or a value is no number.
 */
export function quantitiesOf(columns: readonly LoggedColumn[], places: Places, path: string): LoggedQuantities {
  const without = overruled(places);
  const found = (Object.keys(USUAL_NAMES) as Quantity[]).flatMap((quantity) => {
    if (without.includes(quantity)) return [];
    const column = columnOf(columns, quantity, places[quantity], path);
    return column === undefined ? [] : [[quantity, column] as const];
  });
  const loss = found.find(([quantity]) => quantity === 'loss')?.[1];
  if (loss === undefined || typeof loss === 'number')
    throw new UsageError(`--loss must name the column of the training loss in ${path}; allowed: ${allowed(columns)}`);
  for (const [, column] of found) if (typeof column !== 'number') refuseProblem(column, path);
  const lookUps = found.map(([quantity, column]) => {
    if (typeof column === 'number') return [quantity, () => column] as const;
    const byStep = new Map(column.steps.map((step, i) => [step, column.values[i]!]));
    return [quantity, (step: number) => byStep.get(step)] as const;
  });
  refuseUnordered(loss, path);
  const step = loss.steps.filter((each) => lookUps.every(([, at]) => at(each) !== undefined));
  if (step.length === 0) {
    const names = found
      .map(([, column]) => (typeof column === 'number' ? '' : column.name))
      .filter((name) => name !== '');
    throw new UsageError(`no step of ${path} has all of ${list(names)}; allowed: quantities logged at the same steps`);
  }
  const values = lookUps.map(([quantity, at]) => [quantity, step.map((each) => at(each)!)] as const);
  const { replaced } = loss;
  return { ...(Object.fromEntries(values) as Record<Quantity, number[]>), step, ...(replaced && { replaced }) };
}
