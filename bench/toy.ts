/**
 * The toy: group-steps a second of processor time on one core, replicas together and one by one, beside the same loop in C
 * and NumPy in the same run; and the time of a 400 x 400 phase diagram.
 */

import { randomSource } from '../src/numerics/random.js';
import { formatNumber, formatTable } from '../src/text/output.js';
import { createEnsemble, type Ensemble, randomPositions } from '../toy/dynamics/ensemble.js';
import { runEnsemble } from '../toy/dynamics/run.js';
import { composeStep } from '../toy/dynamics/step.js';
import { sumOfRatios } from '../toy/function/toy-function.js';
import { kernelFor, stepTogether } from '../toy/kernel/run-together.js';
import { computePhaseDiagram } from '../toy/phase/phase-diagram.js';
import { pythonWith, runC, runPython } from './peers.js';

const REPLICAS = 256;
const STEPS = 10_000;
const REPEATS = 5;
/** Replicas side by side, as many at a time as the processor has lanes for. */
const SIMD = ['-O3', '-march=native', '-fno-math-errno'];

/** The best of a few measurements: other work on the machine only ever slows one down. Peers get as many. */
const best = (measure: () => number): number => Math.max(...Array.from({ length: REPEATS }, measure));

type Take = (ensemble: Ensemble, elr: number, steps: number) => void;

const together: Take = (ensemble, elr, steps) => {
  const kernel = kernelFor(ensemble, { elr });
  if (kernel === undefined) throw new Error('no kernel: this machine has no SIMD in WebAssembly');
  stepTogether(kernel, ensemble, { elr }, steps);
};

const oneByOne: Take = (ensemble, elr, steps) => {
  runEnsemble(ensemble, composeStep(ensemble, { elr }, randomSource(0)), steps);
};

/** Group-steps a second of an ensemble on this thread. */
function speed(groups: number, take: Take): number {
  const alpha = Array.from({ length: groups }, (_, i) => i + 1);
  const fn = sumOfRatios(alpha, REPLICAS);
  const sources = Array.from({ length: REPLICAS }, (_, i) => randomSource(i));
  const ensemble = createEnsemble(fn, randomPositions(fn, sources));
  const elr = 1.3 / alpha.reduce((sum, value) => sum + value, 0);
  take(ensemble, elr, STEPS / 10);
  return best(() => {
    const begin = process.cpuUsage();
    take(ensemble, elr, STEPS);
    return (groups * REPLICAS * STEPS) / (process.cpuUsage(begin).user / 1e6);
  });
}

interface Peer {
  readonly title: string;
  /** Undefined where it is not installed. */
  readonly speed: (words: readonly number[]) => number | undefined;
}

function peers(): Peer[] {
  const python = pythonWith('numpy');
  const inC = (name: string, options?: readonly string[]) => (words: readonly number[]) =>
    runC(name, words, options) && best(() => runC(name, words, options)!);
  return [
    { title: 'C -O2', speed: inC('toy.c') },
    { title: 'C SIMD', speed: inC('toy-simd.c', SIMD) },
    {
      title: 'NumPy',
      speed: (words) => (python === undefined ? undefined : best(() => runPython(python, 'toy.py', words))),
    },
  ];
}

/** The table of millions of group-steps a second, and the speed of replicas together relative to each of the others. */
export function benchToySteps(groupCounts: readonly number[]): string {
  const others: Peer[] = [{ title: 'one by one', speed: ([groups]) => speed(groups!, oneByOne) }, ...peers()];
  const titles = others.map(({ title }) => title);
  const columns = ['groups', 'together', ...titles, ...titles.map((title) => `/ ${title}`)];
  const rows = groupCounts.map((groups) => {
    const rate = speed(groups, together);
    const rates = others.map((peer) => peer.speed([groups, REPLICAS, STEPS]));
    const millions = [rate, ...rates].map((value) => (value === undefined ? '-' : formatNumber(value / 1e6)));
    const ratios = rates.map((value) => (value === undefined ? '-' : (rate / value).toFixed(2)));
    return [String(groups), ...millions, ...ratios];
  });
  return formatTable(
    columns.map((title) => ({ title, align: 'right' as const })),
    rows,
  );
}

const logarithmic = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));

/** Seconds to the first picture and to the whole of a phase diagram of 2 groups and 1,000 steps. */
export async function benchPhaseDiagram(side: number): Promise<string> {
  const axis = (name: string, from: number, to: number) =>
    ({ name, values: logarithmic(from, to, side), scale: 'logarithmic' }) as const;
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const seconds = (): number => (performance.now() - begin) / 1000;
  let first: number | undefined;
  await computePhaseDiagram({ alpha: [1, 1] }, axis('elr', 0.01, 10), axis('alpha2', 0.1, 10), {
    onRefined: () => {
      first ??= seconds();
    },
  });
  const all = seconds();
  const { user, system } = process.cpuUsage(cpu);
  return `${side} x ${side} cells: first picture ${formatNumber(first!)} s, all ${formatNumber(all)} s, processor time ${formatNumber((user + system) / 1e6)} s`;
}
