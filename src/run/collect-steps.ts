import { type Columns, type OptionalColumn, type RecordedStep, STEP_COLUMNS, StepColumns } from './step-columns.js';

const FIRST_CAPACITY = 64;

/** Numbers to which more are added at the end; what was seen of them stays as it is. */
class GrowingColumn {
  private kept = new Float64Array(FIRST_CAPACITY);
  private length = 0;

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
  private readonly numbers = new GrowingColumn();
  private readonly present = new GrowingColumn();
  private missing = 0;

  push(value: number | undefined): void {
    this.numbers.push(value ?? Number.NaN);
    this.present.push(value === undefined ? 0 : 1);
    if (value === undefined) this.missing += 1;
  }

  column(): OptionalColumn | undefined {
    const values = this.numbers.values();
    if (this.missing === values.length) return undefined;
    return { values, ...(this.missing > 0 && { present: Uint8Array.from(this.present.values()) }) };
  }
}

class GrowingGroup {
  private readonly share = new GrowingColumn();
  private readonly egn = new GrowingColumn();
  private readonly ess = new GrowingColumn();
  private readonly radial = new GrowingOptionalColumn();

  constructor(readonly name: string) {}

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

/** Collects steps one by one into columns. */
export class StepCollector {
  private readonly required = new Map(STEP_COLUMNS.map((name) => [name, new GrowingColumn()]));
  private readonly radial = new GrowingOptionalColumn();
  private readonly angle = new GrowingOptionalColumn();
  private readonly chord = new GrowingOptionalColumn();
  private groups: readonly GrowingGroup[] | undefined;

  /** Throws (Error) where it is a step of other groups than those before. */
  push(step: RecordedStep): void {
    const groups = this.groups ?? step.groups.map(({ name }) => new GrowingGroup(name));
    if (groups.length !== step.groups.length || groups.some(({ name }, i) => name !== step.groups[i]!.name))
      throw new Error('its groups are not those of the steps before');
    this.groups = groups;
    for (const [name, column] of this.required) column.push(step[name]);
    this.radial.push(step.radial);
    this.angle.push(step.angle);
    this.chord.push(step.chord);
    for (const [i, group] of groups.entries()) group.push(step.groups[i]!);
  }

  /** All steps so far. What is added later does not change them. */
  steps(): StepColumns {
    const required = Object.fromEntries([...this.required].map(([name, column]) => [name, column.values()]));
    const [radial, angle, chord] = [this.radial.column(), this.angle.column(), this.chord.column()];
    return new StepColumns({
      ...(required as Record<(typeof STEP_COLUMNS)[number], Float64Array>),
      ...(radial && { radial }),
      ...(angle && { angle }),
      ...(chord && { chord }),
      groups: (this.groups ?? []).map((group) => group.columns()),
    } satisfies Columns);
  }
}

/** Steps in columns. Throws (Error) where their groups differ. */
export function columnsOf(steps: Iterable<RecordedStep>): StepColumns {
  const collector = new StepCollector();
  for (const step of steps) collector.push(step);
  return collector.steps();
}
