import { type GraphTransform, type Rewriting, rewriting } from './rewrite.js';

/** Operators that give the same numbers, in the same order, another shape. */
const RESHAPING = new Set(['Reshape', 'Unsqueeze']);

/** Reshapes one after another become one, and one that changes nothing goes. */
export const mergeReshapes: GraphTransform = rewriting(({ op, inputs, attributes }, graph) => {
  if (!RESHAPING.has(op)) return undefined;
  const [value] = inputs as [string];
  const before = graph.producer(value);
  // That one has been merged with those before it.
  const source = before !== undefined && RESHAPING.has(before.op) ? before.inputs[0]! : value;
  const node = graph.node(op, inputs, attributes);
  const shape = graph.shape(node);
  if (shape === undefined) return node;
  if (String(shape) === String(graph.shape(source))) return source;
  return source === value ? node : graph.node('Reshape', [source, graph.integers(shape)]);
});

/** Operators that compute every number from the one at its place, and from single numbers. */
const ELEMENTWISE = new Set(['Add', 'Sub', 'Mul', 'Div', 'Sqrt', 'Reciprocal', 'Neg', 'Exp', 'Log']);

const isNumber = (value: string, graph: Rewriting): boolean => graph.shape(value)?.length === 0;

/** The value in another shape, which what it is computed from is given. */
function reshaped(value: string, shape: string, graph: Rewriting): string {
  const node = graph.producer(value);
  const operands = node?.inputs.filter((input) => !isNumber(input, graph)) ?? [];
  const [operand] = operands;
  if (node === undefined || operand === undefined || operands.length > 1) return graph.node('Reshape', [value, shape]);
  if (!ELEMENTWISE.has(node.op) || graph.users(value).length > 1) return graph.node('Reshape', [value, shape]);
  const inputs = node.inputs.map((input) => (input === operand ? reshaped(operand, shape, graph) : input));
  return graph.node(node.op, inputs, node.attributes);
}

/** Reshapes move before what is computed element by element, where they meet a reduction or another reshape. */
export const reshapeFirst: GraphTransform = rewriting(({ op, inputs }, graph) =>
  op === 'Reshape' ? reshaped(inputs[0]!, inputs[1]!, graph) : undefined,
);

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
