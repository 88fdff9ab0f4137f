import { type GraphTransform, rewriting } from './rewrite.js';

/** The sum of a product of a value with itself is one operator. */
export const sumsOfSquares: GraphTransform = rewriting(({ op, inputs, attributes }, graph) => {
  const product = graph.producer(inputs[0] ?? '');
  if (op !== 'ReduceSum' || product?.op !== 'Mul' || product.inputs[0] !== product.inputs[1]) return undefined;
  return graph.node('ReduceSumSquare', [product.inputs[0]!, ...inputs.slice(1)], attributes);
});
