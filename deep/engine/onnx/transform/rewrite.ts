import { OnnxGraph } from '../graph.js';
import type { Attribute, GraphNode, GraphStructure, ValueInfo } from '../structure.js';
import { outputShape, type Shape } from './shapes.js';

/** The same function of the inputs as another graph. */
export type GraphTransform = (graph: GraphStructure) => GraphStructure;

/** What a rule sees of the graph, and adds to it. Values are those of the graph that is being written. */
export interface Rewriting {
  /** The node that makes a value; undefined for inputs and constants. */
  producer(value: string): GraphNode | undefined;
  /** Nodes that a value went into before anything was rewritten. */
  users(value: string): readonly GraphNode[];
  /** Undefined where it is not known. */
  shape(value: string): Shape | undefined;
  /** The whole numbers of a constant; undefined where the value is none. */
  numbers(value: string | undefined): number[] | undefined;
  /** The number that a constant without dimensions holds; undefined where the value is none. */
  number(value: string): number | undefined;
  isInput(value: string): boolean;
  integers(values: readonly number[]): string;
  /** A constant. */
  array(values: Float32Array, shape: Shape): string;
  /** Adds a node; its output. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
}

/** A node that is looked at, its inputs as they have been rewritten, and what its output goes into, as it was before. */
export interface Candidate extends Omit<GraphNode, 'output'> {
  readonly users: readonly GraphNode[];
}

/** What a node becomes: a value that takes its place; undefined leaves it as it is. */
export type Rule = (node: Candidate, graph: Rewriting) => string | undefined;

/** A value that bears the name of an output. */
export interface NamedValue {
  readonly info: ValueInfo;
  readonly value: string;
}

/** Values that take the place of outputs, by name; what is not named stays. */
export type OutputRule = (outputs: readonly NamedValue[], graph: Rewriting) => ReadonlyMap<string, string>;

class Rewriter implements Rewriting {
  private readonly graph = new OnnxGraph();
  private readonly producers = new Map<string, GraphNode>();
  private readonly shapes = new Map<string, Shape>();
  private readonly single = new Map<string, number>();
  private readonly wholes = new Map<string, number[]>();
  private readonly goesInto = new Map<string, readonly GraphNode[]>();
  /** Values of the old graph in the new one. */
  private readonly renamed = new Map<string, string>();

  constructor(private readonly old: GraphStructure) {
    for (const { name, type, shape } of old.inputs) this.enter(name, this.graph.input(name, type, shape), shape);
    for (const [name, constant] of old.constants) {
      const value = this.graph.constant(constant);
      if (constant.type === 'int64') this.wholes.set(value, Array.from(constant.data as BigInt64Array, Number));
      if (constant.type === 'float32' && constant.shape.length === 0) this.single.set(value, Number(constant.data[0]));
      this.enter(name, value, constant.shape);
    }
  }

  rewritten(rule: Rule, replace: OutputRule): GraphStructure {
    const users = new Map<string, GraphNode[]>();
    for (const node of this.old.nodes) {
      for (const input of new Set(node.inputs)) users.set(input, [...(users.get(input) ?? []), node]);
    }
    const outputs = new Map(this.old.outputs.map((output) => [output.name, output]));
    const named: NamedValue[] = [];
    for (const { output, ...node } of this.old.nodes) {
      const inputs = node.inputs.map((input) => this.renamed.get(input) ?? input);
      const info = outputs.get(output);
      const isName = info !== undefined && node.op === 'Identity';
      const value = isName ? inputs[0]! : this.see({ ...node, inputs, users: users.get(output) ?? [] }, output, rule);
      if (info !== undefined) named.push({ info, value });
    }
    const replaced = replace(named, this);
    for (const { info, value } of named) {
      this.graph.output(info.name, replaced.get(info.name) ?? value, info.type, info.shape);
    }
    return this.graph.structure();
  }

  private see(candidate: Candidate, output: string, rule: Rule): string {
    const value = rule(candidate, this) ?? this.add(candidate);
    this.renamed.set(output, value);
    this.goesInto.set(value, [...this.users(value), ...candidate.users]);
    return value;
  }

  producer(value: string): GraphNode | undefined {
    return this.producers.get(value);
  }

  users(value: string): readonly GraphNode[] {
    return this.goesInto.get(value) ?? [];
  }

  shape(value: string): Shape | undefined {
    return this.shapes.get(value);
  }

  numbers(value: string | undefined): number[] | undefined {
    return this.wholes.get(value ?? '');
  }

  number(value: string): number | undefined {
    return this.single.get(value);
  }

  isInput(value: string): boolean {
    return this.old.inputs.some(({ name }) => name === value);
  }

  array(values: Float32Array, shape: Shape): string {
    const name = this.graph.constant({ type: 'float32', shape, data: values });
    this.shapes.set(name, shape);
    return name;
  }

  integers(values: readonly number[]): string {
    const name = this.graph.integers(values);
    this.wholes.set(name, [...values]);
    this.shapes.set(name, [values.length]);
    return name;
  }

  node(op: string, inputs: readonly string[], attributes: GraphNode['attributes'] = {}): string {
    return this.add({ op, domain: '', inputs, attributes });
  }

  private enter(old: string, value: string, shape: Shape): void {
    this.renamed.set(old, value);
    this.shapes.set(value, shape);
  }

  private add({ op, domain, inputs, attributes }: Omit<GraphNode, 'output'>): string {
    const output = this.graph.node(op, inputs, attributes, domain);
    const node = { op, domain, inputs, attributes, output };
    this.producers.set(output, node);
    const shape = outputShape(node, this);
    if (shape !== undefined) this.shapes.set(output, shape);
    return output;
  }
}

/** A transform that shows every node but outputs to a rule, in the order of execution; what no output needs is dropped. */
export const rewriting =
  (rule: Rule): GraphTransform =>
  (graph) =>
    new Rewriter(graph).rewritten(rule, () => new Map());

/** A transform that gives outputs other values. */
export const rewritingOutputs =
  (rule: OutputRule): GraphTransform =>
  (graph) =>
    new Rewriter(graph).rewritten(() => undefined, rule);

/** Transforms one after another. */
export const inTurn =
  (...transforms: readonly GraphTransform[]): GraphTransform =>
  (graph) =>
    transforms.reduce((rewritten, transform) => transform(rewritten), graph);
