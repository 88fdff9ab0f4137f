import { built, namedGlobal, persistent, reduced } from './pickle-globals.js';
import { PickleDict, PickleList, PickleTuple, type Value } from './pickle-values.js';

/**
 * A reader of pickles of protocol 2, of the opcodes alone that torch.save writes for tensors and plain containers. It is a machine
 * with a stack that builds data; it cannot import or call anything.
 */

const MOST_STACK = 100_000;
const MOST_MARKS = 1000;
const LONGEST_LINE = 200;

class PickleMachine {
  private place = 0;
  private readonly view: DataView;
  private stack: Value[] = [];
  /** Stacks below marks. */
  private readonly below: Value[][] = [];
  private readonly memo = new Map<number, Value>();

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the next `length` bytes begin. */
  private take(length: number): number {
    const from = this.place;
    if (from + length > this.bytes.length) throw new Error('its pickle is cut off');
    this.place = from + length;
    return from;
  }

  private text(length: number): string {
    const from = this.take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        this.bytes.subarray(from, from + length),
      );
    } catch {
      throw new Error('a text of its pickle is not UTF-8');
    }
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.place);
    if (end < 0 || end - this.place > LONGEST_LINE) throw new Error('its pickle is cut off inside a name');
    const text = this.text(end - this.place);
    this.place = end + 1;
    return text;
  }

  private push(value: Value): void {
    if (this.stack.length >= MOST_STACK) throw new Error(`its pickle piles up more than ${MOST_STACK} values`);
    this.stack.push(value);
  }

  private pop(): Value {
    const value = this.stack.pop();
    if (value === undefined) throw new Error('its pickle takes a value where there is none');
    return value;
  }

  private top(): Value | undefined {
    return this.stack.at(-1);
  }

  private mark(): void {
    if (this.below.length >= MOST_MARKS) throw new Error(`its containers are nested deeper than ${MOST_MARKS}`);
    this.below.push(this.stack);
    this.stack = [];
  }

  /** The values since the last mark. */
  private sinceMark(): Value[] {
    const values = this.stack;
    const before = this.below.pop();
    if (before === undefined) throw new Error('its pickle closes what it did not open');
    this.stack = before;
    return values;
  }

  private tuple(size: number): void {
    const items = Array.from({ length: size }, () => this.pop()).reverse();
    this.push(new PickleTuple(items));
  }

  private append(values: readonly Value[]): void {
    const list = this.top();
    if (!(list instanceof PickleList)) throw new Error('its pickle appends to what is no list');
    list.append(values);
  }

  private setItems(values: readonly Value[]): void {
    const dict = this.top();
    if (!(dict instanceof PickleDict) || values.length % 2 !== 0) throw new Error('its pickle fills what is no dict');
    for (let i = 0; i < values.length; i += 2) dict.set(values[i]!, values[i + 1]!);
  }

  private remember(key: number): void {
    const value = this.top();
    if (value === undefined) throw new Error('its pickle remembers a value where there is none');
    this.memo.set(key, value);
  }

  private recall(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined) throw new Error('its pickle recalls what it has not remembered');
    this.push(value);
  }

  /** A whole number of up to eight bytes, the last of them with the sign. */
  private long(length: number): number {
    const from = this.take(length);
    let value = 0n;
    for (let i = 0; i < length; i += 1) value |= BigInt(this.bytes[from + i]!) << BigInt(8 * i);
    const signed = BigInt.asIntN(8 * length, value);
    if (signed > Number.MAX_SAFE_INTEGER || signed < Number.MIN_SAFE_INTEGER)
      throw new Error('its pickle has a whole number beyond 2^53');
    return Number(signed);
  }

  private readonly opcodes: Readonly<Record<number, () => void>> = {
    40: () => this.mark(),
    78: () => this.push(null),
    136: () => this.push(true),
    137: () => this.push(false),
    74: () => this.push(this.view.getInt32(this.take(4), true)),
    75: () => this.push(this.view.getUint8(this.take(1))),
    77: () => this.push(this.view.getUint16(this.take(2), true)),
    138: () => this.push(this.long(this.view.getUint8(this.take(1)))),
    71: () => this.push(this.view.getFloat64(this.take(8), false)),
    88: () => this.push(this.text(this.view.getUint32(this.take(4), true))),
    41: () => this.push(new PickleTuple([])),
    133: () => this.tuple(1),
    134: () => this.tuple(2),
    135: () => this.tuple(3),
    116: () => {
      const items = this.sinceMark();
      this.push(new PickleTuple(items));
    },
    93: () => this.push(new PickleList()),
    97: () => this.append([this.pop()]),
    101: () => this.append(this.sinceMark()),
    125: () => this.push(new PickleDict(false)),
    115: () => {
      const value = this.pop();
      this.setItems([this.pop(), value]);
    },
    117: () => this.setItems(this.sinceMark()),
    99: () => {
      const module = this.line();
      this.push(namedGlobal(module, this.line()));
    },
    82: () => {
      const args = this.pop();
      this.push(reduced(this.pop(), args));
    },
    98: () => {
      const state = this.pop();
      built(this.top(), state);
    },
    81: () => this.push(persistent(this.pop())),
    113: () => this.remember(this.view.getUint8(this.take(1))),
    114: () => this.remember(this.view.getUint32(this.take(4), true)),
    104: () => this.recall(this.view.getUint8(this.take(1))),
    106: () => this.recall(this.view.getUint32(this.take(4), true)),
  };

  run(): Value {
    const [protocol, version] = [this.view.getUint8(this.take(1)), this.view.getUint8(this.take(1))];
    if (protocol !== 0x80 || version !== 2)
      throw new Error("its pickle is not of protocol 2, torch.save's own; leave pickle_protocol out when you save it");
    for (;;) {
      const code = this.view.getUint8(this.take(1));
      if (code === 0x2e) break;
      const operation = this.opcodes[code];
      if (operation === undefined)
        throw new Error(
          `its pickle has the opcode 0x${code.toString(16)}, which torch.save does not write for tensors`,
        );
      operation();
    }
    if (this.place !== this.bytes.length || this.below.length > 0 || this.stack.length !== 1)
      throw new Error('its pickle does not end where it should');
    return this.pop();
  }
}

/** The value that a pickle of a state dict describes. Throws one line where it describes anything else. */
export const readPickle = (bytes: Uint8Array): Value => new PickleMachine(bytes).run();
