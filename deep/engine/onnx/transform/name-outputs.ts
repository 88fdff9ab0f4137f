import type { GraphStructure } from '../structure.js';
import type { GraphTransform } from './rewrite.js';

/** What outputs are to be called by the nodes that make them: the first name that a value is given. */
function outputNames({ nodes, outputs }: GraphStructure): Map<string, string> {
  const made = new Set(nodes.map(({ output }) => output));
  const isOutput = new Set(outputs.map(({ name }) => name));
  const names = new Map<string, string>();
  for (const { op, inputs, output } of nodes) {
    const [value] = inputs;
    if (op !== 'Identity' || !isOutput.has(output) || !made.has(value!) || isOutput.has(value!)) continue;
    if (!names.has(value!)) names.set(value!, output);
  }
  return names;
}

/** Nodes give their values the names of outputs themselves, which onnxruntime does not do where the values are used again. */
export const nameOutputs: GraphTransform = (graph) => {
  const names = outputNames(graph);
  const named = (value: string): string => names.get(value) ?? value;
  const nodes = graph.nodes
    .filter(({ op, inputs, output }) => !(op === 'Identity' && names.get(inputs[0]!) === output))
    .map((node) => ({ ...node, inputs: node.inputs.map(named), output: named(node.output) }));
  return { ...graph, nodes };
};
