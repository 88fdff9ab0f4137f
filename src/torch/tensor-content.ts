import type { HostTensor } from '../system/safetensors.js';
import type { StoredTensor } from './pickle-values.js';
import { STORAGE_TYPES } from './storage-types.js';

/** The numbers of a tensor, gathered from its storage by offset and strides. */

/** 2 GiB in single precision: more than one array of JavaScript should hold. */
const MOST_ELEMENTS = 2 ** 29;

const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Dimensions with more than one place, the finest first. */
const extents = ({ shape, strides }: StoredTensor): { size: number; stride: number }[] =>
  shape
    .map((size, i) => ({ size, stride: strides[i]! }))
    .filter(({ size }) => size > 1)
    .sort((a, b) => a.stride - b.stride);

/**
 * Elements of the storage from the first to the last that a tensor uses. Throws what is wrong with its place, as the rest of a
 * sentence: it is larger than its storage, or two of its elements are the same number, as in a tensor that was expanded.
 */
export function spanOf(tensor: StoredTensor): number {
  const { shape, offset, storage } = tensor;
  const elements = elementsOf(shape);
  if (elements > MOST_ELEMENTS) throw new Error(`has ${elements} elements; allowed: up to ${MOST_ELEMENTS}`);
  if (elements === 0) return 0;
  let span = 1;
  for (const { size, stride } of extents(tensor)) {
    if (stride < span) throw new Error('has strides by which elements overlap; save tensor.contiguous()');
    span += (size - 1) * stride;
  }
  if (offset + span > storage.elements)
    throw new Error(`reaches to element ${offset + span} of a storage of ${storage.elements}`);
  return span;
}

/** Whether elements lie one after another in the order of their indices. */
function isContiguous({ shape, strides }: StoredTensor): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i -= 1) {
    if (shape[i]! > 1 && strides[i] !== expected) return false;
    expected *= shape[i]!;
  }
  return true;
}

function gather<Data extends Float32Array | Int32Array>(
  from: Data,
  into: Data,
  { shape, strides }: StoredTensor,
): Data {
  const index = shape.map(() => 0);
  let place = 0;
  for (let i = 0; i < into.length; i += 1) {
    into[i] = from[place]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      place += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      place -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return into;
}

/** A tensor's numbers, from the bytes of its storage. Throws what is wrong, as the rest of a sentence that begins with its name. */
export function contentOf(tensor: StoredTensor, storage: Uint8Array): HostTensor {
  const { shape, offset } = tensor;
  const { bytes, read } = STORAGE_TYPES[tensor.storage.type]!;
  const span = spanOf(tensor);
  // A copy of its own: an aligned beginning, and bytes that nothing else changes.
  const values = read(Uint8Array.from(storage.subarray(offset * bytes, (offset + span) * bytes)));
  if (isContiguous(tensor)) return { shape, data: values };
  const into = values instanceof Int32Array ? new Int32Array(elementsOf(shape)) : new Float32Array(elementsOf(shape));
  return { shape, data: gather(values, into, tensor) };
}
