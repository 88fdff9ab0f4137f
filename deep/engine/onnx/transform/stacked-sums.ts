import type { GraphNode } from '../structure.js';
import { type GraphTransform, type Rewriting, rewriting } from './rewrite.js';

/** A reduction of a whole tensor to one number without dimensions; undefined where the value is none. */
export function wholeReduction(value: string, graph: Rewriting): GraphNode | undefined {
  const node = graph.producer(value);
  if (node?.op.startsWith('Reduce') !== true || node.attributes.keepdims !== 0) return undefined;
  return graph.shape(value)?.length === 0 ? node : undefined;
}

/** Numbers that whole tensors are reduced to, as a list: [count, 1, ...], as many dimensions as the tensors have. */
export function listOfReductions(reductions: readonly GraphNode[], graph: Rewriting): string | undefined {
  const ranks = reductions.map(({ inputs }) => graph.shape(inputs[0]!)?.length);
  if (ranks.some((rank) => rank === undefined || rank === 0 || rank !== ranks[0])) return undefined;
  const numbers = reductions.map(({ op, inputs, attributes }) =>
    graph.node(op, inputs, { ...attributes, keepdims: 1 }),
  );
  return graph.node('Concat', numbers, { axis: 0 });
}

/** Sums of whole tensors that are stacked keep their dimensions, which spares giving each a new one. */
export const stackedSums: GraphTransform = rewriting(({ op, inputs, attributes }, graph) => {
  if (op !== 'Concat' || attributes.axis !== 0 || inputs.length < 2) return undefined;
  const reductions = inputs.map((input) => {
    const node = graph.producer(input);
    return node?.op === 'Unsqueeze' ? wholeReduction(node.inputs[0]!, graph) : undefined;
  });
  if (reductions.some((each) => each === undefined)) return undefined;
  const list = listOfReductions(reductions as GraphNode[], graph);
  return list === undefined ? undefined : graph.node('Reshape', [list, graph.integers([inputs.length])]);
});
