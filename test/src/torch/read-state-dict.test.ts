import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '../../../src/system/safetensors.js';
import { isTorchFile } from '../../../src/torch/open-torch-file.js';
import { readStateDict } from '../../../src/torch/read-state-dict.js';
import { decodeWeights } from '../../../src/torch/weights-file.js';
import { archive, call, dict, global, int, long, MARK, op, pickle, SIX, tensor, text, tuple } from './pickles.js';

const path = (file: string): string => fileURLToPath(new URL(`../../fixtures/torch-files/${file}`, import.meta.url));
const fixture = (file: string): Buffer => readFileSync(path(file));

interface Expected {
  readonly shape: readonly number[];
  readonly values: readonly string[];
}

const WORDS: Readonly<Record<string, number>> = { inf: Number.POSITIVE_INFINITY, True: 1, False: 0 };

describe('a file of torch.save', () => {
  const expected = JSON.parse(readFileSync(path('kinds.json'), 'utf8')) as Record<string, Expected>;
  const converted = new Map<string, string>();
  const { tensors } = readStateDict(fixture('kinds.pt'), { onConverted: (name, type) => converted.set(name, type) });

  it.each(Object.keys(expected))('has what PyTorch holds in %s, floating-point numbers in single precision', (name) => {
    const { shape, data } = tensors.get(name)!;
    const { shape: wanted, values } = expected[name]!;
    expect(shape).toEqual(wanted);
    expect(Array.from(data)).toEqual(
      values.map((value) => {
        const exact = WORDS[value] ?? Number(value);
        return data instanceof Int32Array ? exact : Math.fround(exact);
      }),
    );
  });

  it('has its tensors in order, and says which are of other types', () => {
    expect([...tensors.keys()]).toEqual(Object.keys(expected));
    expect(Object.fromEntries(converted)).toEqual({
      ...{ double: 'F64', half: 'F16', brain: 'BF16', tracked: 'I64', longs: 'I64' },
      ...{ shorts: 'I16', chars: 'I8', bytes: 'U8', truths: 'BOOL' },
    });
  });

  it('gives what is wanted of it alone', () => {
    const some = readStateDict(fixture('kinds.pt'), { wanted: new Set(['part', 'nothing']) }).tensors;
    expect([...some.keys()]).toEqual(['part']);
  });

  it('is known from its first bytes', () => {
    expect(['kinds.pt', 'legacy.pt', 'checkpoint-3.safetensors'].map((file) => isTorchFile(fixture(file)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is not a safetensors file whose header has 0x4b50 bytes, though it begins with PK', () => {
    const plain = encodeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(7) }]]));
    const header = Buffer.from(plain.subarray(8, plain.length - 4))
      .toString()
      .trimEnd();
    const file = Buffer.concat([Buffer.alloc(8), Buffer.from(header.padEnd(0x4b50)), plain.subarray(plain.length - 4)]);
    file.writeBigUInt64LE(0x4b50n);
    expect(file.toString('latin1', 0, 2)).toBe('PK');
    expect(decodeWeights(file).tensors.get('a')!.data).toEqual(Float32Array.of(7));
  });

  it('is told apart from what is neither its format nor safetensors', () => {
    for (const bytes of [new Uint8Array(0), Buffer.from('not weights at all')])
      expect(() => decodeWeights(bytes)).toThrow(
        /^not a safetensors file: .*; it does not begin as a file of torch.save either$/,
      );
  });

  it('may be a checkpoint of the official scripts, with learning rates of NumPy', () => {
    const { tensors: state, isOfficial } = readStateDict(fixture('checkpoint-3.pt'));
    expect(isOfficial).toBe(true);
    expect(state.get('linear_layers.2.weight')!.shape).toEqual([100, 16]);
    expect(readStateDict(fixture('kinds.pt')).isOfficial).toBe(false);
  });

  it('may hold its state dict one level down, or with the names of networks in parallel', () => {
    const six = dict(text('module.a'), tensor(), text('module.b'), tensor());
    for (const place of ['state_dict', 'model_state_dict', 'model']) {
      const file = archive(pickle(dict(text('epoch'), int(3), text(place), six)));
      expect([...readStateDict(file).tensors.keys()]).toEqual(['a', 'b']);
    }
    const mixed = archive(pickle(dict(text('module.a'), tensor(), text('b'), tensor())));
    expect([...readStateDict(mixed).tensors.keys()]).toEqual(['module.a', 'b']);
  });
});

/** The only message of a file that is refused. */
function refusal(bytes: Uint8Array): string {
  try {
    readStateDict(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).name).toBe('Error');
    expect((error as Error).message.split('\n')).toHaveLength(1);
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

describe('what PyTorch writes and is not read is refused in one line', () => {
  it.each([
    ['legacy.pt', /before 1\.6.*torch\.save\(torch\.load\(FILE\), FILE\)/],
    ['expanded.pt', /its a has strides by which elements overlap; save tensor\.contiguous\(\)/],
    ['long.pt', /its a holds the whole number 2147483648, which 32 bits do not hold/],
    ['protocol-4.pt', /not of protocol 2.*leave pickle_protocol out/],
    [
      'hostile.pt',
      /it names posix\.system, which is neither a tensor nor a plain container, and nothing of it was run/,
    ],
    ['module.pt', /it names torch\.nn\.modules\.linear\.Linear, which is neither/],
    ['script.pt', /TorchScript program.*state_dict/],
  ])('%s', (file, message) => {
    expect(refusal(fixture(file))).toMatch(message);
  });
});

const filled = (...parts: readonly Buffer[]): Buffer => archive(pickle(dict(text('a'), ...parts)));

describe('a hostile pickle is refused in one line', () => {
  const marker = path('was-run');

  it.each<[string, Buffer, RegExp]>([
    ['a command', filled(call(global('os', 'system'), text(`touch ${marker}`))), /it names os\.system/],
    ['a command of Python 2', filled(call(global('posix', 'system'), text(`touch ${marker}`))), /names posix\.system/],
    ['eval', filled(call(global('builtins', 'eval'), text('1'))), /it names builtins\.eval/],
    ['a name with control characters', filled(global('os\u001b[31m', 'system')), /it names "os\\u001b\[31m\.system"/],
    ['a name of the prototype', filled(global('torch', '__proto__')), /it names torch\.__proto__/],
    ['a storage of the prototype', filled(global('torch', 'constructor')), /it names torch\.constructor/],
    ['a very long name', filled(Buffer.from(`c${'x'.repeat(1e5)}\ny\n`)), /cut off inside a name/],
    ['a call of data', filled(call(text('a'))), /calls what is no function/],
    ['a call of a storage class', filled(call(global('torch', 'FloatStorage'), int(1e9))), /calls what is no function/],
    ['state for a tensor', filled(tensor(), dict(), op(0x62)), /sets the state of an object that has none/],
    ['an object of a class', filled(global('collections', 'OrderedDict'), tuple(), op(0x81)), /opcode 0x81/],
    ['an extension registry', filled(op(0x82, 1)), /opcode 0x82/],
    ['a frame of protocol 4', filled(op(0x95, 0, 0, 0, 0, 0, 0, 0, 0)), /opcode 0x95/],
  ])('%s', (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
    expect(existsSync(marker)).toBe(false);
  });

  const nested = (depth: number): Buffer => Buffer.concat([Buffer.alloc(depth, 0x5d), Buffer.alloc(depth - 1, 0x61)]);
  it.each<[string, Buffer, RegExp]>([
    ['lists in lists', filled(nested(101)), /nested deeper than 100/],
    ['a million open lists', filled(nested(1e6)), /piles up more than 100000 values/],
    ['a million marks', filled(Buffer.alloc(1e6, 0x28)), /nested deeper than 1000/],
    ['tuples in tuples', filled(op(0x29), Buffer.alloc(1e6, 0x85)), /nested deeper than 100/],
    [
      'tuples that double each time',
      filled(op(0x29), ...Array.from({ length: 200 }, () => op(0x71, 0, 0x68, 0, 0x86))),
      /deeper than 100/,
    ],
    [
      'a list inside itself',
      filled(op(0x5d, 0x71, 0), ...Array.from({ length: 200 }, () => op(0x68, 0, 0x61))),
      /deeper than 100/,
    ],
    ['a text longer than the file', filled(op(0x58, 0xff, 0xff, 0xff, 0xff)), /its pickle is cut off/],
    ['a number of 2^62', filled(long(2n ** 62n)), /a whole number beyond 2\^53/],
    [
      'a storage of 2^53 numbers',
      filled(tensor({ elements: long(2n ** 53n - 1n) })),
      /storage 0 has 24 bytes instead of/,
    ],
    [
      'a tensor of 2^60',
      filled(tensor({ shape: [2 ** 30, 2 ** 30], strides: [0, 0] })),
      /its a has \d+ elements; allowed/,
    ],
    [
      'a tensor beyond all numbers',
      filled(tensor({ shape: Array(64).fill(2 ** 30), strides: Array(64).fill(0) })),
      /has Infinity elements|e\+\d+ elements/,
    ],
    ['a text that is not UTF-8', filled(op(0x58, 1, 0, 0, 0, 0xff)), /not UTF-8/],
  ])('%s', (_, bytes, message) => {
    const begin = process.cpuUsage();
    expect(refusal(bytes)).toMatch(message);
    // Milliseconds on any machine; what is guarded against takes hours, or all memory.
    expect(process.cpuUsage(begin).user).toBeLessThan(2e6);
  });
});

describe('a tensor that is not where it should be is refused', () => {
  it.each<[string, Buffer, RegExp]>([
    ['behind its storage', tensor({ offset: int(1) }), /its a reaches to element 7 of a storage of 6/],
    ['with strides beyond its storage', tensor({ strides: [4, 1] }), /reaches to element 7/],
    ['before its storage', tensor({ offset: int(-1) }), /its tensor is malformed/],
    ['with negative strides', tensor({ strides: [-3, 1] }), /its tensor is malformed/],
    ['with a stride too few', tensor({ strides: [1] }), /its tensor is malformed/],
    ['with negative sizes', tensor({ shape: [-2, -3] }), /its tensor is malformed/],
    ['with overlapping rows', tensor({ strides: [2, 1] }), /strides by which elements overlap/],
    ['with the same rows', tensor({ strides: [0, 1] }), /strides by which elements overlap/],
    ['in no storage', tensor({ key: '1' }), /its storage 1 is missing/],
    ['in another folder', tensor({ key: '../version' }), /reference to a storage is malformed/],
    ['in a storage of another size', tensor({ elements: int(7) }), /storage 0 has 24 bytes instead of 28/],
    ['in a storage of another type', tensor({ type: 'DoubleStorage' }), /storage 0 has 24 bytes instead of 48/],
    ['of complex numbers', tensor({ type: 'ComplexFloatStorage' }), /it names torch\.ComplexFloatStorage/],
  ])('%s', (_, part, message) => {
    expect(refusal(filled(part))).toMatch(message);
  });

  it('and so is one of two types, a repeated name, or something that is no tensor', () => {
    expect(refusal(filled(tensor(), text('b'), tensor({ type: 'IntStorage' })))).toMatch(/storage 0 is of two types/);
    expect(refusal(filled(tensor(), text('a'), tensor()))).toMatch(/a dict has a key twice/);
    expect(refusal(filled(tensor(), text('b'), int(1)))).toMatch(/b of its state dict is no tensor/);
    expect(refusal(filled(int(1)))).toMatch(/it holds no state dict; wanted: tensors by name/);
    expect(refusal(archive(pickle(tuple(tensor()))))).toMatch(/it holds no state dict/);
    expect(refusal(archive(pickle(dict(tuple(), int(1)))))).toMatch(/key of a dict is neither/);
  });

  it('where many tensors show the same numbers, they are counted together', () => {
    const big = new Uint8Array(4 * 2 ** 20);
    const view = tensor({ elements: int(2 ** 20), shape: [2 ** 20], strides: [1] });
    const parts = Array.from({ length: 1025 }, (_, i) => [text(`t${i}`), view]).flat();
    expect(refusal(archive(pickle(dict(...parts)), { 'data/0': big }))).toMatch(
      /more than 1073741824 elements together/,
    );
  });
});

describe('an archive that is damaged is refused', () => {
  const whole = filled(tensor());
  const flipped = (place: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes[place]! ^ 1, place);
    return bytes;
  };

  it('is taken where it is not', () => {
    expect(readStateDict(whole).tensors.get('a')).toEqual({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
  });

  it('wherever a number of a storage or a byte of the pickle changes', () => {
    const storage = whole.indexOf(SIX);
    for (const place of [storage, storage + 23, whole.indexOf('FloatStorage')])
      expect(refusal(flipped(place))).toMatch(/CRC-32 has changed/);
  });

  it('wherever it is cut', () => {
    for (const length of [2, 3, 30, 100, whole.length - 23, whole.length - 1])
      expect(refusal(whole.subarray(0, length))).toMatch(/not a file of torch\.save/);
  });

  it('where entries overlap, are there twice or are compressed', () => {
    const [first, second] = [
      whole.indexOf('PK\u0001\u0002', 0, 'latin1'),
      whole.lastIndexOf('PK\u0001\u0002', undefined, 'latin1'),
    ];
    const twice = Buffer.from(whole);
    // The directory names the first entry in the place of the second.
    twice.copy(twice, second + 16, first + 16, first + 28);
    twice.copy(twice, second + 42, first + 42, first + 46);
    expect(refusal(twice)).toMatch(/not a file of torch\.save/);
    const squeezed = zipSync({ 'a/data.pkl': pickle(dict(text('a'), tensor())), 'a/data/0': SIX }, { level: 9 });
    expect(refusal(squeezed)).toMatch(/is compressed, which torch\.save does not do/);
  });

  it('where it has no pickle, several, or numbers of another order of bytes', () => {
    expect(refusal(Buffer.from(zipSync({ 'a/b': SIX }, { level: 0 })))).toMatch(/no single data\.pkl/);
    const two = zipSync({ 'a/data.pkl': pickle(dict()), 'b/data.pkl': pickle(dict()) }, { level: 0 });
    expect(refusal(two)).toMatch(/no single data\.pkl/);
    const big = archive(pickle(dict(text('a'), tensor())), { 'data/0': SIX, byteorder: Buffer.from('big') });
    expect(refusal(big)).toMatch(/not little-endian/);
  });

  it('where its pickle does not end where it should', () => {
    for (const parts of [
      [dict(), dict()],
      [MARK, dict()],
      [dict(), op(0x2e)],
    ])
      expect(refusal(archive(pickle(...parts)))).toMatch(/does not end where it should/);
    for (const code of [0x30, 0x64, 0x49, 0x50, 0x8b, 0x93])
      expect(refusal(archive(pickle(op(code))))).toMatch(/its pickle has the opcode 0x/);
    for (const part of [
      op(0x73),
      op(0x74),
      op(0x85),
      op(0x61),
      op(0x75),
      op(0x65),
      op(0x52),
      op(0x62),
      op(0x51),
      op(0x68, 9),
      op(0x71, 0),
    ])
      expect(refusal(archive(pickle(part)))).toMatch(/^its |^it /);
  });
});
