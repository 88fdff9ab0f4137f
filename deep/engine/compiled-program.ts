import { type DeviceMemory, isOnDevice } from './device-memory.js';
import type { EngineTensor, HostData, NamedEngineTensors, Program, TensorSpec } from './engine.js';
import type { ort } from './onnxruntime.js';
import type { BorrowedSession } from './session-pool.js';

/** A tensor that programs of onnxruntime can be given. */
export interface CompiledInput extends EngineTensor {
  /** What a program is given. */
  asInput(): Promise<ort.Tensor>;
}

/** A tensor of onnxruntime, in the host's memory or in that of a GPU. */
export class CompiledTensor implements CompiledInput {
  private uses = 0;
  private move: Promise<void> | undefined;

  /** `device`: memory of the GPU, where tensors can stay; `owner`: the loan of the session that made a tensor there. */
  constructor(
    readonly spec: TensorSpec,
    private tensor: ort.Tensor,
    private readonly device?: DeviceMemory,
    private owner?: BorrowedSession,
  ) {}

  async read(): Promise<HostData> {
    const host = isOnDevice(this.tensor) ? await this.device!.download(this.tensor) : this.tensor;
    return (await host.getData()) as HostData;
  }

  /** What a program is given. What is used again, as parameters that stay as they are, moves to the GPU. */
  async asInput(): Promise<ort.Tensor> {
    this.uses += 1;
    if (this.device !== undefined && this.uses > 1 && !isOnDevice(this.tensor)) {
      this.move ??= this.moveToDevice(this.device);
      await this.move;
    }
    return this.tensor;
  }

  dispose(): void {
    this.tensor.dispose();
    void this.owner?.release();
  }

  private async moveToDevice(device: DeviceMemory): Promise<void> {
    const { tensor, owner } = await device.upload(this.tensor);
    this.tensor = tensor;
    this.owner = owner;
  }
}

/** What a function takes and returns. */
export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * A session of onnxruntime that holds a function once or several times, side by side. The inputs and outputs of each copy
 * are named `in:NAME` and `out:NAME` behind its prefix.
 */
export class CompiledProgram implements Program {
  constructor(
    private readonly borrowed: BorrowedSession,
    private readonly signature: Signature,
    private readonly device?: DeviceMemory,
    private readonly prefixes: readonly string[] = [''],
  ) {}

  async run(given: NamedEngineTensors): Promise<NamedEngineTensors> {
    const [outputs] = await this.runCopies([given]);
    return outputs!;
  }

  /** Runs all copies at once, each on inputs of its own: as many as there are copies. */
  async runCopies(given: readonly NamedEngineTensors[]): Promise<NamedEngineTensors[]> {
    const { session } = this.borrowed;
    const used = new Set(session.inputNames);
    const feeds: Record<string, ort.Tensor> = {};
    for (const [copy, prefix] of this.prefixes.entries()) {
      for (const { name } of this.signature.inputs) {
        const input = `${prefix}in:${name}`;
        if (!used.has(input)) continue;
        const tensor = given[copy]![name] as CompiledInput | undefined;
        if (tensor === undefined) throw new Error(`the program needs an input ${name}`);
        feeds[input] = await tensor.asInput();
      }
    }
    // All outputs, always: asked for some, onnxruntime takes the places of others for theirs.
    const results = await session.run(feeds);
    return this.prefixes.map((prefix) => {
      const entry = (spec: TensorSpec) =>
        [spec.name, this.output(spec, results[`${prefix}out:${spec.name}`]!)] as const;
      return Object.fromEntries(this.signature.outputs.map(entry));
    });
  }

  async dispose(): Promise<void> {
    await this.borrowed.release();
  }

  private output(spec: TensorSpec, tensor: ort.Tensor): CompiledTensor {
    return isOnDevice(tensor)
      ? new CompiledTensor(spec, tensor, this.device, this.borrowed.share())
      : new CompiledTensor(spec, tensor, this.device);
  }
}
