import { CompiledEngine, type LoweredFunction, type ProgramForRuns } from './compiled.js';
import type { Engine, NamedEngineTensors, TensorFunction, TensorSpec } from './engine.js';

/** The programs of a function that several runs have, one for each number of them, made when first needed. */
class SharedFunction {
  private readonly programs = new Map<number, Promise<ProgramForRuns>>();
  users = 0;

  constructor(
    private readonly engine: CompiledEngine,
    private readonly lowered: LoweredFunction,
  ) {}

  /** What cannot be made is not tried again, since that would cost time in every step. */
  forRuns(runs: number): Promise<ProgramForRuns> {
    const program = this.programs.get(runs) ?? this.engine.programForRuns(this.lowered, runs);
    this.programs.set(runs, program);
    return program;
  }

  async dispose(): Promise<void> {
    const programs = await Promise.allSettled(this.programs.values());
    for (const program of programs) if (program.status === 'fulfilled') await program.value.dispose();
  }
}

/** A run that waits for a program to be run. */
interface Call {
  /** Its place among those that have joined. */
  readonly place: number;
  readonly shared: SharedFunction;
  readonly given: NamedEngineTensors;
  resolve(outputs: NamedEngineTensors): void;
  reject(reason: unknown): void;
}

/**
 * Calls of one function: those that the fewest runs wait for, the first of them if several. So a run that is about to do
 * something else than the others, as to evaluate, does it while they wait, and is one of them again afterwards.
 */
function fewestAlike(calls: readonly Call[]): Call[] {
  const groups = [...new Set(calls.map(({ shared }) => shared))].map((shared) =>
    calls.filter((call) => call.shared === shared),
  );
  return groups.reduce((fewest, group) => (group.length < fewest.length ? group : fewest));
}

/** Calls of one function in parts whose sizes are powers of two: graphs of few sizes serve any number of runs. */
function* inParts(calls: readonly Call[]): Generator<readonly Call[]> {
  // Always in the same order: tensors on a device may lie in it.
  let rest = calls.toSorted((a, b) => a.place - b.place);
  while (rest.length > 0) {
    const size = 2 ** Math.floor(Math.log2(rest.length));
    yield rest.slice(0, size);
    rest = rest.slice(size);
  }
}

/** Runs a function once for each call, in one graph; what cannot be run so is run one by one, and fails by itself. */
async function runTogether(calls: readonly Call[]): Promise<void> {
  const [{ shared }] = calls as [Call];
  try {
    const program = await shared.forRuns(calls.length);
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
 * all of them want a program to be run, equal ones among these programs are run as one, of which each run has a copy with
 * tensors of its own. On the cpu every run gets the same bytes as alone; elsewhere sums may be added in another order.
 */
export class Companions {
  private present = 0;
  private joined = 0;
  private waiting: Call[] = [];
  private readonly functions = new Map<string, SharedFunction>();

  join(): Companion {
    this.present += 1;
    const place = this.joined;
    this.joined += 1;
    let isPresent = true;
    const leave = (): void => {
      if (!isPresent) return;
      isPresent = false;
      this.present -= 1;
      this.goOn();
    };
    const engineOn = (engine: Engine): Engine => {
      if (engine instanceof CompiledEngine) return this.sharing(engine, place);
      leave();
      return engine;
    };
    return { engineOn, leave };
  }

  private sharing(engine: CompiledEngine, place: number): Engine {
    return {
      name: engine.name,
      compile: async (fn, inputs) => {
        const { shared, dispose } = await this.compile(engine, fn, inputs);
        return { run: (given) => this.call({ place, shared, given }), dispose };
      },
      upload: (spec, data) => engine.upload(spec, data),
    };
  }

  private async compile(engine: CompiledEngine, fn: TensorFunction, inputs: readonly TensorSpec[]) {
    const lowered = await engine.lower(fn, inputs);
    const key = engine.keyOf(lowered);
    const shared = this.functions.get(key) ?? new SharedFunction(engine, lowered);
    this.functions.set(key, shared);
    shared.users += 1;
    const dispose = async (): Promise<void> => {
      shared.users -= 1;
      if (shared.users > 0) return;
      this.functions.delete(key);
      await shared.dispose();
    };
    return { shared, dispose };
  }

  private call(wanted: Pick<Call, 'place' | 'shared' | 'given'>): Promise<NamedEngineTensors> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...wanted, resolve, reject });
      this.goOn();
    });
  }

  /** Runs what is waited for, once nobody is left that could want more. */
  private goOn(): void {
    if (this.waiting.length === 0 || this.waiting.length < this.present) return;
    const calls = fewestAlike(this.waiting);
    this.waiting = this.waiting.filter((call) => !calls.includes(call));
    void this.runAll(calls);
  }

  private async runAll(calls: readonly Call[]): Promise<void> {
    for (const part of inParts(calls)) await runTogether(part);
  }
}
