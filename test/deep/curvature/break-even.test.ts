import { describe, expect, it } from 'vitest';
import { BalanceMeter, type BalanceOptions, type BalanceSubject } from '../../../deep/curvature/break-even.js';
import { evenly } from '../../../deep/curvature/run-break-even.js';
import type { Augmentation } from '../../../deep/data/augmentation.js';
import { BatchReader } from '../../../deep/data/batch-reader.js';
import type { DataSet, ImageSet } from '../../../deep/data/image-set.js';
import { initialTensors } from '../../../deep/models/model.js';
import { jointNorm } from '../../../deep/models/network.js';
import { randomSource } from '../../../src/numerics/random.js';
import type { BalancePair } from '../../../src/regime/break-even.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { compiled } from '../engine/agreement.js';
import { type Criterion, crossEntropyOf, squaredErrorOf } from '../reference-layers.js';
import { SMALL_SHAPE, smallNetwork, smallReference } from '../small-network.js';
import { inner, norm } from './hessian-setting.js';

type Tensors = ReadonlyMap<string, Float32Array>;

const { batch: BATCH, channels, height, width } = SMALL_SHAPE;

/** Random images of the small network's shape. */
function smallData(count: number, augmentation?: Augmentation): DataSet {
  const random = randomSource(3);
  const pixels = Uint8Array.from({ length: count * channels * height * width }, () => random.below(256));
  const labels = Uint8Array.from({ length: count }, () => random.below(smallNetwork.classes));
  const train: ImageSet = {
    ...{ count, channels, height, width, pixels, labels },
    ...(augmentation === undefined ? {} : { augmentation }),
  };
  return {
    name: 'small',
    classes: smallNetwork.classes,
    train,
    test: train,
    means: [0.5, 0.5],
    deviations: [0.3, 0.3],
  };
}

const tensors = initialTensors(smallNetwork, randomSource(11));
const square = jointNorm(smallNetwork, tensors) ** 2;

const meter = (data: DataSet, options: BalanceOptions = {}, others: Partial<BalanceSubject> = {}) =>
  BalanceMeter.open(compiled, { model: smallNetwork, data, batch: BATCH, ...others }, options);

async function measure(data: DataSet, options: BalanceOptions = {}, at: Tensors = tensors): Promise<BalancePair[]> {
  const opened = await meter(data, options);
  const pairs = await opened.at(at);
  await opened.dispose();
  return pairs;
}

/** All choices of `size` out of 0 .. count - 1. */
function choices(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: count - from }, (_, i) => from + i).flatMap((first) =>
    choices(count, size - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

/** A batch by plain loops in float64: its loss and gradient at the weights moved by a multiple of a direction. */
function loops(data: DataSet, places: readonly number[], criterion: Criterion) {
  const { images, labels } = new BatchReader(data.train, data).read(places);
  return (direction?: ReadonlyMap<string, Float64Array>, by = 0) => {
    const moved = [...tensors].map(([name, values]): [string, ArrayLike<number>] => {
      const along = direction?.get(name);
      return [name, along === undefined ? values : Array.from(values, (value, i) => value + by * along[i]!)];
    });
    return smallReference({ tensors: new Map(moved), images, labels }, criterion);
  };
}

/** H v from the gradients at h and -h along v. */
const difference = (above: ReadonlyMap<string, Float64Array>, below: ReadonlyMap<string, Float64Array>, h: number) =>
  new Map(
    [...above].map(([name, values]) => [name, values.map((value, i) => (value - below.get(name)![i]!) / (2 * h))]),
  );

/** Float32 (6e-8) in sums of up to 256 terms, through six layers forward and back twice, as of Hessian-vector products. */
const TOLERANCE = 5e-6;

/**
 * Eight images make 70 batches of four, whose losses differ: the loss of a pair tells its batch b, which is the a of the next pair.
 * Differences in float64 with h = 1e-6: truncation 1e-12, rounding 1e-10.
 */
describe.each([
  ['cross-entropy', crossEntropyOf],
  ['squared', squaredErrorOf],
] as const)('pairs of batches of a small network against plain loops in float64, %s', (loss, criterion) => {
  const data = smallData(8);
  const batches = choices(8, BATCH).map((places) => ({ places, at: loops(data, places, criterion) }));
  const losses = batches.map(({ at }) => at().loss);
  const elr = 0.05;
  const measured = meter(data, { pairs: 9, elr }, { loss }).then((opened) => opened.at(tensors));

  const batchOf = (pair: BalancePair) => {
    const near = batches.filter((_, i) => Math.abs(losses[i]! / pair.loss - 1) < 1e-6);
    expect(near.length).toBe(1);
    return near[0]!;
  };

  it('have the slope and curvature of the loss of b along the gradient of a, on the unit sphere', async () => {
    const pairs = await measured;
    expect(pairs.length).toBe(9);
    const h = 1e-6;
    for (const [i, pair] of pairs.slice(1).entries()) {
      const [a, b] = [batchOf(pairs[i]!), batchOf(pair)];
      const along = a.at().gradient;
      const own = b.at().gradient;
      const [above, below] = [b.at(along, h), b.at(along, -h)];
      const product = difference(above.gradient, below.gradient, h);
      const slope = (square * (above.loss - below.loss)) / (2 * h);
      const curvature = square ** 2 * inner(product, along);
      expect(Math.abs(pair.slope - slope)).toBeLessThan(TOLERANCE * square * norm(along) * norm(own));
      expect(Math.abs(pair.curvature - curvature)).toBeLessThan(TOLERANCE * square ** 2 * norm(product) * norm(along));
      const ownProduct = difference(b.at(own, h).gradient, b.at(own, -h).gradient, h);
      const ownScale = square ** 2 * norm(ownProduct) * norm(own);
      expect(Math.abs(pair.ownCurvature! - square ** 2 * inner(ownProduct, own))).toBeLessThan(TOLERANCE * ownScale);
      expect(Math.abs(pair.squaredEgn / (square * inner(own, own)) - 1)).toBeLessThan(2 * TOLERANCE);
      // A whole step along the gradient of a; losses of order 1 in float32.
      const change = b.at(along, -elr * square).loss - b.at().loss;
      expect(Math.abs(change)).toBeGreaterThan(100 * TOLERANCE);
      expect(Math.abs(pair.change! - change)).toBeLessThan(TOLERANCE);
    }
  });

  /** Every second b is of the same shuffling, the first a of the other one: of two batches a pass, each image is in one. */
  it('are of two shufflings, each of which sees every image once a pass', async () => {
    const seen = (await measured).map((pair) => batchOf(pair).places);
    for (const [first, second] of [
      [0, 2],
      [4, 6],
      [3, 5],
    ] as const) {
      expect([...seen[first]!, ...seen[second]!].sort((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    }
    expect(new Set(seen.map(String)).size).toBeGreaterThan(4);
  });
});

describe('the balance of a batch that is all images', () => {
  it('has the squared EGN as slope, its own curvature as curvature, and the same every time but for the order of sums', async () => {
    const pairs = await measure(smallData(BATCH), { pairs: 4 });
    for (const { slope, squaredEgn, curvature, ownCurvature, loss } of pairs) {
      expect(Math.abs(ownCurvature! / curvature - 1)).toBeLessThan(2 * TOLERANCE);
      expect(Math.abs(slope / squaredEgn - 1)).toBeLessThan(TOLERANCE);
      expect(Math.abs(curvature / pairs[0]!.curvature - 1)).toBeLessThan(2 * TOLERANCE);
      expect(Math.abs(loss / pairs[0]!.loss - 1)).toBeLessThan(TOLERANCE);
    }
  });
});

describe('the balance on the unit sphere', () => {
  const data = smallData(12);
  const times = (factor: number): Tensors =>
    new Map(
      [...tensors].map(([name, values]) => [
        name,
        name === 'first' || name === 'second' ? values.map((value) => factor * value) : values,
      ]),
    );

  /** Largest deviation of each quantity over the pairs, relative to its largest value. */
  async function deviations(from: number, to: number): Promise<Required<BalancePair>> {
    const [one, other] = await Promise.all(
      [from, to].map((factor) => measure(data, { pairs: 6, elr: 0.05 }, times(factor))),
    );
    const of = (name: keyof BalancePair): number => {
      const scale = Math.max(...one!.map((pair) => Math.abs(pair[name]!)));
      return Math.max(...one!.map((pair, i) => Math.abs(pair[name]! - other![i]![name]!))) / scale;
    };
    const [loss, squaredEgn, slope] = [of('loss'), of('squaredEgn'), of('slope')];
    const [curvature, ownCurvature] = [of('curvature'), of('ownCurvature')];
    return { loss, squaredEgn, slope, curvature, ownCurvature, change: of('change') };
  }

  // Epsilon over the variance of what is normalised is 1e-5 / 0.1 or so, and counts several times in products: 4e-4 at most.
  it('does not depend on the norm of the weights, but for epsilon', async () => {
    const found = await deviations(1, 2);
    for (const deviation of Object.values(found)) expect(deviation).toBeLessThan(1e-3);
  });

  it('nor for that where weights are large', async () => {
    const found = await deviations(1e3, 2e3);
    for (const deviation of Object.values(found)) expect(deviation).toBeLessThan(2 * TOLERANCE);
  });
});

describe('the batches of the balance', () => {
  it('are the same again, others of another seed, and go on at the next point', async () => {
    const data = smallData(12);
    const first = await measure(data, { pairs: 5, seed: 4 });
    expect(await measure(data, { pairs: 5, seed: 4 })).toEqual(first);
    expect(await measure(data, { pairs: 5, seed: 5 })).not.toEqual(first);
    const opened = await meter(data, { pairs: 5, seed: 4 });
    expect(await opened.at(tensors)).toEqual(first);
    expect(await opened.at(tensors)).not.toEqual(first);
    await opened.dispose();
  });

  it('are 32 pairs where no number is said', async () => {
    expect((await measure(smallData(12))).length).toBe(32);
  });

  it('are augmented by epochs that no training has, and no two alike', async () => {
    const epochs: number[] = [];
    const data = smallData(8, (epoch) => {
      epochs.push(epoch);
      return { down: 0, right: 0, mirrored: epoch % 2 === 0 };
    });
    const pairs = await measure(data, { pairs: 7 });
    // Eight batches of four images, in turn from two shufflings of two batches a pass.
    expect(epochs.filter((_, i) => i % BATCH === 0)).toEqual([-1, -2, -1, -2, -3, -4, -3, -4]);
    expect(epochs.length).toBe(8 * BATCH);
    expect(pairs).not.toEqual(await measure(smallData(8), { pairs: 7 }));
  });

  it('are whole: what is left of a pass is left out', async () => {
    const read: number[] = [];
    const data = smallData(7, (_, image) => {
      read.push(image);
      return { down: 0, right: 0, mirrored: false };
    });
    await measure(data, { pairs: 3 });
    expect(read.length).toBe(4 * BATCH);
  });

  it('are refused where there are too few images for one', async () => {
    await expect(meter(smallData(3))).rejects.toThrow(new UsageError('3 images do not make a batch of 4'));
  });
});

it('points are chosen evenly, the last one always', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  expect(evenly(items, 1)).toEqual([10]);
  expect(evenly(items, 2)).toEqual([5, 10]);
  expect(evenly(items, 3)).toEqual([3, 7, 10]);
  expect(evenly(items, 10)).toEqual(items);
  expect(evenly(items, 99)).toEqual(items);
  for (let count = 1; count <= 10; count += 1) expect(new Set(evenly(items, count)).size).toBe(count);
});
