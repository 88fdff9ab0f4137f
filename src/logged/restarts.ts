/**
 * A training that was interrupted and goes on from its last checkpoint logs the steps since then again: what it logged before of those
 * and of later steps belongs to a past that its weights no longer have.
 */

/** The values of a column in the order in which they were logged. */
export class LoggedSeries {
  readonly steps: number[] = [];
  readonly values: number[] = [];
  /** How many values a restart has replaced. */
  replaced = 0;

  constructor(readonly name: string) {}

  /** Adds a value; one of a step behind the first that was logged already, or passed, takes the place of all from there on. */
  push(step: number, value: number): void {
    if (step > this.steps[0]!) this.forget(step);
    this.steps.push(step);
    this.values.push(value);
  }

  /** Leaves out what was logged of a step and of later ones. */
  forget(step: number): void {
    while (this.steps.length > 0 && this.steps.at(-1)! >= step) {
      this.steps.pop();
      this.values.pop();
      this.replaced += 1;
    }
  }
}
