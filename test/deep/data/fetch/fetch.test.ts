import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Archive, KNOWN_SETS, type KnownSet } from '../../../../deep/data/catalogue.js';
import { checkData } from '../../../../deep/data/check.js';
import { type FetchOptions, fetchSet } from '../../../../deep/data/fetch/fetch.js';
import { UsageError } from '../../../../src/system/usage-error.js';
import { temporaryFolder } from '../../../cli.js';
import { serverForTests, startServer } from './server.js';
import { tarFile } from './tar-file.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const server = await serverForTests();

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const known = (name: string): KnownSet => KNOWN_SETS.find((set) => set.name === name)!;

/** Puts a file on the server; what the catalogue would say of it. */
function serve(file: string, bytes: Uint8Array): Archive {
  server.files.set(file, bytes);
  return { url: `${server.url}/${file}`, bytes: bytes.length, sha256: sha256(bytes) };
}

/** Pixels that do not compress, so that half of the archive is half of the images. */
const image = (coarse: number, fine: number): Buffer =>
  Buffer.concat([
    Buffer.of(coarse, fine),
    ...Array.from({ length: 96 }, (_, i) => createHash('sha256').update(`${coarse} ${fine} ${i}`).digest()),
  ]);

const TRAIN = Buffer.concat([image(1, 2), image(3, 4), image(5, 99)]);
const TEST = image(19, 0);

function cifar100(train: Uint8Array = TRAIN): KnownSet {
  const archive = tarFile(
    { name: 'cifar-100-binary/', type: '5' },
    { name: 'cifar-100-binary/fine_label_names.txt', content: Buffer.from('apple\n') },
    { name: 'cifar-100-binary/train.bin', content: train },
    { name: 'cifar-100-binary/test.bin', content: TEST },
  );
  return { ...known('cifar100'), archives: [serve('cifar-100-binary.tar.gz', gzipSync(archive))] };
}

let count = 0;
let options: FetchOptions & { readonly folder: string };
beforeEach(() => {
  count += 1;
  options = { folder: folder.path(`data-${count}`), pause: 1 };
  server.requests.length = 0;
  server.behaviours.length = 0;
});
const home = (name = 'cifar100'): string => `${options.folder}/${name}`;
const part = (): string => `${options.folder}/.fetch/cifar100/cifar-100-binary.tar.gz`;

describe('a fetched set', () => {
  it('has its files, their checksums beside them, and nothing left over', async () => {
    const set = cifar100();
    const heard: number[] = [];
    const { fetched, check } = await fetchSet(set, { ...options, onProgress: (bytes) => heard.push(bytes) });
    expect({ fetched, problems: check.problems }).toEqual({ fetched: true, problems: [] });
    expect(check).toMatchObject({ trainImages: 3, testImages: 1, classes: 100, directory: home() });
    expect(readFileSync(`${home()}/train.bin`).equals(TRAIN)).toBe(true);
    expect(readdirSync(home()).sort()).toEqual(['checksums.json', 'test.bin', 'train.bin']);
    const record = JSON.parse(readFileSync(`${home()}/checksums.json`, 'utf8'));
    expect(record.files).toEqual({ 'train.bin': sha256(TRAIN), 'test.bin': sha256(TEST) });
    expect(record.archives).toEqual({ [set.archives[0]!.url]: set.archives[0]!.sha256 });
    expect(heard.at(-1)).toBe(set.archives[0]!.bytes);
    expect(existsSync(`${options.folder}/.fetch/cifar100`)).toBe(false);
  });

  it('is not fetched again while it is in order, and is replaced when it is not', async () => {
    const set = cifar100();
    await fetchSet(set, options);
    expect((await fetchSet(set, options)).fetched).toBe(false);
    expect(server.requests.length).toBe(1);
    const bytes = readFileSync(`${home()}/train.bin`);
    bytes[100]! ^= 1;
    writeFileSync(`${home()}/train.bin`, bytes);
    const { problems } = await checkData({ set, directory: home() });
    expect(problems).toEqual([`${home()}/train.bin is not the file that was fetched (SHA-256)`]);
    expect((await fetchSet(set, options)).fetched).toBe(true);
    expect(readFileSync(`${home()}/train.bin`).equals(TRAIN)).toBe(true);
  });

  it('of single gzipped files is unpacked, and another address can have them', async () => {
    const idx = (shape: number[], data: Uint8Array) =>
      gzipSync(Buffer.concat([Buffer.of(0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, 0, n])), data]));
    const archives = [
      serve('train-images-idx3-ubyte.gz', idx([2, 28, 28], new Uint8Array(2 * 784).fill(9))),
      serve('train-labels-idx1-ubyte.gz', idx([2], Uint8Array.of(1, 2))),
      serve('t10k-images-idx3-ubyte.gz', idx([1, 28, 28], new Uint8Array(784))),
      serve('t10k-labels-idx1-ubyte.gz', idx([1], Uint8Array.of(3))),
    ].map((archive) => ({ ...archive, url: archive.url.replace(server.url, 'http://127.0.0.1:1/gone') }));
    const set = { ...known('mnist'), archives };
    const { check } = await fetchSet(set, { ...options, from: `${server.url}/` });
    expect(check).toMatchObject({ trainImages: 2, testImages: 1, problems: [] });
    expect(readFileSync(`${home('mnist')}/train-labels-idx1-ubyte`)).toEqual(Buffer.of(0, 0, 8, 1, 0, 0, 0, 2, 1, 2));
  });
});

describe('two fetches of a set at the same time', () => {
  it('do not meet: one is refused, the other ends with the whole set, and a third finds it there', async () => {
    const set = cifar100();
    server.behaviours.push('die half-way');
    const both = await Promise.allSettled([fetchSet(set, options), fetchSet(set, options)]);
    const reasons = both.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(reasons.map(({ message }) => message)).toEqual([
      `${options.folder}/.fetch/cifar100 is in use by process ${process.pid}`,
    ]);
    expect(reasons[0]).toBeInstanceOf(UsageError);
    // The first request, and the one for its second half.
    expect(server.requests.length).toBe(2);
    expect(readFileSync(`${home()}/train.bin`).equals(TRAIN)).toBe(true);
    expect((await fetchSet(set, options)).fetched).toBe(false);
    expect(existsSync(`${options.folder}/.fetch/cifar100`)).toBe(false);
  });

  it('of different sets go side by side', async () => {
    const set = cifar100();
    const other = { ...set, name: 'other' };
    const both = await Promise.all([fetchSet(set, options), fetchSet(other, options)]);
    expect(both.map(({ fetched }) => fetched)).toEqual([true, true]);
  });
});

describe('a download that is interrupted', () => {
  it('asks for the rest only', async () => {
    const set = cifar100();
    const { bytes } = set.archives[0]!;
    server.behaviours.push('die half-way');
    await fetchSet(set, options);
    const half = Math.floor(bytes / 2);
    expect(server.requests).toEqual(['/cifar-100-binary.tar.gz whole', `/cifar-100-binary.tar.gz bytes=${half}-`]);
    expect(readFileSync(`${home()}/train.bin`).equals(TRAIN)).toBe(true);
  });

  it('keeps what came, names it in one line, and is continued by the next call', async () => {
    const set = cifar100();
    const half = Math.floor(set.archives[0]!.bytes / 2);
    server.behaviours.push('die half-way', 'fail', 'fail', 'fail');
    const failure = new RegExp(`^[^\n]*status 503[^\n]*; ${half} of ${set.archives[0]!.bytes} bytes are kept[^\n]*$`);
    await expect(fetchSet(set, options)).rejects.toThrow(failure);
    expect(readFileSync(part()).length).toBe(half);
    expect(existsSync(home())).toBe(false);
    server.requests.length = 0;
    await fetchSet(set, options);
    expect(server.requests).toEqual([`/cifar-100-binary.tar.gz bytes=${half}-`]);
  });

  it('starts over where the server knows no ranges', async () => {
    server.behaviours.push('die half-way', 'ignore ranges');
    expect((await fetchSet(cifar100(), options)).check.problems).toEqual([]);
  });

  it('starts over where the part was of something else', async () => {
    const set = cifar100();
    mkdirSync(`${options.folder}/.fetch/cifar100`, { recursive: true });
    writeFileSync(part(), new Uint8Array(1000));
    expect((await fetchSet(set, options)).check.problems).toEqual([]);
    expect(server.requests).toEqual(['/cifar-100-binary.tar.gz bytes=1000-', '/cifar-100-binary.tar.gz whole']);
  });
});

describe('a fetch fails in one line and leaves no set', () => {
  const expectFailure = async (set: KnownSet, message: RegExp): Promise<void> => {
    const failure = await fetchSet(set, options).catch((error: Error) => error.message);
    expect(failure).toMatch(/^[^\n]+$/);
    expect(failure).toMatch(message);
    expect(existsSync(home())).toBe(false);
  };

  it('where the server has other bytes', async () => {
    const set = cifar100();
    const wrong = Buffer.from(server.files.get('cifar-100-binary.tar.gz')!);
    wrong[wrong.length >> 1]! ^= 1;
    server.files.set('cifar-100-binary.tar.gz', wrong);
    await expectFailure(set, new RegExp(`has SHA-256 ${sha256(wrong)}, not .*; the download was deleted`));
    expect(existsSync(part())).toBe(false);
  });

  it('where the server has a file of another size', async () => {
    const set = cifar100();
    server.files.set('cifar-100-binary.tar.gz', Buffer.from('<html>moved</html>'));
    await expectFailure(set, /has 18 bytes; the known file has \d+/);
  });

  it('where the server does not have it, at once', async () => {
    server.behaviours.push('refuse');
    await expectFailure(cifar100(), /the server responded with status 404/);
    expect(server.requests.length).toBe(1);
  });

  it('where nobody answers', async () => {
    const set = cifar100();
    const closed = await startServer();
    await closed.close();
    const archives = [{ ...set.archives[0]!, url: `${closed.url}/cifar-100-binary.tar.gz` }];
    await expectFailure({ ...set, archives }, /cannot be fetched \(.*ECONNREFUSED/);
  });

  it('where the archive does not hold the set', async () => {
    const bytes = gzipSync(tarFile({ name: 'train.bin', content: TRAIN }));
    const set = { ...known('cifar100'), archives: [serve('cifar-100-binary.tar.gz', bytes)] };
    await expectFailure(set, /the downloaded files are not cifar100: .*test.bin is missing/);
    await expectFailure(cifar100(image(0, 100)), /the downloaded files are not cifar100: .* has label 100/);
  });

  it('where the archive is cut off, though it is the known one', async () => {
    const whole = gzipSync(tarFile({ name: 'train.bin', content: TRAIN }));
    const set = { ...known('cifar100'), archives: [serve('cifar-100-binary.tar.gz', whole.subarray(0, 3000))] };
    await expectFailure(set, /cifar-100-binary.tar.gz cannot be unpacked/);
  });
});

describe('a check', () => {
  it('has a line for each file that is wrong', async () => {
    const set = cifar100();
    await fetchSet(set, options);
    truncateSync(`${home()}/train.bin`, 5000);
    writeFileSync(`${home()}/test.bin`, image(0, 200));
    const { problems, trainImages, testImages } = await checkData({ set, directory: home() });
    expect({ trainImages, testImages }).toEqual({ trainImages: null, testImages: 1 });
    expect(problems).toEqual([
      `${home()}/train.bin has 5000 bytes; allowed: a multiple of 3074, the size of an image`,
      `${home()}/train.bin is not the file that was fetched (SHA-256)`,
      `image 0 in ${home()}/test.bin has label 200; allowed: 0 to 99`,
      `${home()}/test.bin is not the file that was fetched (SHA-256)`,
    ]);
  });

  it('says where the record is damaged', async () => {
    const set = cifar100();
    await fetchSet(set, options);
    writeFileSync(`${home()}/checksums.json`, '{');
    const { problems } = await checkData({ set, directory: home() });
    expect(problems).toEqual([`${home()}/checksums.json is damaged: it contains no checksums`]);
  });
});
