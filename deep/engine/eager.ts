import * as tf from '@tensorflow/tfjs-core';
import './tfjs.js';
import {
  type Engine,
  type EngineTensor,
  HOST_ORDER,
  type HostData,
  inverseOrder,
  type Layout,
  type NamedEngineTensors,
  type Program,
  type TensorFunction,
  type TensorSpec,
} from './engine.js';

/** A tfjs tensor in its logical layout, read back in the host's. */
class EagerTensor implements EngineTensor {
  constructor(
    readonly spec: TensorSpec,
    readonly tensor: tf.Tensor,
  ) {}

  async read(): Promise<HostData> {
    const host = toHostLayout(this.tensor, this.spec.layout);
    const data = (await host.data()) as HostData;
    if (host !== this.tensor) host.dispose();
    return data;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

const toHostLayout = (tensor: tf.Tensor, layout: Layout): tf.Tensor =>
  layout === 'plain' ? tensor : tf.transpose(tensor, [...HOST_ORDER[layout]]);

const fromHostLayout = (tensor: tf.Tensor, layout: Layout): tf.Tensor =>
  layout === 'plain' ? tensor : tf.transpose(tensor, inverseOrder(HOST_ORDER[layout]));

class EagerProgram implements Program {
  constructor(
    private readonly backend: string,
    private readonly fn: TensorFunction,
    private readonly inputs: readonly TensorSpec[],
  ) {}

  async run(given: NamedEngineTensors): Promise<NamedEngineTensors> {
    // The second time because another engine may have set its own while this one waited.
    if (tf.getBackend() !== this.backend) await tf.setBackend(this.backend);
    if (tf.getBackend() !== this.backend) void tf.setBackend(this.backend);
    const tensors = Object.fromEntries(this.inputs.map(({ name }) => [name, (given[name] as EagerTensor).tensor]));
    const outputs = tf.tidy(() => ({ ...this.fn(tensors) })) as Record<string, tf.Tensor>;
    const layouts = new Map(this.inputs.map(({ name, layout }) => [name, layout]));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => {
        const layout = layouts.get(name) ?? 'plain';
        const order = layout === 'plain' ? tensor.shape.map((_, i) => i) : HOST_ORDER[layout];
        const shape = order.map((dimension) => tensor.shape[dimension]!);
        const type = tensor.dtype === 'int32' ? 'int32' : 'float32';
        return [name, new EagerTensor({ name, shape, layout, type }, tensor)];
      }),
    );
  }

  async dispose(): Promise<void> {}
}

/**
 * Runs the functions by tfjs itself, on the backend named. tfjs' `cpu` is slow and simple: the reference that the
 * compiled engine is compared with.
 */
export class EagerEngine implements Engine {
  readonly name: string;

  constructor(private readonly backend = 'cpu') {
    this.name = backend === 'cpu' ? 'eager' : backend;
  }

  async compile(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<Program> {
    await tf.setBackend(this.backend);
    return new EagerProgram(this.backend, fn, inputs);
  }

  upload(spec: TensorSpec, data: HostData): EngineTensor {
    const previous = tf.getBackend();
    if (previous !== this.backend) tf.engine().setBackend(this.backend);
    if (tf.getBackend() !== this.backend) throw new Error(`tfjs backend ${previous} is active, not ${this.backend}`);
    const tensor = tf.tidy(() => fromHostLayout(tf.tensor(data.slice(), [...spec.shape], spec.type), spec.layout));
    return new EagerTensor(spec, tensor);
  }
}
