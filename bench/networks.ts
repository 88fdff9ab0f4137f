/**
 * One training step (forward, backward, update and measurements, batch 128 of 3x32x32) of the compiled engine beside
 * PyTorch in the same run, where `python3 -c "import torch"` works (Debian: python3-torch). Both are measured in processes
 * of their own, in turns, and the best of the turns counts: what else the machine does only ever adds.
 */
import type { ModelName } from '../deep/models/network.js';
import { formatNumber, formatTable } from '../src/text/output.js';
import { pythonWith } from './peers.js';
import { BATCH, type Measurement, measureInTurns, ourCommand, peerCommand } from './processes.js';

export interface NetworkSetting {
  readonly model: ModelName;
  readonly width: number;
  readonly threads: number;
  /** Processes side by side. */
  readonly processes: number;
}

interface Comparison {
  readonly ours: Measurement;
  readonly peer?: Measurement;
}

async function compare(setting: NetworkSetting, python: string | undefined): Promise<Comparison> {
  const { model, width, threads, processes } = setting;
  const network = { model, width, threads };
  const commands = [ourCommand(network), ...(python === undefined ? [] : [peerCommand(python, network)])];
  const [ours, peer] = await measureInTurns(commands.map((command) => ({ command, threads, processes })));
  return { ours: ours!, ...(peer === undefined ? {} : { peer }) };
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
