import type { Program, TensorFunction, TensorSpec } from './engine.js';

/** Makes programs of a function: an engine, or one of its ways to compile. */
export interface Compiler<Made> {
  compile(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<Made>;
}

/** Programs of one function, one a batch size, compiled when first needed. */
export class ProgramCache<Made extends { dispose(): Promise<void> } = Program> {
  private readonly programs = new Map<number, Promise<Made>>();

  constructor(
    private readonly engine: Compiler<Made>,
    private readonly fn: TensorFunction,
    private readonly inputs: (batch: number) => readonly TensorSpec[],
  ) {}

  forBatch(batch: number): Promise<Made> {
    const known = this.programs.get(batch);
    if (known !== undefined) return known;
    const program = this.engine.compile(this.fn, this.inputs(batch));
    this.programs.set(batch, program);
    program.catch(() => this.programs.delete(batch));
    return program;
  }

  async dispose(): Promise<void> {
    const programs = await Promise.allSettled(this.programs.values());
    this.programs.clear();
    for (const program of programs) if (program.status === 'fulfilled') await program.value.dispose();
  }
}
