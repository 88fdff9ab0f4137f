import { mean } from '../numerics/means.js';
import type { Manifest } from '../run/manifest.js';
import { type OptionalColumn, type StepColumns, stepsInGroups } from '../run/step-columns.js';
import { recordedFloors } from '../sphere/noise-floor.js';
import { columnChunks, stepsPerEpoch } from './epochs.js';

/** A row of a table: values by the names of their columns. */
export type Row = Readonly<Record<string, number | null>>;

type NamedColumn = readonly [name: string, values: Float64Array];

const optional = (name: string, column: OptionalColumn | undefined): NamedColumn[] =>
  column === undefined ? [] : [[name, column.values]];

/** The quantities of all steps; cosine, angle and chord where they are measured. */
function quantities({ columns }: StepColumns): NamedColumn[] {
  const { loss, accuracy, elr, egn, ess, norm, radial, angle, chord, groups } = columns;
  const ofGroups = (['share', 'egn', 'ess'] as const).flatMap((quantity) =>
    groups.map((group): NamedColumn => [`${quantity}.${group.name}`, group[quantity]]),
  );
  const joint = Object.entries({ loss, accuracy, elr, egn, ess, norm });
  return [
    ...joint,
    ...optional('radial', radial),
    ...optional('angle', angle),
    ...optional('chord', chord),
    ...ofGroups,
  ];
}

/** Pieces of a run, each with the means of what its steps recorded and their noise share (T14). */
function meansOf({ configuration, invariantGroups }: Manifest, recorded: StepColumns, size: number): Row[] {
  const steps = stepsInGroups(recorded, invariantGroups);
  const pieces = quantities(steps).map(([name, values]) => [name, columnChunks(values, size).map(mean)] as const);
  const floors = columnChunks(recordedFloors(steps.columns, configuration.training.momentum).floors, size).map(mean);
  return floors.map((floor, i) => {
    const row = Object.fromEntries(pieces.map(([name, means]) => [name, means[i]!]));
    return { ...row, noiseShare: floor / row.loss! };
  });
}

/** A row a step: steps and epochs before it, and what it recorded. */
export function stepRows(manifest: Manifest, steps: StepColumns): Row[] {
  const size = stepsPerEpoch(manifest);
  const { step } = steps.columns;
  return meansOf(manifest, steps, 1).map((row, i) => ({ step: step[i]!, epoch: step[i]! / size, ...row }));
}

/**
 * A row an epoch: steps and epochs at its end, and the means over its steps. The last epoch of an unfinished run has a fraction.
 */
export function epochRows(manifest: Manifest, steps: StepColumns): Row[] {
  const size = stepsPerEpoch(manifest);
  const ends = columnChunks(steps.columns.step, size).map((epoch) => epoch.at(-1)! + 1);
  return meansOf(manifest, steps, size).map((row, i) => ({ step: ends[i]!, epoch: ends[i]! / size, ...row }));
}
