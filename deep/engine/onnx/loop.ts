import { encodeModel, graphObject } from './encode.js';
import { ATTRIBUTE_TYPE } from './schema.js';
import type { GraphNode, GraphStructure, ValueInfo } from './structure.js';

/** Names of the graph of a step as traces give them: an output under the name of an input is state. */
const INPUT = 'in:';
const OUTPUT = 'out:';

/** The input that says how many steps a call takes: an int64 number. */
export const STEPS = 'steps';

export interface LoopOptions {
  /** Names of the inputs that every step has its own of; they are given stacked, [steps, ...]. */
  readonly each: readonly string[];
}

const inStep = (name: string): string => `step ${name}`;
const stacked = (value: ValueInfo): ValueInfo => ({ ...value, along: STEPS });
const node = (op: string, inputs: readonly string[], output: string, attributes: GraphNode['attributes'] = {}) => ({
  op,
  domain: '',
  inputs,
  output,
  attributes,
});

/** Inputs and outputs of a step by what becomes of them from one step to the next. */
function roles({ inputs, outputs }: GraphStructure, each: readonly string[]) {
  const state = inputs.filter(({ name }) =>
    outputs.some((output) => output.name === OUTPUT + name.slice(INPUT.length)),
  );
  const next = state.map(({ name }) => outputs.find((output) => output.name === OUTPUT + name.slice(INPUT.length))!);
  const own = inputs.filter(({ name }) => each.includes(name.slice(INPUT.length)));
  const recorded = outputs.filter((output) => !next.includes(output));
  return { state, next, own, recorded };
}

type Roles = ReturnType<typeof roles>;

/** The step as the body of a loop: it is given its number, and state under other names than those outside. */
function body(step: GraphStructure, { state, next, own, recorded }: Roles): GraphStructure {
  const renamed = new Set([...state, ...own, ...step.outputs].map(({ name }) => name));
  const named = (value: string): string => (renamed.has(value) ? inStep(value) : value);
  const info = (value: ValueInfo): ValueInfo => ({ ...value, name: inStep(value.name) });
  return {
    nodes: [
      node('Identity', ['goes on'], 'goes on after'),
      ...own.map(({ name }) => node('Gather', [name, 'number'], inStep(name), { axis: 0 })),
      ...step.nodes.map((each) => ({ ...each, inputs: each.inputs.map(named), output: named(each.output) })),
    ],
    constants: step.constants,
    inputs: [
      { name: 'number', type: 'int64', shape: [] },
      { name: 'goes on', type: 'bool', shape: [] },
      ...state.map(info),
    ],
    outputs: [{ name: 'goes on after', type: 'bool', shape: [] }, ...[...next, ...recorded].map(info)],
  };
}

/**
 * A model that takes several steps in one call, as many as the call says: state goes round inside, where it stays on the device, and is given back
 * as it is at the end; what steps record comes back stacked, [steps, ...], under the names that it has of one step. Every
 * step computes what the graph of one step computes.
 */
export function encodeLoop(step: GraphStructure, { each }: LoopOptions): Uint8Array {
  const parts = roles(step, each);
  const { state, next, own, recorded } = parts;
  const given = step.inputs.map((input) => (own.includes(input) ? stacked(input) : input));
  const whole = graphObject('steps', {
    nodes: [],
    constants: new Map(),
    inputs: [{ name: STEPS, type: 'int64', shape: [] }, ...given],
    outputs: [...next, ...recorded.map(stacked)],
  });
  const loop = {
    op_type: 'Loop',
    name: 'steps',
    input: [STEPS, '', ...state.map(({ name }) => name)],
    output: [...next, ...recorded].map(({ name }) => name),
    attribute: [{ name: 'body', type: ATTRIBUTE_TYPE.graph, g: graphObject('step', body(step, parts)) }],
  };
  return encodeModel(
    { ...whole, node: [loop] },
    step.nodes.map(({ domain }) => domain),
  );
}
