import { CompiledEngine, type LoweredFunction } from './compiled.js';
import type { CompiledProgram } from './compiled-program.js';
import type { Engine, NamedEngineTensors, Program, TensorFunction, TensorSpec } from './engine.js';

/** The programs of a function that several runs have, one for each number of copies, made when first needed. */
class SharedFunction {
  private readonly programs = new Map<number, Promise<CompiledProgram>>();
  users = 0;

  constructor(
    private readonly engine: CompiledEngine,
    private readonly lowered: LoweredFunction,
  ) {}

  copies(count: number): Promise<CompiledProgram> {
    const known = this.programs.get(count);
    if (known !== undefined) return known;
    const program = this.engine.program(this.lowered, count);
    this.programs.set(count, program);
    program.catch(() => this.programs.delete(count));
    return program;
  }

  async dispose(): Promise<void> {
    const programs = await Promise.allSettled(this.programs.values());
    for (const program of programs) if (program.status === 'fulfilled') await program.value.dispose();
  }
}

/** A run that waits for a program to be run. */
interface Call {
  readonly shared: SharedFunction;
  readonly given: NamedEngineTensors;
  resolve(outputs: NamedEngineTensors): void;
  reject(reason: unknown): void;
}

/** Calls of the same function, in parts whose sizes are powers of two: graphs of few sizes serve any number of runs. */
function* alikeInParts(calls: readonly Call[]): Generator<readonly Call[]> {
  for (const shared of new Set(calls.map((call) => call.shared))) {
    let rest = calls.filter((call) => call.shared === shared);
    while (rest.length > 0) {
      const size = 2 ** Math.floor(Math.log2(rest.length));
      yield rest.slice(0, size);
      rest = rest.slice(size);
    }
  }
}

/** Runs a function once for each call, in one graph; what cannot be run so is run one by one, and fails by itself. */
async function runTogether(calls: readonly Call[]): Promise<void> {
  const [{ shared }] = calls as [Call];
  try {
    const program = await shared.copies(calls.length);
    const outputs = await program.runCopies(calls.map(({ given }) => given));
    for (const [i, call] of calls.entries()) call.resolve(outputs[i]!);
  } catch (error) {
    if (calls.length === 1) calls[0]!.reject(error);
    else for (const call of calls) await runTogether([call]);
  }
}

/** A run among companions. */
export interface Companion {
  /**
   * An engine whose programs run in one graph with equal ones of the others: each waits until all companions wait. Where an
   * engine cannot do so, that engine itself, and nobody waits for this run.
   */
  engineOn(engine: Engine): Engine;
  /** Nobody waits for this run any more. */
  leave(): void;
}

/**
 * Runs of one process that take their steps in the same graph. Each goes on in its own way and at its own length; whenever
 * all of them want a program to be run, the equal ones among these programs are run as one, of which each run has a copy
 * with tensors of its own. On the cpu every run gets the same bytes as alone.
 */
export class Companions {
  private present = 0;
  private waiting: Call[] = [];
  private readonly functions = new Map<string, SharedFunction>();

  join(): Companion {
    this.present += 1;
    let isPresent = true;
    const leave = (): void => {
      if (!isPresent) return;
      isPresent = false;
      this.present -= 1;
      this.goOn();
    };
    const engineOn = (engine: Engine): Engine => {
      if (engine instanceof CompiledEngine) return this.sharing(engine);
      leave();
      return engine;
    };
    return { engineOn, leave };
  }

  private sharing(engine: CompiledEngine): Engine {
    return {
      name: engine.name,
      compile: (fn, inputs) => this.compile(engine, fn, inputs),
      upload: (spec, data) => engine.upload(spec, data),
    };
  }

  private async compile(engine: CompiledEngine, fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<Program> {
    const lowered = await engine.lower(fn, inputs);
    const key = engine.keyOf(lowered);
    const shared = this.functions.get(key) ?? new SharedFunction(engine, lowered);
    this.functions.set(key, shared);
    shared.users += 1;
    return {
      run: (given) => this.call(shared, given),
      dispose: async () => {
        shared.users -= 1;
        if (shared.users > 0) return;
        this.functions.delete(key);
        await shared.dispose();
      },
    };
  }

  private call(shared: SharedFunction, given: NamedEngineTensors): Promise<NamedEngineTensors> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ shared, given, resolve, reject });
      this.goOn();
    });
  }

  /** Runs what is waited for, once nobody is left that could want more. */
  private goOn(): void {
    if (this.waiting.length === 0 || this.waiting.length < this.present) return;
    const calls = this.waiting;
    this.waiting = [];
    void this.runAll(calls);
  }

  private async runAll(calls: readonly Call[]): Promise<void> {
    for (const part of alikeInParts(calls)) await runTogether(part);
  }
}
