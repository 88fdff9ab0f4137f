import { mean } from '../numerics/means.js';
import { columnsOf } from '../run/collect-steps.js';
import type { Manifest } from '../run/manifest.js';
import type { Measurement } from '../run/measurements.js';
import { columnChunks, stepsPerEpoch } from '../run/run-epochs.js';
import type { RecordedStep, StepColumns } from '../run/step-columns.js';
import { stepPieces } from '../run/step-pieces.js';
import { recordedFloors } from '../sphere/noise-floor.js';
import type { Arrays, OfficialFiles } from './official-arrays.js';
import { officialLossUnit } from './official-name.js';

/** What the official files have from the steps of a run, which are gone through once and not kept. */

/** The mean of a quantity over each epoch, the quantity being a function of the place of a step. */
const epochMeans = (steps: StepColumns, size: number, of: (place: number) => number): number[] =>
  columnChunks(
    Float64Array.from({ length: steps.length }, (_, place) => of(place)),
    size,
  ).map(mean);

/** Noise share over some steps (T14); NaN over none. */
const noiseShareOver = ({ configuration }: Manifest, { columns }: StepColumns): number =>
  mean(recordedFloors(columns, configuration.training.momentum).floors) / mean(columns.loss);

/** The last steps of a run, at least so many of them, without their groups. */
class LastSteps {
  private kept: RecordedStep[] = [];

  constructor(private readonly fewest: number) {}

  push(step: RecordedStep): void {
    if (this.kept.length === 2 * this.fewest) this.kept = this.kept.slice(-this.fewest);
    this.kept.push({ ...step, groups: [] });
  }

  from(first: number): StepColumns {
    return columnsOf(this.kept.filter(({ step }) => step >= first));
  }
}

/** The noise share over the epoch that ends with each measurement; NaN where no step was taken before it. */
export function measuredNoiseShares(
  manifest: Manifest,
  steps: Iterable<RecordedStep>,
  measurements: readonly Measurement[],
): number[] {
  const size = stepsPerEpoch(manifest);
  const last = new LastSteps(size);
  const shares: number[] = [];
  const measureUntil = (taken: number): void => {
    for (const { step } of measurements.slice(shares.length)) {
      if (step > taken) return;
      shares.push(noiseShareOver(manifest, last.from(step - size)));
    }
  };
  for (const step of steps) {
    measureUntil(step.step);
    last.push(step);
  }
  measureUntil(Number.POSITIVE_INFINITY);
  return shares;
}

/** What the official files have of some epochs of a run. */
function epochArrays(manifest: Manifest, steps: StepColumns): OfficialFiles {
  const size = stepsPerEpoch(manifest);
  const lossUnit = officialLossUnit(manifest);
  const { loss, accuracy, norm, egn, step, groups } = steps.columns;
  const means = (of: (place: number) => number): number[] => epochMeans(steps, size, of);
  const epochStarts = Array.from({ length: Math.ceil(steps.length / size) }, (_, epoch) => epoch * size);
  const groupNorm = (group: number, place: number): number =>
    Math.sqrt(groups[group]?.share[place] ?? Number.NaN) * norm[place]!;
  const common: [string, readonly number[]][] = [
    ['report_epochs', columnChunks(step, size).map((of) => (of.at(-1)! + 1) / size)],
    ...manifest.groups.map((name, i): [string, number[]] => [`${name}_norm`, means((place) => groupNorm(i, place))]),
  ];
  const train: Arrays = new Map([
    ...common,
    ['loss', means((place) => loss[place]! / lossUnit)],
    ['acc', means((place) => accuracy[place]!)],
  ]);
  const invariant: Arrays = new Map([
    ...common,
    ['params_norm', means((place) => norm[place]!)],
    ['gnorm_m', means((place) => egn[place]! / norm[place]! / lossUnit)],
    ['noise_share', epochStarts.map((start) => noiseShareOver(manifest, steps.slice(start, start + size)))],
  ]);
  return new Map([
    ['train-tm', train],
    ['train-tm-prebn', invariant],
  ]);
}

/** At least so many steps are looked at together. */
const PIECE = 4096;

/**
 * What metrics alone give: training loss, accuracy and gradient norms as running means over each epoch, of weights that
 * change meanwhile; no parameters but the scale-invariant ones, and nothing of test images. Empty where there is no step. No more than
 * some epochs of the steps are in memory at a time.
 */
export function recordedFiles(
  manifest: Manifest,
  steps: Iterable<RecordedStep>,
  { piece = PIECE }: { readonly piece?: number } = {},
): OfficialFiles {
  const epoch = stepsPerEpoch(manifest);
  let files: Map<string, Map<string, number[]>> | undefined;
  for (const some of stepPieces(steps, { size: epoch * Math.ceil(piece / epoch) })) {
    const found = epochArrays(manifest, some);
    files ??= new Map([...found].map(([file, arrays]) => [file, new Map([...arrays].map(([name]) => [name, []]))]));
    for (const [file, arrays] of found) {
      for (const [name, values] of arrays) for (const value of values) files.get(file)!.get(name)!.push(value);
    }
  }
  return files ?? new Map();
}
