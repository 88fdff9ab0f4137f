import { CompiledTensor, type Signature } from './compiled-program.js';
import { type HostData, type NamedEngineTensors, type RepeatedProgram, sizeOf, type TensorSpec } from './engine.js';
import { STEPS } from './onnx/loop.js';
import { onnxruntime, type ort } from './onnxruntime.js';
import type { BorrowedSession } from './session-pool.js';

/** Numbers of several tensors, one after another. */
async function stacked(spec: TensorSpec, times: readonly NamedEngineTensors[]): Promise<ort.Tensor> {
  const size = sizeOf(spec.shape);
  const all = new (spec.type === 'int32' ? Int32Array : Float32Array)(size * times.length);
  for (const [i, given] of times.entries()) all.set(await given[spec.name]!.read(), i * size);
  return new (onnxruntime().Tensor)(spec.type, all, [times.length, ...spec.shape]);
}

/** A session of onnxruntime that holds a function as the body of a loop (`encodeLoop`). State is on the host between calls. */
export class LoopProgram implements RepeatedProgram {
  constructor(
    private readonly borrowed: BorrowedSession,
    private readonly signature: Signature,
    private readonly each: readonly string[],
  ) {}

  async run(given: NamedEngineTensors, each: readonly NamedEngineTensors[]) {
    const { session } = this.borrowed;
    const { inputs, outputs } = this.signature;
    const count = new (onnxruntime().Tensor)('int64', BigInt64Array.of(BigInt(each.length)), []);
    const feeds: Record<string, ort.Tensor> = { [STEPS]: count };
    const used = new Set(session.inputNames);
    for (const spec of inputs) {
      if (!used.has(`in:${spec.name}`)) continue;
      const isOwn = this.each.includes(spec.name);
      feeds[`in:${spec.name}`] = isOwn
        ? await stacked(spec, each)
        : await (given[spec.name] as CompiledTensor).asInput();
    }
    const results = await session.run(feeds);
    const isState = new Set(inputs.map(({ name }) => name));
    const last: Record<string, CompiledTensor> = {};
    const parts: Record<string, CompiledTensor>[] = each.map(() => ({}));
    for (const spec of outputs) {
      const result = results[`out:${spec.name}`]!;
      if (isState.has(spec.name)) last[spec.name] = new CompiledTensor(spec, result);
      else for (const [i, part] of (await split(spec, result, each.length)).entries()) parts[i]![spec.name] = part;
    }
    return { last, outputs: parts };
  }

  async dispose(): Promise<void> {
    await this.borrowed.release();
  }
}

/** What a stack holds, each part by itself. */
async function split(spec: TensorSpec, stack: ort.Tensor, count: number): Promise<CompiledTensor[]> {
  const all = (await stack.getData()) as HostData;
  const size = sizeOf(spec.shape);
  return Array.from({ length: count }, (_, i) => {
    const part = new (onnxruntime().Tensor)(spec.type, all.slice(i * size, (i + 1) * size), [...spec.shape]);
    return new CompiledTensor(spec, part);
  });
}
