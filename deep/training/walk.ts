/** The way of a run from step to step: one at a time, or several in one call of the engine. */
import type { Engine, NamedEngineTensors } from '../engine/engine.js';
import { scalarSpec } from '../step/update/transform.js';
import { disposeAll } from './batch-feeder.js';
import type { Numbers, PlannedStep, SeveralSteps, Stepper } from './stepper.js';

/** A step that was taken: the numbers that it was given, and those that it recorded. */
export interface WalkedStep {
  readonly given: Readonly<Record<string, number>>;
  readonly read: Numbers;
}

/** Where a run is, and how it goes on. */
export interface Walk {
  step(): Promise<WalkedStep>;
  /** The tensors after the last step. */
  tensors(): Promise<NamedEngineTensors>;
  dispose(): void;
}

export interface WalkOptions {
  readonly engine: Engine;
  readonly stepper: Stepper;
  /** Tensors at the start, which the walk takes over. */
  readonly start: NamedEngineTensors;
  /** Steps taken before. */
  readonly taken: number;
  readonly perEpoch: number;
  /** Of the whole run, if known. */
  readonly steps?: number;
  /** Images of the next batch. */
  readonly next: () => Int32Array;
  /** What a step is given. */
  readonly numbers: (step: number) => Readonly<Record<string, number>>;
}

/** The state after a step; what the step did not touch stays as it is. */
function nextState(state: NamedEngineTensors, changed: NamedEngineTensors): NamedEngineTensors {
  for (const name of Object.keys(changed)) state[name]!.dispose();
  return { ...state, ...changed };
}

function uploadScalars({ engine, stepper }: WalkOptions, given: WalkedStep['given']): NamedEngineTensors {
  const entries = stepper.scalars.map(({ name }) => [
    name,
    engine.upload(scalarSpec(name), Float32Array.of(given[name]!)),
  ]);
  return Object.fromEntries(entries);
}

/** A step at a time. */
function oneByOne(options: WalkOptions): Walk {
  const { stepper, perEpoch, next, numbers } = options;
  let { start: state, taken } = options;
  return {
    async step() {
      const given = numbers(taken);
      const scalars = uploadScalars(options, given);
      const { changed, read } = await stepper.step({ ...state, ...scalars }, next, Math.floor(taken / perEpoch));
      disposeAll(scalars);
      state = nextState(state, changed);
      taken += 1;
      return { given, read };
    },
    tensors: async () => state,
    dispose: () => disposeAll(state),
  };
}

/** Images whose batches are in memory at once. */
const IMAGES_PER_CALL = 4096;

interface Ahead extends Omit<PlannedStep, 'scalars'> {
  readonly given: WalkedStep['given'];
}

/**
 * Several steps at a time, which are handed out one by one. Where the tensors are asked for amid them, the steps so far are
 * taken once more from where the call began; so calls end with epochs, after which they are asked for most often.
 */
class InCalls implements Walk {
  private state: NamedEngineTensors;
  private taken: number;
  /** Steps of the last call that begin at `state`, what they recorded, and how many of them were handed out. */
  private ahead: Ahead[] = [];
  private read: Numbers[] = [];
  private out = 0;
  /** What has changed after all of them. */
  private last: NamedEngineTensors = {};
  /** A batch that was drawn and is of another size. */
  private drawn: Int32Array | undefined;

  constructor(
    private readonly options: WalkOptions,
    private readonly several: SeveralSteps,
  ) {
    this.state = options.start;
    this.taken = options.taken;
  }

  async step(): Promise<WalkedStep> {
    if (this.out === this.ahead.length) await this.call();
    const step = { given: this.ahead[this.out]!.given, read: this.read[this.out]! };
    this.out += 1;
    this.taken += 1;
    return step;
  }

  async tensors(): Promise<NamedEngineTensors> {
    if (this.out === this.ahead.length) this.arrive();
    else if (this.out > 0) {
      const { changed } = await this.take(this.ahead.slice(0, this.out));
      this.state = nextState(this.state, changed);
      this.ahead = this.ahead.slice(this.out);
      this.read = this.read.slice(this.out);
      this.out = 0;
    }
    return this.state;
  }

  dispose(): void {
    disposeAll(this.state, this.last);
  }

  /** Goes to the end of the last call. */
  private arrive(): void {
    this.state = nextState(this.state, this.last);
    this.last = {};
    this.ahead = [];
    this.read = [];
    this.out = 0;
  }

  private async call(): Promise<void> {
    this.arrive();
    const ahead = this.plan();
    const { changed, read } = await this.take(ahead);
    this.ahead = ahead;
    this.read = read;
    this.last = changed;
  }

  /** The steps of the next call: batches of one size, up to the end of the epoch or the run. */
  private plan(): Ahead[] {
    const { perEpoch, steps = Number.POSITIVE_INFINITY, next, numbers } = this.options;
    const first = this.drawn ?? next();
    this.drawn = undefined;
    const { taken } = this;
    const epoch = Math.floor(taken / perEpoch);
    const room = Math.floor(IMAGES_PER_CALL / first.length);
    const count = Math.min(this.several.most, perEpoch - (taken % perEpoch), steps - taken, room);
    const ahead = [{ indices: first, epoch, given: numbers(taken) }];
    while (ahead.length < count) {
      const indices = next();
      if (indices.length !== first.length) {
        this.drawn = indices;
        break;
      }
      ahead.push({ indices, epoch, given: numbers(taken + ahead.length) });
    }
    return ahead;
  }

  private async take(ahead: readonly Ahead[]): Promise<{ changed: NamedEngineTensors; read: Numbers[] }> {
    const steps = ahead.map((step) => ({ ...step, scalars: uploadScalars(this.options, step.given) }));
    const scalars = steps.map((step) => step.scalars);
    try {
      if (steps.length > 1) return await this.several.take(this.state, steps);
      const [{ indices, epoch }] = ahead as [Ahead];
      const inputs = { ...this.state, ...scalars[0]! };
      const { changed, read } = await this.options.stepper.step(inputs, () => indices, epoch);
      return { changed, read: [read] };
    } finally {
      disposeAll(...scalars);
    }
  }
}

/** The walk of a run: in calls of several steps where its stepper has them. */
export const startWalk = (options: WalkOptions): Walk =>
  options.stepper.several === undefined ? oneByOne(options) : new InCalls(options, options.stepper.several);
