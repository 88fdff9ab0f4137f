import { describe, expect, it } from 'vitest';
import type { Engine, HostData, NamedEngineTensors } from '../../../deep/engine/engine.js';
import { convNet } from '../../../deep/models/convnet.js';
import { initialTensors, type Model } from '../../../deep/models/model.js';
import { jointNorm } from '../../../deep/models/network.js';
import { resNet18 } from '../../../deep/models/resnet18.js';
import { IMAGES, LABELS } from '../../../deep/step/batch.js';
import { startingState, trainingStep } from '../../../deep/step/step.js';
import { LEARNING_RATE, RADIUS } from '../../../deep/step/update/compose.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled, compiledPlain, deviation, eager } from '../engine/agreement.js';
import { BATCH_SHAPE } from '../fixture.js';

type Contents = Readonly<Record<string, HostData>>;

const STEPS = 5;

interface Setting {
  readonly model: Model;
  readonly batch: number;
  readonly learningRate: number;
}

/** A training step of this setting as an engine compiles it: once for all seeds. */
async function compileStep(engine: Engine, { model, batch }: Setting) {
  const step = trainingStep(model, { momentum: 0.9 });
  const specs = step.inputs({ ...BATCH_SHAPE, batch });
  return { engine, step, specs, program: await engine.compile(step.fn, specs) };
}

type Compiled = Awaited<ReturnType<typeof compileStep>>;

/** Outputs of a step at these contents. */
async function takeStep({ engine, specs, program }: Compiled, contents: ReadonlyMap<string, HostData>) {
  const inputs = Object.fromEntries(
    specs.map((spec) => [spec.name, engine.upload(spec, contents.get(spec.name)!)] as const),
  );
  const outputs = await readAll(await program.run(inputs));
  for (const tensor of Object.values(inputs)) tensor.dispose();
  return outputs;
}

/**
 * Outputs of each step, of training on a new batch of noise each time. The momentum holds the gradients. `watch` is given
 * what each step starts from and its outputs.
 */
async function takeSteps(
  compiledStep: Compiled,
  { model, batch, learningRate }: Setting,
  seed: number,
  watch: (contents: ReadonlyMap<string, HostData>, outputs: Contents) => Promise<void> = async () => {},
): Promise<Contents[]> {
  const { step } = compiledStep;
  const random = randomSource(seed);
  const weights = initialTensors(model, random);
  let contents = new Map<string, HostData>([
    ...weights,
    ...startingState(step),
    [LEARNING_RATE, Float32Array.of(learningRate)],
    [RADIUS, Float32Array.of(jointNorm(model, weights))],
  ]);
  const taken: Contents[] = [];
  for (let i = 0; i < STEPS; i += 1) {
    const images = Float32Array.from({ length: batch * 3 * 32 * 32 }, () => random.gaussian());
    const labels = Int32Array.from({ length: batch }, () => random.below(10));
    contents = new Map<string, HostData>([...contents, [IMAGES, images], [LABELS, labels]]);
    const outputs = await takeStep(compiledStep, contents);
    await watch(contents, outputs);
    const state = Object.entries(outputs).filter(([name]) => contents.has(name));
    contents = new Map<string, HostData>([...contents, ...state]);
    taken.push(outputs);
  }
  return taken;
}

async function readAll(outputs: NamedEngineTensors): Promise<Contents> {
  const read: Record<string, HostData> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    read[name] = (await tensor.read()).slice();
    tensor.dispose();
  }
  return read;
}

/** Deviation of an output, relative to its largest element; of `inners`, which nearly vanish, to |w| |gradient|. */
function deviationOf(name: string, found: Contents, expected: Contents): number {
  if (name !== 'inners') return deviation(found[name]!, expected[name]!);
  const [norms, gradients] = [expected.squaredNorms!, expected.squaredGradients!];
  return Math.max(
    ...Array.from(expected.inners!, (value, i) => {
      const scale = Math.sqrt(norms[i]! * gradients[i]!);
      return Math.abs(found.inners![i]! - value) / scale;
    }),
  );
}

/** The largest deviation of any output of any step. */
function worstOf(found: readonly Contents[], expected: readonly Contents[]): number {
  expect(found.map((outputs) => Object.keys(outputs))).toEqual(expected.map((outputs) => Object.keys(outputs)));
  const deviations = expected.flatMap((outputs, i) =>
    Object.keys(outputs).map((name) => deviationOf(name, found[i]!, outputs)),
  );
  return Math.max(...deviations);
}

/** Widths at which some layers are worth blocks and others are not; a learning rate at which steps multiply little. */
const SETTINGS: readonly (readonly [string, Setting])[] = [
  ['ConvNet', { model: convNet({ width: 3 }), batch: 2, learningRate: 0.01 }],
  ['ResNet-18', { model: resNet18({ width: 2 }), batch: 2, learningRate: 0.01 }],
];

/**
 * Every step asks tens of thousands of ReLUs and maxima for a decision, and now and then one is within rounding of a tie.
 * Engines then part by 4e-4 to 4e-2 at once, none of them wrong, and a seed may have such a step as soon as anything is
 * summed in another order (two of six seeds of the ResNet did). Otherwise deviations are 2e-6 to 2e-5, and here none
 * has such a step. So most seeds have to agree, where with something wrong none would.
 */
const SEEDS = [2, 4, 7, 8, 6];
const AGREEING = 3;

describe.each(SETTINGS)('five steps of the %s', (_, setting) => {
  it('are the same eager and compiled, in blocked and in plain layouts, in every output', async () => {
    const [reference, blocked, plain] = await Promise.all(
      [eager, compiled, compiledPlain].map((engine) => compileStep(engine, setting)),
    );
    const worst = { blocked: [] as number[], plain: [] as number[] };
    const agreeing = (deviations: readonly number[]): number => deviations.filter((each) => each < 1e-4).length;
    for (const seed of SEEDS) {
      const expected = await takeSteps(reference!, setting, seed);
      for (const [layouts, step] of [
        ['blocked', blocked!],
        ['plain', plain!],
      ] as const) {
        const found = await takeSteps(step, setting, seed);
        worst[layouts].push(worstOf(found, expected));
        // Before anything has been amplified, in every seed.
        expect(worstOf(found.slice(0, 1), expected.slice(0, 1)), `${layouts}, seed ${seed}`).toBeLessThan(1e-5);
      }
      // Whatever the others do, most agree.
      if (Object.values(worst).every((deviations) => agreeing(deviations) >= AGREEING)) break;
    }
    for (const [layouts, deviations] of Object.entries(worst))
      expect(agreeing(deviations), `${layouts}: ${deviations}`).toBeGreaterThanOrEqual(AGREEING);
    for (const { program } of [reference!, blocked!, plain!]) await program.dispose();
  }, 120_000);
});

/**
 * At seed 6 a unit of the fifth ReLU stands 2.3e-6 below 0 in the eager engine's fourth step and 1.4e-6 above it in the
 * blocked layout's, where the states differ by 1.1e-5 (their units have a root mean square of 1). That one sign of 34,816
 * makes the gradients of the first layers differ by 5%, and those of the next step by 40%. So the eager engine is given the
 * state that the blocked layout has reached before every step: neither then has anything to amplify. Measured: 5.3e-6.
 */
it('every step of the ResNet-18 in the blocked layout is the one that the eager engine takes from there', async () => {
  const [, setting] = SETTINGS[1]!;
  const [reference, blocked] = await Promise.all([eager, compiled].map((engine) => compileStep(engine, setting)));
  const deviations: number[] = [];
  await takeSteps(blocked!, setting, 6, async (contents, outputs) => {
    deviations.push(worstOf([outputs], [await takeStep(reference!, contents)]));
  });
  expect(deviations.length).toBe(STEPS);
  expect(Math.max(...deviations), String(deviations)).toBeLessThan(1e-5);
  for (const { program } of [reference!, blocked!]) await program.dispose();
}, 120_000);
