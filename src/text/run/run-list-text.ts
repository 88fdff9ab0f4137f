import type { RunSummary } from '../../archive/run-summary.js';
import { type FittedColumn, fitTable } from '../narrow-table.js';
import { formatNumber, rightAligned } from '../output.js';

const COLUMNS: readonly FittedColumn[] = [
  { title: 'run' },
  { title: 'model', dropOrder: 4 },
  { ...rightAligned('width'), dropOrder: 5 },
  { title: 'data', dropOrder: 2 },
  { ...rightAligned('batch'), dropOrder: 1 },
  { ...rightAligned('ELR'), dropOrder: 8 },
  { ...rightAligned('seed'), dropOrder: 3 },
  { title: 'status', dropOrder: 10 },
  { ...rightAligned('steps'), dropOrder: 6 },
  { ...rightAligned('loss'), dropOrder: 9 },
  { ...rightAligned('R'), dropOrder: 4.5 },
  { ...rightAligned('test'), dropOrder: 7 },
  { title: 'regime', shrink: { by: 'cutting', minimum: 19 } },
];

const numberText = (value: number | null): string => (value === null ? '-' : formatNumber(value));

/** The ELR; in full space the learning rate, which says so. */
function rateText({ configuration }: RunSummary): string {
  if (configuration === null) return '-';
  const { elr, lr } = configuration;
  return typeof elr === 'number' ? formatNumber(elr) : typeof lr === 'number' ? `lr ${formatNumber(lr)}` : '-';
}

function row(run: RunSummary): string[] {
  const { path, status, reason, configuration, dataName, steps, loss, noiseShare, test, regime } = run;
  const setting = (name: string): string => String(configuration?.[name] ?? '-');
  return [
    path,
    setting('model'),
    setting('width'),
    dataName ?? '-',
    setting('batch'),
    rateText(run),
    setting('seed'),
    status,
    steps === null ? '-' : `${steps}/${setting('steps')}`,
    numberText(loss),
    noiseShare === null || Number.isNaN(noiseShare.value) ? '-' : formatNumber(noiseShare.value, 3),
    numberText(test),
    reason ?? regime ?? '-',
  ];
}

/** Runs, a line each, at most `width` columns wide; in place of its regime, why a run failed or what is damaged. */
export const runListText = (runs: readonly RunSummary[], width: number | undefined = process.stdout.columns): string =>
  fitTable(COLUMNS, runs.map(row), width);
