import { type InvariantGroup, jointQuantities } from '../sphere/invariant-groups.js';
import type { GroupQuantities, StepQuantities } from '../sphere/quantities.js';

/** Steps of a run as one array of numbers a quantity, so that memory and time do not grow by objects. */

/** A step as a run on disk records it: mini-batch statistics before the update. */
export type RecordedStep = StepQuantities & { readonly accuracy: number };

/** A quantity that some steps may lack. */
export interface OptionalColumn {
  readonly values: Float64Array;
  /** 1 where the step has it; absent where every step has. */
  readonly present?: Uint8Array;
}

/** The quantities of one group, an element a step. */
export interface GroupColumns {
  readonly name: string;
  readonly share: Float64Array;
  readonly egn: Float64Array;
  readonly ess: Float64Array;
  readonly radial?: OptionalColumn;
}

/** The quantities that every step has. */
export const STEP_COLUMNS = ['step', 'loss', 'accuracy', 'elr', 'egn', 'ess', 'norm'] as const;
/** Name of a quantity that every step has. */
export type StepColumnName = (typeof STEP_COLUMNS)[number];

/** The quantities of a run, an element a step. */
export interface Columns extends Readonly<Record<StepColumnName, Float64Array>> {
  readonly groups: readonly GroupColumns[];
  readonly radial?: OptionalColumn;
  readonly angle?: OptionalColumn;
  readonly chord?: OptionalColumn;
}

const part = (column: OptionalColumn, from: number, to: number): OptionalColumn => ({
  values: column.values.subarray(from, to),
  ...(column.present && { present: column.present.subarray(from, to) }),
});

const valueAt = (column: OptionalColumn | undefined, place: number): number | undefined =>
  column === undefined || column.present?.[place] === 0 ? undefined : column.values[place];

/** An object to which quantities are added that are not always there. */
type Building<T> = { -readonly [Name in keyof T]: T[Name] };

function groupAt(group: GroupColumns, place: number): GroupQuantities {
  const { name, share, egn, ess } = group;
  const found: Building<GroupQuantities> = { name, share: share[place]!, egn: egn[place]!, ess: ess[place]! };
  const radial = valueAt(group.radial, place);
  if (radial !== undefined) found.radial = radial;
  return found;
}

/**
 * The steps of a run, in columns. Read as a list, it makes the object of a step when it is asked for and keeps none;
 * a slice shares the numbers of the whole.
 */
export class StepColumns implements Iterable<RecordedStep> {
  readonly length: number;

  constructor(readonly columns: Columns) {
    this.length = columns.step.length;
  }

  /** The step at a place, counted from the end where it is negative; undefined if there is none. */
  at(place: number): RecordedStep | undefined {
    const at = place < 0 ? this.length + place : place;
    if (!(at >= 0 && at < this.length)) return undefined;
    const { step, loss, accuracy, elr, egn, ess, norm, groups, radial, angle, chord } = this.columns;
    const found: Building<RecordedStep> = {
      step: step[at]!,
      loss: loss[at]!,
      accuracy: accuracy[at]!,
      elr: elr[at]!,
      egn: egn[at]!,
      ess: ess[at]!,
      norm: norm[at]!,
      groups: groups.map((group) => groupAt(group, at)),
    };
    const [cosine, turned, length] = [valueAt(radial, at), valueAt(angle, at), valueAt(chord, at)];
    if (cosine !== undefined) found.radial = cosine;
    if (turned !== undefined) found.angle = turned;
    if (length !== undefined) found.chord = length;
    return found;
  }

  /** The steps, one object each. */
  *[Symbol.iterator](): Generator<RecordedStep> {
    for (let place = 0; place < this.length; place += 1) yield this.at(place)!;
  }

  /** What a function makes of every step, in order. */
  map<T>(of: (step: RecordedStep, place: number) => T): T[] {
    return Array.from({ length: this.length }, (_, place) => of(this.at(place)!, place));
  }

  /** Steps from one place to before another, as Array.slice has them. */
  slice(from = 0, to = this.length): StepColumns {
    const place = (at: number): number => Math.min(this.length, at < 0 ? Math.max(0, this.length + at) : at);
    const [first, last] = [place(from), Math.max(place(from), place(to))];
    const cut = (values: Float64Array): Float64Array => values.subarray(first, last);
    const { groups, radial, angle, chord, ...required } = this.columns;
    const { step, loss, accuracy, elr, egn, ess, norm } = required;
    return new StepColumns({
      ...{ step: cut(step), loss: cut(loss), accuracy: cut(accuracy), elr: cut(elr) },
      ...{ egn: cut(egn), ess: cut(ess), norm: cut(norm) },
      ...(radial && { radial: part(radial, first, last) }),
      ...(angle && { angle: part(angle, first, last) }),
      ...(chord && { chord: part(chord, first, last) }),
      groups: groups.map(({ name, radial: cosine, ...group }) => ({
        ...{ name, share: cut(group.share), egn: cut(group.egn), ess: cut(group.ess) },
        ...(cosine && { radial: part(cosine, first, last) }),
      })),
    });
  }
}

/** A quantity of several tensors as one group, step by step. */
function jointColumns(name: string, tensors: readonly GroupColumns[], elr: Float64Array): GroupColumns {
  const [share, egn, ess] = [new Float64Array(elr.length), new Float64Array(elr.length), new Float64Array(elr.length)];
  const cosines = new Float64Array(elr.length);
  const present = new Uint8Array(elr.length);
  for (let place = 0; place < elr.length; place += 1) {
    const joint = jointQuantities(
      name,
      tensors.map((tensor) => groupAt(tensor, place)),
      elr[place]!,
    );
    share[place] = joint.share;
    egn[place] = joint.egn;
    ess[place] = joint.ess;
    cosines[place] = joint.radial ?? Number.NaN;
    present[place] = joint.radial === undefined ? 0 : 1;
  }
  const isEverPresent = present.includes(1);
  return { name, share, egn, ess, ...(isEverPresent && { radial: { values: cosines, present } }) };
}

/**
 * Steps with the quantities of groups in place of those of tensors, as `stepInGroups` has a single step; as they are where
 * there are no groups, each tensor being one. Throws if the steps lack a tensor.
 */
export function stepsInGroups(steps: StepColumns, groups?: readonly InvariantGroup[]): StepColumns {
  if (groups === undefined || steps.length === 0) return steps;
  const { columns } = steps;
  const byName = new Map(columns.groups.map((tensor) => [tensor.name, tensor]));
  const tensor = (name: string): GroupColumns => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`step ${columns.step[0]} says nothing of ${name}`);
    return found;
  };
  const joined = groups.map(({ name, tensors }) => {
    const [first, ...others] = tensors.map(tensor);
    return others.length === 0 ? first! : jointColumns(name, [first!, ...others], columns.elr);
  });
  return new StepColumns({ ...columns, groups: joined });
}
