import { expect } from 'vitest';
import { sizeOf } from '../../../../../deep/engine/engine.js';
import { encodeGraph } from '../../../../../deep/engine/onnx/encode.js';
import { OnnxGraph } from '../../../../../deep/engine/onnx/graph.js';
import type { GraphStructure } from '../../../../../deep/engine/onnx/structure.js';
import type { GraphTransform } from '../../../../../deep/engine/onnx/transform/rewrite.js';
import { onnxruntime } from '../../../../../deep/engine/onnxruntime.js';
import { randomSource } from '../../../../../src/numerics/random.js';
import { deviation } from '../../agreement.js';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A graph of float32 inputs and outputs of these shapes; `build` says what each output is. */
export function graphOf(
  inputs: Shapes,
  outputs: Shapes,
  build: (graph: OnnxGraph) => Readonly<Record<string, string>>,
): GraphStructure {
  const graph = new OnnxGraph();
  for (const [name, shape] of Object.entries(inputs)) graph.input(name, 'float32', shape);
  const values = build(graph);
  for (const [name, shape] of Object.entries(outputs)) graph.output(name, values[name]!, 'float32', shape);
  return graph.structure();
}

/** What onnxruntime makes of a graph, whose own optimiser is off, with the same random inputs every time. */
async function run(graph: GraphStructure): Promise<Record<string, Float32Array>> {
  const { InferenceSession, Tensor } = onnxruntime();
  const session = await InferenceSession.create(encodeGraph(graph), {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  const random = randomSource(1);
  const feeds = graph.inputs.map(({ name, shape }) => {
    const data = Float32Array.from({ length: sizeOf(shape) }, () => random.gaussian());
    return [name, new Tensor('float32', data, shape)] as const;
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  const read = Object.entries(outputs).map(([name, tensor]) => [name, (tensor.data as Float32Array).slice()] as const);
  await session.release();
  return Object.fromEntries(read);
}

/** Nodes by operator, without those that only give an output its name. */
export function operators({ nodes, outputs }: GraphStructure): Record<string, number> {
  const names = new Set(outputs.map(({ name }) => name));
  const counts: Record<string, number> = {};
  for (const { op, output } of nodes) {
    if (op === 'Identity' && names.has(output)) continue;
    counts[op] = (counts[op] ?? 0) + 1;
  }
  return counts;
}

/**
 * The transformed graph computes what the graph did, checked by running both in onnxruntime, and has these operators.
 * Tolerance: sums of at most a hundred terms of float32 (rounding 6e-8) in another order.
 */
export async function expectSameFunction(
  transform: GraphTransform,
  graph: GraphStructure,
  after: Readonly<Record<string, number>>,
): Promise<void> {
  const transformed = transform(graph);
  expect(operators(transformed)).toEqual(after);
  expect(transformed.inputs).toEqual(graph.inputs);
  expect(transformed.outputs).toEqual(graph.outputs);
  const [expected, found] = [await run(graph), await run(transformed)];
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected))
    expect(deviation(found[name]!, values), name).toBeLessThan(1e-6);
}

/** The transform leaves the graph's operators as they are. */
export const expectUntouched = (transform: GraphTransform, graph: GraphStructure): void =>
  expect(operators(transform(graph))).toEqual(operators(graph));
