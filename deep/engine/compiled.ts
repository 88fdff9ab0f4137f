import { CompiledProgram, CompiledTensor, type Signature } from './compiled-program.js';
import { DeviceMemory, ON_DEVICE } from './device-memory.js';
import type { Engine, HostData, NamedEngineTensors, Repetition, TensorFunction, TensorSpec } from './engine.js';
import type { Provider } from './names.js';
import { blockSize } from './onnx/block-size.js';
import { encodeGraph } from './onnx/encode.js';
import { encodeLoop } from './onnx/loop.js';
import { copyPrefix, sideBySide } from './onnx/side-by-side.js';
import { stackRuns } from './onnx/stack/stack-runs.js';
import type { GraphStructure } from './onnx/structure.js';
import { fewerNodes } from './onnx/transform/fewer-nodes.js';
import { onnxruntime, type ort } from './onnxruntime.js';
import { LoopProgram } from './repeated-program.js';
import { type SessionPool, sessionKey, sessions } from './session-pool.js';
import { StackedProgram, stackedSpec } from './stacked-program.js';
import { trace } from './trace/trace.js';

export interface CompiledEngineOptions {
  /** Threads inside one operation; 1 for runs side by side, one process each. Default: as many as cores. */
  readonly threads?: number;
  /** onnxruntime execution provider. */
  readonly provider?: Provider;
  /** Whether convolutions may use the provider's blocked layout; default true. */
  readonly blocked?: boolean;
  /** Whether graphs have as few nodes as possible; default: on a GPU, where each is a launch. */
  readonly fewNodes?: boolean;
  /** Whether state stays in the device's memory between runs; default: with webgpu, the only provider that can. */
  readonly onDevice?: boolean;
  /** Steps of a training that are one call, at most; default: 16 with cuda, where state would else be copied in every step. */
  readonly stepsPerCall?: number;
  /** Path prefix of a profile that onnxruntime writes, one entry a node and run; complete once the program is disposed. */
  readonly profilePrefix?: string;
  /** Called with the cost of compiling a function. */
  readonly onCompiled?: (cost: CompilationCost) => void;
  /** Where sessions come from; default: those of this process. */
  readonly pool?: SessionPool;
}

export interface CompilationCost {
  readonly traceMilliseconds: number;
  /** Next to nothing where the session was there already. */
  readonly sessionMilliseconds: number;
  readonly modelBytes: number;
}

/** A function as a graph, with what it takes and returns. */
export interface LoweredFunction extends Signature {
  readonly graph: GraphStructure;
  readonly traceMilliseconds: number;
}

/** A program that several runs go through at once, each with tensors of its own, in the order of the runs. */
export interface ProgramForRuns {
  runCopies(given: readonly NamedEngineTensors[]): Promise<NamedEngineTensors[]>;
  dispose(): Promise<void>;
}

const STEPS_PER_CALL = 16;

/** Traces a function once into an ONNX graph and runs that graph in onnxruntime. */
export class CompiledEngine implements Engine {
  readonly name: string;
  readonly repetition?: Repetition;
  private readonly provider: Provider;
  private readonly blocked: boolean;
  private readonly fewNodes: boolean;
  private readonly options: ort.InferenceSession.SessionOptions;
  private readonly onCompiled: (cost: CompilationCost) => void;
  private readonly borrow: SessionPool['borrow'];
  private readonly device: DeviceMemory | undefined;

  constructor(given: CompiledEngineOptions = {}) {
    const { threads, provider = 'cpu', blocked = true, profilePrefix, onCompiled = () => {}, pool = sessions } = given;
    this.name = provider;
    this.provider = provider;
    this.blocked = blocked;
    this.fewNodes = given.fewNodes ?? provider !== 'cpu';
    this.onCompiled = onCompiled;
    // A profile belongs to one program.
    this.borrow = (model, options) =>
      profilePrefix === undefined ? pool.borrow(model, options) : pool.borrowAlone(model, options);
    // Products in float32, not in the 10 bits of TF32.
    if (provider === 'cuda') process.env.NVIDIA_TF32_OVERRIDE ??= '0';
    const options: ort.InferenceSession.SessionOptions = {
      // In its own preferred layout webgpu would put a transposition before and after every convolution.
      executionProviders: [provider === 'webgpu' ? { name: provider, preferredLayout: 'NCHW' } : provider],
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    };
    const profiling = profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix };
    this.options = { ...options, ...profiling };
    const { onDevice = provider === 'webgpu', stepsPerCall = provider === 'cuda' ? STEPS_PER_CALL : 1 } = given;
    this.device = onDevice ? new DeviceMemory(pool, options) : undefined;
    if (stepsPerCall > 1)
      this.repetition = { most: stepsPerCall, compile: (fn, inputs, each) => this.loop(fn, inputs, each) };
  }

  async compile(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledProgram> {
    return this.program(await this.lower(fn, inputs));
  }

  /** The function as a graph, from which programs are made. */
  async lower(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<LoweredFunction> {
    const block = this.provider === 'cpu' && this.blocked ? await blockSize() : undefined;
    const begin = performance.now();
    const { graph, outputs } = await trace(fn, inputs, { block, fewNodes: this.fewNodes });
    const structure = graph.structure();
    const lowered = this.fewNodes ? fewerNodes(structure) : structure;
    return { graph: lowered, inputs, outputs, traceMilliseconds: performance.now() - begin };
  }

  /** Whether programs of two functions do the same, on engines that may differ: text that is equal if they do. */
  keyOf({ graph }: LoweredFunction): string {
    return sessionKey(encodeGraph(graph), this.options);
  }

  /** A program of the function, for one run. */
  async program(lowered: LoweredFunction): Promise<CompiledProgram> {
    return this.programOf(lowered.graph, lowered, lowered.traceMilliseconds);
  }

  /**
   * A program of the function for several runs. On the cpu each has a copy of the graph, and so the bytes that it has by itself;
   * where every node costs a launch, the runs are computed in the nodes of one.
   */
  async programForRuns(lowered: LoweredFunction, runs: number): Promise<ProgramForRuns> {
    const { graph, inputs, outputs, traceMilliseconds } = lowered;
    if (runs === 1) return this.program(lowered);
    if (!this.fewNodes) {
      const prefixes = Array.from({ length: runs }, (_, copy) => copyPrefix(copy));
      return this.programOf(sideBySide(graph, runs), lowered, traceMilliseconds, prefixes);
    }
    const stacked = (specs: readonly TensorSpec[]) => specs.map((spec) => stackedSpec(spec, runs));
    const signature = { inputs: stacked(inputs), outputs: stacked(outputs) };
    const program = await this.programOf(stackRuns(graph, runs), signature, traceMilliseconds);
    return new StackedProgram(program, lowered, runs, (spec, data) => this.upload(spec, data));
  }

  private async loop(fn: TensorFunction, inputs: readonly TensorSpec[], each: readonly string[]): Promise<LoopProgram> {
    const lowered = await this.lower(fn, inputs);
    return new LoopProgram(await this.borrow(encodeLoop(lowered.graph, { each }), this.options), lowered, each);
  }

  upload(spec: TensorSpec, data: HostData): CompiledTensor {
    return new CompiledTensor(spec, new (onnxruntime().Tensor)(spec.type, data, [...spec.shape]), this.device);
  }

  private async programOf(
    graph: GraphStructure,
    signature: Signature,
    traceMilliseconds: number,
    prefixes: readonly string[] = [''],
  ): Promise<CompiledProgram> {
    const begin = performance.now();
    const model = encodeGraph(graph);
    const encoded = performance.now();
    const session = await this.borrow(model, this.optionsFor(signature, prefixes));
    this.onCompiled({
      traceMilliseconds: traceMilliseconds + encoded - begin,
      sessionMilliseconds: performance.now() - encoded,
      modelBytes: model.byteLength,
    });
    return new CompiledProgram(session, signature, this.device, prefixes);
  }

  /** State, which comes out under the name of an input, stays where it will be wanted. */
  private optionsFor({ inputs, outputs }: Signature, prefixes: readonly string[]): typeof this.options {
    if (this.device === undefined) return this.options;
    const isState = new Set(inputs.map(({ name }) => name));
    const locations = prefixes.flatMap((prefix) =>
      outputs.map(({ name }) => [`${prefix}out:${name}`, isState.has(name) ? ON_DEVICE : 'cpu'] as const),
    );
    return { ...this.options, preferredOutputLocation: Object.fromEntries(locations) };
  }
}
