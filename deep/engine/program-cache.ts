import type { Engine, Program, TensorFunction, TensorSpec } from './engine.js';

/** Programs of one function, one a batch size, compiled when first needed. */
export class ProgramCache {
  private readonly programs = new Map<number, Promise<Program>>();

  constructor(
    private readonly engine: Engine,
    private readonly fn: TensorFunction,
    private readonly inputs: (batch: number) => readonly TensorSpec[],
  ) {}

  forBatch(batch: number): Promise<Program> {
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
