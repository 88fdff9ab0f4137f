import { rmSync, truncateSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DataState, examineData } from '../../../deep/probe/examine-data.js';
import { writeCifar } from '../../cifar.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const home = folder.path('cifar10');
const stateOf = (name: string): DataState => examineData().find((state) => state.name === name)!;

beforeEach(() => void vi.stubEnv('REGIMES_DATA', folder.path()));
afterEach(() => void vi.unstubAllEnvs());

describe('what the doctor says of a data set', () => {
  it('that was fetched: its images and its folder', () => {
    writeCifar(home, 3);
    expect(stateOf('cifar10')).toEqual({ name: 'cifar10', found: true, detail: `15 + 3 images in ${home}` });
  });

  it('that is damaged: what is wrong, and what gets it again', () => {
    writeCifar(home, 3);
    truncateSync(`${home}/data_batch_2.bin`, 5000);
    const sizes = `${home}/data_batch_2.bin has 5000 bytes; allowed: a multiple of 3073, the size of an image`;
    const detail = (problem: string): string => `in ${home}, but not in order: ${problem}; regimes data fetch cifar10`;
    expect(stateOf('cifar10')).toEqual({ name: 'cifar10', found: true, detail: detail(sizes) });
    rmSync(`${home}/test_batch.bin`);
    expect(stateOf('cifar10').detail).toBe(detail('test_batch.bin is missing'));
  });

  it('that is nowhere: how to get it', () => {
    const detail = 'regimes data fetch mnist gets it';
    expect(stateOf('mnist')).toEqual({ name: 'mnist', found: false, detail });
  });

  it('that comes with the package', () => {
    const detail = '2000 + 500 images, come with the package';
    expect(stateOf('fashion-mnist')).toEqual({ name: 'fashion-mnist', found: true, detail });
  });
});
