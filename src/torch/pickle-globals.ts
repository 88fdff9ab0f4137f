import { shownName } from '../system/shown-name.js';
import {
  Bytes,
  Named,
  NumpyNumber,
  NumpyType,
  naturals,
  PickleDict,
  PickleTuple,
  Storage,
  StoredTensor,
  type Value,
} from './pickle-values.js';
import { STORAGE_TYPES } from './storage-types.js';

/**
 * The classes and functions that the pickle of a state dict may name, and what is made of their arguments. Nothing else is looked
 * up, imported or called, and these are not called either: they are descriptions of data.
 */

type Make = (args: readonly Value[]) => Value;

const malformed = (name: string): Error => new Error(`its ${name} is malformed`);

const isEmptyDict = (value: Value | undefined): boolean => value instanceof PickleDict && value.entries.size === 0;

function makeTensor(args: readonly Value[]): StoredTensor {
  const [storage, offset, size, stride, requiresGradient, hooks, metadata = null] = args;
  const [shape, strides] = [naturals(size), naturals(stride)];
  const isWhole =
    (args.length === 6 || args.length === 7) &&
    storage instanceof Storage &&
    Number.isSafeInteger(offset) &&
    (offset as number) >= 0 &&
    shape !== undefined &&
    strides?.length === shape.length &&
    typeof requiresGradient === 'boolean' &&
    isEmptyDict(hooks) &&
    (metadata === null || isEmptyDict(metadata));
  if (!isWhole) throw malformed('tensor');
  return new StoredTensor(storage, offset as number, shape, strides);
}

function makeParameter(args: readonly Value[]): StoredTensor {
  const [tensor, requiresGradient, hooks] = args;
  if (
    args.length === 3 &&
    tensor instanceof StoredTensor &&
    typeof requiresGradient === 'boolean' &&
    isEmptyDict(hooks)
  )
    return tensor;
  throw malformed('parameter');
}

function makeBytes(args: readonly Value[]): Bytes {
  const [text, code] = args;
  const isLatin = (character: string): boolean => character.charCodeAt(0) < 256;
  if (args.length === 2 && typeof text === 'string' && code === 'latin1' && [...text].every(isLatin))
    return new Bytes(text.length);
  throw malformed('text of bytes');
}

const NUMPY_BYTES: Readonly<Record<string, number>> = {
  ...{ f8: 8, f4: 4, f2: 2, i8: 8, i4: 4, i2: 2, i1: 1, u8: 8, u4: 4, u2: 2, u1: 1, b1: 1 },
};

function makeNumpyType(args: readonly Value[]): NumpyType {
  const [code, align, copy] = args;
  if (
    args.length === 3 &&
    typeof code === 'string' &&
    Object.hasOwn(NUMPY_BYTES, code) &&
    align === false &&
    copy === true
  )
    return new NumpyType(NUMPY_BYTES[code]!);
  throw new Error('it has a NumPy type that is none of numbers');
}

function makeNumpyNumber(args: readonly Value[]): NumpyNumber {
  const [type, bytes] = args;
  if (args.length === 2 && type instanceof NumpyType && bytes instanceof Bytes && bytes.length === type.bytes)
    return new NumpyNumber();
  throw malformed('NumPy number');
}

function makeOrderedDict(args: readonly Value[]): PickleDict {
  if (args.length === 0) return new PickleDict(true);
  throw malformed('OrderedDict');
}

function makeSize(args: readonly Value[]): PickleTuple {
  if (args.length === 1 && naturals(args[0]) !== undefined) return args[0] as PickleTuple;
  throw malformed('torch.Size');
}

const FUNCTIONS: Readonly<Record<string, Make>> = {
  'collections.OrderedDict': makeOrderedDict,
  'torch._utils._rebuild_tensor_v2': makeTensor,
  'torch._utils._rebuild_parameter': makeParameter,
  'torch.Size': makeSize,
  // Learning rates of the official scripts are numbers of NumPy.
  '_codecs.encode': makeBytes,
  'numpy.dtype': makeNumpyType,
  'numpy.core.multiarray.scalar': makeNumpyNumber,
  'numpy._core.multiarray.scalar': makeNumpyNumber,
};

const isStorage = (name: string): boolean =>
  name.startsWith('torch.') && Object.hasOwn(STORAGE_TYPES, name.slice('torch.'.length));

/** The class or function of that name. Throws one line that names it where it is none of tensors and plain containers. */
export function namedGlobal(module: string, name: string): Named {
  const full = `${module}.${name}`;
  if (Object.hasOwn(FUNCTIONS, full) || isStorage(full)) return new Named(full);
  throw new Error(
    `it names ${shownName(full)}, which is neither a tensor nor a plain container, and nothing of it was run; save tensors alone: ` +
      'torch.save(model.state_dict(), FILE)',
  );
}

/** What a function of `FUNCTIONS` makes of its arguments. */
export function reduced(callee: Value | undefined, args: Value | undefined): Value {
  const isCall = callee instanceof Named && Object.hasOwn(FUNCTIONS, callee.name) && args instanceof PickleTuple;
  if (!isCall) throw new Error('it calls what is no function');
  return FUNCTIONS[callee.name]!(args.items);
}

/** Gives an object its state: an OrderedDict its metadata, a NumPy type its byte order. Both are left aside. */
export function built(target: Value | undefined, state: Value): void {
  const isMetadata = (): boolean =>
    state instanceof PickleDict && [...state.entries.keys()].every((name) => name === '_metadata');
  if (target instanceof PickleDict && target.isOrdered && isMetadata()) return;
  const order = state instanceof PickleTuple ? state.items[1] : undefined;
  if (target instanceof NumpyType && (order === '<' || order === '|' || order === '=')) return;
  throw new Error('it sets the state of an object that has none');
}

/** The storage that a persistent id stands for. */
export function persistent(id: Value | undefined): Storage {
  const [word, type, key, location, elements, ...rest] = id instanceof PickleTuple ? id.items : [];
  const isWhole =
    word === 'storage' &&
    type instanceof Named &&
    isStorage(type.name) &&
    typeof key === 'string' &&
    /^\d{1,9}$/.test(key) &&
    typeof location === 'string' &&
    Number.isSafeInteger(elements) &&
    (elements as number) >= 0 &&
    rest.length === 0;
  if (!isWhole) throw malformed('reference to a storage');
  return new Storage(key, type.name.slice('torch.'.length), elements as number);
}
