import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const OUT = folder.path('out');
const TRAIN = ['train', '--steps', '20', '--out', OUT];
const SWEEP = 'sweep --width 1 --steps 1 --batch 16 --train-images 16'.split(' ');

describe('what could never end well is refused before anything is written', () => {
  it.each<[string[], RegExp]>([
    [[...TRAIN, '--elr', '1e-3', '--width', '100000'], /--width 100000 at --batch 128 needs at least .* GB of memory/],
    [[...TRAIN, '--elr', '1e-3', '--depth', '1000000'], /--depth.*Allowed: a whole number from 1 to 100\./],
    [[...TRAIN, '--elr', '1e-3', '--threads', '1000000000'], /--threads.*Allowed: a whole number from 1 to 1024\./],
    [[...TRAIN, '--elr', '1e39'], /--elr 1e\+39 is not a 32-bit number; allowed: from 1e-45 to 3e38/],
    [[...TRAIN, '--elr', '1e-46'], /--elr 1e-46 is not a 32-bit number/],
    [[...TRAIN, '--elr', '1e38', '--width', '1'], /--elr 1e\+38 makes a learning rate of .*; allowed: one that 32-bit/],
    [
      [...TRAIN, '--elr', '1e-3', '--schedule', 'step', '--milestones', '1000'],
      /step 1000 is not within the 20 steps of the run/,
    ],
    [['toy', 'simulate', '--alpha', '1', '--elr', '0.3', '--starts', '1000000000'], /--starts 1000000000 .* of memory/],
    [
      'toy phase --alpha 1,1 --x elr=0.01:10:10000 --y alpha2=0.1:10:10000'.split(' '),
      /the number of cells 100000000 is too large; allowed: at most 1000000/,
    ],
    [
      ['toy', 'thresholds', '--alpha', Array.from({ length: 1001 }, () => 1).join()],
      /positive numbers separated by commas, like 1,2,4, at most 1000/,
    ],
    [
      ['toy', 'thresholds', '--function', '1e300*x1^2/(x1^2+y1^2)'],
      /gradients of this function are of size .*; allowed: from 1e-100 to 1e\+100/,
    ],
  ])('%j', async (words, message) => {
    expectOneLineError(await refused(...words), message);
    expect(existsSync(OUT)).toBe(false);
  });
});

describe('numbers as people type them', () => {
  it.each<[string[], RegExp]>([
    [['--weight-decay', '0,0005'], /Allowed: a decimal with a point, 0\.0005\./],
    [['--weight-decay', '0,5'], /Allowed: a decimal with a point, 0\.5; for two values 0\.0,5\./],
    [['--weight-decay', '1,05'], /without leading zeros/],
    [['--seed', '01'], /without leading zeros/],
    [['--momentum', '\u22120.5'], /Allowed: a number from 0/],
  ])('%j is refused', async (words, message) => {
    expectOneLineError(await refused(...SWEEP, '--elr', '1e-3', ...words, '--out', OUT), message);
    expect(existsSync(OUT)).toBe(false);
  });

  it('seeds 0 and 1 are two values, and the grid is printed before training', async () => {
    const { code, err } = await regimes(...SWEEP, '--elr', '1e-3', '--seed', '0,1', '--out', folder.path('two'));
    expect(code).toBe(0);
    expect(err.split('\n')[0]).toBe('2 runs: ELR 0.001; seed 0, 1');
  }, 60_000);
});

describe('a number that is not finite', () => {
  it('is no verdict on a motion', async () => {
    const { code, out } = await regimes('toy', 'lyapunov', '--alpha', '1,2,4', '--elr', '1e200', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ largest: null, motion: 'not finite' });
    expect(await json('toy', 'lyapunov', '--alpha', '1,2,4', '--elr', '0.5')).toMatchObject({ motion: 'chaotic' });
  });
});
