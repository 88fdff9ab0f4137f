import type { Engine, Program, TensorFunction, TensorSpec } from './engine/engine.js';

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
    return program;
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await (await program).dispose();
  }
}
