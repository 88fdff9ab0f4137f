import { ATTRIBUTE_TYPE, DATA_TYPE, type ElementType, IR_VERSION, ModelProto, OPSET } from './schema.js';
import type { Attribute, Constant, GraphNode, GraphStructure, ValueInfo } from './structure.js';

/** A graph as the bytes of an ONNX model. */
export function encodeGraph({ nodes, constants, inputs, outputs }: GraphStructure): Uint8Array {
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
      initializer: [...constants].map(([name, value]) => encodeTensor(value, name)),
      input: inputs.map(encodeValueInfo),
      output: outputs.map(encodeValueInfo),
    },
  };
  return ModelProto.encode(ModelProto.fromObject(model)).finish();
}

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
  const model = {
    ir_version: IR_VERSION,
    producer_name: 'sphere-regimes',
    opset_import: [{ domain: '', version: OPSET }],
    graph: {
      name: 'copy',
      node: [{ input: ['x'], output: ['y'], name: 'copy', op_type: 'Identity' }],
      input: [tensor('x')],
      output: [tensor('y')],
    },
  };
  return ModelProto.encode(ModelProto.fromObject(model)).finish();
}

const encodeValueInfo = ({ name, type, shape }: ValueInfo) => ({
  name,
  type: { tensor_type: { elem_type: DATA_TYPE[type], shape: { dim: shape.map((size) => ({ dim_value: size })) } } },
});
