/**
 * The toy: group-steps a second on one core, beside the same loop in C (-O2) and NumPy in the same run, and the time of a
 * 400 x 400 phase diagram.
 */

import { randomSource } from '../src/numerics/random.js';
import { formatNumber, formatTable } from '../src/text/output.js';
import { createEnsemble, randomPositions } from '../toy/dynamics/ensemble.js';
import { sumOfRatios } from '../toy/dynamics/function.js';
import { runEnsemble } from '../toy/dynamics/run.js';
import { composeStep } from '../toy/dynamics/step.js';
import { computePhaseDiagram } from '../toy/phase/phase-diagram.js';
import { pythonWith, runC, runPython } from './peers.js';

const REPLICAS = 256;
const STEPS = 10_000;
const REPEATS = 3;

/** Group-steps a second of an ensemble on this thread. */
function ours(groups: number): number {
  const alpha = Array.from({ length: groups }, (_, i) => i + 1);
  const fn = sumOfRatios(alpha, REPLICAS);
  const sources = Array.from({ length: REPLICAS }, (_, i) => randomSource(i));
  const ensemble = createEnsemble(fn, randomPositions(fn, sources));
  const elr = 1.3 / alpha.reduce((sum, value) => sum + value, 0);
  const step = composeStep(ensemble, { elr }, randomSource(0));
  runEnsemble(ensemble, step, STEPS / 10);
  return best(() => {
    const begin = performance.now();
    runEnsemble(ensemble, step, STEPS);
    return (groups * REPLICAS * STEPS) / ((performance.now() - begin) / 1000);
  });
}

/** The best of a few measurements: other work on the machine only ever slows one down. Peers get as many. */
const best = (measure: () => number): number => Math.max(...Array.from({ length: REPEATS }, measure));

/** The table of group-steps a second. */
export function benchToySteps(groupCounts: readonly number[]): string {
  const python = pythonWith('numpy');
  const columns = ['groups', 'M group-steps/s', 'C -O2', 'NumPy', 'speed / C', 'speed / NumPy'];
  const rows = groupCounts.map((groups) => {
    const words = [groups, REPLICAS, STEPS];
    const rate = ours(groups);
    const hasCompiler = runC('toy.c', words) !== undefined;
    const peers = [
      hasCompiler ? best(() => runC('toy.c', words)!) : undefined,
      python === undefined ? undefined : best(() => runPython(python, 'toy.py', words)),
    ];
    const millions = [rate, ...peers].map((value) => (value === undefined ? '-' : formatNumber(value / 1e6)));
    const ratios = peers.map((peer) => (peer === undefined ? '-' : (rate / peer).toFixed(2)));
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
  const seconds = (): number => (performance.now() - begin) / 1000;
  let first: number | undefined;
  await computePhaseDiagram({ alpha: [1, 1] }, axis('elr', 0.01, 10), axis('alpha2', 0.1, 10), {
    onRefined: () => {
      first ??= seconds();
    },
  });
  return `${side} x ${side} cells: first picture ${formatNumber(first!)} s, all ${formatNumber(seconds())} s`;
}
