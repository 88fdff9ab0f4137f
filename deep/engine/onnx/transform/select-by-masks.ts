import { DATA_TYPE } from '../schema.js';
import { type GraphTransform, type Rewriting, rewriting } from './rewrite.js';

/** The condition that a value is 1 where it holds and 0 elsewhere; undefined where it is no such value. */
function condition(value: string, graph: Rewriting): string | undefined {
  const node = graph.producer(value);
  if (node?.op !== 'Cast' || node.attributes.to !== DATA_TYPE.float32) return undefined;
  return ['Greater', 'Less', 'Equal'].includes(graph.producer(node.inputs[0]!)?.op ?? '') ? node.inputs[0] : undefined;
}

/**
 * A product with ones and zeros that a comparison gives is a selection. Infinities and NaN are dropped where the factor
 * is 0, as in gradients of ReLU; what made them stands in the loss.
 */
export const selectByMasks: GraphTransform = rewriting(({ op, inputs }, graph) => {
  if (op !== 'Mul') return undefined;
  const [a, b] = inputs as [string, string];
  const sameShape = String(graph.shape(a)) === String(graph.shape(b));
  for (const [mask, value] of [
    [a, b],
    [b, a],
  ] as const) {
    const holds = condition(mask, graph);
    if (holds !== undefined && sameShape)
      return graph.node('Where', [holds, value, graph.array(Float32Array.of(0), [])]);
  }
  return undefined;
});
