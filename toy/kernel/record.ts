/** Where the numbers of a pair of replicas lie in memory: each in two lanes, one after another, and the next pair behind. */
import { type Code, load, store } from './code.js';

const LANES = 2;
const BYTES = 8 * LANES;

/** Numbers of a pair, by name. */
export class PairRecord {
  private readonly places = new Map<string, number>();

  /** `single` are numbers of the pair, `perGroup` of each of its groups. */
  constructor(groups: number, single: readonly string[], perGroup: readonly string[]) {
    for (let group = 0; group < groups; group += 1) for (const name of perGroup) this.name(`${name}${group}`);
    for (const name of single) this.name(name);
  }

  private name(name: string): void {
    this.places.set(name, this.places.size);
  }

  /** Bytes of a pair. */
  get size(): number {
    return this.places.size * BYTES;
  }

  private placeOf(name: string, group: number | ''): number {
    const place = this.places.get(`${name}${group}`);
    if (place === undefined) throw new Error(`a pair has no ${name}${group}`);
    return place;
  }

  /** Place of the first replica's number in the memory as float64 numbers; that of the other one of its pair follows. */
  index(name: string, group: number | '' = ''): number {
    return this.placeOf(name, group) * LANES;
  }

  /** How far the numbers of a pair lie behind those of the one before. */
  get stride(): number {
    return this.places.size * LANES;
  }

  load(pair: Code, name: string, group: number | '' = ''): Code {
    return load(pair, this.placeOf(name, group) * BYTES);
  }

  store(pair: Code, name: string, value: Code, group: number | '' = ''): Code {
    return store(pair, this.placeOf(name, group) * BYTES, value);
  }
}

/** Pairs that hold this many replicas. */
export const pairsOf = (replicas: number): number => Math.ceil(replicas / LANES);
