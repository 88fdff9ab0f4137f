import { OnnxGraph } from '../graph.js';
import type { Constant, GraphNode, GraphStructure } from '../structure.js';
import { outputShape, type Shape } from '../transform/shapes.js';

/** A value of the graph of one run. */
interface Value {
  /** What it is called in the graph of all runs. */
  readonly name: string;
  /** Its shape in one run; undefined where that is not known. */
  readonly shape: Shape | undefined;
  /** Whether every run has its own, one after another along a first dimension; or all the same. */
  readonly stacked: boolean;
}

/** A node of the graph of one run, and what it is written with in the graph of all. */
export interface Stacking {
  readonly node: GraphNode;
  readonly graph: OnnxGraph;
  readonly runs: number;
  /** The shapes of its inputs in one run. */
  shape(input: number): Shape;
  /** Its shape in one run. */
  readonly outShape: Shape;
  /** The whole numbers of an input that is a constant. */
  numbers(input: number): number[];
  /** An input with as many dimensions as it has in one run and the first one besides, or `rank` and that. */
  stacked(input: number, rank?: number): string;
  /** An input whose values are the same in all runs. */
  shared(input: number): string;
  isStacked(input: number): boolean;
}

/** How a node of one run is written for all; the name of its output, stacked. */
export type StackingRule = (stacking: Stacking) => string;

class Stacker {
  private readonly graph = new OnnxGraph();
  private readonly values = new Map<string, Value>();
  private readonly wholes = new Map<string, number[]>();

  constructor(
    private readonly one: GraphStructure,
    private readonly runs: number,
    private readonly rules: Readonly<Record<string, StackingRule>>,
  ) {
    for (const { name, type, shape } of one.inputs) {
      this.values.set(name, { name: this.graph.input(name, type, [runs, ...shape]), shape, stacked: true });
    }
    for (const [name, constant] of one.constants) this.enterConstant(name, constant);
  }

  stack(): GraphStructure {
    const outputs = new Map(this.one.outputs.map((output) => [output.name, output]));
    for (const node of this.one.nodes) {
      const value = this.write(node);
      this.values.set(node.output, value);
      const info = outputs.get(node.output);
      if (info === undefined) continue;
      this.graph.output(info.name, this.stackedName(value, info.shape.length), info.type, [this.runs, ...info.shape]);
    }
    return this.graph.structure();
  }

  private enterConstant(name: string, constant: Constant): void {
    if (constant.type === 'int64') this.wholes.set(name, Array.from(constant.data as BigInt64Array, Number));
    this.values.set(name, { name: this.graph.constant(constant), shape: constant.shape, stacked: false });
  }

  private write(node: GraphNode): Value {
    const inputs = node.inputs.map((input) => this.values.get(input)!);
    const shape = outputShape(node, {
      shape: (value) => this.values.get(value)?.shape,
      numbers: (value) => this.wholes.get(value ?? ''),
    });
    if (inputs.every(({ stacked }) => !stacked)) {
      const names = inputs.map(({ name }) => name);
      return { name: this.graph.node(node.op, names, node.attributes, node.domain), shape, stacked: false };
    }
    const rule = this.rules[node.op];
    if (rule === undefined || shape === undefined)
      throw new Error(`the operator ${node.op} cannot be computed for several runs at once`);
    return { name: rule(this.stacking(node, inputs, shape)), shape, stacked: true };
  }

  private stacking(node: GraphNode, inputs: readonly Value[], outShape: Shape): Stacking {
    const { graph, runs } = this;
    return {
      ...{ node, graph, runs, outShape },
      shape: (i) => inputs[i]!.shape!,
      numbers: (i) => this.wholes.get(node.inputs[i]!)!,
      stacked: (i, rank = inputs[i]!.shape!.length) => this.stackedName(inputs[i]!, rank),
      shared: (i) => {
        if (inputs[i]!.stacked) throw new Error(`${node.op}: input ${i} differs from run to run`);
        return inputs[i]!.name;
      },
      isStacked: (i) => inputs[i]!.stacked,
    };
  }

  private stackedName({ name, shape, stacked }: Value, rank: number): string {
    const { graph, runs } = this;
    const ones = Array.from({ length: rank - shape!.length }, () => 1);
    const wanted = graph.integers([runs, ...ones, ...shape!]);
    if (!stacked) return graph.node('Expand', [name, wanted]);
    return ones.length === 0 ? name : graph.node('Reshape', [name, wanted]);
  }
}

/**
 * The function for several runs at once: every input and output has a first dimension more, along which the runs lie, and
 * the number of nodes hardly depends on the number of runs. Sums may be added in another order than for one run. Throws
 * where an operator has no rule.
 */
export const stackGraph = (
  one: GraphStructure,
  runs: number,
  rules: Readonly<Record<string, StackingRule>>,
): GraphStructure => new Stacker(one, runs, rules).stack();
