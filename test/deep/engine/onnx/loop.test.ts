import { expect, it } from 'vitest';
import { type HostData, sizeOf } from '../../../../deep/engine/engine.js';
import { blockSize } from '../../../../deep/engine/onnx/block-size.js';
import { encodeGraph } from '../../../../deep/engine/onnx/encode.js';
import { encodeLoop, STEPS as STEPS_INPUT } from '../../../../deep/engine/onnx/loop.js';
import { fewerNodes } from '../../../../deep/engine/onnx/transform/fewer-nodes.js';
import { onnxruntime, type ort } from '../../../../deep/engine/onnxruntime.js';
import { type TraceOptions, trace } from '../../../../deep/engine/trace/trace.js';
import { convNet } from '../../../../deep/models/convnet.js';
import { initialTensors } from '../../../../deep/models/model.js';
import { jointNorm } from '../../../../deep/models/network.js';
import { IMAGES, LABELS } from '../../../../deep/step/batch.js';
import { startingState, trainingStep } from '../../../../deep/step/step.js';
import { LEARNING_RATE, RADIUS } from '../../../../deep/step/update/compose.js';
import { randomSource } from '../../../../src/numerics/random.js';

const STEPS = 4;
const SHAPE = { batch: 3, channels: 3, height: 32, width: 32 };
const EACH = [IMAGES, LABELS, LEARNING_RATE];

type Contents = Readonly<Record<string, HostData>>;

/** A step of a ConvNet with momentum, its starting point, and what each of the steps is given. */
async function setting(options: TraceOptions) {
  const model = convNet({ width: 4 });
  const step = trainingStep(model, { momentum: 0.9 });
  const specs = step.inputs(SHAPE);
  const { graph } = await trace(step.fn, specs, options);
  const random = randomSource(3);
  const weights = initialTensors(model, random);
  const start: Contents = {
    ...Object.fromEntries(weights),
    ...Object.fromEntries(startingState(step)),
    [RADIUS]: Float32Array.of(jointNorm(model, weights)),
  };
  const each = Array.from(
    { length: STEPS },
    (_, i): Contents => ({
      [IMAGES]: Float32Array.from({ length: SHAPE.batch * 3 * 32 * 32 }, () => random.gaussian()),
      [LABELS]: Int32Array.from({ length: SHAPE.batch }, () => random.below(10)),
      [LEARNING_RATE]: Float32Array.of(0.01 * (i + 1)),
    }),
  );
  return { structure: graph.structure(), specs, start, each };
}

type Setting = Awaited<ReturnType<typeof setting>>;

async function sessionOf(model: Uint8Array): Promise<ort.InferenceSession> {
  return onnxruntime().InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
}

/** Runs a session on contents by their names; stacked ones have a dimension more. */
async function run(session: ort.InferenceSession, { specs }: Setting, contents: Contents, stacked: number | undefined) {
  const { Tensor } = onnxruntime();
  const feeds = specs.map(({ name, shape, type }) => {
    const dims = stacked !== undefined && EACH.includes(name) ? [stacked, ...shape] : [...shape];
    expect(contents[name]!.length).toBe(sizeOf(dims));
    return [`in:${name}`, new Tensor(type, contents[name]!, dims)] as const;
  });
  const count = new Tensor('int64', BigInt64Array.of(BigInt(stacked ?? 1)), []);
  const outputs = await session.run({
    ...Object.fromEntries(feeds),
    ...(stacked !== undefined && { [STEPS_INPUT]: count }),
  });
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name.slice('out:'.length), (tensor.data as HostData).slice()]),
  );
}

/** What the steps record and the state at the end, taken one at a time. */
async function oneByOne(given: Setting) {
  const session = await sessionOf(encodeGraph(given.structure));
  let state: Contents = given.start;
  const recorded: Contents[] = [];
  for (const own of given.each) {
    const outputs = await run(session, given, { ...state, ...own }, undefined);
    state = { ...state, ...Object.fromEntries(Object.entries(outputs).filter(([name]) => name in state)) };
    recorded.push(Object.fromEntries(Object.entries(outputs).filter(([name]) => !(name in given.start))));
  }
  await session.release();
  return { state, recorded };
}

const joined = (parts: readonly HostData[]): HostData => {
  const values = parts.flatMap((part) => [...part]);
  return parts[0] instanceof Int32Array ? Int32Array.from(values) : Float32Array.from(values);
};

it.each([
  ['in blocks', async () => ({ block: await blockSize() })],
  ['in plain layouts', async () => ({})],
])('steps in a loop are byte for byte those taken one by one, %s', async (_, options) => {
  const given = await setting(await options());
  const { state, recorded } = await oneByOne(given);
  const stacks = EACH.map((name) => [name, joined(given.each.map((own) => own[name]!))] as const);
  const session = await sessionOf(encodeLoop(given.structure, { each: EACH }));
  const outputs = await run(session, given, { ...given.start, ...Object.fromEntries(stacks) }, STEPS);
  await session.release();
  expect(recorded[0]!.loss![0]).not.toBe(recorded[1]!.loss![0]);
  for (const name of Object.keys(recorded[0]!)) {
    expect(outputs[name], name).toEqual(joined(recorded.map((each) => each[name]!)));
  }
  for (const name of Object.keys(outputs)) if (name in state) expect(outputs[name], name).toEqual(state[name]);
  expect(Object.keys(outputs).filter((name) => name in state).length).toBeGreaterThan(12);
});

it('takes the graph in fewer nodes as well', async () => {
  const given = await setting({ fewNodes: true });
  const few = { ...given, structure: fewerNodes(given.structure) };
  const { state } = await oneByOne(few);
  const stacks = EACH.map((name) => [name, joined(given.each.map((own) => own[name]!))] as const);
  const session = await sessionOf(encodeLoop(few.structure, { each: EACH }));
  const outputs = await run(session, few, { ...given.start, ...Object.fromEntries(stacks) }, STEPS);
  await session.release();
  expect(outputs['conv_layers.0.weight']).toEqual(state['conv_layers.0.weight']);
});
