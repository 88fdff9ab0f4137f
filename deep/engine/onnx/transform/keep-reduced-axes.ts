import { type GraphTransform, rewriting } from './rewrite.js';

/**
 * A reduction that is only used in other shapes, as statistics of channels are, keeps its axes as ones. The reshape that
 * takes them away merges with those that follow it.
 */
export const keepReducedAxes: GraphTransform = rewriting(({ op, inputs, attributes, users }, graph) => {
  if (!op.startsWith('Reduce') || attributes.keepdims !== 0 || users.some((user) => user.op !== 'Reshape'))
    return undefined;
  const axes = graph.numbers(inputs[1]);
  const shape = graph.shape(inputs[0]!)?.filter((_, axis) => axes?.includes(axis) === false);
  if (shape === undefined || axes === undefined) return undefined;
  return graph.node('Reshape', [graph.node(op, inputs, { ...attributes, keepdims: 1 }), graph.integers(shape)]);
});
