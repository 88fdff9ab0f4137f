import { afterAll, describe, expect, it } from 'vitest';
import { configuration as BASE } from '../../../../bench/example-run.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { trainingCommand } from '../../../../src/text/run/training-command.js';
import { regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const SMALL = ['--width', '2', '--train-images', '32', '--batch', '16', '--threads', '1', '--measure', 'none'];
const RUNS = [
  ['--elr', '1e-3', '--steps', '2'],
  ['--elr', '1e-3', '--steps', '2', '--validation', '0.2', '--shuffled-labels', '--balanced', '--train-images', '20'],
  [
    ...[
      '--lr',
      '0.01',
      '--steps',
      '3',
      '--seed',
      '0',
      '--model',
      'convnet-affine',
      '--depth',
      '2',
      '--augment',
      '--corrupt',
      '0.5',
    ],
    ...[
      '--weight-decay',
      '1e-3',
      '--momentum',
      '0.9',
      '--free-lr',
      '0.1',
      '--loss',
      'squared',
      '--order',
      'sequential',
    ],
    ...[
      '--schedule',
      'cosine',
      '--span',
      '0.1:0.9',
      '--factor',
      '0.2',
      '--schedule-by',
      'epoch',
      '--last-layer-seed',
      '7',
    ],
    ...['--init-scale', '-1', '--normalisation', 'official'],
  ],
  [
    ...['--elr', '2.5e-4', '--epochs', '2', '--sampling', 'with', '--projection', 'filter'],
    ...['--schedule', 'step', '--milestones', '1e,3'],
  ],
  ['--elr', '1e-3', '--steps', '2', '--norm', 'group', '--groups', '2', '--last-layer', 'trained'],
  ['--elr', '1e-3', '--steps', '2', '--full-batch', '--schedule', 'linear', '--factor', '0.5'],
];

describe('the command that trains a run again', () => {
  it.each(RUNS.map((words, i) => [i, words] as const))('makes run %i of the same configuration', async (i, words) => {
    const [first, second] = [folder.path(`first ${i}`), folder.path(`second ${i}`)];
    expect((await regimes('train', ...SMALL, ...words, '--out', first)).code).toBe(0);
    const { configuration } = readManifest(first)!;
    const command = trainingCommand(configuration, [
      // An epoch's measurement takes as long as all the rest: once is enough.
      ['measure', i === 0 ? '1e' : 'none'],
      ['out', second],
    ]);
    // As a shell splits it: words, or what stands between quotes.
    const [program, ...again] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
    expect(program).toBe('regimes');
    expect((await regimes(...again)).code).toBe(0);
    const { observation, ...rest } = readManifest(second)!.configuration;
    expect(rest).toEqual(configuration);
    expect(observation?.measure?.start).toBe(i === 0 ? true : undefined);
  });

  it('quotes what a shell would split or read otherwise', () => {
    const configuration = { ...BASE, init: "/a b/it's.pt" };
    expect(trainingCommand(configuration)).toContain("--init '/a b/it'\\''s.pt'");
  });
});
