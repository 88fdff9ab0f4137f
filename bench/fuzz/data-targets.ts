import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { CIFAR10, CIFAR100, type CifarLayout, readCifarFiles } from '../../deep/data/cifar.js';
import { type Format, idxFormat } from '../../deep/data/format.js';
import { readIdx } from '../../deep/data/idx.js';
import { readLabelFile } from '../../deep/data/label-file.js';
import { readRecord, writeRecord } from '../../deep/data/record.js';
import { stl10Format } from '../../deep/data/stl10.js';
import { svhnFormat } from '../../deep/data/svhn.js';
import { isIdx, isLabelText, isSvhn, saysTheSame } from './data-oracles.js';
import { isBuiltAs } from './oracles.js';
import type { Target } from './target.js';

/** The files of data sets, each as its programs write it, and of labels. */

const written = (path: string, bytes: Uint8Array | readonly number[]): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Uint8Array.from(bytes));
  return path;
};

const imageBytes = (count: number): number[] => Array.from({ length: count }, (_, i) => (i * 7) % 256);

const idxBytes = (shape: readonly number[], data: readonly number[]): number[] => [
  ...[0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size]), ...data],
];

function idxTargets(folder: string): Target[] {
  const whole = idxBytes([4, 5, 5], imageBytes(100));
  const idx = written(join(folder, 'images.idx'), whole);
  const zipped = written(join(folder, 'images.gz'), gzipSync(Uint8Array.from(whole)));
  const directory = join(folder, 'mnist');
  written(join(directory, 'train-images-idx3-ubyte'), idxBytes([4, 4, 4], imageBytes(64)));
  const labels = written(join(directory, 'train-labels-idx1-ubyte'), idxBytes([4], [0, 9, 3, 1]));
  return [
    { name: 'idx', path: idx, read: () => readIdx(idx), isRight: (changed) => isIdx(changed) },
    { name: 'idx, gzipped', path: zipped, read: () => readIdx(zipped) },
    {
      ...{ name: 'idx, labels of a part', path: labels, read: () => idxFormat(10).read(directory, 'train') },
      isRight: (changed) => isIdx(changed) && changed.length === 12 && changed.subarray(8).every((label) => label < 10),
    },
  ];
}

const PIXELS = 3072;

function cifarTarget(folder: string, layout: CifarLayout): Target {
  const [file] = layout.testFiles as [string];
  const record = layout.labelBytes + PIXELS;
  const images = [0, 1].flatMap((label) => [
    ...Array.from({ length: layout.labelBytes }, () => label),
    ...imageBytes(PIXELS),
  ]);
  return {
    ...{ name: layout.title, path: written(join(folder, file), images) },
    read: () => readCifarFiles(folder, [file], layout),
    isRight: (bytes) =>
      bytes.length > 0 &&
      bytes.length % record === 0 &&
      bytes.every((byte, i) => i % record !== layout.labelBytes - 1 || byte < layout.classes),
  };
}

/** An element of a MAT-file: type, length, content, and zeros up to a multiple of eight. */
function element(type: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc((8 - (content.length % 8)) % 8)]);
}

/** An array of bytes as MATLAB keeps it. */
function matrix(name: string, shape: readonly number[], data: readonly number[]): Buffer {
  const parts = [
    element(6, Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0)),
    element(5, new Uint8Array(Int32Array.from(shape).buffer)),
    element(1, Buffer.from(name)),
    element(2, Uint8Array.from(data)),
  ];
  return element(14, Buffer.concat(parts));
}

const IMAGES = 2;
const arrays = (): Buffer[] => [
  matrix('X', [32, 32, 3, IMAGES], imageBytes(IMAGES * PIXELS)),
  matrix('y', [IMAGES, 1], [10, 3]),
];

/** What MATLAB writes around a deflated element has no padding. */
function deflated(array: Buffer): Buffer {
  const content = deflateSync(array);
  return element(15, content).subarray(0, 8 + content.length);
}

const matFile = (elements: readonly Buffer[]): Buffer => {
  const text = Buffer.alloc(124, ' ');
  text.write('MATLAB 5.0 MAT-file');
  return Buffer.concat([text, Buffer.from([0, 1]), Buffer.from('IM'), ...elements]);
};

/** A part of a set is counted by its beginning, checked, and read. */
function readPart(format: Format, directory: string, file: string, part: 'train' | 'test'): unknown {
  const count = format.count(directory, part);
  format.checkFile(join(directory, file), file);
  const set = format.read(directory, part);
  if (set.count !== count) throw new TypeError(`${count} images were counted, and ${set.count} read`);
  return set;
}

function svhnTargets(folder: string): Target[] {
  const [plain, packed] = ['svhn', 'svhn-packed'].map((name) => join(folder, name)) as [string, string];
  const file = 'train_32x32.mat';
  return [
    {
      ...{ name: 'SVHN', path: written(join(plain, file), matFile(arrays())), isRight: (bytes) => isSvhn(bytes) },
      read: () => readPart(svhnFormat, plain, file, 'train'),
    },
    {
      name: 'SVHN, deflated',
      path: written(join(packed, file), matFile(arrays().map(deflated))),
      read: () => readPart(svhnFormat, packed, file, 'train'),
      isRight: saysTheSame,
    },
  ];
}

const STL_IMAGE = 3 * 96 * 96;

function stlTargets(folder: string): Target[] {
  const directory = join(folder, 'stl10');
  const images = written(join(directory, 'train_X.bin'), imageBytes(2 * STL_IMAGE));
  const labels = written(join(directory, 'train_y.bin'), [10, 3]);
  return [
    {
      ...{ name: 'STL-10, images', path: images, read: () => readPart(stl10Format, directory, 'train_X.bin', 'train') },
      isRight: (bytes) => bytes.length === 2 * STL_IMAGE,
    },
    {
      ...{ name: 'STL-10, labels', path: labels, read: () => readPart(stl10Format, directory, 'train_y.bin', 'train') },
      isRight: (bytes) => bytes.length === 2 && bytes.every((label) => label >= 1 && label <= 10),
    },
  ];
}

const LABELS = [3, 0, 9, 1, 4, 1, 5, 9, 2, 6];

/** The targets, their files written below a folder. */
export function dataTargets(folder: string): Target[] {
  const labels = written(join(folder, 'labels.txt'), Buffer.from(`${LABELS.join('\n')}\n`));
  const fetched = join(folder, 'fetched');
  const checksums = written(join(fetched, 'checksums.json'), []);
  writeRecord(fetched, { fetched: '2020-01-01', archives: { a: '01' }, files: { b: '23' } });
  return [
    ...idxTargets(folder),
    ...[CIFAR10, CIFAR100].map((layout) => cifarTarget(folder, layout)),
    ...svhnTargets(folder),
    ...stlTargets(folder),
    {
      ...{ name: 'labels, a line each', path: labels, read: () => readLabelFile(labels, LABELS.length, 10) },
      isRight: (bytes) => isLabelText(bytes, LABELS.length, 10),
    },
    {
      ...{ name: 'checksums of a fetched set', path: checksums, read: () => readRecord(fetched), isCoarse: true },
      isRight: (changed) => {
        const { archives, files, ...rest } = JSON.parse(changed.toString());
        const texts = [archives, files].flatMap((each) => Object.values(each));
        return isBuiltAs(rest, { fetched: '' }) && texts.every((each) => typeof each === 'string');
      },
    },
  ];
}
