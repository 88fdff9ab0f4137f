import type { GraphStructure, ValueInfo } from './structure.js';

/** What the names of the inputs and outputs of a copy begin with. */
export const copyPrefix = (copy: number): string => `${copy} `;

/**
 * The same graph several times in one, each copy with inputs and outputs of its own, under their names behind
 * `copyPrefix`. Only constants are shared, so every copy computes what the graph computes by itself.
 */
export function sideBySide({ nodes, constants, inputs, outputs }: GraphStructure, copies: number): GraphStructure {
  const prefixes = Array.from({ length: copies }, (_, copy) => copyPrefix(copy));
  const named = (prefix: string) => (value: string) => (value === '' || constants.has(value) ? value : prefix + value);
  const infos = (values: readonly ValueInfo[]): ValueInfo[] =>
    prefixes.flatMap((prefix) => values.map((value) => ({ ...value, name: prefix + value.name })));
  return {
    nodes: prefixes
      .map(named)
      .flatMap((name) => nodes.map((node) => ({ ...node, inputs: node.inputs.map(name), output: name(node.output) }))),
    constants,
    inputs: infos(inputs),
    outputs: infos(outputs),
  };
}
