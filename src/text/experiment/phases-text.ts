import type { ConventionalRun } from '../../experiments/conventional.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** Phases of ordinary training, as text: a line for each place that its ELR passes through. */
export function phasesTable(runs: readonly ConventionalRun[]): string {
  const rows = runs.flatMap(({ label, learningRate, seed, phases }) =>
    phases.map(({ place, from, to, elrs, loss, noiseShare }, i) => [
      ...(i === 0 ? [label, formatNumber(learningRate, 3), String(seed)] : ['', '', '']),
      ...[`${from}`, `${to}`],
      ...elrs.map((elr) => formatNumber(elr, 3)),
      place,
      ...[loss, noiseShare].map((value) => formatNumber(value, 3)),
    ]),
  );
  const columns = [
    { title: 'training' },
    ...['lr', 'seed', 'from step', 'to', 'ELR', 'then'].map(rightAligned),
    { title: 'on the sphere' },
    ...['loss at its end', 'R'].map(rightAligned),
  ];
  return formatTable(columns, rows);
}
