import { mean } from '../numerics/means.js';
import type { Manifest } from '../run/manifest.js';
import type { RecordedStep } from '../run/run-directory.js';
import { stepInGroups } from '../sphere/invariant-groups.js';
import { chunks, stepsPerEpoch } from './epochs.js';

/** A row of a table: values by the names of their columns. */
export type Row = Readonly<Record<string, number | null>>;

/** `share.NAME`, `egn.NAME`, `ess.NAME` of every group. */
function groupColumns({ groups }: RecordedStep): Record<string, number> {
  const quantities = ['share', 'egn', 'ess'] as const;
  return Object.fromEntries(
    quantities.flatMap((quantity) => groups.map((group) => [`${quantity}.${group.name}`, group[quantity]])),
  );
}

/** The quantities of a step, flat; cosine and angle where they are measured. */
function quantities({ invariantGroups }: Manifest, recorded: RecordedStep): Record<string, number> {
  const step = stepInGroups(recorded, invariantGroups);
  const { loss, accuracy, elr, egn, ess, norm, radial, angle } = step;
  const measured = { ...(radial !== undefined && { radial }), ...(angle !== undefined && { angle }) };
  return { loss, accuracy, elr, egn, ess, norm, ...measured, ...groupColumns(step) };
}

/** A row a step: steps and epochs before it, and what it recorded. */
export function stepRows(manifest: Manifest, steps: readonly RecordedStep[]): Row[] {
  const size = stepsPerEpoch(manifest);
  return steps.map((step) => ({ step: step.step, epoch: step.step / size, ...quantities(manifest, step) }));
}

/**
 * A row an epoch: steps and epochs at its end, and the means over its steps. The last epoch of an unfinished run has a fraction.
 */
export function epochRows(manifest: Manifest, steps: readonly RecordedStep[]): Row[] {
  const size = stepsPerEpoch(manifest);
  return chunks(steps, size).map((epoch) => {
    const columns = epoch.map((step) => quantities(manifest, step));
    const taken = epoch.at(-1)!.step + 1;
    const means = Object.keys(columns[0]!).map((name) => [name, mean(columns.map((row) => row[name]!))]);
    return { step: taken, epoch: taken / size, ...Object.fromEntries(means) };
  });
}
