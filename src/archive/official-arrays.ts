import type { Measurement } from '../run/measurements.js';

/** Arrays by name, an element a measurement. */
export type Arrays = ReadonlyMap<string, readonly number[]>;
/** The files that the official notebook reads, by name without .npz. */
export type OfficialFiles = ReadonlyMap<string, Arrays>;

/** Arrays of whole numbers. */
export const isWhole = (name: string): boolean =>
  ['report_epochs', 'outliers_list'].includes(name) || name.endsWith('_numel');

const length = (values: readonly number[]): number => Math.hypot(...values);

/** `NAME_norm` of parameters, as the official files have them. */
const normArrays = (names: readonly string[], norms: readonly Readonly<Record<string, number>>[]) =>
  names.map((name) => [`${name}_norm`, norms.map((of) => of[name] ?? Number.NaN)] as const);

/** Whether parameters outside the sphere keep their norms to the last digit, as only frozen ones do. */
const areFrozen = (others: readonly string[], measurements: readonly Measurement[]): boolean =>
  others.every((name) => measurements.every(({ norms }) => norms[name] === measurements[0]!.norms[name]));

/** `NAME_numel` of parameters, and `params_numel` of all together; nothing where the size of one is not known. */
function sizeArrays(
  names: readonly string[],
  measurements: readonly Measurement[],
  sizes: ReadonlyMap<string, number>,
) {
  if (!names.every((name) => sizes.has(name))) return [];
  const repeated = (size: number): number[] => measurements.map(() => size);
  const all = names.reduce((sum, name) => sum + sizes.get(name)!, 0);
  const each = names.map((name) => [`${name}_numel`, repeated(sizes.get(name)!)] as const);
  return [['params_numel', repeated(all)] as const, ...each];
}

/** `gm_norm` and `gs_norm` where all measurements have them. */
function batchGradientArrays(measurements: readonly Measurement[], lossUnit: number) {
  const values = (of: 'meanOfBatchesEgn' | 'deviationEgn') =>
    measurements.flatMap(({ gradient, norm }) => {
      const egn = gradient[of];
      return egn === undefined ? [] : [egn / norm / lossUnit];
    });
  const arrays = [['gm_norm', values('meanOfBatchesEgn')] as const, ['gs_norm', values('deviationEgn')] as const];
  return arrays.filter(([, found]) => found.length === measurements.length);
}

/** Of all parameters: the cosine to the start is that of the scale-invariant ones, the distance that of all. */
function parameterArrays(groups: readonly string[], measurements: readonly Measurement[]) {
  const names = Object.keys(measurements[0]!.norms);
  const others = names.filter((name) => !groups.includes(name));
  const distance = ['l2_init', measurements.map(({ start }) => start.distance)] as const;
  return [
    ['params_norm', measurements.map(({ norms }) => length(names.map((name) => norms[name] ?? Number.NaN)))] as const,
    ...normArrays(
      names,
      measurements.map(({ norms }) => norms),
    ),
    ['cos_init', measurements.map(({ start }) => start.cosine)] as const,
    ...(areFrozen(others, measurements) ? [distance] : []),
  ];
}

/** What the official files have besides measurements, and in which unit. */
export interface OfficialOptions {
  /** R over the epoch that ends with each measurement. */
  readonly noiseShares?: readonly number[];
  /** The unit of the official loss in ours (`officialLossUnit`): loss and gradients are divided by it. */
  readonly lossUnit?: number;
  /** Numbers of components of parameters, by name; those of others are not written. */
  readonly sizes?: ReadonlyMap<string, number>;
}

const PARTS = [
  ['train-tm', 'train', 'training'],
  ['train-em', 'train', 'evaluation'],
  ['test-tm', 'test', 'training'],
  ['test-em', 'test', 'evaluation'],
] as const;

/**
 * The official files from measurements: of train and test images, with batch statistics (tm) and running ones (em); and
 * `train-tm-prebn` of the scale-invariant parameters alone, which is where the notebook takes `gnorm_m`, the mean norm of the
 * gradients of batches, and `params_norm` from: their product is the mean EGN.
 */
export function measuredFiles(
  groups: readonly string[],
  measurements: readonly Measurement[],
  { noiseShares, lossUnit = 1, sizes = new Map() }: OfficialOptions = {},
): OfficialFiles {
  const epochs = ['report_epochs', measurements.map(({ epoch }) => epoch)] as const;
  const parameters = parameterArrays(groups, measurements);
  const all = sizeArrays(Object.keys(measurements[0]!.norms), measurements, sizes);
  const files = PARTS.map(([file, part, mode]): [string, Arrays] => {
    const quality = measurements.map((measurement) => measurement[part][mode]);
    const loss = ['loss', quality.map((of) => of.loss / lossUnit)] as const;
    const accuracy = ['acc', quality.map((of) => of.accuracy)] as const;
    return [file, new Map([epochs, loss, accuracy, ...parameters, ...all])];
  });
  const invariant: Arrays = new Map([
    epochs,
    ['params_norm', measurements.map(({ norm }) => norm)],
    ['gnorm_m', measurements.map(({ gradient, norm }) => gradient.egn / norm / lossUnit)],
    ...batchGradientArrays(measurements, lossUnit),
    ...sizeArrays(groups, measurements, sizes),
    ...(noiseShares === undefined ? [] : [['noise_share', noiseShares] as const]),
    ...normArrays(
      groups,
      measurements.map(({ norms }) => norms),
    ),
  ]);
  return new Map([...files, ['train-tm-prebn', invariant]]);
}
