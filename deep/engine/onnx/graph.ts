import { ATTRIBUTE_TYPE, DATA_TYPE, type ElementType, IR_VERSION, ModelProto, OPSET } from './schema.js';

/** An attribute: a whole number or list of them (int, ints), text, or a float wrapped to tell it from an int. */
export type Attribute = number | readonly number[] | string | { readonly floats: readonly number[] };

export interface Constant {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

interface Node {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/**
 * An ONNX graph under construction. Nodes are added in execution order; a node that equals an earlier one is not added
 * again; `encode` drops what no output needs.
 */
export class OnnxGraph {
  private readonly nodes: Node[] = [];
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
  node(op: string, inputs: readonly string[], attributes: Node['attributes'] = {}, domain = ''): string {
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

  /** The graph as the bytes of an ONNX model. */
  encode(): Uint8Array {
    const nodes = this.liveNodes();
    const used = new Set(nodes.flatMap((node) => node.inputs));
    const model = {
      ir_version: IR_VERSION,
      producer_name: 'sphere-regimes',
      opset_import: [
        { domain: '', version: OPSET },
        ...[...new Set(nodes.map(({ domain }) => domain))]
          .filter((domain) => domain !== '')
          .map((domain) => ({ domain, version: 1 })),
      ],
      graph: {
        name: 'step',
        node: nodes.map(encodeNode),
        initializer: [...this.initializers]
          .filter(([name]) => used.has(name))
          .map(([name, value]) => encodeTensor(value, name)),
        input: this.inputs.map(encodeValueInfo),
        output: this.outputs.map(encodeValueInfo),
      },
    };
    return ModelProto.encode(ModelProto.fromObject(model)).finish();
  }

  private fresh(): string {
    this.values += 1;
    return `v${this.values}`;
  }

  private liveNodes(): Node[] {
    const needed = new Set(this.outputs.map(({ name }) => name));
    const live: Node[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!needed.has(node.output)) continue;
      live.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    return live.reverse();
  }
}

const encodeNode = (node: Node, i: number) => ({
  input: node.inputs,
  output: [node.output],
  name: `${node.op}_${i}`,
  op_type: node.op,
  domain: node.domain,
  attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value)),
});

function encodeAttribute(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_TYPE.int };
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: ATTRIBUTE_TYPE.string };
  if ('floats' in value) return { name, floats: [...value.floats], type: ATTRIBUTE_TYPE.floats };
  return { name, ints: [...value], type: ATTRIBUTE_TYPE.ints };
}

const encodeTensor = ({ type, shape, data }: Constant, name: string) => ({
  name,
  dims: [...shape],
  data_type: DATA_TYPE[type],
  raw_data: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
});

const encodeValueInfo = ({ name, type, shape }: ValueInfo) => ({
  name,
  type: { tensor_type: { elem_type: DATA_TYPE[type], shape: { dim: shape.map((size) => ({ dim_value: size })) } } },
});
