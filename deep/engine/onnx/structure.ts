import type { ElementType } from './schema.js';

/** An attribute: a whole number or list of them (int, ints), text, or a float wrapped to tell it from an int. */
export type Attribute = number | readonly number[] | string | { readonly floats: readonly number[] };

/** Numbers that are part of the graph. */
export interface Constant {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

/** An input or output of a graph. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Name of a dimension before the others, as long as what is given. */
  readonly along?: string;
}

/** An operator applied to values; it has one output. */
export interface GraphNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph as data: nodes in the order in which they can be executed. */
export interface GraphStructure {
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** The nodes that an output needs, in their order. */
export function liveNodes(nodes: readonly GraphNode[], outputs: readonly ValueInfo[]): GraphNode[] {
  const needed = new Set(outputs.map(({ name }) => name));
  const live: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!needed.has(node.output)) continue;
    live.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return live.reverse();
}
