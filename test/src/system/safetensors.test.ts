import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type HostTensor } from '../../../src/system/safetensors.js';
import { fixturePath } from '../../deep/fixture.js';

const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1);

const tensors: fc.Arbitrary<HostTensor> = fc.array(fc.nat({ max: 4 }), { maxLength: 4 }).chain((shape) => {
  const length = { minLength: product(shape), maxLength: product(shape) };
  return fc
    .oneof(fc.float32Array(length), fc.int32Array(length))
    .map((data) => ({ shape, data: data as Float32Array | Int32Array }));
});

/** Names as networks have them; letters beyond ASCII take more bytes than characters. */
const names = fc.stringMatching(/^[a-zäλ][a-z0-9äλ_."\\ ]{0,20}$/);
const files = fc.uniqueArray(fc.tuple(names, tensors), { selector: ([name]) => name, maxLength: 5 });

/** A file with this header, followed by so many bytes. */
const file = (header: unknown, payload = 0): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + payload);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
};
const entry = (dtype: string, shape: unknown, offsets: unknown) => ({ a: { dtype, shape, data_offsets: offsets } });

const at = (begin: number, end: number) => ({ dtype: 'F32', shape: [1], data_offsets: [begin, end] });

describe('safetensors', () => {
  it('come back as they were written, in order, to the same bytes', () => {
    fc.assert(
      fc.property(files, (entries) => {
        const bytes = encodeSafetensors(new Map(entries));
        const back = decodeSafetensors(bytes);
        expect([...back]).toEqual(entries);
        expect(encodeSafetensors(back)).toEqual(bytes);
        // The data begins at a multiple of eight, as the format recommends.
        expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
      }),
      { seed: 1 },
    );
  });

  it('have the bytes that the format prescribes', () => {
    const tensor = { shape: [2], data: Float32Array.of(1, -2) };
    const header = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  ';
    const payload = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
    expect([...encodeSafetensors(new Map([['w', tensor]]))]).toEqual([
      header.length,
      ...[0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(header),
      ...payload,
    ]);
  });

  it('written by PyTorch are read', () => {
    const read = decodeSafetensors(readFileSync(fixturePath('convnet-w4/init.safetensors')));
    expect(read.size).toBe(14);
    expect(read.get('conv_layers.3.weight')!.shape).toEqual([8, 4, 3, 3]);
    // The norm that PyTorch gave the frozen layer.
    const { data } = read.get('linear_layers.2.weight')!;
    expect(Math.sqrt(Array.from(data).reduce((sum, value) => sum + value * value, 0))).toBeCloseTo(10, 6);
    const batches = decodeSafetensors(readFileSync(fixturePath('convnet-w4/batches.safetensors')));
    expect(batches.get('y')!.data).toBeInstanceOf(Int32Array);
    expect(Math.max(...batches.get('y')!.data)).toBeLessThan(10);
  });

  it('are read from a view into a larger buffer', () => {
    const bytes = encodeSafetensors(new Map([['w', { shape: [], data: Float32Array.of(7) }]]));
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(decodeSafetensors(larger.subarray(3)).get('w')!.data[0]).toBe(7);
  });

  it('keep the metadata of other writers out', () => {
    const header = { __metadata__: { format: 'pt' }, ...entry('F32', [1], [0, 4]) };
    expect([...decodeSafetensors(file(header, 4)).keys()]).toEqual(['a']);
  });

  it('of other floating-point types become single precision', () => {
    // Bits by hand: 1, -2, the smallest half, the largest half, infinity.
    const half = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00];
    const brain = [0x3f80, 0xc000, 0x0001, 0x7f7f, 0x7f80];
    const pairs = (bits: readonly number[]) => bits.flatMap((each) => [each & 255, each >> 8]);
    const read = (dtype: string, payload: ArrayLike<number>, length: number) => {
      const bytes = file(entry(dtype, [length], [0, payload.length]), payload.length);
      bytes.set(payload, bytes.length - payload.length);
      const converted: string[] = [];
      const { data } = decodeSafetensors(bytes, { onConverted: (...each) => converted.push(each.join(' ')) }).get('a')!;
      expect(converted).toEqual([`a ${dtype}`]);
      return [...data];
    };
    expect(read('F16', pairs(half), 5)).toEqual([1, -2, 2 ** -24, 65504, Number.POSITIVE_INFINITY]);
    // A brain float is the upper half of a single: 2^-133, and (2 - 2^-7) 2^127.
    expect(read('BF16', pairs(brain), 5)).toEqual([
      1,
      -2,
      2 ** -133,
      (2 - 2 ** -7) * 2 ** 127,
      Number.POSITIVE_INFINITY,
    ]);
    const doubles = new Uint8Array(Float64Array.of(0.1, 1e300).buffer);
    expect(read('F64', doubles, 2)).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /shorter than its length field/],
    ['seven bytes', new Uint8Array(7), /shorter than its length field/],
    ['a header that is cut off', file(entry('F32', [1], [0, 4])).subarray(0, 20), /the header is cut off/],
    ['a picture', Uint8Array.from({ length: 100 }, () => 0x89), /the header is cut off/],
    ['a header that is not JSON', file('{"a":'), /the header is not JSON/],
    ['a header that is a number', file('7'), /the header is not JSON/],
    ['a malformed entry', file({ a: 1 }), /entry of a is malformed/],
    ['a negative size', file(entry('F32', [-1], [0, 4]), 4), /entry of a is malformed/],
    ['one offset', file(entry('F32', [1], [0]), 4), /entry of a is malformed/],
    ['another type', file(entry('I16', [2], [0, 4]), 4), /a is I16; allowed: F32, I32, F16, BF16, F64$/],
    ['an unknown type', file(entry('F\n', [1], [0, 4]), 4), /a is of the unknown type "F\\n"$/],
    ['a name of every object as type', file(entry('constructor', [1], [0, 4]), 4), /unknown type constructor/],
    ['another field', file({ a: { ...entry('F32', [1], [0, 4]).a, x: 1 } }, 4), /entry of a is malformed/],
    ['a list as header', file('[]'), /the header is not JSON/],
    ['bytes at the end', file(entry('F32', [1], [0, 4]), 7), /3 bytes at the end belong to no tensor/],
    ['bytes at the beginning', file(entry('F32', [1], [4, 8]), 8), /4 bytes before a belong to no tensor/],
    ['a gap', file({ ...entry('F32', [1], [0, 4]), b: at(8, 12) }, 12), /4 bytes before b belong to no tensor/],
    ['an overlap', file({ ...entry('F32', [2], [0, 8]), b: at(4, 8) }, 8), /bytes of b overlap/],
    ['the same bytes twice', file({ ...entry('F32', [1], [0, 4]), b: at(0, 4) }, 4), /bytes of b overlap/],
    [
      'a name twice',
      file(`{"a":${JSON.stringify(at(0, 4))},"\\u0061":${JSON.stringify(at(4, 8))}}`, 8),
      /has "a" twice/,
    ],
    ['a name with a line end', file({ 'a\n': 1 }), /entry of "a\\n" is malformed/],
    ['a shape that wants more', file(entry('F32', [2], [0, 4]), 4), /a has 4 bytes, its shape wants 8/],
    ['offsets in the wrong order', file(entry('F32', [1], [4, 0]), 4), /a has -4 bytes/],
    ['a file that is cut off', file(entry('F32', [2], [0, 8]), 5), /the file ends inside a/],
  ])('refuse %s in one line', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
    try {
      decodeSafetensors(bytes);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });
});
