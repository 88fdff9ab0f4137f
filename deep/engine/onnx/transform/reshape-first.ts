import { type GraphTransform, type Rewriting, rewriting } from './rewrite.js';

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
