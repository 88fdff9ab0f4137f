import { chmodSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/run/run-directory.js';
import { writeCifar } from '../../../cifar.js';
import { regimes, regimesWithFileLimit } from '../../../cli.js';
import { contents, interruptRun, RUN, resume, wholeAndInterrupted } from '../small-run.js';

const { folder, whole, interrupted } = wholeAndInterrupted();

describe('a run with damaged files', () => {
  it.each<[string, (path: string) => void]>([
    ['truncated', (path) => truncateSync(path, 1000)],
    ['empty', (path) => truncateSync(path, 0)],
    [
      'flipped in one bit',
      (path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 100]! ^= 4;
        writeFileSync(path, bytes);
      },
    ],
  ])('takes the checkpoint before one that is %s, and says so', async (name, damage) => {
    const out = interrupted(name);
    damage(`${out}/checkpoint-40.safetensors`);
    const { code, err } = await resume(out);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/checkpoint-40.safetensors cannot be used: /),
    });
    expect(contents(out)).toEqual(contents(whole));
  });

  it('is refused in one line where no checkpoint is whole', async () => {
    const out = interrupted('hopeless');
    for (const step of [20, 40]) truncateSync(`${out}/checkpoint-${step}.safetensors`, 10);
    const { code, err } = await resume(out);
    expect(code).toBe(1);
    expect(err.trim().split('\n').at(-1)).toMatch(/^error: no checkpoint in .* can be used; remove it or/);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['cut off', (text) => text.slice(0, 100), /manifest\.json is not a manifest of this version of regimes; /],
    ['flipped in one bit of a number', (text) => text.replace('"lr": 0.05', '"lr": 0.04'), /json is damaged: its SHA/],
    ['flipped in one bit of its checksum', (text) => text.replace(/.(?="\n}\n$)/, 'g'), /json is damaged: its SHA/],
  ])('is refused in one line where the manifest is %s, and its last checkpoint is named', async (name, damage, why) => {
    const out = interrupted(name.replaceAll(' ', '-'));
    const text = readFileSync(`${out}/manifest.json`, 'utf8');
    expect(damage(text)).not.toBe(text);
    writeFileSync(`${out}/manifest.json`, damage(text));
    const { code, out: printed, err } = await resume(out);
    expect({ code, printed }).toEqual({ code: 1, printed: '' });
    expect(err).toMatch(why);
    const checkpoint = `${out}/checkpoint-40.safetensors`;
    expect(err).toMatch(/^error: [^\n]+; the weights after 40 steps are intact: [^\n]+ starts a run from them\n$/);
    expect(err).toContain(`--init ${checkpoint} `);
    // That is true.
    const more = [
      '--model',
      'convnet-affine',
      '--width',
      '2',
      '--train-images',
      '16',
      '--batch',
      '16',
      '--threads',
      '1',
    ];
    expect(await regimes('train', '--lr', '0.01', ...more, '--steps', '1', '--init', checkpoint)).toMatchObject({
      code: 0,
    });
  });

  it('goes on without a checksum in its manifest, as older versions wrote it or after a change by hand', async () => {
    const out = interrupted('older');
    const { sha256, ...content } = JSON.parse(readFileSync(`${out}/manifest.json`, 'utf8'));
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    writeFileSync(`${out}/manifest.json`, JSON.stringify(content));
    expect((await resume(out)).code).toBe(0);
    expect(contents(out)).toEqual(contents(whole));
  });
});

describe('a run whose data is damaged meanwhile', () => {
  const file = folder.path('cifar', 'data_batch_1.bin');
  const out = folder.path('on-cifar');

  it('is refused in one line, and goes on once the data is what it was', async () => {
    const data = `cifar10:${writeCifar(folder.path('cifar'), 8)}`;
    const { configuration } = readManifest(whole)!;
    await interruptRun({ ...configuration, data, steps: 46 }, out);
    const bytes = readFileSync(file);
    truncateSync(file, 3000);
    expect(await resume(out)).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^error: \S+data_batch_1\.bin has 3000 bytes; allowed: a multiple of 3073[^\n]+\n$/),
    });
    const flipped = Buffer.from(bytes);
    flipped[2000]! ^= 1;
    writeFileSync(file, flipped);
    expect(await resume(out)).toEqual({
      code: 1,
      out: '',
      err: `error: the data in ${data} has changed since the run started\n`,
    });
    writeFileSync(file, bytes);
    expect(await resume(out)).toMatchObject({ code: 0, err: expect.stringMatching(/: 46 steps in/) });
  });
});

describe('a folder that cannot be written', () => {
  it.skipIf(!existsSync('/proc/sys')).each([
    ['/proc/sys/run', /^error: .*cannot be made[^\n]+\n$/],
    ['/proc/sys', /^error: \/proc\/sys\S* cannot be written \(E[^\n]+\)\n$/],
  ])('is one line and code 1: %s', async (out, message) => {
    const { code, err } = await regimes('train', ...RUN, '--out', out);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(message) });
  });

  // To root no folder is read-only.
  it.skipIf(process.getuid === undefined || process.getuid() === 0)('is one line where it is read-only', async () => {
    const out = interrupted('read-only');
    chmodSync(out, 0o555);
    const { code, err } = await resume(out);
    chmodSync(out, 0o755);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^error: .* cannot be written \(E[^\n]+\)\n$/),
    });
  });

  it.skipIf(process.platform === 'win32').each([4, 16])('any more ends a run in one line, %d KiB', async (limit) => {
    const out = folder.path(`full-${limit}`);
    const words = ['train', ...RUN, '--out', out, '--checkpoint-every', '5'];
    expect(await regimesWithFileLimit(limit, {}, ...words)).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^error: .* cannot be written \(E[^\n]+\)\n$/),
    });
    expect(readManifest(out)).toMatchObject({ status: 'failed', failure: expect.stringMatching(/cannot be written/) });
    // Once there is room it goes on.
    expect((await resume(out)).code).toBe(0);
    expect(contents(out)).toEqual(contents(whole));
  });
});
