import {
  type Columns,
  type OptionalColumn,
  type RecordedStep,
  STEP_COLUMNS,
  type StepColumnName,
  StepColumns,
} from './step-columns.js';

const FIRST_CAPACITY = 64;

/** Numbers to which more are added at the end; what was seen of them stays as it is. */
class GrowingColumn {
  private kept: Float64Array;
  private length = 0;

  constructor(capacity: number) {
    this.kept = new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.kept.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept[this.length] = value;
    this.length += 1;
  }

  values(): Float64Array {
    return this.kept.subarray(0, this.length);
  }
}

/** The same of a quantity that steps may lack. */
class GrowingOptionalColumn {
  /** None before the first step that has the quantity. */
  private numbers: GrowingColumn | undefined;
  /** Where it is missing though other steps have it; none as long as every step has it. */
  private readonly missing: number[] = [];
  private length = 0;

  constructor(private readonly capacity: number) {}

  push(value: number | undefined): void {
    this.length += 1;
    if (value === undefined && this.numbers === undefined) return;
    this.numbers ??= this.filled();
    if (value === undefined) this.missing.push(this.length - 1);
    this.numbers.push(value ?? Number.NaN);
  }

  /** A column in which all steps before lack the quantity. */
  private filled(): GrowingColumn {
    const numbers = new GrowingColumn(this.capacity);
    for (let place = 0; place < this.length - 1; place += 1) {
      numbers.push(Number.NaN);
      this.missing.push(place);
    }
    return numbers;
  }

  column(): OptionalColumn | undefined {
    const values = this.numbers?.values();
    if (values === undefined || this.missing.length === 0) return values && { values };
    const present = new Uint8Array(values.length).fill(1);
    for (const place of this.missing) present[place] = 0;
    return { values, present };
  }
}

class GrowingGroup {
  private readonly share: GrowingColumn;
  private readonly egn: GrowingColumn;
  private readonly ess: GrowingColumn;
  private readonly radial: GrowingOptionalColumn;

  constructor(
    readonly name: string,
    capacity: number,
  ) {
    this.share = new GrowingColumn(capacity);
    this.egn = new GrowingColumn(capacity);
    this.ess = new GrowingColumn(capacity);
    this.radial = new GrowingOptionalColumn(capacity);
  }

  push({ share, egn, ess, radial }: RecordedStep['groups'][number]): void {
    this.share.push(share);
    this.egn.push(egn);
    this.ess.push(ess);
    this.radial.push(radial);
  }

  columns() {
    const radial = this.radial.column();
    const [share, egn, ess] = [this.share.values(), this.egn.values(), this.ess.values()];
    return { name: this.name, share, egn, ess, ...(radial && { radial }) };
  }
}

export const groupNames = ({ groups }: RecordedStep): string[] => groups.map(({ name }) => name);

/** Throws (Error) where it is a step of other groups than those before, whose names are given. */
export function refuseOtherGroups({ groups }: RecordedStep, names: readonly string[]): void {
  if (groups.length !== names.length || groups.some(({ name }, i) => name !== names[i]))
    throw new Error('its groups are not those of the steps before');
}

/** The quantities that every step has. */
class RequiredColumns {
  private readonly columns: readonly (readonly [StepColumnName, GrowingColumn])[];

  constructor(capacity: number) {
    this.columns = STEP_COLUMNS.map((name) => [name, new GrowingColumn(capacity)] as const);
  }

  push(step: RecordedStep): void {
    for (const [name, column] of this.columns) column.push(step[name]);
  }

  values(): Record<StepColumnName, Float64Array> {
    const values = this.columns.map(([name, column]) => [name, column.values()]);
    return Object.fromEntries(values) as Record<StepColumnName, Float64Array>;
  }
}

/** Collects of steps what they say of all groups together, but for their cosine: as many numbers a step, whatever the network. */
export class JointStepCollector {
  private readonly required: RequiredColumns;
  private readonly angle: GrowingOptionalColumn;
  private readonly chord: GrowingOptionalColumn;

  /** `capacity` is the number of steps to expect. */
  constructor(capacity = FIRST_CAPACITY) {
    this.required = new RequiredColumns(capacity);
    this.angle = new GrowingOptionalColumn(capacity);
    this.chord = new GrowingOptionalColumn(capacity);
  }

  push(step: RecordedStep): void {
    this.required.push(step);
    this.angle.push(step.angle);
    this.chord.push(step.chord);
  }

  /** All steps so far. What is added later does not change them. */
  columns() {
    const [angle, chord] = [this.angle.column(), this.chord.column()];
    return { ...this.required.values(), ...(angle && { angle }), ...(chord && { chord }) };
  }

  /** The same, as steps without groups. */
  steps(): StepColumns {
    return new StepColumns({ ...this.columns(), groups: [] });
  }
}

/** Collects steps one by one into columns. */
export class StepCollector {
  private readonly joint: JointStepCollector;
  private readonly radial: GrowingOptionalColumn;
  private groups: readonly GrowingGroup[] | undefined;
  private names: readonly string[] = [];

  /** `capacity` is the number of steps to expect. */
  constructor(private readonly capacity = FIRST_CAPACITY) {
    this.joint = new JointStepCollector(capacity);
    this.radial = new GrowingOptionalColumn(capacity);
  }

  /** Throws (Error) where it is a step of other groups than those before. */
  push(step: RecordedStep): void {
    if (this.groups !== undefined) refuseOtherGroups(step, this.names);
    else this.names = groupNames(step);
    const groups = this.groups ?? this.names.map((name) => new GrowingGroup(name, this.capacity));
    this.groups = groups;
    this.joint.push(step);
    this.radial.push(step.radial);
    for (const [i, group] of groups.entries()) group.push(step.groups[i]!);
  }

  /** All steps so far. What is added later does not change them. */
  steps(): StepColumns {
    const radial = this.radial.column();
    const groups = (this.groups ?? []).map((group) => group.columns());
    return new StepColumns({ ...this.joint.columns(), ...(radial && { radial }), groups } satisfies Columns);
  }
}

/** Steps in columns. Throws (Error) where their groups differ. */
export function columnsOf(steps: Iterable<RecordedStep>): StepColumns {
  const collector = new StepCollector();
  for (const step of steps) collector.push(step);
  return collector.steps();
}
