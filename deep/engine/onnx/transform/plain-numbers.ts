import { type GraphTransform, rewriting } from './rewrite.js';

const BROADCASTING = new Set(['Add', 'Sub', 'Mul', 'Div']);

const isOne = (shape: readonly number[] | undefined): boolean => shape?.every((size) => size === 1) === true;

/** A number need not be reshaped to be an operand beside an array: broadcasting does that. */
export const plainNumbers: GraphTransform = rewriting(({ op, inputs, attributes }, graph) => {
  if (!BROADCASTING.has(op)) return undefined;
  const shapes = inputs.map((input) => graph.shape(input));
  const [a, b] = shapes;
  if (a === undefined || b === undefined || (isOne(a) && isOne(b))) return undefined;
  const operands = inputs.map((input, i) => {
    const node = graph.producer(input);
    const isLifted = node?.op === 'Reshape' && isOne(shapes[i]) && shapes[i]!.length <= shapes[1 - i]!.length;
    return isLifted && graph.shape(node.inputs[0]!)?.length === 0 ? node.inputs[0]! : input;
  });
  return String(operands) === String(inputs) ? undefined : graph.node(op, operands, attributes);
});
