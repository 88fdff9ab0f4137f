/** Gradient and Hessian of an expression, derived by mathjs and written as one program. */
import type { MathNode } from 'mathjs';
import { UsageError } from '../../src/system/usage-error.js';
import { writeTree } from './expression.js';
import { Graph } from './graph.js';
import type { Layout } from './groups.js';
import type { ToyProgram } from './program.js';

/** Sizes of all derivatives together; larger ones would take seconds and gigabytes. */
const MAXIMUM_DERIVATIVES = { gradient: 20_000, hessian: 500_000 };

export type Derivative = (node: MathNode, name: string, options: { simplify: boolean }) => MathNode;

/**
 * The derivative of each node by the name beside it. mathjs's simplification is off: it can take minutes where
 * derivation takes milliseconds, and the graph removes the same zeros and ones.
 */
function derivatives(
  derivative: Derivative,
  pairs: readonly (readonly [MathNode, string])[],
  maximum: number,
): MathNode[] {
  let size = 0;
  return pairs.map(([node, name]) => {
    const derived = derivative(node, name, { simplify: false });
    derived.traverse(() => {
      size += 1;
    });
    if (size > maximum)
      throw new UsageError(`the derivatives have more than ${maximum} operations; shorten the expression`);
    return derived;
  });
}

/** The program of an expression with the coordinates of `layout`. Fails (UsageError) if it would be very long. */
export function deriveProgram(derivative: Derivative, node: MathNode, { coordinates, groups }: Layout): ToyProgram {
  const graph = new Graph();
  const places = new Map(coordinates.map((name, i) => [name, i]));
  const write = (tree: MathNode) => writeTree(graph, tree, places);
  const slopes = derivatives(
    derivative,
    coordinates.map((name) => [node, name]),
    MAXIMUM_DERIVATIVES.gradient,
  );
  const pairs = coordinates.flatMap((_, i) => coordinates.slice(0, i + 1).map((name) => [slopes[i]!, name] as const));
  const loss = write(node);
  const gradient = slopes.map(write);
  const entries = derivatives(derivative, pairs, MAXIMUM_DERIVATIVES.hessian).map(write);
  // Entry (i, j) of a symmetric matrix whose lower half is stored by rows.
  const entry = (i: number, j: number) => entries[i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i]!;
  const product = coordinates.map((_, i) =>
    coordinates
      .map((_, j) => graph.arithmetic('multiply', entry(i, j), graph.direction(j)))
      .reduce((sum, term) => graph.arithmetic('add', sum, term)),
  );
  return { groups, operations: graph.operations, loss, gradient, product, offset: 0 };
}
