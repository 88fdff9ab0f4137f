import { describe, expect, it } from 'vitest';
import { randomImages } from '../../../deep/data/random-images.js';
import { Companions } from '../../../deep/engine/companions.js';
import { CompiledEngine } from '../../../deep/engine/compiled.js';
import type { Engine } from '../../../deep/engine/engine.js';
import { STACKING_RULES } from '../../../deep/engine/onnx/stack/rules.js';
import { stackRuns } from '../../../deep/engine/onnx/stack/stack-runs.js';
import { stackGraph } from '../../../deep/engine/onnx/stack/stacked-graph.js';
import type { ModelName } from '../../../deep/models/names.js';
import { createModel } from '../../../deep/models/network.js';
import { trainingStep } from '../../../deep/step/step.js';
import { startTraining, type TrainingOptions, type TrainingStep } from '../../../deep/training/train.js';
import type { NetworkVariant } from '../../../src/run/network-variants.js';
import { elrRate } from '../../../src/run/rate.js';
import { countingPool } from './counting-pool.js';

/** As on a GPU, where runs are computed in the nodes of one; in onnxruntime's standard operators, on the cpu. */
const asOnGpu = (pool?: ConstructorParameters<typeof CompiledEngine>[0]): CompiledEngine =>
  new CompiledEngine({ threads: 1, blocked: false, fewNodes: true, ...pool });

/** Two batches an epoch, the last one smaller: tensors of one graph go into another. */
const data = randomImages(6);
const BATCH = 4;

/** How a run is trained, and what its network is besides its name. */
interface Options extends Partial<TrainingOptions> {
  readonly variant?: NetworkVariant;
}

interface Trained {
  readonly steps: readonly TrainingStep[];
  readonly state: ReadonlyMap<string, { readonly data: ArrayLike<number> }>;
}

async function train(engine: Engine, model: ModelName, given: Options, steps: number): Promise<Trained> {
  const { variant, ...options } = given;
  const network = createModel({ model, width: 2, ...variant }, data);
  const training = startTraining(engine, network, data, { rate: elrRate(1e-5), batch: BATCH, seed: 1, ...options });
  const taken: TrainingStep[] = [];
  for (let i = 0; i < steps; i += 1) taken.push(await training.step());
  const { tensors: state } = await training.state();
  await training.dispose();
  return { steps: taken, state };
}

async function trainTogether(model: ModelName, runs: readonly Options[], lengths: readonly number[]) {
  const { pool, calls } = countingPool();
  const companions = new Companions();
  const trained = runs.map(async (options, i) => {
    const companion = companions.join();
    try {
      return await train(companion.engineOn(asOnGpu({ pool })), model, options, lengths[i]!);
    } finally {
      companion.leave();
    }
  });
  return { trained: await Promise.all(trained), calls };
}

/**
 * The largest relative difference of losses and gradient norms, and of the norms of all tensors of the state; of those
 * below 1e-3, as biases before a normalisation, which only rounding moves, the difference beside that.
 */
function deviation(found: Trained, expected: Trained): number {
  const norm = ({ data: values }: { data: ArrayLike<number> }): number => Math.hypot(...Array.from(values));
  const numbers = ({ steps, state }: Trained): number[] => [
    ...steps.flatMap(({ loss, egn, groups }) => [loss, egn, ...groups.map((group) => group.egn)]),
    ...[...state.values()].map(norm),
  ];
  const wanted = numbers(expected);
  return Math.max(...numbers(found).map((value, i) => Math.abs(value - wanted[i]!) / Math.max(1e-3, wanted[i]!)));
}

/**
 * Rounding of float32 is 6e-8, and sums of up to 4,096 terms are added in another order; a step multiplies what it starts
 * from by less than five. Measured: at most 3e-6 on ConvNets and 1.2e-5 on ResNet-18.
 */
const TOLERANCE = 5e-5;

const MODES: readonly (readonly [ModelName, string, Options])[] = [
  ['convnet', 'joint', {}],
  ['convnet-affine', 'group', { projection: 'group', loss: 'squared' }],
  ['convnet', 'full batch', { fullBatch: true, momentum: 0.9 }],
  ['convnet', 'filter', { projection: 'filter', momentum: 0.9 }],
  ['convnet-affine', 'group norm', { free: true, variant: { norm: 'group', groups: 2 } }],
  ['convnet', 'weight norm', { variant: { norm: 'weight', lastLayer: 'invariant' } }],
  ['vit', 'joint', {}],
  ['resnet18-affine', 'free', { projection: 'none', momentum: 0.9, weightDecay: 1e-3, free: true, freeLr: 0.01 }],
];

describe('runs that are computed in the nodes of one', () => {
  it.each(MODES)('of %s, mode %s, take the steps that they take alone', async (model, _, options) => {
    const runs = [1, 2, 3].map((seed): Options => ({ ...options, seed, rate: elrRate(seed * 1e-5) }));
    const lengths = [3, 3, 2];
    const { trained } = await trainTogether(model, runs, lengths);
    // The first and the shortest; the next test has every run of several.
    for (const i of [0, 2]) {
      const alone = await train(asOnGpu(), model, runs[i]!, lengths[i]!);
      expect(deviation(trained[i]!, alone), `run ${i}`).toBeLessThan(TOLERANCE);
      // What is compared is the run's own.
      const other = trained[(i + 1) % 3]!.steps[0]!;
      expect(Math.abs(other.loss / alone.steps[0]!.loss - 1)).toBeGreaterThan(1e-3);
    }
  });

  it('share one call a step, in a graph for each size of batch, and take the steps that they take alone', async () => {
    const seeds = [1, 2, 3, 4];
    const { trained, calls } = await trainTogether(
      'convnet',
      seeds.map((seed) => ({ seed })),
      [3, 3, 3, 3],
    );
    for (const [i, seed] of seeds.entries())
      expect(deviation(trained[i]!, await train(asOnGpu(), 'convnet', { seed }, 3)), `run ${i}`).toBeLessThan(
        TOLERANCE,
      );
    // Two graphs for two sizes of batch; no third, of a run by itself.
    expect(calls).toHaveLength(3);
    const images = calls.map((feeds) => feeds['in:images']!.dims);
    expect(images.map(([runs, batch]) => [runs, batch])).toEqual([
      [4, 4],
      [4, 2],
      [4, 4],
    ]);
  });

  it('are not disturbed by one that diverges', async () => {
    const free: Options = { projection: 'none', momentum: 0.9, free: true };
    const rate = (value: number) => ({ ...free, rate: { kind: 'lr', value } as const });
    const { trained, calls } = await trainTogether('convnet-affine', [rate(1e30), rate(0.01)], [3, 3]);
    expect(calls).toHaveLength(3);
    expect(trained[0]!.steps[2]!.loss).toBeNaN();
    const alone = await train(asOnGpu(), 'convnet-affine', rate(0.01), 3);
    expect(deviation(trained[1]!, alone)).toBeLessThan(TOLERANCE);
  });

  it('have hardly more nodes than one, whatever their number', async () => {
    const engine = asOnGpu();
    for (const [model, most] of [['convnet', 1.15] as const, ['resnet18-affine', 1.15] as const]) {
      const step = trainingStep(createModel({ model, width: 8 }, data));
      const inputs = step.inputs({ batch: 128, channels: 3, height: 32, width: 32 });
      const { graph } = await engine.lower(step.fn, inputs);
      const counts = [2, 16].map((runs) => stackRuns(graph, runs).nodes.length);
      expect(counts[0]).toBe(counts[1]);
      expect(counts[0]! / graph.nodes.length).toBeLessThan(most);
    }
  });

  it('are refused by name where an operator has no rule', () => {
    const info = (name: string) => ({ name, type: 'float32', shape: [2] }) as const;
    const node = { op: 'Softmax', domain: '', inputs: ['in:x'], output: 'out:y', attributes: {} };
    const graph = { nodes: [node], constants: new Map(), inputs: [info('in:x')], outputs: [info('out:y')] };
    expect(() => stackGraph(graph, 2, STACKING_RULES)).toThrow('the operator Softmax cannot be computed for several');
  });
});
