import type { GraphNode } from '../structure.js';
import { type GraphTransform, type Rewriting, rewriting } from './rewrite.js';
import { listOfReductions, wholeReduction } from './stacked-sums.js';

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
