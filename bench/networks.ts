/**
 * One training step (forward, backward, update and measurements, batch 128 of 3x32x32) of the compiled engine beside
 * PyTorch in the same run, where a Python can import torch. Both are measured in processes of their own, in turns, and the
 * best of the turns counts: what else the machine does only ever adds. Of the ways to write the step in PyTorch the one
 * that is fastest in a first turn is measured further.
 */
import type { ModelName } from '../deep/models/network.js';
import { formatNumber, formatTable } from '../src/text/output.js';
import { pythonWith, versionOf } from './peers.js';
import {
  BATCH,
  type Candidate,
  FEW_REPEATS,
  type Measurement,
  measureInTurns,
  ourCommand,
  PEER_FORMS,
  type PeerForm,
  peerCommand,
} from './processes.js';

export interface NetworkSetting {
  readonly model: ModelName;
  readonly width: number;
  readonly threads: number;
  /** Processes side by side. */
  readonly processes: number;
}

/** The name of a row, as an option chooses it: `convnet-8:1x2` for one process of two threads. */
export const rowName = ({ model, width, threads, processes }: NetworkSetting): string =>
  `${model}-${width}:${processes}x${threads}`;

interface PeerMeasurement extends Measurement {
  readonly form: PeerForm;
}

interface Comparison {
  readonly ours: Measurement;
  readonly peer?: PeerMeasurement;
}

const faster = <T extends Measurement>(a: T, b: T): T => (b.step < a.step ? b : a);

/** The fastest way of a Python's PyTorch, and ours, measured in turns after a turn that has found which that is. */
async function compare(setting: NetworkSetting, { python, forms }: Peer): Promise<Comparison> {
  const { model, width, threads, processes } = setting;
  const network = { model, width, threads };
  const candidate = (command: readonly string[]): Candidate => ({ command, threads, processes });
  const candidates = forms.map((form) => candidate(peerCommand(python, network, form, FEW_REPEATS)));
  const screened = (await measureInTurns(candidates, 1)).map((measured, i) => ({ ...measured, form: forms[i]! }));
  const best = screened.reduce(faster);
  const turns = [candidate(ourCommand(network)), candidate(peerCommand(python, network, best.form))];
  const [ours, peer] = await measureInTurns(turns);
  return { ours: ours!, peer: { ...peer!, form: best.form } };
}

async function measureAlone({ model, width, threads, processes }: NetworkSetting): Promise<Comparison> {
  const [ours] = await measureInTurns([{ command: ourCommand({ model, width, threads }), threads, processes }]);
  return { ours: ours! };
}

/** A Python with PyTorch, and the ways of writing the step that it knows. */
interface Peer {
  readonly python: string;
  readonly version: string;
  readonly forms: readonly PeerForm[];
}

function findPeer(named: string | undefined, wanted: readonly string[]): Peer | undefined {
  const python = pythonWith('torch', named);
  if (python === undefined) return undefined;
  const version = versionOf(python, 'torch');
  const canCompile = Number(version.split('.')[0]) >= 2;
  const canRun = (form: PeerForm): boolean => wanted.includes(form) && (canCompile || !form.startsWith('compile'));
  return { python, version, forms: PEER_FORMS.filter(canRun) };
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
  'PyTorch form',
  'PyTorch ms',
  'PyTorch MiB',
  'speed / PyTorch',
  'memory / PyTorch',
] as const;
/** Columns of words, not of numbers. */
const WORDS: readonly string[] = ['network', 'PyTorch form'];

function row(setting: NetworkSetting, { ours, peer }: Comparison): string[] {
  const { model, width, threads, processes } = setting;
  const rate = (processes * stepFlops(model, width)) / ours.step / 1e6;
  const numbers = [imagesPerSecond(ours, setting), ours.step, rate, ours.ready!, ours.memory];
  const words = [model, String(width), `${processes} x ${threads}`, ...numbers.map((value) => formatNumber(value))];
  if (peer === undefined) return [...words, ...Array(COLUMNS.length - words.length).fill('-')];
  const ratios = [peer.step / ours.step, ours.memory / peer.memory].map((value) => value.toFixed(2));
  return [...words, peer.form, formatNumber(peer.step), formatNumber(peer.memory), ...ratios];
}

/** How the table is made. */
export interface NetworkBenchOptions {
  /** A Python that can import torch; default: that of the user, then that of the system. */
  readonly python?: string;
  /** Ways to write the step in PyTorch that are tried; default: all. */
  readonly forms?: readonly string[];
  /** Called with the name of each row before it is measured. */
  readonly onRow?: (name: string) => void;
}

/** The table of the settings; each takes one or two minutes with PyTorch, most of them for compiling. */
export async function benchNetworks(
  settings: readonly NetworkSetting[],
  { python, forms = PEER_FORMS, onRow = () => {} }: NetworkBenchOptions = {},
): Promise<string> {
  const peer = findPeer(python, forms);
  const rows: string[][] = [];
  for (const setting of settings) {
    onRow(rowName(setting));
    rows.push(row(setting, await (peer === undefined ? measureAlone(setting) : compare(setting, peer))));
  }
  const columns = COLUMNS.map((title) => (WORDS.includes(title) ? { title } : { title, align: 'right' as const }));
  const note =
    peer === undefined
      ? 'PyTorch is not installed; --python names a Python that can import torch.'
      : `PyTorch ${peer.version}, the fastest of ${peer.forms.join(', ')}. Its memory is the peak of the timed steps, ours that of the process.`;
  return `${formatTable(columns, rows)}\n\n${note}`;
}
