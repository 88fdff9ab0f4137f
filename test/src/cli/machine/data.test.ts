import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ListedSet } from '../../../../deep/data/list.js';
import { LOCK_FILE, lockDirectory } from '../../../../src/system/lock.js';
import { writeCifar } from '../../../cifar.js';
import {
  expectOneLineError,
  json,
  refused,
  regimes,
  regimesWith,
  regimesWithFileLimit,
  temporaryFolder,
} from '../../../cli.js';
import { serverForTests } from '../../../deep/data/fetch/server.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const server = await serverForTests();
const kept = { REGIMES_DATA: folder.path('kept') };

describe('regimes data list', () => {
  it('has every set: where it is or how to get it', async () => {
    mkdirSync(folder.path('kept', 'mnist'), { recursive: true });
    const { code, out } = await regimesWith(kept, 'data', 'list', '--json');
    expect(code).toBe(0);
    const sets = JSON.parse(out) as ListedSet[];
    expect(sets.map(({ name }) => name)).toEqual([
      'fashion-mnist',
      'cifar10',
      'cifar100',
      'mnist',
      'fashion-mnist-full',
      'svhn',
      'stl10',
    ]);
    expect(sets[0]).toMatchObject({ trainImages: 2000, testImages: 500, classes: 10, command: null });
    expect(existsSync(sets[0]!.directory!)).toBe(true);
    expect(sets[1]).toMatchObject({ directory: null, command: 'regimes data fetch cifar10', trainImages: 50_000 });
    expect(sets[2]).toMatchObject({ classes: 100 });
    expect(sets[3]).toMatchObject({ directory: folder.path('kept', 'mnist') });
    for (const { archives } of sets) {
      for (const { url, sha256 } of archives) expect(`${url} ${sha256}`).toMatch(/^https?:\/\/\S+ [0-9a-f]{64}$/);
    }
    rmSync(folder.path('kept'), { recursive: true });
  });

  it('is a table for people', async () => {
    const { out } = await regimesWith(kept, 'data', 'list');
    expect(out).toMatch(/^name +images +classes +SHA-256 +location, or how to get it\n/);
    expect(out).toMatch(/\ncifar100 +50000 \+ 10000 +100 +58a81ae192c2 +regimes data fetch cifar100\n/);
  });
});

describe('regimes data check', () => {
  it('finds the embedded images as published', async () => {
    const { problems, files } = (await json('data', 'check', 'fashion-mnist')) as never as {
      problems: string[];
      files: { equals: string }[];
    };
    expect(problems).toEqual([]);
    expect(files.map(({ equals }) => equals)).toEqual(Array(4).fill('published'));
  });

  it('recognises a folder, and ends with code 1 and a line for each problem', async () => {
    const directory = writeCifar(folder.path('cifar'), 2);
    expect(await json('data', 'check', directory)).toMatchObject({ name: 'cifar10', trainImages: 10, testImages: 2 });
    rmSync(`${directory}/data_batch_2.bin`);
    writeFileSync(`${directory}/test_batch.bin`, 'short');
    const { code, out, err } = await regimes('data', 'check', `cifar10:${directory}`);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out.trim().split('\n').slice(2)).toEqual([
      `${directory}/data_batch_2.bin is missing`,
      `${directory}/test_batch.bin has 5 bytes; allowed: a multiple of 3073, the size of an image`,
    ]);
  });

  it.each<[string, RegExp]>([
    ['imagenet', /unknown data set imagenet; allowed: fashion-mnist .*, cifar10, .*mnist:DIR/],
    [folder.path(), /holds no data set; allowed: a folder with the files of cifar10, cifar100, mnist/],
    [
      `cifar100:${folder.path('nowhere')}`,
      /nowhere is not a folder; --data cifar100:DIR needs a folder with train.bin/,
    ],
  ])('refuses %s', async (word, message) => {
    expectOneLineError(await refused('data', 'check', word), message);
  });
});

describe('regimes data fetch', () => {
  const fetchMnist = ['data', 'fetch', 'mnist'];

  it('is refused while another process fetches the same set', async () => {
    const working = folder.path('busy', '.fetch', 'mnist');
    mkdirSync(working, { recursive: true });
    const release = lockDirectory(working);
    const busy = { REGIMES_DATA: folder.path('busy') };
    const result = await regimesWith(busy, ...fetchMnist, '--from', server.url);
    expectOneLineError(result, new RegExp(`mnist is in use by process ${process.pid}\n`));
    release();
    // Of the process that holds the lock now nothing is left.
    writeFileSync(join(working, LOCK_FILE), JSON.stringify({ pid: process.pid, host: hostname(), started: '1' }));
    const later = await regimesWith(busy, ...fetchMnist, '--from', server.url);
    expect(later).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^error: .*the server responded with status 404\n$/),
    });
    expect(readdirSync(folder.path('busy', '.fetch'))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('onto a full disk is one line and code 1, and keeps what came', async () => {
    server.files.set('train-images-idx3-ubyte.gz', new Uint8Array(9_912_422));
    const full = { REGIMES_DATA: folder.path('full') };
    expect(await regimesWithFileLimit(64, full, ...fetchMnist, '--from', server.url)).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^error: \S+ cannot be fetched \(EFBIG[^\n]+; 65536 of 9912422 bytes are kept[^\n]+\n$/,
      ),
    });
  });

  it.skipIf(!existsSync('/proc/sys'))('into a folder that cannot be written is one line', async () => {
    const result = await regimesWith({ REGIMES_DATA: '/proc/sys/data' }, ...fetchMnist);
    expectOneLineError(
      result,
      /\/proc\/sys\S* cannot be created \(E\w+\); set REGIMES_DATA=DIR to store data elsewhere/,
    );
  });

  it('checks what another address has, and ends with code 1 and one line where it is not the set', async () => {
    server.files.set('cifar-10-binary.tar.gz', Buffer.from('something else'));
    const { code, out, err } = await regimesWith(kept, 'data', 'fetch', 'cifar10', '--from', server.url, '--json');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: \S+cifar-10-binary.tar.gz has 14 bytes; the known file has 170052171\n$/);
    expect(existsSync(folder.path('kept', 'cifar10'))).toBe(false);
  });

  it('refuses what it cannot fetch, and a folder that cannot be made', async () => {
    expectOneLineError(
      await refused('data', 'fetch', 'fashion-mnist'),
      /fashion-mnist cannot be fetched; allowed: cifar10, cifar100, mnist, fashion-mnist-full/,
    );
    expectOneLineError(await refused('data', 'fetch', 'mnist', '--from', 'here'), /--from here is not an address/);
    expectOneLineError(await refused('data', 'get'), /unknown command 'get'. Allowed: list, fetch, check/);
    writeFileSync(folder.path('file'), '');
    const result = await regimesWith({ REGIMES_DATA: folder.path('file') }, 'data', 'fetch', 'mnist');
    expectOneLineError(result, /file\S* cannot be created \(\w+\); set REGIMES_DATA=DIR to store data elsewhere/);
  });
});
