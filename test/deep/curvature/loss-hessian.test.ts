import { readFileSync } from 'node:fs';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { LossHessian, trainingBatches } from '../../../deep/curvature/loss-hessian.js';
import { openData } from '../../../deep/data/open.js';
import { convNet } from '../../../deep/models/convnet.js';
import { namesWithRole } from '../../../deep/models/model.js';
import { extremeEigenvalues } from '../../../src/numerics/eigen/extreme-eigenvalues.js';
import { addScaled, norm, type SymmetricOperator } from '../../../src/numerics/eigen/operator.js';
import { spectralMeasure } from '../../../src/numerics/eigen/spectral-density.js';
import { estimateTrace } from '../../../src/numerics/eigen/trace.js';
import { randomSource } from '../../../src/numerics/random.js';
import { dot } from '../../../src/numerics/series.js';
import { compiled } from '../engine/agreement.js';
import { fixturePath, openFixture } from '../fixture.js';
import { randomPoint } from './hessian-setting.js';

async function dense({ size, apply }: SymmetricOperator): Promise<Matrix> {
  const columns: Float64Array[] = [];
  for (let i = 0; i < size; i += 1)
    columns.push(await apply(Float64Array.from({ length: size }, (_, j) => Number(i === j))));
  const matrix = new Matrix(columns.map((column) => Array.from(column)));
  return matrix.add(matrix.transpose()).mul(0.5);
}

/** 405 parameters, one batch of four random images or two. */
describe('the Hessian of a tiny network', () => {
  const model = convNet({ width: 1 });
  const shape = { batch: 4, channels: 3, height: 32, width: 32 };
  const { tensors, images, labels } = randomPoint(model, shape, 31);
  const other = randomPoint(model, shape, 32);
  const point = { tensors, batches: [{ images, labels }, other] };
  const opened = LossHessian.open(compiled, model, shape, point);
  const ofOther = LossHessian.open(compiled, model, shape, { tensors, batches: [other] });

  // Products are of float32 precision, 1e-6 of the largest eigenvalue; Lanczos was asked for 1e-5.
  it('has the eigenvalues, trace and moments of the dense matrix', async () => {
    const operator = (await ofOther).along();
    expect(operator.size).toBe(405);
    const matrix = await dense(operator);
    const values = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => b - a);
    const scale = Math.max(values[0]!, -values.at(-1)!);
    const { largest, smallest, converged } = await extremeEigenvalues(operator, randomSource(1), {
      count: 3,
      tolerance: 1e-5,
      maximumProducts: 200,
    });
    expect(converged).toBe(true);
    for (const [i, { value }] of largest.entries()) expect(Math.abs(value - values[i]!)).toBeLessThan(2e-5 * scale);
    expect(Math.abs(smallest.value - values.at(-1)!)).toBeLessThan(2e-5 * scale + smallest.bound);
    const trace = await estimateTrace(operator, randomSource(2), { probes: 100 });
    expect(Math.abs(trace.mean - matrix.trace())).toBeLessThan(4 * trace.standardError);
    const { points } = await spectralMeasure(operator, randomSource(3), { starts: 20, steps: 12 });
    const second = points.reduce((sum, { value, weight }) => sum + weight * value ** 2, 0);
    const squares = values.reduce((sum, value) => sum + value ** 2, 0) / 405;
    // Of one start the second moment scatters by sqrt(2 sum(v^4) / sum(v^2)^2).
    const scatter = Math.sqrt((2 * values.reduce((sum, value) => sum + value ** 4, 0)) / 20) / (405 * squares);
    expect(Math.abs(second / squares - 1)).toBeLessThan(4 * scatter);
  });

  it('is blind along the weights, jointly and of each layer', async () => {
    const hessian = await opened;
    for (const names of [namesWithRole(model, 'sphere'), ['conv_layers.3.weight']]) {
      const operator = hessian.along(names);
      const x = Float64Array.from(names.flatMap((name) => Array.from(tensors.get(name)!)));
      expect(norm(await operator.apply(x))).toBeLessThan(1e-9);
      const v = x.map((_, i) => Math.sin(i));
      const image = await operator.apply(v);
      expect(Math.abs(dot(image, x)) / norm(image) / norm(x)).toBeLessThan(1e-12);
    }
  });

  /** On the unit sphere, whatever the norm: at 1e3 times the weights too, where epsilon is small against all variances. */
  it('does not depend on the norm of the weights', async () => {
    const times = (factor: number) =>
      new Map(
        [...tensors].map(([name, values]) => [name, name.startsWith('conv') ? values.map((v) => v * factor) : values]),
      );
    const images = await Promise.all(
      [1e3, 3e3].map(async (factor) => {
        const hessian = await LossHessian.open(compiled, model, shape, { ...point, tensors: times(factor) });
        const operator = hessian.along();
        const v = Float64Array.from({ length: operator.size }, (_, i) => Math.cos(i));
        return { image: await operator.apply(v), ...(await hessian.slope()) };
      }),
    );
    const difference = images[0]!.image.slice();
    addScaled(difference, images[1]!.image, -1);
    expect(norm(difference) / norm(images[0]!.image)).toBeLessThan(1e-5);
    expect(images[0]!.loss).toBeCloseTo(images[1]!.loss, 5);
    expect(images[0]!.gradientNorm / images[1]!.gradientNorm).toBeCloseTo(3, 4);
  });

  it('is the mean of those of its batches', async () => {
    const first = await LossHessian.open(compiled, model, shape, { tensors, batches: [{ images, labels }] });
    const v = Float64Array.from({ length: 405 }, (_, i) => Math.cos(i));
    const [both, a, b] = await Promise.all(
      [(await opened).along(), first.along(), (await ofOther).along()].map((o) => o.apply(v)),
    );
    const sum = a!.slice();
    addScaled(sum, b!, 1);
    addScaled(sum, both!, -2);
    expect(norm(sum) / norm(both!)).toBeLessThan(1e-6);
  });
});

it('batches are whole, in order, and too few images are refused', () => {
  const data = openData('fashion-mnist', { trainImages: 50, seed: 1 });
  const read = trainingBatches(data, { batch: 16 });
  expect(read.map(({ labels }) => labels.length)).toEqual([16, 16, 16]);
  expect(Array.from(read[2]!.labels)).toEqual(Array.from(data.train.labels.subarray(32, 48)));
  expect(read[0]!.images).not.toBe(read[1]!.images);
  expect(() => trainingBatches(data, { batch: 64 })).toThrow('50 images do not make a batch of 64');
});

interface Ends {
  readonly largest: readonly number[];
  readonly smallest: number;
}

/** PyTorch in float64 from a Krylov space of its own; Lanczos here is asked for 1e-3, products are of float32 precision. */
describe('the ConvNet of width 4 against PyTorch', () => {
  const { eigenvalues } = JSON.parse(readFileSync(fixturePath('hessian-w4/expected.json'), 'utf8')) as {
    eigenvalues: { joint: Ends; groups: Record<string, Ends> };
  };
  const model = convNet({ width: 4 });
  const fixture = openFixture('convnet-w4');
  const batches = fixture.batches().slice(0, 1);
  const shape = { batch: batches[0]!.labels.length, channels: 3, height: 32, width: 32 };
  const opened = LossHessian.open(compiled, model, shape, { tensors: fixture.initialWeights(model), batches });
  const cases: [string, Ends, string[] | undefined][] = [
    ['all kernels', eigenvalues.joint, undefined],
    ...Object.entries(eigenvalues.groups).map(([name, ends]): [string, Ends, string[]] => [name, ends, [name]]),
  ];

  it.each(cases)('largest and smallest eigenvalue of %s', async (_, ends, names) => {
    const operator = (await opened).along(names);
    const found = await extremeEigenvalues(operator, randomSource(5), { tolerance: 1e-3, maximumProducts: 80 });
    expect(found.converged).toBe(true);
    const scale = Math.max(ends.largest[0]!, -ends.smallest);
    expect(Math.abs(found.largest[0]!.value - ends.largest[0]!)).toBeLessThan(2e-3 * scale);
    expect(Math.abs(found.smallest.value - ends.smallest)).toBeLessThan(2e-3 * scale);
  });
});
