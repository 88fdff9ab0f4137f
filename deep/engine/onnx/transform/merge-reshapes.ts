import { type GraphTransform, rewriting } from './rewrite.js';

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
