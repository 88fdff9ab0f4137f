/** Expressions that users type, read by mathjs, of which only arithmetic on declared coordinates gets through. */
import type { FunctionNode, MathNode, OperatorNode, ParenthesisNode, SymbolNode } from 'mathjs';
import { UsageError } from '../../src/system/usage-error.js';
import { type Arithmetic, type Graph, MATH_FUNCTIONS, type MathFunction } from './graph.js';

/** Bounds that keep reading and deriving fast; the examples of the literature stay far below. */
export const EXPRESSION_LIMITS = { characters: 4000, nesting: 40, nodes: 1000 } as const;

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);
/** What mathjs writes in derivatives of tan and tanh, as 1 / cos and 1 / cosh. */
const RECIPROCALS: ReadonlyMap<string, MathFunction> = new Map([
  ['sec', 'cos'],
  ['sech', 'cosh'],
]);
const OPERATORS: ReadonlyMap<string, Arithmetic> = new Map([
  ['add', 'add'],
  ['subtract', 'subtract'],
  ['multiply', 'multiply'],
  ['divide', 'divide'],
  ['pow', 'power'],
]);
const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map(MATH_FUNCTIONS.map((name) => [name, name]));
const ALLOWED = `numbers, coordinates, pi, e, + - * / ^, parentheses and ${MATH_FUNCTIONS.join(', ')} of one argument`;

/** Whether a name already means something in expressions. */
export const isReserved = (name: string): boolean => CONSTANTS.has(name) || FUNCTIONS.has(name);

/** A piece of what the user typed, short enough for a line. */
const quote = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}...` : line);
};

const refuse = (piece: string): never => {
  throw new UsageError(`${quote(piece)} is not part of an expression; allowed: ${ALLOWED}`);
};

/** The two parts of mathjs in use. `mathjs/number` loads in two thirds of the time of all of it. */
export async function loadAlgebra() {
  const { create, parseDependencies, derivativeDependencies } = await import('mathjs/number');
  const { parse, derivative } = create({ ...parseDependencies, ...derivativeDependencies });
  return { parse: (text: string): MathNode => parse(text), derivative };
}

/** The operands of a node, after checking that nothing but arithmetic is in the node itself. */
function operands(node: MathNode): readonly MathNode[] {
  if (node.type === 'ParenthesisNode') return [(node as ParenthesisNode).content];
  if (node.type === 'OperatorNode') {
    const { fn, args } = node as OperatorNode<never, never, MathNode[]>;
    const signs = args.length === 1 && (fn === 'unaryMinus' || fn === 'unaryPlus');
    return signs || (OPERATORS.has(fn) && args.length === 2) ? args : refuse(node.toString());
  }
  if (node.type === 'FunctionNode') {
    const { fn, args } = node as FunctionNode<MathNode, MathNode[]>;
    const name = fn.type === 'SymbolNode' ? (fn as SymbolNode).name : '';
    return FUNCTIONS.has(name) && args.length === 1 ? args : refuse(node.toString());
  }
  if (node.type === 'SymbolNode') return [];
  const value: unknown = node.type === 'ConstantNode' ? (node as { value?: unknown }).value : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? [] : refuse(node.toString());
}

/** Names of coordinates in a checked expression, each once. */
function coordinatesOf(root: MathNode): string[] {
  const names = new Set<string>();
  const waiting = [root];
  let nodes = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes += 1;
    if (nodes > EXPRESSION_LIMITS.nodes)
      throw new UsageError(
        `the expression has more than ${EXPRESSION_LIMITS.nodes} numbers, coordinates and operations`,
      );
    if (node.type === 'SymbolNode' && !CONSTANTS.has((node as SymbolNode).name)) names.add((node as SymbolNode).name);
    waiting.push(...operands(node));
  }
  return [...names];
}

function checkSize(text: string): void {
  const { characters, nesting } = EXPRESSION_LIMITS;
  if (text.trim() === '') throw new UsageError('the expression is empty; allowed: such as x1^2/(x1^2+y1^2)');
  if (text.length > characters)
    throw new UsageError(`the expression has ${text.length} characters; allowed: up to ${characters}`);
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (depth > nesting) throw new UsageError(`the expression is nested deeper than ${nesting} parentheses`);
  }
}

/** The syntax tree of an expression and its coordinates. Fails (UsageError) unless it is mere arithmetic. */
export function parseExpression(parse: (text: string) => MathNode, text: string) {
  checkSize(text);
  let node: MathNode;
  try {
    node = parse(text);
  } catch (error) {
    // A chain of thousands of signs overflows the stack of the parser: a RangeError, with a message of its own.
    const reason = error instanceof SyntaxError ? error.message : 'too deep or not arithmetic';
    throw new UsageError(`the expression ${quote(text)} cannot be read: ${reason}; allowed: ${ALLOWED}`);
  }
  return { node, coordinates: coordinatesOf(node) };
}

/** Writes a tree that `parseExpression` let through, or a derivative of one, to `graph`; the place of its result. */
export function writeTree(graph: Graph, root: MathNode, places: ReadonlyMap<string, number>): number {
  const write = (node: MathNode): number => {
    if (node.type === 'ParenthesisNode') return write((node as ParenthesisNode).content);
    if (node.type === 'ConstantNode') return graph.number(Number((node as { value?: unknown }).value));
    if (node.type === 'SymbolNode') {
      const { name } = node as SymbolNode;
      const place = places.get(name);
      return place === undefined ? graph.number(CONSTANTS.get(name)!) : graph.coordinate(place);
    }
    const inputs = (node as OperatorNode<never, never, MathNode[]>).args.map(write);
    if (node.type === 'FunctionNode') return writeCall(graph, (node as FunctionNode).fn.name, inputs[0]!);
    const { fn } = node as OperatorNode<never, never, MathNode[]>;
    if (inputs.length === 1) return fn === 'unaryMinus' ? graph.negate(inputs[0]!) : inputs[0]!;
    return inputs.reduce((a, b) => graph.arithmetic(OPERATORS.get(fn)!, a, b));
  };
  return write(root);
}

function writeCall(graph: Graph, name: string, of: number): number {
  const below = RECIPROCALS.get(name);
  return below === undefined
    ? graph.call(FUNCTIONS.get(name)!, of)
    : graph.arithmetic('divide', graph.number(1), graph.call(below, of));
}
