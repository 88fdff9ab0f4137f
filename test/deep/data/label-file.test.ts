import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelFileText, readLabelFile } from '../../../deep/data/label-file.js';
import { openData } from '../../../deep/data/open.js';
import { openSubject } from '../../../deep/run/prepare.js';
import { readManifest } from '../../../src/run/run-directory.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const OPTIONS = ['--elr', '1e-3', '--width', '1', '--train-images', '32', '--batch', '16', '--steps', '2'];
const train = (name: string, ...options: string[]) =>
  regimes('train', ...OPTIONS, '--threads', '1', '--log', 'none', ...options, '--out', folder.path(name));
const labelsOf = (name: string): number[] => [
  ...openSubject(readManifest(folder.path(name))!.configuration).data.train.labels,
];
const metrics = (name: string): string => readFileSync(join(folder.path(name), 'metrics.jsonl'), 'utf8');

describe('a file of labels', () => {
  it('is read as it was written, and as numpy writes it', () => {
    const path = folder.path('labels');
    const labels = Uint8Array.of(3, 0, 9, 255, 1);
    writeFileSync(path, labelFileText(labels));
    expect(readLabelFile(path, 5, 256)).toEqual(labels);
    writeFileSync(path, '3\r\n0\r\n');
    expect(readLabelFile(path, 2, 4)).toEqual(Uint8Array.of(3, 0));
  });

  it.each([
    ['1\n2\n', 'it has 2 lines; needed: one for each of 3 images'],
    ['1\n10\n2\n', 'line 2: "10"; allowed: a class number from 0 to 9'],
    ['1\n-1\n2\n', 'line 2: "-1"'],
    ['1\n1.0\n2\n', 'line 2: "1.0"'],
    ['1\n\n2\n', 'line 2: ""'],
  ])('is refused where it is none: %j', (text, problem) => {
    const path = folder.path('wrong');
    writeFileSync(path, text);
    expect(() => readLabelFile(path, 3, 10)).toThrow(problem);
  });
});

describe('runs with label noise of a seed of its own', () => {
  beforeAll(async () => {
    for (const [name, ...options] of [
      ['one', '--corrupt', '0.5', '--noise-seed', '7', '--seed', '1'],
      ['two', '--corrupt', '0.5', '--noise-seed', '7', '--seed', '2'],
      ['usual', '--corrupt', '0.5', '--seed', '7'],
    ])
      expect((await train(name!, ...options)).code).toBe(0);
  }, 60_000);

  it('share their labels, which are those of a run of that seed, and nothing else', () => {
    expect(labelsOf('one')).toEqual(labelsOf('two'));
    expect(labelsOf('one')).toEqual(labelsOf('usual'));
    expect(labelsOf('one')).not.toEqual([...openData('fashion-mnist', { trainImages: 32 }).train.labels]);
    expect(metrics('one')).not.toBe(metrics('two'));
  });

  it('write labels that another run reads, with the same steps and the images of other labels as corrupted', async () => {
    const file = folder.path('new/labels.txt');
    expect((await regimes('data', 'labels', folder.path('one'), '--out', file)).code).toBe(0);
    const { out } = await regimes('data', 'labels', folder.path('one'));
    expect(readFileSync(file, 'utf8')).toBe(out);
    expect((await train('read', '--labels', file)).code).toBe(0);
    expect(labelsOf('read')).toEqual(labelsOf('one'));
    expect(metrics('read')).toBe(metrics('one'));
    const own = openData('fashion-mnist', { trainImages: 32 }).train.labels;
    const changed = labelsOf('read').filter((label, i) => label !== own[i]).length;
    const found = await regimes(
      ...['curvature', folder.path('read'), '--subset', 'corrupted', '--images', String(changed)],
      ...['--batch', String(changed), '--products', '2', '--json'],
    );
    expect(JSON.parse(found.out)).toMatchObject({ subset: 'corrupted', images: changed });
    const tooLarge = await refused(
      ...['curvature', folder.path('read'), '--subset', 'corrupted', '--images', String(changed)],
      ...['--batch', String(changed + 1)],
    );
    expectOneLineError(tooLarge, new RegExp(`${changed} images do not make a batch of ${changed + 1}`));
    writeFileSync(file, labelFileText(new Uint8Array(32)));
    expect((await refused('curvature', folder.path('read'))).err).toMatch(/has changed since the run started/);
  });

  it('are refused in one line where settings contradict each other', async () => {
    expectOneLineError(await refused('train', ...OPTIONS, '--noise-seed', '3'), /--noise-seed needs --corrupt/);
    const both = ['--labels', 'x', '--corrupt', '0.1'];
    expectOneLineError(await refused('train', ...OPTIONS, ...both), /--labels and --corrupt exclude each other/);
    expectOneLineError(
      await refused('train', ...OPTIONS, '--labels', folder.path('none')),
      /none cannot be read \(ENOENT/,
    );
  });
});
