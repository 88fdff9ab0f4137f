import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { checksum, imageBytes } from '../../../deep/data/image-set.js';
import { absoluteDataName, dataFolder } from '../../../deep/data/locate.js';
import { countTrainImages, openData } from '../../../deep/data/open.js';
import { DamagedFile } from '../../../src/system/reading-error.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);
afterEach(() => vi.unstubAllEnvs());
let folders = 0;
const newFolder = (): string => {
  folders += 1;
  const path = folder.path(`set-${folders}`);
  mkdirSync(path);
  return path;
};

const idx = (shape: number[], data: number[]): Uint8Array =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]), ...data]);

/** Two training images and a test image of 28x28, black but for numbered corners. */
function writeMnist(directory: string, change: Record<string, Uint8Array> = {}, pack = (bytes: Uint8Array) => bytes) {
  const image = (value: number) => Array.from({ length: 784 }, (_, i) => (i === 0 ? value : i === 783 ? 255 : 0));
  const files: Record<string, Uint8Array> = {
    'train-images-idx3-ubyte': idx([2, 28, 28], [...image(11), ...image(12)]),
    'train-labels-idx1-ubyte': idx([2], [3, 9]),
    't10k-images-idx3-ubyte': idx([1, 28, 28], image(13)),
    't10k-labels-idx1-ubyte': idx([1], [0]),
    ...change,
  };
  const ending = pack(idx([], []))[0] === 0x1f ? '.gz' : '';
  for (const [name, bytes] of Object.entries(files)) writeFileSync(`${directory}/${name}${ending}`, pack(bytes));
  return directory;
}

/** A CIFAR-100 folder: an image a line of [coarse, fine, red, green, blue]. */
function writeCifar100(directory: string, train: number[][], test: number[][]): string {
  const records = (lines: number[][]) =>
    Buffer.concat(
      lines.map(([coarse, fine, ...planes]) =>
        Buffer.concat([Buffer.of(coarse!, fine!), ...planes.map((value) => Buffer.alloc(1024, value))]),
      ),
    );
  writeFileSync(`${directory}/train.bin`, records(train));
  writeFileSync(`${directory}/test.bin`, records(test));
  return directory;
}

describe('CIFAR-100', () => {
  it('has the fine labels, of 100 classes', () => {
    const directory = writeCifar100(
      newFolder(),
      [
        [19, 99, 1, 2, 3],
        [0, 42, 4, 5, 6],
      ],
      [[7, 0, 8, 9, 10]],
    );
    const { train, test, classes, name } = openData(`cifar100:${directory}`);
    expect({ classes, name }).toEqual({ classes: 100, name: 'cifar100' });
    expect([...train.labels, ...test.labels]).toEqual([99, 42, 0]);
    expect([0, 1023, 1024, 2048, 3071].map((i) => imageBytes(train, 1)[i])).toEqual([4, 4, 5, 6, 6]);
    expect(countTrainImages(`cifar100:${directory}`)).toBe(2);
  });

  it('refuses a wrong label and a short file in one line', () => {
    const wrong = writeCifar100(newFolder(), [[0, 100, 1, 2, 3]], [[0, 0, 1, 2, 3]]);
    expect(() => openData(`cifar100:${wrong}`)).toThrow(/image 0 in .*train.bin has label 100; allowed: 0 to 99/);
    const short = writeCifar100(newFolder(), [[0, 1, 1, 2]], [[0, 0, 1, 2, 3]]);
    expect(() => openData(`cifar100:${short}`)).toThrow(/train.bin has 2050 bytes; allowed: a multiple of 3074/);
  });

  it('reads more images than fit one read', () => {
    const lines = Array.from({ length: 1030 }, (_, i) => [0, i % 100, i % 251, 0, 0]);
    const { train } = openData(`cifar100:${writeCifar100(newFolder(), lines, [[0, 0, 1, 2, 3]])}`);
    expect([...train.labels]).toEqual(lines.map(([, fine]) => fine));
    expect(lines.map((_, i) => imageBytes(train, i)[1023])).toEqual(lines.map(([, , red]) => red));
  });
});

describe('MNIST', () => {
  it.each([
    ['plain', (bytes: Uint8Array) => bytes],
    ['gzipped', (bytes: Uint8Array) => gzipSync(bytes)],
  ])('is read from %s files and padded to 32x32', (_, pack) => {
    const name = `mnist:${writeMnist(newFolder(), {}, pack)}`;
    const { train, test, classes, means } = openData(name);
    expect({ classes, means }).toEqual({ classes: 10, means: [0.1307, 0.1307, 0.1307] });
    expect(train).toMatchObject({ count: 2, channels: 3, height: 32, width: 32 });
    expect([...train.labels, ...test.labels]).toEqual([3, 9, 0]);
    // The corners of 28x28 are at (2, 2) and (29, 29); all else is black.
    const image = imageBytes(train, 1);
    const lit = [...image.keys()].filter((i) => image[i]! > 0).map((i) => [i, image[i]]);
    const corners = (channel: number) => [
      [1024 * channel + 2 * 32 + 2, 12],
      [1024 * channel + 29 * 32 + 29, 255],
    ];
    expect(lit).toEqual([0, 1, 2].flatMap(corners));
    expect(countTrainImages(name)).toBe(2);
    expect(() => countTrainImages(name, 3)).toThrow(/3 images requested; the data set has 2/);
  });

  it.each<[string, Record<string, Uint8Array>, RegExp, (new (message: string) => Error)?]>([
    ['a wrong label', { 'train-labels-idx1-ubyte': idx([2], [3, 10]) }, /image 1 in .* has label 10; allowed: 0 to 9/],
    ['labels for more images', { 'train-labels-idx1-ubyte': idx([3], [1, 2, 3]) }, /has 3 labels for 2 images/],
    [
      'images too large',
      { 'train-images-idx3-ubyte': idx([1, 34, 34], Array(34 * 34).fill(0)) },
      /shape 1x34x34; allow/,
      UsageError,
    ],
    [
      'a short file',
      { 't10k-images-idx3-ubyte': idx([1, 28, 28], [1, 2]) },
      /has 2 bytes of data; its header says 784/,
    ],
  ])('refuses %s in one line', (_, change, message, sort = DamagedFile) => {
    const open = () => openData(`mnist:${writeMnist(newFolder(), change)}`);
    expect(open).toThrow(sort);
    expect(open).toThrow(message);
  });

  it('refuses a folder without its files', () => {
    expect(() => openData(`mnist:${newFolder()}`)).toThrow(/train-labels-idx1-ubyte is missing, both plain and as .gz/);
  });
});

describe('names', () => {
  it('stand for what is in the data folder', () => {
    vi.stubEnv('REGIMES_DATA', folder.path('kept'));
    expect(() => openData('mnist')).toThrow(/mnist is not in .*run regimes data fetch mnist.*mnist:DIR/);
    mkdirSync(folder.path('kept', 'mnist'), { recursive: true });
    writeMnist(folder.path('kept', 'mnist'));
    expect(openData('mnist').train.count).toBe(2);
  });

  it('follow REGIMES_DATA, then XDG_DATA_HOME, then the home folder', () => {
    expect(dataFolder({ REGIMES_DATA: '/a', XDG_DATA_HOME: '/b' })).toBe('/a');
    expect(dataFolder({ XDG_DATA_HOME: '/b' })).toBe('/b/sphere-regimes');
    expect(dataFolder({})).toMatch(/^\/.*\/\.local\/share\/sphere-regimes$/);
  });

  it('keep folders as absolute paths', () => {
    expect(absoluteDataName('mnist:x')).toBe(`mnist:${process.cwd()}/x`);
    expect(absoluteDataName('fashion-mnist')).toBe('fashion-mnist');
  });
});

const DEBIAN = '/usr/share/datasets/fashion-mnist';

describe.skipIf(!existsSync(DEBIAN))('all of Fashion-MNIST, as Debian has it', () => {
  it('begins with the embedded images, and is normalised by the mean and deviation of its training images', () => {
    const full = openData('fashion-mnist-full', { trainImages: 2000 });
    const embedded = openData('fashion-mnist');
    expect(full.means).toEqual(embedded.means);
    expect(checksum({ ...full, test: embedded.test })).toBe(checksum(embedded));
    const raw = gunzipSync(readFileSync(`${DEBIAN}/train-images-idx3-ubyte.gz`)).subarray(16);
    let [sum, squares] = [0, 0];
    for (const byte of raw) {
      sum += byte / 255;
      squares += (byte / 255) ** 2;
    }
    const mean = sum / raw.length;
    expect(mean).toBeCloseTo(full.means[0]!, 4);
    expect(Math.sqrt(squares / raw.length - mean ** 2)).toBeCloseTo(full.deviations[0]!, 4);
  });
});
