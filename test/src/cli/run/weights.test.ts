import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openData } from '../../../../deep/data/open.js';
import { initialTensors } from '../../../../deep/models/model.js';
import { MODELS } from '../../../../deep/models/names.js';
import { createModel } from '../../../../deep/models/network.js';
import { randomSource } from '../../../../src/numerics/random.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { decodeSafetensors, type HostTensor } from '../../../../src/system/safetensors.js';
import { readStateDict } from '../../../../src/torch/read-state-dict.js';
import { encodeStateDict } from '../../../../src/torch/write-state-dict.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';
import { fixturePath } from '../../../deep/fixture.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const CHECKPOINT = fixturePath('torch-files/checkpoint-3.pt');
const TWIN = fixturePath('torch-files/checkpoint-3.safetensors');
const IMAGES = 6;

/** The images of torch_files.py in the layout of CIFAR-100: a coarse label, the fine one, and the pixels. */
function writeImages(directory: string): string {
  const pixels = 3 * 32 * 32;
  const bytes = Buffer.concat(
    Array.from({ length: IMAGES }, (_, i) => {
      const places = Array.from({ length: pixels }, (_, j) => i * pixels + j);
      return Buffer.of(0, i * 16 + 3, ...places.map((place) => (place * 7 + Math.floor(place / 1000) * 31) % 256));
    }),
  );
  mkdirSync(directory);
  for (const part of ['train', 'test']) writeFileSync(`${directory}/${part}.bin`, bytes);
  return directory;
}

const data = writeImages(folder.path('images'));
const NETWORK = [
  '--width',
  '2',
  '--data',
  `cifar100:${data}`,
  '--batch',
  `${IMAGES}`,
  '--steps',
  '1',
  '--threads',
  '1',
];
const [own, tuned] = [folder.path('own'), folder.path('tuned')];
const train = (out: string, ...words: string[]) =>
  regimes('train', ...NETWORK, '--elr', '1e-6', '--measure', 'none', '--log', 'none', '--out', out, ...words);

interface Quality {
  readonly loss: number;
  readonly accuracy: number;
}
const expected = JSON.parse(readFileSync(fixturePath('torch-files/checkpoint-3.json'), 'utf8')) as {
  readonly training: Quality;
  readonly evaluation: Quality;
  readonly norm: number;
};

const evaluated = async (...words: string[]) => {
  const { files: _, ...rest } = (await json('evaluate', ...words, '--threads', '1')) as { files: string[] };
  return rest as { normalisation: string; norm: number; train: typeof expected; test: typeof expected };
};

describe('a checkpoint of the official scripts', () => {
  let notes = '';
  beforeAll(async () => {
    expect((await train(own)).code).toBe(0);
    const { code, err } = await train(tuned, '--init', CHECKPOINT);
    expect(code).toBe(0);
    notes = err;
  });

  it('has the loss and the accuracy that PyTorch finds, whichever constants the run has', async () => {
    for (const run of [own, tuned]) {
      const found = await evaluated(CHECKPOINT, '--run', run);
      expect(found.normalisation).toBe('official');
      for (const part of [found.train, found.test])
        for (const mode of ['training', 'evaluation'] as const) {
          // One pass in single precision, its sums in another order; an accuracy of sixths.
          expect(part[mode].loss / expected[mode].loss).toBeCloseTo(1, 5);
          expect(part[mode].accuracy).toBeCloseTo(expected[mode].accuracy, 6);
        }
      expect(found.norm / expected.norm).toBeCloseTo(1, 6);
    }
    // With CIFAR-100's own constants it is another function of the same pixels.
    const other = await evaluated(CHECKPOINT, '--run', own, '--normalisation', 'own');
    expect(other.normalisation).toBe('own');
    expect(Math.abs(other.train.evaluation.loss / expected.evaluation.loss - 1)).toBeGreaterThan(0.01);
  });

  it('and its twin in safetensors have the same numbers', async () => {
    const official = await evaluated(CHECKPOINT, '--run', own);
    expect(await evaluated(TWIN, '--run', own, '--normalisation', 'official')).toEqual(official);
    expect(await evaluated(TWIN, '--run', tuned)).toEqual(official);
    const converted = folder.path('converted.safetensors');
    const { out } = await regimes('weights', 'convert', CHECKPOINT, converted);
    expect(out).toBe(`${CHECKPOINT} -> ${converted}: 18 tensors, of the official scripts\n`);
    expect(await evaluated(converted, '--run', own)).toEqual(official);
    const twin = decodeSafetensors(readFileSync(TWIN));
    const tensors = decodeSafetensors(readFileSync(converted));
    for (const [name, tensor] of twin) expect(tensors.get(name), name).toEqual(tensor);
  });

  it('starts a run with the official constants, which its manifest and a line say', async () => {
    expect(notes).toContain('is of the official scripts: pixels are normalised with their constants');
    expect(readManifest(tuned)!.configuration.normalisation).toBe('official');
    expect(readManifest(own)!.configuration.normalisation).toBeUndefined();
    expect(readManifest(tuned)!.data.classes).toBe(100);
    await train(folder.path('otherwise'), '--init', CHECKPOINT, '--normalisation', 'own');
    expect(readManifest(folder.path('otherwise'))!.configuration.normalisation).toBeUndefined();
    // What the first step recorded is the loss that PyTorch has with the statistics of the batch.
    const [line] = readFileSync(`${tuned}/metrics.jsonl`, 'utf8').split('\n');
    expect((JSON.parse(line!) as Quality).loss / expected.training.loss).toBeCloseTo(1, 5);
  });

  it('is told from the weights of a run: an average of both needs a word', async () => {
    const weights = `${own}/weights.safetensors`;
    const result = await refused('evaluate', CHECKPOINT, weights, '--run', own);
    expectOneLineError(result, /others are not; --normalisation says which constants to take/);
    expect((await evaluated(CHECKPOINT, weights, '--run', own, '--normalisation', 'official')).normalisation).toBe(
      'official',
    );
    const { out } = await regimes('evaluate', weights, '--threads', '1');
    expect(out).toContain('pixels normalised with the constants of cifar100\n');
    expect((await regimes('evaluate', CHECKPOINT, '--run', own, '--threads', '1')).out).toContain(
      'pixels normalised with the official constants (of CIFAR-10)\n',
    );
  });

  it('keeps its last layer, or says that it does not', async () => {
    expect(notes).not.toContain('W / |W|');
    const { err } = await train(folder.path('rescaled'), '--init', CHECKPOINT, '--init-scale', '5');
    expect(err).toMatch(
      /linear_layers\.2\.weight has norm 10 and starts as 5 W \/ \|W\|; --init-scale 10 starts it as it is/,
    );
  });
});

describe('regimes weights convert', () => {
  it('writes what it reads, and says what the official scripts would do otherwise', async () => {
    const [there, back] = [folder.path('weights.pt'), folder.path('back.safetensors')];
    const { code, err } = await regimes('weights', 'convert', `${own}/weights.safetensors`, there);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/constants of cifar100.*CIFAR-10's: --normalisation official/),
    });
    expect((await regimes('weights', 'convert', there, back)).err).toBe('');
    expect(decodeSafetensors(readFileSync(back))).toEqual(
      decodeSafetensors(readFileSync(`${own}/weights.safetensors`)),
    );
    const { out } = await regimes('weights', 'convert', CHECKPOINT, folder.path('x.pth'), '--json');
    const { normalisation, tensors } = JSON.parse(out) as { normalisation: string; tensors: string[] };
    expect({ normalisation, first: tensors[0] }).toEqual({ normalisation: 'official', first: 'conv_layers.0.weight' });
  });

  it('says which tensors it converts', async () => {
    const { err } = await regimes(
      'weights',
      'convert',
      fixturePath('torch-files/kinds.pt'),
      folder.path('kinds.safetensors'),
    );
    expect(err).toMatch(/kinds\.pt: 1 tensor of F64 was converted to F32\n/);
    expect(err).toMatch(/kinds\.pt: 2 tensors of I64 were converted to I32\n/);
  });

  it.each<[string[], RegExp]>([
    [[CHECKPOINT, CHECKPOINT], /is the file to read; give another one to write/],
    [
      [CHECKPOINT, folder.path('weights.bin')],
      /names no format; allowed: names that end with \.safetensors, \.pt, \.pth/,
    ],
    [
      [folder.path('none'), folder.path('a.pt')],
      /cannot be read \(ENOENT: [a-z ]+\); wanted: a safetensors file or a state dict/,
    ],
    [[fixturePath('torch-files/hostile.pt'), folder.path('a.pt')], /hostile\.pt: it names posix\.system/],
    [[fixturePath('torch-files/legacy.pt'), folder.path('a.pt')], /legacy\.pt: a file as PyTorch before 1\.6 saved it/],
  ])('refuses %j', async (words, message) => {
    expectOneLineError(await refused('weights', 'convert', ...words), message);
  });

  it.each(MODELS)('brings the tensors of %s through a file of PyTorch as they are', (model) => {
    const network = createModel({ model, width: 2 }, openData('fashion-mnist', { trainImages: 2 }));
    const drawn = initialTensors(network, randomSource(3));
    const tensors = new Map(
      network.tensors.map(({ name, shape }): [string, HostTensor] => [name, { shape, data: drawn.get(name)! }]),
    );
    expect(readStateDict(encodeStateDict(tensors)).tensors).toEqual(tensors);
    expect(encodeStateDict(tensors)).toEqual(encodeStateDict(tensors));
  });
});
