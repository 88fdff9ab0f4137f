import { ATTRIBUTE_TYPE, DATA_TYPE, type ElementType, IR_VERSION, ModelProto, OPSET } from './schema.js';
import type { Attribute, Constant, GraphNode, GraphStructure, ValueInfo } from './structure.js';

/** A graph as an object of the schema. */
export const graphObject = (name: string, { nodes, constants, inputs, outputs }: GraphStructure) => ({
  name,
  node: nodes.map(encodeNode) as object[],
  initializer: [...constants].map(([constant, value]) => encodeTensor(value, constant)),
  input: inputs.map(encodeValueInfo),
  output: outputs.map(encodeValueInfo),
});

/** A model as bytes; `domains` are those of its operators. */
export function encodeModel(graph: object, domains: Iterable<string>): Uint8Array {
  const others = [...new Set(domains)].filter((domain) => domain !== '');
  const model = {
    ir_version: IR_VERSION,
    producer_name: 'sphere-regimes',
    opset_import: [{ domain: '', version: OPSET }, ...others.map((domain) => ({ domain, version: 1 }))],
    graph,
  };
  return ModelProto.encode(ModelProto.fromObject(model)).finish();
}

/** A graph as the bytes of an ONNX model. */
export const encodeGraph = (graph: GraphStructure): Uint8Array =>
  encodeModel(
    graphObject('step', graph),
    graph.nodes.map(({ domain }) => domain),
  );

const encodeNode = (node: GraphNode, i: number) => ({
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

/** A model that returns its input `x`, of any shape, as `y`. */
export function encodeCopy(type: ElementType): Uint8Array {
  const tensor = (name: string) => ({ name, type: { tensor_type: { elem_type: DATA_TYPE[type] } } });
  const graph = {
    name: 'copy',
    node: [{ input: ['x'], output: ['y'], name: 'copy', op_type: 'Identity' }],
    input: [tensor('x')],
    output: [tensor('y')],
  };
  return encodeModel(graph, []);
}

const encodeValueInfo = ({ name, type, shape, along }: ValueInfo) => {
  const sizes = shape.map((size) => ({ dim_value: size }));
  const dim = along === undefined ? sizes : [{ dim_param: along }, ...sizes];
  return { name, type: { tensor_type: { elem_type: DATA_TYPE[type], shape: { dim } } } };
};
