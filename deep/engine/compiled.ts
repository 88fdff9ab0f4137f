import ort from 'onnxruntime-node';
import type {
  Engine,
  EngineTensor,
  HostData,
  NamedEngineTensors,
  Program,
  TensorFunction,
  TensorSpec,
} from './engine.js';
import { blockSize } from './onnx/block-size.js';
import { trace } from './trace/trace.js';

class CompiledTensor implements EngineTensor {
  constructor(
    readonly spec: TensorSpec,
    readonly tensor: ort.Tensor,
  ) {}

  async read(): Promise<HostData> {
    return (await this.tensor.getData()) as HostData;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

class CompiledProgram implements Program {
  constructor(
    private readonly session: ort.InferenceSession,
    private readonly inputs: readonly TensorSpec[],
    private readonly outputs: readonly TensorSpec[],
  ) {}

  async run(given: NamedEngineTensors): Promise<NamedEngineTensors> {
    const used = new Set(this.session.inputNames);
    const feeds: Record<string, ort.Tensor> = {};
    for (const { name } of this.inputs) {
      if (used.has(`in:${name}`)) feeds[`in:${name}`] = (given[name] as CompiledTensor).tensor;
    }
    const results = await this.session.run(feeds);
    return Object.fromEntries(
      this.outputs.map((spec) => [spec.name, new CompiledTensor(spec, results[`out:${spec.name}`]!)]),
    );
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

export interface CompiledEngineOptions {
  /** Threads inside one operation; 1 for runs side by side, one process each. Default: as many as cores. */
  readonly threads?: number;
  /** onnxruntime execution provider. */
  readonly provider?: 'cpu';
  /** Whether convolutions may use the provider's blocked layout; default true. */
  readonly blocked?: boolean;
  /** Path prefix of a profile that onnxruntime writes, one entry a node and run. */
  readonly profilePrefix?: string;
}

/** Traces a function once into an ONNX graph and runs that graph in onnxruntime. */
export class CompiledEngine implements Engine {
  readonly name: string;
  private readonly blocked: boolean;
  private readonly options: ort.InferenceSession.SessionOptions;

  constructor({ threads, provider = 'cpu', blocked = true, profilePrefix }: CompiledEngineOptions = {}) {
    this.name = provider;
    this.blocked = blocked;
    this.options = {
      executionProviders: [provider],
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Denormal numbers appear as gradients vanish and cost a hundred times a normal one.
      extra: { session: { set_denormal_as_zero: '1' } },
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    };
  }

  async compile(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<Program> {
    const block = this.name === 'cpu' && this.blocked ? await blockSize() : undefined;
    const { graph, outputs } = await trace(fn, inputs, { block });
    const session = await ort.InferenceSession.create(graph.encode(), this.options);
    return new CompiledProgram(session, inputs, outputs);
  }

  upload(spec: TensorSpec, data: HostData): EngineTensor {
    return new CompiledTensor(spec, new ort.Tensor(spec.type, data, [...spec.shape]));
  }
}
