import { lineChart } from '../src/cli/line-chart.js';
import { formatNumber } from '../src/cli/output.js';
import { predictionTable, runTable, thresholdLines } from '../src/cli/verification-text.js';
import type { Bracket, MeasuredRun } from '../src/measure.js';
import { simulateToy, type ToySummary } from '../toy/simulate.js';
import { equilibrium } from '../toy/theory.js';
import { lossPlot } from './loss-plot.js';
import type { SideBySide } from './panel.js';
import { REGIME_STYLE, regimeLegend } from './regime-style.js';
import { besides, fitHeight, type Line, plainLine } from './styled.js';
import type { SweepView } from './sweep-view.js';

/** Each view is a function from what is known to the lines of a screen of a given size. */
export interface ViewOptions {
  readonly width: number;
  readonly height: number;
  /** Place of the run under the cursor in the list of ELRs. */
  readonly cursor: number;
  /** First line shown of a table longer than the screen. */
  readonly scroll: number;
}

export const VIEWS = ['overview', 'curves', 'runs', 'table'] as const;
export type ViewName = (typeof VIEWS)[number];

const GAP = 2;
const halfWidth = (width: number): number => Math.floor((width - GAP) / 2);

const textLines = (text: string): Line[] => text.split('\n').map(plainLine);

const shares = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join(' ');

const regimeLine = (regime: MeasuredRun['regime'], label: string): Line => [
  { text: label },
  { text: REGIME_STYLE[regime].mark, color: REGIME_STYLE[regime].color, bold: true },
  { text: ` ${regime}` },
];

const TOY_STEPS = 3000;
let lastToyRun: { readonly key: string; readonly run: ToySummary } | undefined;

/** The toy's run at the cursor; kept until the cursor moves. */
function toyRun({ alpha, tolerance }: SweepView, elr: number): ToySummary {
  const key = `${alpha} ${elr} ${tolerance}`;
  if (lastToyRun?.key !== key) {
    lastToyRun = { key, run: simulateToy(alpha, elr, { steps: TOY_STEPS, seed: 1, tolerance }) };
  }
  return lastToyRun.run;
}

/** Closed form and simulation of the toy at one ELR. */
function toyFacts(view: SweepView, elr: number): Line[] {
  const closed = equilibrium(view.alpha, elr, view.tolerance);
  const run = toyRun(view, elr);
  const pair = (name: string, predicted: number, simulated: number): Line =>
    plainLine(`${name.padEnd(7)}${formatNumber(predicted).padStart(9)}${formatNumber(simulated).padStart(11)}`);
  const bound = closed.regime === 'convergence' ? '>=' : '';
  return [
    regimeLine(closed.regime, `ELR ${formatNumber(elr)}, k ${formatNumber(closed.k)}: `),
    plainLine('          closed  simulated'),
    pair('loss', closed.loss, run.loss.mean),
    pair('ESS', closed.ess, run.ess.mean),
    plainLine(`shares ${bound}${shares(closed.shares)}`),
    plainLine(`  sim. ${shares(run.groups.map(({ share }) => share))}`),
  ];
}

/** What the network's run at the cursor shows. */
function networkFacts({ verification }: SweepView, elr: number): Line[] {
  const run = verification.runs.find((candidate) => candidate.elr === elr);
  if (run === undefined) return [plainLine(`ELR ${formatNumber(elr)}: not started yet`)];
  const state = run.status === 'running' ? `, step ${run.steps}` : '';
  return [
    regimeLine(run.regime, `ELR ${formatNumber(elr)}${state}: `),
    plainLine(`loss ${formatNumber(run.loss)}, random ${formatNumber(run.randomLoss)}`),
    plainLine(`EGN ${formatNumber(run.egn)}  ESS ${formatNumber(run.ess)}  acc. ${run.accuracy.toFixed(3)}`),
    plainLine(`ess_i  ${run.groupEffectiveSteps.map((ess) => formatNumber(ess, 2)).join(' ')}`),
    plainLine(`shares ${shares(run.shares)}`),
    plainLine(`g_i/sum ${shares(run.equilibriumShares)}`),
  ];
}

const FACTS = 6;
const AXIS = 2;

const title = (text: string): Line => [{ text, bold: true }];

const bracketText = ({ below, above }: Bracket): string =>
  below === null || above === null ? 'not bracketed yet' : `${formatNumber(below)}..${formatNumber(above)}`;

/** The ELR up to which training converges: by theory, and as the runs bracket it. */
function thresholdTexts({ verification }: SweepView, { toy, network }: SideBySide): [Line, Line] {
  const from = ({ thresholds }: SideBySide['toy']): string => formatNumber(thresholds[0]?.elr ?? Number.NaN, 3);
  const measured = bracketText(verification.thresholds.convergence);
  return [
    plainLine(`threshold ${from(toy)}`),
    plainLine(network.thresholds.length === 0 ? `runs: ${measured}` : `threshold ${from(network)}, runs ${measured}`),
  ];
}

/** Loss against ELR on both sides, and the numbers under the cursor. */
export function overview(view: SweepView, { width, height, cursor }: ViewOptions): Line[] {
  const { sides, elrs } = view;
  const half = halfWidth(width);
  const plotHeight = Math.max(4, Math.min(24, height - FACTS - AXIS - 3));
  const elr = elrs[cursor]!;
  const toyElr = sides.toyElrs[cursor]!;
  const [toyThresholds, networkThresholds] = thresholdTexts(view, sides);
  const left = [
    title(`${sides.toy.title}: loss / random loss`),
    toyThresholds,
    ...lossPlot(sides.toy, { width: half, height: plotHeight, cursor: toyElr }),
    ...toyFacts(view, toyElr),
  ];
  const right = [
    title(`${sides.network.title}: loss / random loss`),
    networkThresholds,
    ...lossPlot(sides.network, { width: half, height: plotHeight, cursor: elr }),
    ...networkFacts(view, elr),
  ];
  return fitHeight([regimeLegend(), ...besides(left, right, half, GAP)], height) as Line[];
}

const CHART_LABELS = 12;

/** Loss against step at the cursor's k, toy and network. */
export function curves(view: SweepView, { width, height, cursor }: ViewOptions): Line[] {
  const half = halfWidth(width);
  const rows = Math.max(3, height - FACTS - 4);
  const elr = view.elrs[cursor]!;
  const toyElr = view.sides.toyElrs[cursor]!;
  const chart = (losses: ArrayLike<number>): Line[] =>
    textLines(lineChart(losses, { columns: half - CHART_LABELS, rows }));
  const steps = view.losses(elr);
  const left = [
    title(`${view.sides.toy.title}: loss, ${TOY_STEPS} steps`),
    ...chart(toyRun(view, toyElr).trajectory.loss),
    ...toyFacts(view, toyElr),
  ];
  const right = [
    title(`${view.sides.network.title}: loss, ${steps.length} steps`),
    ...fitHeight(chart(steps), rows + 1),
    ...networkFacts(view, elr),
  ];
  return fitHeight([regimeLegend(), ...besides(left, right, half, GAP)], height) as Line[];
}

/** A long text from line `scroll` on, and how much more there is. */
function scrolled(text: string, { height, scroll }: ViewOptions): Line[] {
  const lines = textLines(text);
  const first = Math.min(scroll, Math.max(0, lines.length - height + 1));
  const shown = lines.slice(first, first + height - 1);
  const below = lines.length - first - shown.length;
  const more = below > 0 ? [[{ text: `${below} more lines: down or j`, dim: true }]] : [];
  return fitHeight([...shown, ...more], height) as Line[];
}

const waiting = 'No run has made a step yet; the first numbers come within seconds.';

export const runs = ({ verification }: SweepView, options: ViewOptions): Line[] =>
  scrolled(
    verification.runs.length === 0
      ? waiting
      : `${thresholdLines(verification.thresholds)}\n\n${runTable(verification.runs)}`,
    options,
  );

export const table = ({ verification }: SweepView, options: ViewOptions): Line[] =>
  scrolled(verification.runs.length === 0 ? waiting : predictionTable(verification.predictions), options);

export const VIEW: Readonly<Record<ViewName, (view: SweepView, options: ViewOptions) => Line[]>> = {
  overview,
  curves,
  runs,
  table,
};
