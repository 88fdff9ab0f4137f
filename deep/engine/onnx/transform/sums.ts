import type { GraphNode } from '../structure.js';
import { type GraphTransform, type Rewriting, rewriting } from './rewrite.js';

/** The sum of a product of a value with itself is one operator. */
export const sumsOfSquares: GraphTransform = rewriting(({ op, inputs, attributes }, graph) => {
  const product = graph.producer(inputs[0] ?? '');
  if (op !== 'ReduceSum' || product?.op !== 'Mul' || product.inputs[0] !== product.inputs[1]) return undefined;
  return graph.node('ReduceSumSquare', [product.inputs[0]!, ...inputs.slice(1)], attributes);
});

/** A reduction of a whole tensor to one number without dimensions; undefined where the value is none. */
function wholeReduction(value: string, graph: Rewriting): GraphNode | undefined {
  const node = graph.producer(value);
  if (node?.op.startsWith('Reduce') !== true || node.attributes.keepdims !== 0) return undefined;
  return graph.shape(value)?.length === 0 ? node : undefined;
}

/** Numbers that whole tensors are reduced to, as a list: [count, 1, ...], as many dimensions as the tensors have. */
function listOfReductions(reductions: readonly GraphNode[], graph: Rewriting): string | undefined {
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

/** Fewer than these are added as quickly one after another. */
const FEWEST = 4;

/** The sums of whole tensors that additions, one inside the other, add up; undefined where they add anything else. */
function summands(value: string, graph: Rewriting): GraphNode[] | undefined {
  const node = graph.producer(value);
  if (node?.op !== 'Add') {
    const reduction = wholeReduction(value, graph);
    return reduction === undefined ? undefined : [reduction];
  }
  const parts = node.inputs.map((input) => summands(input, graph));
  return parts.includes(undefined) ? undefined : (parts as GraphNode[][]).flat();
}

/** Sums of many whole tensors that are added up, as for a joint norm, become a list and its sum. */
export const addedSums: GraphTransform = rewriting((node, graph) => {
  if (node.op !== 'Add' || node.users.some(({ op }) => op === 'Add')) return undefined;
  const parts = node.inputs.map((input) => summands(input, graph));
  if (parts.includes(undefined)) return undefined;
  const reductions = (parts as GraphNode[][]).flat();
  const list = reductions.length < FEWEST ? undefined : listOfReductions(reductions, graph);
  if (list === undefined) return undefined;
  const axes = graph.shape(list)!.map((_, axis) => axis);
  return graph.node('ReduceSum', [list, graph.integers(axes)], { keepdims: 0 });
});
