import { mean } from '../numerics/means.js';
import type { Manifest } from '../run/manifest.js';
import { columnChunks, stepsPerEpoch } from '../run/run-epochs.js';
import { type OptionalColumn, type StepColumns, stepsInGroups } from '../run/step-columns.js';
import { recordedFloors, stepNoiseFloors } from '../sphere/noise-floor.js';

/** A row of a table: values by the names of their columns. */
export type Row = Readonly<Record<string, number | null>>;

type NamedColumn = readonly [name: string, values: Float64Array];

/** Quantities of all groups together that steps may lack. */
export const OPTIONAL_QUANTITIES = ['radial', 'angle', 'chord'] as const;
/** One of them. */
export type OptionalQuantity = (typeof OPTIONAL_QUANTITIES)[number];

/** The steps of a run, as tables go through them. */
export interface TableSteps {
  /** In pieces of `size` steps and at last of what remains, each with the step that follows it, where there is one. */
  readonly pieces: (size: number) => Iterable<StepColumns>;
  /** Those that some step has: all rows have columns for them. */
  readonly optional: ReadonlySet<OptionalQuantity>;
  /** With momentum, whether noise floors are an upper estimate (`recordedFloors`). */
  readonly isUpperEstimate: boolean;
}

/** Steps that are all in memory. */
export const tableSteps = ({ configuration }: Manifest, steps: StepColumns): TableSteps => ({
  *pieces(size) {
    for (let at = 0; at < steps.length; at += size) yield steps.slice(at, at + size + 1);
  },
  optional: new Set(OPTIONAL_QUANTITIES.filter((name) => steps.columns[name] !== undefined)),
  isUpperEstimate: recordedFloors(steps.columns, configuration.training.momentum).isUpperEstimate,
});

const missing = (length: number): OptionalColumn => ({ values: new Float64Array(length).fill(Number.NaN) });

/** The quantities of all steps; cosine, angle and chord where the run has them. */
function quantities({ columns, length }: StepColumns, optional: TableSteps['optional']): NamedColumn[] {
  const { loss, accuracy, elr, egn, ess, norm, groups } = columns;
  const ofGroups = (['share', 'egn', 'ess'] as const).flatMap((quantity) =>
    groups.map((group): NamedColumn => [`${quantity}.${group.name}`, group[quantity]]),
  );
  const others = OPTIONAL_QUANTITIES.filter((name) => optional.has(name)).map(
    (name): NamedColumn => [name, (columns[name] ?? missing(length)).values],
  );
  return [...Object.entries({ loss, accuracy, elr, egn, ess, norm }), ...others, ...ofGroups];
}

/** At least so many steps are looked at together. */
const PIECE = 4096;

/** Rows of so many steps each: `placeOf` their places, the means of what they recorded, and their noise share (T14). The last may have fewer. */
function* rowsOf(
  { configuration, invariantGroups }: Manifest,
  { pieces, optional, isUpperEstimate }: TableSteps,
  { size, placeOf }: { readonly size: number; readonly placeOf: (steps: Float64Array) => Row },
): Generator<Row> {
  const { momentum } = configuration.training;
  const together = size * Math.ceil(PIECE / size);
  for (const piece of pieces(together)) {
    const followed = stepsInGroups(piece, invariantGroups);
    const steps = followed.slice(0, together);
    const floors = isUpperEstimate
      ? stepNoiseFloors(followed.columns, momentum)
      : recordedFloors(followed.columns, momentum).floors;
    const means = (values: Float64Array): number[] => columnChunks(values, size).map(mean);
    const ofQuantities = quantities(steps, optional).map(([name, values]) => [name, means(values)] as const);
    const places = columnChunks(steps.columns.step, size).map(placeOf);
    for (const [i, floor] of means(floors.subarray(0, steps.length)).entries()) {
      const row = Object.fromEntries(ofQuantities.map(([name, values]) => [name, values[i]!]));
      yield { ...places[i]!, ...row, noiseShare: floor / row.loss! };
    }
  }
}

/** A row a step: steps and epochs before it, and what it recorded. */
export function stepRows(manifest: Manifest, steps: TableSteps): Generator<Row> {
  const epoch = stepsPerEpoch(manifest);
  return rowsOf(manifest, steps, { size: 1, placeOf: ([step]) => ({ step: step!, epoch: step! / epoch }) });
}

/**
 * A row an epoch: steps and epochs at its end, and the means over its steps. The last epoch of an unfinished run has a fraction.
 */
export function epochRows(manifest: Manifest, steps: TableSteps): Generator<Row> {
  const size = stepsPerEpoch(manifest);
  const placeOf = (of: Float64Array): Row => ({ step: of.at(-1)! + 1, epoch: (of.at(-1)! + 1) / size });
  return rowsOf(manifest, steps, { size, placeOf });
}
