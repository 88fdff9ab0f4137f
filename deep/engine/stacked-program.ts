import type { CompiledInput, CompiledProgram, Signature } from './compiled-program.js';
import { type EngineTensor, type HostData, type NamedEngineTensors, sizeOf, type TensorSpec } from './engine.js';
import type { ort } from './onnxruntime.js';

type Upload = (spec: TensorSpec, data: HostData) => CompiledInput;

/** A tensor of several runs, one after another along its first dimension; freed with the last of its parts. */
class Stack {
  private content: Promise<HostData> | undefined;
  private users: number;

  constructor(
    readonly tensor: CompiledInput,
    readonly runs: number,
    readonly upload: Upload,
  ) {
    this.users = runs;
  }

  /** All of it, copied from the device once. */
  read(): Promise<HostData> {
    this.content ??= this.tensor.read();
    return this.content;
  }

  leave(): void {
    this.users -= 1;
    if (this.users === 0) this.tensor.dispose();
  }
}

/** What one run has of a stack. */
class StackPart implements CompiledInput {
  private alone: Promise<CompiledInput> | undefined;
  private isDisposed = false;

  constructor(
    readonly spec: TensorSpec,
    readonly stack: Stack,
    readonly place: number,
  ) {}

  async read(): Promise<HostData> {
    const size = sizeOf(this.spec.shape);
    return (await this.stack.read()).slice(this.place * size, (this.place + 1) * size);
  }

  /** A tensor of its own, for programs of one run. */
  async asInput(): Promise<ort.Tensor> {
    this.alone ??= this.read().then((data) => this.stack.upload(this.spec, data));
    return (await this.alone).asInput();
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    void this.alone?.then((tensor) => tensor.dispose());
    this.stack.leave();
  }
}

/** The stack that tensors are all parts of, in its order. */
function stackOf(parts: readonly EngineTensor[]): Stack | undefined {
  const [first] = parts;
  if (!(first instanceof StackPart) || first.stack.runs !== parts.length) return undefined;
  const inOrder = parts.every((part, i) => part instanceof StackPart && part.stack === first.stack && part.place === i);
  return inOrder ? first.stack : undefined;
}

/** Numbers one after another. */
function joined(contents: readonly HostData[]): HostData {
  const [first] = contents;
  const size = contents.reduce((sum, { length }) => sum + length, 0);
  const all = first instanceof Int32Array ? new Int32Array(size) : new Float32Array(size);
  let at = 0;
  for (const content of contents) {
    all.set(content, at);
    at += content.length;
  }
  return all;
}

/** What was stacked of an input the last time, and of which tensors. */
interface Kept {
  readonly parts: readonly EngineTensor[];
  readonly tensor: CompiledInput;
}

/**
 * A program of several runs at once, whose tensors are stacked: what it returns to the runs are parts of stacks, and as long
 * as the same runs come back with them, in the same order, these stay where they are.
 */
export class StackedProgram {
  private readonly kept = new Map<string, Kept>();

  /** `program` takes and returns what `signature` says of one run, stacked. */
  constructor(
    private readonly program: CompiledProgram,
    private readonly signature: Signature,
    private readonly runs: number,
    private readonly upload: Upload,
  ) {}

  async runCopies(given: readonly NamedEngineTensors[]): Promise<NamedEngineTensors[]> {
    const inputs: Record<string, EngineTensor> = {};
    for (const spec of this.signature.inputs) {
      const parts = given.map((tensors) => tensors[spec.name]);
      // Only what the graph uses is asked for; the program itself says what is missing.
      if (parts.every((part) => part !== undefined)) inputs[spec.name] = await this.stacked(spec, parts);
    }
    const outputs = await this.program.run(inputs);
    const entries = this.signature.outputs.map((spec) => {
      const stack = new Stack(outputs[spec.name] as CompiledInput, this.runs, this.upload);
      return given.map((_, place) => [spec.name, new StackPart(spec, stack, place)] as const);
    });
    return given.map((_, place) => Object.fromEntries(entries.map((parts) => parts[place]!)));
  }

  async dispose(): Promise<void> {
    for (const { tensor } of this.kept.values()) tensor.dispose();
    this.kept.clear();
    await this.program.dispose();
  }

  private async stacked(spec: TensorSpec, parts: readonly EngineTensor[]): Promise<EngineTensor> {
    const stack = stackOf(parts);
    if (stack !== undefined) return stack.tensor;
    const before = this.kept.get(spec.name);
    // Parameters that stay as they are.
    if (before?.parts.every((part, i) => part === parts[i])) return before.tensor;
    const contents: HostData[] = [];
    for (const part of parts) contents.push(await part.read());
    before?.tensor.dispose();
    const tensor = this.upload(stackedSpec(spec, this.runs), joined(contents));
    this.kept.set(spec.name, { parts, tensor });
    return tensor;
  }
}

/** A tensor of several runs: plain, since what lies in it is as the graph wants it. */
export const stackedSpec = (spec: TensorSpec, runs: number): TensorSpec => ({
  ...spec,
  shape: [runs, ...spec.shape],
  layout: 'plain',
});
