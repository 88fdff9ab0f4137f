/** What the pickle of a state dict may be made of. */

export type Value = null | boolean | number | string | PickleTuple | PickleList | PickleDict | Named | Leaf;

/** A container of values; `depth` counts the containers inside it, one in the other. */
abstract class Container {
  depth = 1;

  /** Throws where containers are nested deeper than any state dict is. */
  protected hold(value: Value): void {
    if (!(value instanceof Container)) return;
    this.depth = Math.max(this.depth, value.depth + 1);
    if (this.depth > DEEPEST) throw new Error(`its containers are nested deeper than ${DEEPEST}`);
  }
}
const DEEPEST = 100;

export class PickleTuple extends Container {
  constructor(readonly items: readonly Value[]) {
    super();
    for (const item of items) this.hold(item);
  }
}

export class PickleList extends Container {
  readonly items: Value[] = [];

  append(values: readonly Value[]): void {
    for (const value of values) {
      this.hold(value);
      this.items.push(value);
    }
  }
}

/** A dict or an OrderedDict; keys are texts and whole numbers. */
export class PickleDict extends Container {
  readonly entries = new Map<string | number, Value>();

  constructor(readonly isOrdered: boolean) {
    super();
  }

  set(key: Value, value: Value): void {
    if (typeof key !== 'string' && !Number.isSafeInteger(key))
      throw new Error('a key of a dict is neither text nor a whole number');
    if (this.entries.has(key as string | number)) throw new Error('a dict has a key twice');
    this.hold(value);
    this.entries.set(key as string | number, value);
  }
}

/** A class or function that the pickle names; only those of `GLOBALS` ever become one. */
export class Named {
  constructor(readonly name: string) {}
}

/** A run of numbers of one type in the archive. */
export class Storage {
  constructor(
    readonly key: string,
    /** Name of its class, as `FloatStorage`. */
    readonly type: string,
    readonly elements: number,
  ) {}
}

/** A tensor: numbers of a storage by offset and strides. */
export class StoredTensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** Bytes, as `_codecs.encode` makes them of text. */
export class Bytes {
  constructor(readonly length: number) {}
}

/** A number type of NumPy. */
export class NumpyType {
  constructor(readonly bytes: number) {}
}

/** A number of NumPy, such as a learning rate; no tensor needs it, so it is not decoded. */
export class NumpyNumber {}

type Leaf = Storage | StoredTensor | Bytes | NumpyType | NumpyNumber;

/** The values of a tuple that are all whole numbers from 0 on; undefined where it is something else. */
export function naturals(value: Value | undefined): readonly number[] | undefined {
  if (!(value instanceof PickleTuple)) return undefined;
  const isNatural = (item: Value): boolean => Number.isSafeInteger(item) && (item as number) >= 0;
  return value.items.every(isNatural) ? (value.items as readonly number[]) : undefined;
}
