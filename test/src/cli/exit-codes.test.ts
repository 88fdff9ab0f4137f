import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration, manifest, step } from '../../../bench/example-run.js';
import { writeImages } from '../../../bench/fuzz/scenarios.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import { openSweep } from '../../../src/sweep/extend-sweep.js';
import { writeCifar } from '../../cifar.js';
import { MAIN, regimes, temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const [whole, data] = [folder.path('sweep'), folder.path('data')];

beforeAll(() => {
  const given = { ...configuration, steps: 3 };
  const [run] = openSweep(whole, [given]).runs;
  const writer = RunWriter.create(`${whole}/${run!.folder}`, { ...manifest, configuration: given });
  for (let i = 0; i < 3; i += 1) writer.append(step(i));
  writer.finish(new Map([['a', { shape: [1], data: Float32Array.of(1) }]]), {
    ...{ seconds: 1, test: { loss: 1, accuracy: 0.5 } },
  });
  writeImages(data);
});

let copies = 0;
/** A copy of the sweep with one file changed; its run is in `elr-1e-2`. */
function damaged(file: string, change: (path: string) => void): string {
  copies += 1;
  const copy = folder.path(`copy-${copies}`);
  cpSync(whole, copy, { recursive: true });
  change(`${copy}/${file}`);
  return copy;
}

const nonsense = (path: string): void => writeFileSync(path, 'null\n');
const aFolder = (path: string): void => {
  rmSync(path);
  mkdirSync(path);
};

describe('damage on disk is exit code 1, with the path in one line, whatever reads it', () => {
  const SWEEP = ['verify', 'alpha', 'runs list', 'runs check', 'figure loss', 'watch --once'];

  it.each(SWEEP)('%s: sweep.json, a manifest and metrics that are nonsense', async (command) => {
    for (const file of ['sweep.json', 'elr-1e-2/manifest.json', 'elr-1e-2/metrics.jsonl']) {
      // A list of runs needs no plan.
      if (file === 'sweep.json' && command === 'runs list') continue;
      const copy = damaged(file, nonsense);
      const { code, out, err } = await regimes(...command.split(' '), copy);
      expect({ command, file, code }).toEqual({ command, file, code: 1 });
      expect(`${out}${err}`.split('\n').some((line) => line.includes(copy))).toBe(true);
    }
  });

  it.each(['elr-1e-2/manifest.json', 'elr-1e-2/metrics.jsonl', 'elr-1e-2/weights.safetensors'])(
    'a folder in the place of %s',
    async (file) => {
      const copy = damaged(file, aFolder);
      const { code, out } = await regimes('runs', 'check', copy);
      expect(code).toBe(1);
      expect(out).toMatch(/is a folder|EISDIR|cannot be/);
    },
  );

  it.each<[string, (path: string) => void, RegExp]>([
    ['train-images-idx3-ubyte', nonsense, /train-images-idx3-ubyte is not an idx file of bytes/],
    ['train-labels-idx1-ubyte', nonsense, /train-labels-idx1-ubyte is not an idx file of bytes/],
    ['t10k-images-idx3-ubyte', aFolder, /t10k-images-idx3-ubyte is a folder, not a file/],
    [
      't10k-labels-idx1-ubyte',
      (path) => writeFileSync(path, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 3)),
      /1 labels for 4/,
    ],
  ])('training on a set whose %s is damaged', async (file, change, message) => {
    copies += 1;
    const copy = folder.path(`copy-${copies}`);
    cpSync(data, copy, { recursive: true });
    change(`${copy}/${file}`);
    const { code, out, err } = await regimes('train', '--elr', '0.01', '--data', `mnist:${copy}`, '--steps', '1');
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringMatching(/^error: [^\n]+\n$/) });
    expect(err).toMatch(message);
  });
});

it('training on a truncated CIFAR file is exit code 1', async () => {
  const directory = writeCifar(folder.path('cifar'), 1);
  truncateSync(`${directory}/data_batch_2.bin`, 3000);
  const { code, err } = await regimes('train', '--elr', '0.01', '--data', `cifar10:${directory}`, '--steps', '1');
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(/^error: \S+data_batch_2.bin has 3000 bytes[^\n]+\n$/),
  });
});

describe('what the command line should not ask for is exit code 2', () => {
  it.each([
    ['verify nowhere', /nowhere is not a sweep/],
    // What is missing is said in words, not only by its name.
    ['verify', /missing required argument 'dir': folder written by regimes sweep, a folder of runs/],
    ['figure', /missing required argument 'name': loss, toy-loss, .* or list$/m],
    ['toy simulate --alpha 1,2', /error: give --elr or --lr$/m],
    ['toy phase --alpha 1,2 --x alpha1=1:2:3 --y alpha2=1:2:3', /give --elr or --lr, or an axis of that name$/m],
    ['runs list nowhere', /nowhere is not a folder/],
    ['runs check nowhere', /nowhere does not exist/],
    ['train --elr 0.01 --data mnist:nowhere', /nowhere is not a folder/],
    ['train --elr 0.01 --data imagenet', /unknown data set imagenet/],
    ['train --elr 0.01 --init nowhere.safetensors', /nowhere.safetensors cannot be read/],
  ])('%s', async (line, message) => {
    const { code, out, err } = await regimes(...line.split(' '));
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(/^error: [^\n]+\n$/) });
    expect(err).toMatch(message);
  });
});

describe('an output that takes nothing', () => {
  it.each(['--help', 'train --help', 'toy thresholds --alpha 1,2', 'runs list', 'runs list --json', 'figure toy-loss'])(
    '%s says why, with exit code 1',
    (line) => {
      const words = line.startsWith('runs') ? `${line} ${whole}` : line;
      let ended: { status: number; stderr: string } = { status: 0, stderr: '' };
      try {
        execFileSync('bash', ['-c', `"$0" "$@" > /dev/full`, process.execPath, MAIN, ...words.split(' ')], {
          ...{ stdio: 'pipe', encoding: 'utf8' },
        });
      } catch (error) {
        ended = error as typeof ended;
      }
      expect(ended.status).toBe(1);
      expect(ended.stderr).toMatch(/^error: the output cannot be written \(ENOSPC: no space left on device\)\n$/);
    },
  );
});
