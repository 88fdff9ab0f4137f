import { fieldText, variedFields } from '../../src/archive/setting-differences.js';
import { fitTable } from '../../src/text/narrow-table.js';
import { formatNumber } from '../../src/text/output.js';
import type { RunSnapshot } from '../data/sweep-snapshot.js';
import { type Line, plainLine } from '../line/styled.js';
import { title } from '../line/view-options.js';
import { comparedRuns } from './chosen-runs.js';
import type { Scene } from './scene.js';

type Quantity = readonly [name: string, value: (run: RunSnapshot) => number | undefined];

const QUANTITIES: readonly Quantity[] = [
  ['loss', ({ measured }) => measured?.loss],
  ['accuracy', ({ measured }) => measured?.accuracy],
  ['EGN', ({ measured }) => measured?.egn],
  ['ESS', ({ measured }) => measured?.ess],
  ['R', ({ measured }) => measured?.noiseShare.value],
  ['test accuracy', ({ testAccuracy }) => testAccuracy ?? undefined],
];

/** A quantity, beside a baseline as how many times its own. */
function quantityText(value: number | undefined, base: number | undefined): string {
  if (value === undefined) return '-';
  return base === undefined ? formatNumber(value) : `${formatNumber(value)} x${formatNumber(value / base, 3)}`;
}

/** Settings in which the chosen runs differ, and what they came to; empty while fewer than two are chosen. */
export function comparisonLines(scene: Scene, width: number): Line[] {
  const runs = comparedRuns(scene);
  if (runs.length < 2) return [];
  const base = scene.state.baseline === runs[0]!.folder ? runs[0] : undefined;
  const names = variedFields(runs.map(({ configuration }) => configuration));
  const settings = names.map((name) => [name, ...runs.map(({ configuration }) => fieldText(configuration[name]))]);
  const quantities = QUANTITIES.map(([name, value]) => [
    name,
    ...runs.map((run) => quantityText(value(run), run === base ? undefined : base && value(base))),
  ]);
  const columns = [
    { title: 'only what differs' },
    ...runs.map((run, i) => ({
      title: `${run === base ? '# ' : ''}${formatNumber(run.elr)}`,
      align: 'right' as const,
      ...(i > 1 && { dropOrder: runs.length - i }),
    })),
  ];
  const [head, ...lines] = fitTable(columns, [...settings, ...quantities], width).split('\n');
  return [title(head!), ...lines.map(plainLine)];
}
