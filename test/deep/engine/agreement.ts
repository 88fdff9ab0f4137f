import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { CompiledEngine } from '../../../deep/engine/compiled.js';
import { EagerEngine } from '../../../deep/engine/eager.js';
import {
  type Engine,
  HOST_ORDER,
  type HostData,
  type Layout,
  sizeOf,
  type TensorFunction,
  type TensorSpec,
} from '../../../deep/engine/engine.js';
import type { Provider } from '../../../deep/engine/names.js';
import { randomSource } from '../../../src/numerics/random.js';
import { registerQuickFilterGradient } from './filter-gradient.js';

registerQuickFilterGradient();

/** The provider under test; another one than the cpu where webgpu.test.ts runs these tests again. */
const provider = (process.env.REGIMES_TEST_PROVIDER ?? 'cpu') as Provider;

export const compiled = new CompiledEngine({ threads: 1, provider });
/** The same in standard operators alone, as for providers that lack the blocked layout. */
export const compiledPlain = new CompiledEngine({ threads: 1, provider, blocked: false });
/** The same in the fewest nodes, as for GPUs. */
export const compiledCompact = new CompiledEngine({ threads: 1, provider, blocked: false, fewNodes: true });
/** What is compared with the reference; on a GPU all three would be the last. */
const compiledEngines = provider === 'cpu' ? [compiled, compiledPlain, compiledCompact] : [compiledCompact];
export const eager = new EagerEngine();

/** An input of a function: what it is and what it holds. */
export interface Given {
  readonly spec: TensorSpec;
  readonly data: HostData;
}

export interface Result {
  readonly shape: readonly number[];
  readonly type: string;
  readonly data: HostData;
}

/** Runs a function once on host data and reads everything back. */
export async function runOn(
  engine: Engine,
  fn: TensorFunction,
  given: readonly Given[],
): Promise<Record<string, Result>> {
  const program = await engine.compile(
    fn,
    given.map(({ spec }) => spec),
  );
  const inputs = Object.fromEntries(given.map(({ spec, data }) => [spec.name, engine.upload(spec, data)]));
  const outputs = await program.run(inputs);
  const results: Record<string, Result> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    const { shape, type } = tensor.spec;
    results[name] = { shape, type, data: (await tensor.read()).slice() };
    tensor.dispose();
  }
  for (const input of Object.values(inputs)) input.dispose();
  await program.dispose();
  return results;
}

/**
 * Largest deviation over the elements, relative to the largest element expected. Not element by element: a sum of terms
 * that cancel has the rounding of its terms, not of its value.
 */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let scale = 0;
  let worst = 0;
  for (let i = 0; i < expected.length; i += 1) {
    scale = Math.max(scale, Math.abs(expected[i]!));
    worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!));
  }
  return worst === 0 ? 0 : worst / scale;
}

/**
 * The compiled engine, in blocked and in plain layouts and in the fewest nodes, against tfjs' own cpu backend, which shares no kernel with it. Both compute in float32 (rounding
 * 6e-8); sums in these tests have at most a few hundred terms, added in different orders, and exponentials of onnxruntime are good to
 * a few units in the last place: hence 2e-6.
 */
export async function expectAgreement(fn: TensorFunction, given: readonly Given[], tolerance = 2e-6): Promise<void> {
  const expected = await runOn(eager, fn, given);
  for (const engine of compiledEngines) {
    const actual = await runOn(engine, fn, given);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, { shape, type, data }] of Object.entries(expected)) {
      const found = actual[name]!;
      expect({ name, shape: found.shape, type: found.type }).toEqual({ name, shape, type });
      expect({ name, finite: data.every(Number.isFinite) }).toEqual({ name, finite: true });
      expect(deviation(found.data, data), name).toBeLessThanOrEqual(tolerance);
    }
  }
}

type Content = 'gaussian' | 'positive' | 'whole';

/** Continuous random numbers: no two are equal, so that maxima have no ties. `whole` ones are small and repeat. */
function content(size: number, seed: number, kind: Content): HostData {
  const random = randomSource(seed);
  if (kind === 'whole') return Int32Array.from({ length: size }, () => random.below(7) - 3);
  return Float32Array.from({ length: size }, () => (kind === 'gaussian' ? random.gaussian() : 0.1 + random.uniform()));
}

export interface InputOptions {
  readonly layout?: Layout;
  readonly content?: Content;
  readonly seed?: number;
}

/** An input with the shape that the function sees, lying in host memory as `layout` says. */
export function input(
  name: string,
  logicalShape: readonly number[],
  { layout = 'plain', content: kind = 'gaussian', seed = 1 }: InputOptions = {},
): Given {
  const shape = layout === 'plain' ? logicalShape : HOST_ORDER[layout].map((dimension) => logicalShape[dimension]!);
  const type = kind === 'whole' ? 'int32' : 'float32';
  return { spec: { name, shape, layout, type }, data: content(sizeOf(shape), seed, kind) };
}

/** Compiling costs milliseconds, on another provider half a second: so few runs; the same ones every time. */
export const few = (numRuns: number) => ({ numRuns: provider === 'cpu' ? numRuns : 2, seed: 1 });

export const seeds = fc.integer({ min: 1, max: 1_000_000 });
export const layouts = fc.constantFrom<Layout>('plain', 'image', 'kernel');
const size = fc.integer({ min: 1, max: 3 });
export const sizes = (rank: number): fc.Arbitrary<number[]> => fc.array(size, { minLength: rank, maxLength: rank });

/** A shape with a layout; layouts other than `plain` have four dimensions. */
export const arrangements: fc.Arbitrary<{ shape: number[]; layout: Layout }> = fc.oneof(
  fc.record({ shape: sizes(4), layout: layouts }),
  fc.record({ shape: fc.integer({ min: 0, max: 4 }).chain(sizes), layout: fc.constant('plain' as const) }),
);

/** A convolution of NHWC images by an HWIO kernel; padding by a number as PyTorch pads. */
export const convolve = (
  x: tf.Tensor,
  filter: tf.Tensor,
  stride = 1,
  pad: 'same' | 'valid' | number = 'same',
): tf.Tensor4D =>
  tf.conv2d(
    x as tf.Tensor4D,
    filter as tf.Tensor4D,
    stride,
    pad,
    'NHWC',
    1,
    typeof pad === 'number' ? 'floor' : undefined,
  );
