import { alphaOfBlocks } from '../../readings/curvature-readings.js';
import type { Curvature } from '../../run/curvature-record.js';
import { type Column, formatNumber, formatTable } from '../output.js';

/** The curvature of a run, and the ELR it was trained with at the end. */
export interface CurvatureOfRun {
  readonly run: string;
  readonly elr: number;
  readonly curvature: Curvature;
}

/** A number with the error it is known to, as `12.3 +- 0.4`. */
const withError = (value: number, error: number): string => `${formatNumber(value)} +- ${formatNumber(error, 1)}`;

/** 1 / sum alpha_i of the blocks (T3); undefined where none were measured. */
const blockThreshold = (curvature: Curvature): number | undefined =>
  curvature.groups.length === 0 ? undefined : 1 / alphaOfBlocks(curvature).reduce((sum, alpha) => sum + alpha, 0);

/** One line of a run: elr lambda_max / 2 is 1 where the sharpest direction is at its threshold (T3). */
function row({ run, elr, curvature }: CurvatureOfRun): string[] {
  const { largest, smallest, loss, step, converged, trace } = curvature;
  const [first] = largest;
  const threshold = blockThreshold(curvature);
  return [
    run,
    formatNumber(elr),
    String(step),
    formatNumber(loss),
    `${withError(first!.value, first!.bound)}${converged ? '' : ' (not settled)'}`,
    formatNumber((elr * first!.value) / 2),
    formatNumber(2 / first!.value),
    threshold === undefined ? '' : formatNumber(threshold),
    formatNumber(smallest.value),
    trace === null ? '' : withError(trace.mean, trace.standardError ?? Number.NaN),
  ];
}

const COLUMNS: readonly Column[] = [
  { title: 'run' },
  ...['ELR', 'step', 'loss', 'lambda max', 'ELR lambda/2', '2/lambda', '1/sum alpha', 'lambda min', 'trace'].map(
    (title): Column => ({ title, align: 'right' }),
  ),
];

/** Curvatures of runs, a line each; columns that nobody asked for are left out. */
export function curvatureTable(runs: readonly CurvatureOfRun[]): string {
  const rows = runs.map(row);
  const shown = COLUMNS.map((_, i) => i).filter((i) => rows.some((cells) => cells[i] !== ''));
  return formatTable(
    shown.map((i) => COLUMNS[i]!),
    rows.map((cells) => shown.map((i) => cells[i]!)),
  );
}

/** The largest eigenvalue of each scale-invariant group on its own unit sphere, and alpha_i, half of it. */
export function groupTable({ groups }: Curvature): string {
  const columns: Column[] = [
    { title: 'group' },
    { title: 'lambda', align: 'right' },
    { title: 'alpha', align: 'right' },
  ];
  const rows = groups.map(({ name, tensors, largest }) => [
    tensors.length > 1 ? `${name} (${tensors.join(', ')})` : name,
    withError(largest.value, largest.bound),
    formatNumber(largest.value / 2),
  ]);
  return formatTable(columns, rows);
}

const BINS = 24;
const BAR = 40;

/** The distribution of eigenvalues as bars, by the logarithm of their share: most are near zero, few are large. */
export function spectrumText({ spectrum }: Curvature): string {
  const points = spectrum ?? [];
  const [low, high] = [Math.min(...points.map(({ value }) => value)), Math.max(...points.map(({ value }) => value))];
  const width = (high - low) / BINS || 1;
  const shares = Array.from({ length: BINS }, () => 0);
  for (const { value, weight } of points) shares[Math.min(BINS - 1, Math.floor((value - low) / width))]! += weight;
  const floor = Math.log10(Math.min(1e-6, ...shares.filter((share) => share > 0)));
  return shares
    .map((share, i) => {
      const length = share > 0 ? Math.max(1, Math.round(BAR * (1 - Math.log10(share) / floor))) : 0;
      const from = formatNumber(low + i * width, 3).padStart(10);
      return `${from}  ${'#'.repeat(length).padEnd(BAR)}  ${share > 0 ? formatNumber(share, 2) : ''}`.trimEnd();
    })
    .join('\n');
}
