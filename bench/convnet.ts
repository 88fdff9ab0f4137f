/**
 * One training step of the ConvNet, batch 128 of 3x32x32: milliseconds and GFLOP/s, beside PyTorch in the same run where
 * `python3 -c "import torch"` works (Debian: python3-torch).
 */
import { randomImages } from '../deep/data/random-images.js';
import { CompiledEngine } from '../deep/engine/compiled.js';
import { convNet } from '../deep/models/convnet.js';
import { startTraining } from '../deep/train.js';
import { formatNumber, formatTable } from '../src/text/output.js';
import { pythonWith, runPython } from './peers.js';

const BATCH = 128;
const WARM_UP = 4;
const STEPS = 16;

/** Floating-point operations of a step: forward, gradient of the kernels, and of the inputs but for the images'. */
function stepFlops(width: number): number {
  const layers = [
    [3, width, 32],
    [width, 2 * width, 32],
    [2 * width, 4 * width, 16],
    [4 * width, 8 * width, 8],
  ] as const;
  const forward = layers.map(([inputs, outputs, side]) => 2 * 9 * inputs * outputs * side * side);
  const total = 3 * forward.reduce((sum, flops) => sum + flops, 0) - forward[0]!;
  return BATCH * total;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Median milliseconds of a step on the compiled engine, and of making it ready. */
async function ours(width: number, threads: number): Promise<{ step: number; compile: number }> {
  const engine = new CompiledEngine({ threads });
  const training = startTraining(engine, convNet({ width }), randomImages(BATCH), { elr: 1e-4, batch: BATCH, seed: 1 });
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + STEPS; i += 1) {
    const begin = performance.now();
    await training.step();
    times.push(performance.now() - begin);
  }
  await training.dispose();
  return { step: median(times.slice(WARM_UP)), compile: times[0]! };
}

/** Median milliseconds of the same step in PyTorch. */
const torch = (python: string, width: number, threads: number): number =>
  runPython(python, 'convnet.py', [width, threads, BATCH, WARM_UP, STEPS]);

/** The table of the ConvNet benchmark. */
export async function benchConvNet(widths: readonly number[], threadCounts: readonly number[]): Promise<string> {
  const python = pythonWith('torch');
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = ['width', 'threads', 'ms a step', 'GFLOP/s', 'first step ms', 'PyTorch ms', 'speed / PyTorch'].map(
    right,
  );
  const rows: string[][] = [];
  for (const width of widths) {
    for (const threads of threadCounts) {
      const { step, compile } = await ours(width, threads);
      const peer = python === undefined ? undefined : torch(python, width, threads);
      const rate = stepFlops(width) / step / 1e6;
      const numbers = [width, threads, step, rate, compile].map((value) => formatNumber(value));
      const peerNumbers = peer === undefined ? ['-', '-'] : [formatNumber(peer), (peer / step).toFixed(2)];
      rows.push([...numbers, ...peerNumbers]);
    }
  }
  const note = python === undefined ? '\nPyTorch is not installed (Debian: python3-torch).' : '';
  return formatTable(columns, rows) + note;
}
