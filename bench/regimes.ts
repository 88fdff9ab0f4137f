/**
 * The regime table of theory.md, section 4: ConvNet of width 8, the first 2,000 images of CIFAR-10 in file order, batch 128,
 * 60 epochs, and the same in PyTorch from the same starting point, judged by the same rules. PyTorch runs twice, each time with
 * another order of the images: what its runs differ by is no error of ours.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { prepareRun } from '../deep/run/prepare.js';
import { mean } from '../src/numerics/means.js';
import { type MeasuredRun, measureRun } from '../src/regime/analyse.js';
import { columnsOf } from '../src/run/collect-steps.js';
import type { ElrManifest, Manifest } from '../src/run/manifest.js';
import { readSteps } from '../src/run/read-steps.js';
import { readManifest } from '../src/run/run-directory.js';
import type { RecordedStep, StepColumns } from '../src/run/step-columns.js';
import { equilibriumShares } from '../src/sphere/quantities.js';
import { decodeNumber } from '../src/system/json-numbers.js';
import { encodeSafetensors } from '../src/system/safetensors.js';
import { formatNumber, formatTable } from '../src/text/output.js';
import { pythonWith, source } from './peers.js';

const ELRS = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1];
const [IMAGES, BATCH, EPOCHS] = [2000, 128, 60] as const;
/** Number of final epochs that the table averages over. */
const LAST_EPOCHS = 10;
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

interface Run {
  readonly steps: StepColumns;
  readonly seconds: number;
}

const run = promisify(execFile);
const single = { env: { ...process.env, OMP_NUM_THREADS: '1' }, maxBuffer: 1 << 28 };

async function train(data: string, elr: number, directory: string): Promise<Run & { readonly manifest: ElrManifest }> {
  const words = ['--width', '8', '--data', data, '--train-images', String(IMAGES), '--batch', String(BATCH)];
  const more = [
    '--epochs',
    String(EPOCHS),
    '--elr',
    String(elr),
    '--threads',
    '1',
    '--measure',
    'none',
    '--log',
    'none',
    '--out',
    directory,
  ];
  await run(process.execPath, [MAIN, 'train', ...words, ...more], single);
  const manifest = readManifest(directory) as ElrManifest;
  return { manifest, steps: readSteps(directory), seconds: manifest.outcome!.seconds };
}

/** Writes what a run starts from, as PyTorch names it. */
function writeStart({ configuration }: Manifest, path: string): void {
  const { model, initial } = prepareRun(configuration);
  const tensors = model.tensors.map(({ name, shape }) => [name, { shape, data: initial.get(name)! }] as const);
  writeFileSync(path, encodeSafetensors(new Map(tensors)));
}

async function trainPeer(python: string, start: string, data: string, elr: number, order: number): Promise<Run> {
  const folder = data.slice(data.indexOf(':') + 1);
  const words = [source('regimes.py'), start, folder, ...[IMAGES, BATCH, EPOCHS, elr, order, 1].map(String)];
  const lines = (await run(python, words, single)).stdout.trim().split('\n');
  const { seconds } = JSON.parse(lines.pop()!);
  const steps = lines.map((line) => JSON.parse(line.replaceAll('NaN', '"NaN"'), decodeNumber) as RecordedStep);
  return { steps: columnsOf(steps), seconds };
}

const regimeOf = (manifest: ElrManifest, { steps }: Run): MeasuredRun => measureRun({ directory: '', manifest, steps });

interface Level {
  readonly loss: number;
  /** Largest |w_i - g_i / sum g_j|. */
  readonly deviation: number;
}

function level({ steps }: Run): Level {
  const last = steps.slice(-LAST_EPOCHS * Math.ceil(IMAGES / BATCH));
  const average = (of: (step: RecordedStep, i: number) => number, i = 0): number =>
    mean(last.map((step) => of(step, i)));
  const places = last.at(0)!.groups.map((_, i) => i);
  const shares = places.map((i) => average(({ groups }, place) => groups[place]!.share, i));
  const predicted = equilibriumShares(places.map((i) => average(({ groups }, place) => groups[place]!.egn, i)));
  return {
    loss: average(({ loss }) => loss),
    deviation: Math.max(...places.map((i) => Math.abs(shares[i]! - predicted[i]!))),
  };
}

async function row(data: string, elr: number, folder: string, python: string | undefined): Promise<string[]> {
  const ours = await train(data, elr, join(folder, `elr-${elr}`));
  const start = join(folder, `start-${elr}.safetensors`);
  writeStart(ours.manifest, start);
  const peers = [];
  for (const order of python === undefined ? [] : [1, 2]) peers.push(await trainPeer(python!, start, data, elr, order));
  const levels = [ours, ...peers].map(level);
  const ratio = (other: Level | undefined): string =>
    other === undefined ? '' : (levels[0]!.loss / other.loss).toFixed(2);
  return [
    formatNumber(elr),
    ...[ours, ...peers].map((each) => regimeOf(ours.manifest, each).regime),
    ...levels.map(({ loss }) => formatNumber(loss)),
    ...levels.slice(1).map(ratio),
    ...levels.slice(0, 2).map(({ deviation }) => deviation.toFixed(3)),
    ...[ours, ...peers].slice(0, 2).map(({ seconds }) => seconds.toFixed(0)),
  ];
}

const PEERS = ['PyTorch', 'again'] as const;
const TITLES = [
  'ELR',
  ...['regime', ...PEERS],
  ...['loss', ...PEERS],
  ...['ratio', 'ratio'],
  ...['|w - g/sum g|', 'PyTorch'],
  ...['seconds', 'PyTorch'],
];

/** The table, `data` being CIFAR-10 in its binary layout as `cifar10:DIR`; as many runs at a time as there are cores. */
export async function benchRegimes(data: string): Promise<string> {
  const python = pythonWith('torch');
  const folder = mkdtempSync(join(tmpdir(), 'regimes-table-'));
  const rows: string[][] = [];
  const queue = ELRS.map((elr, place) => ({ elr, place }));
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      rows[next.place] = await row(data, next.elr, folder, python);
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, lane));
  } finally {
    rmSync(folder, { recursive: true });
  }
  const titles = python === undefined ? TITLES.filter((title) => !/PyTorch|again|ratio/.test(title)) : TITLES;
  return formatTable(
    titles.map((title) => ({ title, align: 'right' })),
    rows,
  );
}
