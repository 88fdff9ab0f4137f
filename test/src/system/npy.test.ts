import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpz } from '../../../src/system/npy.js';

const bytes = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** What the specification of the format, version 1.0, says of a header of 118 bytes. */
const header = (dictionary: string): number[] => [
  ...[0x93, ...bytes('NUMPY'), 1, 0, 118, 0],
  ...bytes(dictionary.padEnd(117)),
  0x0a,
];

describe('an array in the npy format', () => {
  it('is its header and the float64 values, low byte first', () => {
    const expected = [
      ...header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"),
      ...[0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
      ...[0, 0, 0, 0, 0, 0, 0x04, 0xc0],
    ];
    // 1 = 1.0b x 2^0 and -2.5 = -1.01b x 2^1.
    expect([...encodeNpy([1, -2.5])]).toEqual(expected);
  });

  it('has the same bytes whatever the bits of NaN', () => {
    // IEEE 754: all exponent bits and any of the 52 others set, with either sign.
    const patterns = new BigUint64Array([0x7ff8_0000_0000_0000n, 0xfff8_0000_0000_0000n, 0x7ff8_0000_0000_002an]);
    const arrays = [...new Float64Array(patterns.buffer)].map((value) => [...encodeNpy([value])]);
    expect(arrays[0]!.slice(-8)).toEqual([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
    expect(arrays[1]).toEqual(arrays[0]);
    expect(arrays[2]).toEqual(arrays[0]);
  });

  it('has whole numbers in two complement', () => {
    const expected = [
      ...header("{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }"),
      ...[0, 0, 0, 0, 0, 0, 0, 0],
      ...[0x2c, 0x01, 0, 0, 0, 0, 0, 0],
      ...[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];
    expect([...encodeNpy([0, 300, -2], 'i8')]).toEqual(expected);
    expect(() => encodeNpy([0.5], 'i8')).toThrow(RangeError);
  });

  it('has the shape that is given, the last dimension varying fastest', () => {
    const shaped = encodeNpy([1, 2, 3, 4, 5, 6], 'f8', [1, 2, 3]);
    const dictionary = header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 3), }");
    expect([...shaped.slice(0, 128)]).toEqual(dictionary);
    expect([...shaped.slice(128)]).toEqual([...encodeNpy([1, 2, 3, 4, 5, 6]).slice(128)]);
  });

  it('may be empty, long, and hold what is not a number', () => {
    expect([...encodeNpy([])]).toEqual(header("{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }"));
    const long = encodeNpy(Array(1000).fill(1));
    expect(long.length).toBe(128 + 8000);
    expect([...long.slice(0, 128)]).toEqual(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000,), }"));
    const view = new DataView(encodeNpy([Number.NaN, Number.NEGATIVE_INFINITY]).buffer, 128);
    expect([view.getFloat64(0, true), view.getFloat64(8, true)]).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
  });
});

describe('several arrays in the npz format', () => {
  const arrays = new Map([
    ['report_epochs', [0, 1]],
    ['conv.0.weight_norm', [3, 3.5]],
  ]);
  const whole = new Set(['report_epochs']);

  it('are stored under their names, whole numbers as such', () => {
    const file = encodeNpz(arrays, whole);
    const entries = unzipSync(file);
    expect(Object.keys(entries)).toEqual(['report_epochs.npy', 'conv.0.weight_norm.npy']);
    expect(entries['report_epochs.npy']).toEqual(encodeNpy([0, 1], 'i8'));
    expect(entries['conv.0.weight_norm.npy']).toEqual(encodeNpy([3, 3.5]));
    // Method 0, stored, and noon of the first day that the format knows: (12 << 11) and (1 << 5) + 1.
    const view = new DataView(file.buffer, file.byteOffset);
    expect([view.getUint16(8, true), view.getUint16(10, true), view.getUint16(12, true)]).toEqual([0, 0x6000, 0x21]);
  });

  it('are the same bytes each time, with fractions where whole numbers do not do', () => {
    expect(encodeNpz(arrays, whole)).toEqual(encodeNpz(new Map(arrays), whole));
    const halves = unzipSync(encodeNpz(new Map([['report_epochs', [0.5, 1]]]), whole));
    expect(halves['report_epochs.npy']).toEqual(encodeNpy([0.5, 1]));
  });
});
