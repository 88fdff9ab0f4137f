import type { GraphNode } from '../structure.js';
import { type GraphTransform, type NamedValue, type Rewriting, rewritingOutputs } from './rewrite.js';

/** An input of one dimension and the output that takes its place in the next step: a old + b mean. */
interface MovingAverage {
  readonly name: string;
  readonly old: string;
  readonly oldWeight: number;
  /** The mean of a tensor over all dimensions but one. */
  readonly mean: GraphNode;
  readonly meanWeight: number;
  readonly size: number;
}

/** What a value is a multiple of, by constants. */
function multiple(value: string, graph: Rewriting): { of: string; factor: number } {
  const node = graph.producer(value);
  const by = node?.op === 'Mul' ? graph.number(node.inputs[1]!) : undefined;
  if (node === undefined || by === undefined) return { of: value, factor: 1 };
  const { of, factor } = multiple(node.inputs[0]!, graph);
  return { of, factor: by * factor };
}

function movingAverage({ info, value }: NamedValue, graph: Rewriting): MovingAverage | undefined {
  const sum = graph.producer(value);
  const [size] = info.shape;
  if (sum?.op !== 'Add' || size === undefined || info.shape.length !== 1) return undefined;
  const [old, now] = sum.inputs.map((input) => multiple(input, graph)) as [
    ReturnType<typeof multiple>,
    ReturnType<typeof multiple>,
  ];
  const mean = graph.producer(now.of);
  if (!graph.isInput(old.of) || mean?.op !== 'ReduceMean' || mean.attributes.keepdims !== 0) return undefined;
  return { name: info.name, old: old.of, oldWeight: old.factor, mean, meanWeight: now.factor, size };
}

const keyOf = ({ mean }: MovingAverage, graph: Rewriting): string => String(graph.numbers(mean.inputs[1]));

/** A weight for every number of all averages, one after another. */
function weights(averages: readonly MovingAverage[], weight: 'oldWeight' | 'meanWeight', graph: Rewriting): string {
  const all = averages.flatMap((average) => Array.from({ length: average.size }, () => average[weight]));
  return graph.array(Float32Array.from(all), [all.length]);
}

/**
 * Moving averages of many means, the running statistics of normalisation, are computed side by side. The means keep
 * their dimensions, as normalisation wants them.
 */
export const movingAverages: GraphTransform = rewritingOutputs((outputs, graph) => {
  const found = outputs.map((output) => movingAverage(output, graph)).filter((each) => each !== undefined);
  const [first] = found;
  if (first === undefined) return new Map();
  const averages = found.filter((average) => keyOf(average, graph) === keyOf(first, graph));
  const axes = graph.numbers(first.mean.inputs[1]) ?? [];
  const axis = [...axes, axes.length].findIndex((_, i) => !axes.includes(i));
  const means = averages.map(({ mean }) => graph.node('ReduceMean', mean.inputs, { keepdims: 1 }));
  const total = averages.reduce((sum, { size }) => sum + size, 0);
  const list = graph.node('Reshape', [graph.node('Concat', means, { axis }), graph.integers([total])]);
  const old = graph.node(
    'Concat',
    averages.map((average) => average.old),
    { axis: 0 },
  );
  const next = graph.node('Add', [
    graph.node('Mul', [old, weights(averages, 'oldWeight', graph)]),
    graph.node('Mul', [list, weights(averages, 'meanWeight', graph)]),
  ]);
  let start = 0;
  const slices = averages.map(({ name, size }): [string, string] => {
    const bounds = [[start], [start + size], [0]].map((numbers) => graph.integers(numbers));
    start += size;
    return [name, graph.node('Slice', [next, ...bounds])];
  });
  return new Map(slices);
});
