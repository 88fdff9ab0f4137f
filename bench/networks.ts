/**
 * One training step (forward, backward, update and measurements, batch 128 of 3x32x32) of the compiled engine beside
 * PyTorch in the same run, where `python3 -c "import torch"` works (Debian: python3-torch). Both are measured in processes
 * of their own, in turns, and the best of the turns counts: what else the machine does only ever adds.
 */
import { type ExecFileOptions, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ModelName } from '../deep/network.js';
import { formatNumber, formatTable } from '../src/text/output.js';
import { pythonWith, source } from './peers.js';

const BATCH = 128;
const WARM_UP = 3;
const STEPS = 10;
const TURNS = 3;

export interface NetworkSetting {
  readonly model: ModelName;
  readonly width: number;
  readonly threads: number;
  /** Processes side by side. */
  readonly processes: number;
}

interface Measurement {
  /** Milliseconds of a step. */
  readonly step: number;
  /** Milliseconds of making the first step ready. */
  readonly ready?: number;
  /** MiB. */
  readonly memory: number;
}

const run = promisify(execFile) as (
  file: string,
  words: readonly string[],
  options: ExecFileOptions,
) => Promise<{ stdout: string }>;

const WORKER = fileURLToPath(new URL('./network-worker.js', import.meta.url));

async function measure(command: readonly string[], threads: number): Promise<Measurement> {
  const [file, ...words] = command;
  const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
  return JSON.parse((await run(file!, words, { env })).stdout);
}

/** All processes of a setting at once; the slowest counts. */
async function together(command: readonly string[], { threads, processes }: NetworkSetting): Promise<Measurement> {
  const all = await Promise.all(Array.from({ length: processes }, () => measure(command, threads)));
  return all.reduce((a, b) => (a.step > b.step ? a : b));
}

const best = (turns: readonly Measurement[]): Measurement => turns.reduce((a, b) => (a.step < b.step ? a : b));

interface Comparison {
  readonly ours: Measurement;
  readonly peer?: Measurement;
}

async function compare(setting: NetworkSetting, python: string | undefined): Promise<Comparison> {
  const { model, width, threads } = setting;
  const words = [model, width, threads, BATCH, WARM_UP, STEPS].map(String);
  const ours: Measurement[] = [];
  const peers: Measurement[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    ours.push(await together([process.execPath, WORKER, ...words, 'cpu'], setting));
    if (python !== undefined) peers.push(await together([python, source('network.py'), ...words], setting));
  }
  return { ours: best(ours), ...(peers.length === 0 ? {} : { peer: best(peers) }) };
}

/** Input channels, output channels, kernel size and rows of what it yields, of every convolution. */
function convolutions(model: ModelName, width: number): (readonly [number, number, number, number])[] {
  if (model === 'convnet') {
    return [
      [3, width, 3, 32],
      [width, 2 * width, 3, 32],
      [2 * width, 4 * width, 3, 16],
      [4 * width, 8 * width, 3, 8],
    ];
  }
  const stages = [0, 1, 2, 3].flatMap((stage): (readonly [number, number, number, number])[] => {
    const [outputs, rows] = [width * 2 ** stage, 32 / 2 ** stage];
    const inputs = stage === 0 ? outputs : outputs / 2;
    const shortcut = stage === 0 ? [] : [[inputs, outputs, 1, rows] as const];
    const equal = [outputs, outputs, 3, rows] as const;
    return [[inputs, outputs, 3, rows], equal, equal, equal, ...shortcut];
  });
  return [[3, width, 3, 32], ...stages];
}

/** Floating-point operations of a step: forward, gradients of the kernels, and of the inputs but for the images'. */
function stepFlops(model: ModelName, width: number): number {
  const forward = convolutions(model, width).map(([i, o, size, rows]) => 2 * i * o * (size * rows) ** 2);
  return BATCH * (3 * forward.reduce((sum, flops) => sum + flops, 0) - forward[0]!);
}

const imagesPerSecond = ({ step }: Measurement, { processes }: NetworkSetting): number =>
  (1000 * processes * BATCH) / step;

const COLUMNS = [
  'network',
  'width',
  'processes x threads',
  'images/s',
  'ms a step',
  'GFLOP/s',
  'ready ms',
  'MiB',
  'PyTorch ms',
  'PyTorch MiB',
  'speed / PyTorch',
] as const;

function row(setting: NetworkSetting, { ours, peer }: Comparison): string[] {
  const { model, width, threads, processes } = setting;
  const rate = (processes * stepFlops(model, width)) / ours.step / 1e6;
  const numbers = [imagesPerSecond(ours, setting), ours.step, rate, ours.ready!, ours.memory];
  const peerNumbers = peer === undefined ? [] : [formatNumber(peer.step), formatNumber(peer.memory)];
  const ratio = peer === undefined ? [] : [(peer.step / ours.step).toFixed(2)];
  const words = [model, String(width), `${processes} x ${threads}`, ...numbers.map((value) => formatNumber(value))];
  return [...words, ...peerNumbers, ...ratio].concat(['-', '-', '-']).slice(0, COLUMNS.length);
}

/** The table of the settings; each takes about half a minute. */
export async function benchNetworks(settings: readonly NetworkSetting[]): Promise<string> {
  const python = pythonWith('torch');
  const rows: string[][] = [];
  for (const setting of settings) rows.push(row(setting, await compare(setting, python)));
  const columns = COLUMNS.map((title, i) => (i === 0 ? { title } : { title, align: 'right' as const }));
  const note = python === undefined ? '\nPyTorch is not installed (Debian: python3-torch).' : '';
  return formatTable(columns, rows) + note;
}
