import { encodeGraph } from './encode.js';
import type { ElementType } from './schema.js';
import { type Constant, type GraphNode, type GraphStructure, liveNodes, type ValueInfo } from './structure.js';

export type { Attribute, Constant, GraphNode, GraphStructure, ValueInfo } from './structure.js';

/**
 * An ONNX graph under construction. Nodes are added in execution order; a node that equals an earlier one is not added
 * again; `encode` drops what no output needs.
 */
export class OnnxGraph {
  private readonly nodes: GraphNode[] = [];
  private readonly known = new Map<string, string>();
  private readonly inputs: ValueInfo[] = [];
  private readonly outputs: ValueInfo[] = [];
  private readonly initializers = new Map<string, Constant>();
  private values = 0;

  input(name: string, type: ElementType, shape: readonly number[]): string {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Names `value` as an output of the graph. */
  output(name: string, value: string, type: ElementType, shape: readonly number[]): void {
    this.nodes.push({ op: 'Identity', domain: '', inputs: [value], output: name, attributes: {} });
    this.outputs.push({ name, type, shape });
  }

  /** Adds a node and returns the name of its output; in domain '', the ONNX standard, or with onnxruntime's own operators. */
  node(op: string, inputs: readonly string[], attributes: GraphNode['attributes'] = {}, domain = ''): string {
    const key = JSON.stringify([domain, op, inputs, attributes]);
    const same = this.known.get(key);
    if (same !== undefined) return same;
    const output = this.fresh();
    this.nodes.push({ op, domain, inputs, output, attributes });
    this.known.set(key, output);
    return output;
  }

  constant(constant: Constant): string {
    const key = `${constant.type} ${constant.shape} ${constant.data}`;
    const same = this.known.get(key);
    if (same !== undefined) return same;
    const name = this.fresh();
    this.initializers.set(name, constant);
    this.known.set(key, name);
    return name;
  }

  scalar(value: number): string {
    return this.constant({ type: 'float32', shape: [], data: Float32Array.of(value) });
  }

  /** A list of whole numbers, as ONNX wants for axes, shapes and starts. */
  integers(values: readonly number[]): string {
    return this.constant({ type: 'int64', shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) });
  }

  /** Counts of the nodes that will be encoded, by operator. */
  operatorCounts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { op } of this.liveNodes()) counts[op] = (counts[op] ?? 0) + 1;
    return counts;
  }

  /** What will be encoded: the nodes that an output needs, and their constants. */
  structure(): GraphStructure {
    const nodes = this.liveNodes();
    const used = new Set(nodes.flatMap((node) => node.inputs));
    const constants = new Map([...this.initializers].filter(([name]) => used.has(name)));
    return { nodes, constants, inputs: this.inputs, outputs: this.outputs };
  }

  /** The graph as the bytes of an ONNX model. */
  encode(): Uint8Array {
    return encodeGraph(this.structure());
  }

  private fresh(): string {
    this.values += 1;
    return `v${this.values}`;
  }

  private liveNodes(): GraphNode[] {
    return liveNodes(this.nodes, this.outputs);
  }
}
