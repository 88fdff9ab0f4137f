import { UsageError } from '../system/usage-error.js';

/** A quantity that a training logged, with the step of each value. */
export interface LoggedColumn {
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
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
};

const list = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

function columnNamed(columns: readonly LoggedColumn[], name: string, path: string): LoggedColumn {
  const column = columns.find((each) => each.name === name);
  if (column !== undefined) return column;
  const names = columns.map((each) => each.name);
  throw new UsageError(`${path} has no column ${JSON.stringify(name)}; allowed: ${list(names)}, or a number`);
}

/** The column of a quantity by the place that was given or, without one, by its usual names. */
function columnOf(
  columns: readonly LoggedColumn[],
  quantity: Quantity,
  place: Place | undefined,
  path: string,
): LoggedColumn | number | undefined {
  if (typeof place === 'number') return place;
  if (place !== undefined) return columnNamed(columns, place, path);
  return columns.find(({ name }) => USUAL_NAMES[quantity].includes(name.toLowerCase()));
}

/**
 * The quantities of a log at the steps at which all that it has of them were logged. Throws a UsageError where there is no
 * loss, a place is no column, or no step has everything; (Error) where steps do not rise.
 */
export function quantitiesOf(columns: readonly LoggedColumn[], places: Places, path: string): LoggedQuantities {
  const found = (Object.keys(USUAL_NAMES) as Quantity[]).flatMap((quantity) => {
    const column = columnOf(columns, quantity, places[quantity], path);
    return column === undefined ? [] : [[quantity, column] as const];
  });
  const loss = found.find(([quantity]) => quantity === 'loss')?.[1];
  if (loss === undefined || typeof loss === 'number') {
    const names = columns.map(({ name }) => name);
    throw new UsageError(`--loss must name the column of the training loss in ${path}; allowed: ${list(names)}`);
  }
  const lookUps = found.map(([quantity, column]) => {
    if (typeof column === 'number') return [quantity, () => column] as const;
    const byStep = new Map(column.steps.map((step, i) => [step, column.values[i]!]));
    return [quantity, (step: number) => byStep.get(step)] as const;
  });
  if (loss.steps.some((step, i) => !Number.isFinite(step) || (i > 0 && step <= loss.steps[i - 1]!)))
    throw new Error(`the steps of ${path} do not rise from line to line`);
  const step = loss.steps.filter((each) => lookUps.every(([, at]) => at(each) !== undefined));
  if (step.length === 0) {
    const names = found
      .map(([, column]) => (typeof column === 'number' ? '' : column.name))
      .filter((name) => name !== '');
    throw new UsageError(`no step of ${path} has all of ${list(names)}; allowed: quantities logged at the same steps`);
  }
  const values = lookUps.map(([quantity, at]) => [quantity, step.map((each) => at(each)!)] as const);
  return { ...(Object.fromEntries(values) as Record<Quantity, number[]>), step };
}
