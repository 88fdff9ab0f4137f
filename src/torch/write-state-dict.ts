import { zipSync } from 'fflate';
import type { HostTensor } from '../system/safetensors.js';

/** State dicts as torch.save writes them: a zip archive of a pickle of protocol 2 and of the tensors' numbers. */

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.of(0x58), length, bytes]);
};

/** A whole number from 0 on, by the shortest opcode that holds it. */
function whole(value: number): Buffer {
  if (value < 2 ** 8) return Buffer.of(0x4b, value);
  const wide = Buffer.alloc(9);
  if (value < 2 ** 31) {
    wide.writeInt32LE(value);
    return Buffer.concat([Buffer.of(0x4a), wide.subarray(0, 4)]);
  }
  wide.writeBigInt64LE(BigInt(value));
  return Buffer.concat([Buffer.of(0x8a, 8), wide.subarray(0, 8)]);
}

const MARK = Buffer.of(0x28);
const named = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`, 'latin1');
const tuple = (...items: readonly Buffer[]): Buffer => Buffer.concat([MARK, ...items, Buffer.of(0x74)]);
const called = (callee: Buffer, ...args: readonly Buffer[]): Buffer =>
  Buffer.concat([callee, tuple(...args), Buffer.of(0x52)]);
const orderedDict = (): Buffer => called(named('collections', 'OrderedDict'));

/** Elements of a tensor between neighbours along each axis, the last one finest. */
const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));

function tensorPickle({ shape, data }: HostTensor, key: number): Buffer {
  const type = named('torch', data instanceof Int32Array ? 'IntStorage' : 'FloatStorage');
  const id = tuple(text('storage'), type, text(String(key)), text('cpu'), whole(data.length));
  const storage = Buffer.concat([id, Buffer.of(0x51)]);
  const [sizes, strides] = [shape, stridesOf(shape)].map((numbers) => tuple(...numbers.map(whole))) as [Buffer, Buffer];
  const requiresGradient = Buffer.of(0x89);
  return called(
    named('torch._utils', '_rebuild_tensor_v2'),
    storage,
    whole(0),
    sizes,
    strides,
    requiresGradient,
    orderedDict(),
  );
}

function statePickle(tensors: ReadonlyMap<string, HostTensor>): Buffer {
  const items = [...tensors].flatMap(([name, tensor], i) => [text(name), tensorPickle(tensor, i)]);
  return Buffer.concat([Buffer.of(0x80, 2), orderedDict(), MARK, ...items, Buffer.of(0x75, 0x2e)]);
}

const bytesOf = ({ data }: HostTensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The first year that zip files can express: the same bytes at any time. */
const TIME = new Date(1980, 0, 1, 12);

/**
 * The bytes of a file that torch.load reads as an OrderedDict of tensors, in the order given; the same content gives the same
 * bytes.
 */
export function encodeStateDict(tensors: ReadonlyMap<string, HostTensor>): Uint8Array {
  const storages = [...tensors.values()].map((tensor, i): [string, Uint8Array] => [
    `archive/data/${i}`,
    bytesOf(tensor),
  ]);
  const entries: [string, Uint8Array][] = [
    ['archive/data.pkl', statePickle(tensors)],
    ['archive/byteorder', Buffer.from('little')],
    ...storages,
    ['archive/version', Buffer.from('3\n')],
  ];
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: TIME });
}
