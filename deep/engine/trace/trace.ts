import * as tf from '@tensorflow/tfjs-core';
import '../tfjs.js';
import { HOST_ORDER, logicalShape, type TensorFunction, type TensorSpec } from '../engine.js';
import { OnnxGraph } from '../onnx/graph.js';
import { AVERAGE_POOLINGS } from './average-pooling.js';
import { TRACE_BACKEND, TraceBackend } from './backend.js';
import { BLOCKED_ELEMENTWISE } from './blocked/elementwise.js';
import { settle } from './blocked/pending.js';
import { BLOCKED_REDUCTIONS } from './blocked/reduce.js';
import { BLOCKED_CONVOLUTIONS, CONVOLUTIONS } from './convolution.js';
import { ELEMENTWISE } from './elementwise.js';
import { elementType, identityOrder, inOrder, physicalShape } from './layout.js';
import { BLOCKED_POOLINGS, POOLINGS } from './pooling.js';
import { REDUCTIONS } from './reduce.js';
import { registerLowerings } from './register.js';
import { BLOCKED_SHAPES, SHAPES } from './shape.js';

registerLowerings(ELEMENTWISE, BLOCKED_ELEMENTWISE);
registerLowerings(REDUCTIONS, BLOCKED_REDUCTIONS);
registerLowerings(SHAPES, BLOCKED_SHAPES);
registerLowerings(CONVOLUTIONS, BLOCKED_CONVOLUTIONS);
registerLowerings(POOLINGS, BLOCKED_POOLINGS);
registerLowerings(AVERAGE_POOLINGS);

const hostOrder = ({ shape, layout }: Pick<TensorSpec, 'shape' | 'layout'>): readonly number[] =>
  layout === 'plain' ? identityOrder(shape.length) : HOST_ORDER[layout];

function declareInput(backend: TraceBackend, spec: TensorSpec): tf.Tensor {
  const name = backend.graph.input(`in:${spec.name}`, spec.type, spec.shape);
  const info = backend.node(name, logicalShape(spec), spec.type, hostOrder(spec));
  return tf.engine().makeTensorFromTensorInfo(info);
}

/** What an output is, and its node; must be called while the trace still holds its values. */
function declareOutput(
  backend: TraceBackend,
  name: string,
  tensor: tf.Tensor,
  specs: readonly TensorSpec[],
): TensorSpec {
  const value = settle(backend, backend.traced(tensor));
  const layout = specs.find((spec) => spec.name === name)?.layout ?? 'plain';
  const order = layout === 'plain' ? identityOrder(tensor.shape.length) : HOST_ORDER[layout];
  const shape = physicalShape(tensor.shape, order);
  const type = elementType(tensor.dtype);
  if (type === 'bool') throw new Error(`output ${name} is of dtype bool; cast it to float32 or int32`);
  backend.graph.output(`out:${name}`, inOrder(backend.graph, value, order), type, shape);
  return { name, shape, layout, type };
}

export interface TracedProgram {
  readonly graph: OnnxGraph;
  /** What each output is, in the function's order. Node names of the graph are `in:NAME` and `out:NAME`. */
  readonly outputs: readonly TensorSpec[];
}

export interface TraceOptions {
  /**
   * Channels of a block of onnxruntime's blocked layout, which only its cpu provider has; without it the graph uses
   * standard operators alone.
   */
  readonly block?: number | undefined;
  /** Whether the graph should have as few nodes as possible, at the cost of memory; default false. */
  readonly fewNodes?: boolean;
}

/**
 * Records what `fn` does to tensors of the given shapes, gradients included, as one ONNX graph.
 * Throws, naming the tfjs kernel, where an operation has no lowering.
 */
export async function trace(
  fn: TensorFunction,
  inputs: readonly TensorSpec[],
  { block, fewNodes }: TraceOptions = {},
): Promise<TracedProgram> {
  const previous: string | undefined = tf.getBackend();
  const backend = new TraceBackend(new OnnxGraph(), block, fewNodes);
  tf.registerBackend(TRACE_BACKEND, () => backend);
  try {
    // Not awaited: tfjs' backend is global, and nothing else may run before it is set back. These start at once.
    void tf.setBackend(TRACE_BACKEND);
    const outputs = tf.tidy(() => {
      const given = Object.fromEntries(inputs.map((spec) => [spec.name, declareInput(backend, spec)]));
      return { ...fn(given) };
    }) as Record<string, tf.Tensor>;
    const specs = Object.entries(outputs).map(([name, tensor]) => declareOutput(backend, name, tensor, inputs));
    return { graph: backend.graph, outputs: specs };
  } finally {
    void tf.setBackend(previous ?? 'cpu');
    tf.removeBackend(TRACE_BACKEND);
  }
}
