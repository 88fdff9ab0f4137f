import { mean } from '../../src/numerics/means.js';
import { commonRegime } from '../../src/regime/seed-averages.js';
import type { FittedColumn } from '../../src/text/narrow-table.js';
import { formatNumber, rightAligned } from '../../src/text/output.js';
import type { RunSnapshot } from '../data/sweep-snapshot.js';
import { REGIME_STYLE } from '../line/regime-style.js';
import type { ListedRuns } from './listed-runs.js';
import { stateMark, stateText } from './run-state.js';
import type { Scene } from './scene.js';
import { sparkline } from './sparkline.js';

/** The rows of the run table as texts: a run, or the seeds of an ELR together with their spread. */

export const RUN_COLUMNS: readonly FittedColumn[] = [
  { title: ' ' },
  rightAligned('ELR'),
  { title: 'regime' },
  { title: 'loss over time', dropOrder: 0.5 },
  rightAligned('loss'),
  { ...rightAligned('accuracy'), dropOrder: 2 },
  { ...rightAligned('EGN'), dropOrder: 1 },
  rightAligned('ESS'),
  { ...rightAligned('R'), dropOrder: 3 },
  { ...rightAligned('test'), dropOrder: 0 },
];

const SPARKS = 14;
const PROGRESS = 8;

const VALUES: readonly ((run: RunSnapshot) => number | null)[] = [
  ({ measured }) => measured?.loss ?? null,
  ({ measured }) => measured?.accuracy ?? null,
  ({ measured }) => measured?.egn ?? null,
  ({ measured }) => measured?.ess ?? null,
  ({ measured }) => measured?.noiseShare.value ?? null,
  ({ testAccuracy }) => testAccuracy,
];

/** The standard deviation of what seeds give, with n - 1. */
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** A value; of several seeds their mean and standard deviation. */
function valueText(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '-';
  if (known.length === 1) return formatNumber(known[0]!);
  return `${formatNumber(mean(known), 3)} ±${formatNumber(deviation(known), 1)}`;
}

/** What a run is doing; of seeds how many of them are in the regime that they share. */
function stateOf({ run, seeds }: ListedRuns, { data: { work } }: Scene): string {
  if (seeds.length === 1) return `${stateMark(run).text} ${stateText(run, work)}`;
  const measured = seeds.flatMap((each) => each.measured ?? []);
  if (measured.length === 0) return `. ${seeds.length} seeds not started`;
  const { regime } = commonRegime(measured);
  const count = measured.filter((each) => each.regime === regime).length;
  return `${REGIME_STYLE[regime].mark} ${regime} ${count}/${seeds.length}`;
}

/** A run that goes on as the part of its steps that it has taken, one that has ended as its loss over time. */
function courseOf({ state, step, steps, series }: RunSnapshot, { glyphs }: Scene): string {
  if (state !== 'running' && state !== 'interrupted') return sparkline(series.loss, SPARKS, glyphs);
  const part = steps > 0 ? Math.min(1, step / steps) : 0;
  const done = Math.round(PROGRESS * part);
  return `[${'#'.repeat(done)}${'.'.repeat(PROGRESS - done)}] ${Math.floor(100 * part)}%`;
}

/** The cursor, whether it is selected, whether others are compared with it. */
function tags({ elr, state }: Scene, row: ListedRuns): string {
  const selected = state.selected.includes(row.folder) ? '+' : ' ';
  const pinned = state.baseline === row.folder ? '#' : ' ';
  return `${row.elr === elr ? '>' : ' '}${selected}${pinned}`;
}

/** The cells of a row, as many as `RUN_COLUMNS`. */
export const runRow = (scene: Scene, row: ListedRuns): string[] => [
  tags(scene, row),
  formatNumber(row.elr),
  stateOf(row, scene),
  courseOf(row.run, scene),
  ...VALUES.map((value) => valueText(row.seeds.map(value))),
];
