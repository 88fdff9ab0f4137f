/** Steps of many replicas of the toy at once, two by two, in WebAssembly that is written for one kind of step. */
import { addLog, addLogOfOnePlus, type LogSums } from '../dynamics/log-products.js';
import { Body, integer, integerAdd, integerLess } from './code.js';
import { type MoveKind, movePart } from './emit-move.js';
import { emitStep, PairWriter, type StepPart } from './emit-step.js';
import { earlyNoiseSharePart, lastLossPart, latePart, lossPart } from './emit-sums.js';
import { tangentPart } from './emit-tangent.js';
import { type Loaded, loadModule, moduleBytes } from './module.js';
import { PairRecord, pairsOf } from './record.js';

/** What a kernel is written for. */
export interface KernelKind extends MoveKind {
  readonly groups: number;
  /** Whether tangent vectors are carried along. */
  readonly lyapunov: boolean;
}

/** The steps that a kernel takes: without measuring; before and in the part that is averaged; and the last of them. */
export const STEP_NAMES = ['bare', 'early', 'late', 'last'] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** Replicas that one kernel holds. */
export const KERNEL_REPLICAS = 256;
/** Groups of the longest steps that are written out. */
const MOST_GROUPS = 64;
/** Pairs go through many steps together while their numbers are in a processor's nearest cache. */
const NEAR_BYTES = 16_384;
/** Steps of one call: V8 goes over to optimised code between calls. */
const STEPS_PER_CALL = 32;

const SINGLE = ['rate', 'scale', 'loss', 'factor', 'blockLoss', 'nearLoss', 'ratio', 'count', 'turning'];
const SUMS = ['sumLoss', 'sumEgn', 'sumEss', 'sumTurning', 'sumPath', 'sumFloor'];
const DECAY = ['weightDecay', 'decayFactor', 'momentum'];
const PER_GROUP = ['x', 'y', 'alpha', 'sumShare', 'update x ', 'update y '];

/** The numbers of a pair; those that only some kinds need, where they do. */
function recordOf({ groups, projection, momentum, lyapunov }: KernelKind): PairRecord {
  const single = [...SINGLE, ...SUMS, ...DECAY, ...(lyapunov ? ['growth', 'sumGrowth'] : [])];
  const velocities = momentum ? ['velocity x ', 'velocity y '] : [];
  const perGroup = [
    ...PER_GROUP,
    ...velocities,
    ...(projection === 'group' ? ['norm'] : []),
    ...(lyapunov ? ['v', 'w'] : []),
  ];
  return new PairRecord(groups, single, perGroup);
}

/** Imported functions, in the order of their numbers. */
const FLUSH_TURNING = 0;
const FLUSH_GROWTH = 1;
const IMPORTS = ['flushTurning', 'flushGrowth'];

function partsOf(writer: PairWriter, kind: KernelKind, name: StepName): StepPart[] {
  const move = movePart(writer, kind, { keepUpdate: name === 'last' });
  if (name === 'bare') return [move];
  const isLate = name !== 'early';
  return [
    lossPart(writer),
    isLate ? latePart(writer, kind.rate, FLUSH_TURNING) : earlyNoiseSharePart(writer, kind.rate),
    ...(kind.lyapunov ? [tangentPart(writer, FLUSH_GROWTH)] : []),
    ...(name === 'last' ? [lastLossPart(writer)] : []),
    move,
  ];
}

/** The function (first pair, end of pairs, steps): every step of all pairs before the next one. */
function functionOf(kind: KernelKind, record: PairRecord, name: StepName) {
  const body = new Body(3, 4);
  const [first, end, steps, pair] = [0, 1, 2, 3].map((number) => body.integer(number));
  const writer = new PairWriter(body, record, pair!.get);
  const pairs = (): void => {
    emitStep(writer, kind.groups, kind.projection === 'joint', partsOf(writer, kind, name));
    body.do(pair!.set(integerAdd(pair!.get, integer(record.size))));
  };
  body.repeat(() => {
    body.do(pair!.set(first!.get));
    body.repeat(pairs, integerLess(pair!.get, end!.get));
    body.do(steps!.set(integerAdd(steps!.get, integer(-1))));
  }, steps!.get);
  return body.bytes();
}

/** A kernel with its memory. */
export class Kernel {
  constructor(
    readonly kind: KernelKind,
    readonly record: PairRecord,
    private readonly loaded: Loaded,
  ) {}

  get numbers(): Float64Array {
    return this.loaded.numbers;
  }

  /** Steps of the first `replicas` replicas. */
  run(name: StepName, replicas: number, steps: number): void {
    const { size } = this.record;
    const all = pairsOf(replicas) * size;
    const block = Math.max(1, Math.floor(NEAR_BYTES / size)) * size;
    for (let first = 0; first < all; first += block) {
      for (let left = steps; left > 0; left -= STEPS_PER_CALL)
        this.loaded.functions[name]!(first, Math.min(first + block, all), Math.min(left, STEPS_PER_CALL));
    }
  }
}

/** Calls `add` for both replicas of a pair, with the places of its logarithm, its product and the factor. */
function flushing(numbers: Float64Array, record: PairRecord, names: readonly [string, string], add: typeof addLog) {
  const [sum, product, factor] = [...names, 'factor'].map((name) => record.index(name)) as [number, number, number];
  const all: LogSums = { sums: numbers, products: numbers };
  return (address: number): void => {
    const pair = address / 8;
    for (const place of [pair, pair + 1]) add(all, place + sum, numbers[place + factor]!, place + product);
  };
}

function open(kind: KernelKind): Kernel | undefined {
  const record = recordOf(kind);
  const functions = Object.fromEntries(STEP_NAMES.map((name) => [name, functionOf(kind, record, name)]));
  const bytes = moduleBytes({ imports: IMPORTS, functions });
  const loaded = loadModule(bytes, pairsOf(KERNEL_REPLICAS) * record.size, (numbers) => ({
    flushTurning: flushing(numbers, record, ['sumTurning', 'turning'], addLogOfOnePlus),
    flushGrowth: kind.lyapunov ? flushing(numbers, record, ['sumGrowth', 'growth'], addLog) : () => {},
  }));
  return loaded && new Kernel(kind, record, loaded);
}

/** Kernels that this thread has opened. */
const opened = new Map<string, Kernel | undefined>();

/**
 * The kernel of a kind, whose memory the next call uses again; undefined where there are too many groups, or this machine
 * has no pairs of numbers in WebAssembly.
 */
export function openKernel(kind: KernelKind): Kernel | undefined {
  if (kind.groups > MOST_GROUPS) return undefined;
  const key = JSON.stringify(Object.entries(kind).sort());
  if (!opened.has(key)) opened.set(key, open(kind));
  return opened.get(key);
}
