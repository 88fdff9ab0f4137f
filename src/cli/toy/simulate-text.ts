import { oscillationPeriod } from '../../../toy/chaos/oscillation.js';
import type { ToySummary } from '../../../toy/dynamics/simulate.js';
import type { ToySubject } from '../../../toy/function/subject.js';
import { type ToyClosedForm, type ToyMotion, toyClosedForm } from '../../../toy/theory/closed-form.js';
import { type NoiseShareForm, noiseShareForm } from '../../../toy/theory/noise-share-form.js';
import { regimeWords } from '../../../toy/theory/noisy-convergence.js';
import { weightDecayOscillation } from '../../../toy/theory/weight-decay.js';
import { mean } from '../../numerics/means.js';
import { combineRuns } from '../../numerics/statistics/combine-runs.js';
import { AVERAGE_NAME, averagedFrom } from '../../regime/averaged-part.js';
import { counted, formatNumber, formatTable, printLine } from '../../text/output.js';
import { usualGlyphs } from '../terminal/usual-glyphs.js';
import { type MotionOptions, motionOf } from './motion-options.js';
import type { RunningOptions } from './subject-options.js';

/** What a simulated run of the toy shows, beside what the theory says of it. */

export interface SimulateOptions extends RunningOptions, MotionOptions {
  readonly elr?: number;
  readonly tolerance: number;
  readonly starts: number;
}

/** What the theory says of a run: where its motion settles, and with which R. All undefined for the user's own function. */
interface Theory {
  readonly motion?: ToyMotion;
  readonly closed?: ToyClosedForm;
  readonly share?: NoiseShareForm;
}

/** Frozen norm shares, and those that a converging run ends with, are those of the run. */
export function theoryOf(options: SimulateOptions, run: ToySummary): Theory {
  const { alpha, projection } = options;
  if (alpha === undefined) return {};
  const sum = run.groups.reduce((total, { share }) => total + share, 0);
  const shares = sum > 0 ? { shares: run.groups.map(({ share }) => share / sum) } : {};
  const motion = motionOf({ ...options, alpha, ...(projection === 'group' && shares) });
  const form = toyClosedForm(motion);
  const share = noiseShareForm(motion, shares.shares);
  return { motion, ...(form.source !== null && { closed: form }), ...(share && { share }) };
}

/** The regime, or those of groups that are in different ones. */
function regimeText({ closed, motion }: Theory): string {
  if (closed?.source === 'T7') return closed.frozen.groups.map(({ regime }) => regime).join(', ');
  return closed === undefined || motion === undefined ? '-' : (regimeWords(closed.regime, motion) ?? '-');
}

/** The regime of a run in words: a level that noise alone makes has its own. */
const wordsOf = ({ decision: { regime } }: ToySummary, { motion }: Theory): string =>
  motion === undefined ? regime : regimeWords(regime, motion);

function comparison(theory: Theory, run: ToySummary): string {
  const { closed, share } = theory;
  const text = (value = Number.NaN): string => (Number.isNaN(value) ? '-' : formatNumber(value));
  const bound = closed?.sharesAreBounds ? '>= ' : '';
  const rows = [
    ['regime', regimeText(theory), wordsOf(run, theory)],
    ['loss', text(closed?.loss), formatNumber(run.loss.mean)],
    ['EGN', text(closed?.egn), formatNumber(run.egn.mean)],
    ['noise share R', text(share?.value), withError(noiseShareOf([run]))],
    ...run.groups.map(({ share }, i) => [
      `norm share ${i + 1}`,
      closed ? bound + text(closed.shares[i]) : '-',
      formatNumber(share),
    ]),
    ...run.groups.map(({ ess }, i) => [`ESS ${i + 1}`, text(closed?.groupEss[i]), formatNumber(ess)]),
  ];
  const columns = [
    { title: AVERAGE_NAME },
    { title: `closed form${closed ? ` (${closed.source})` : ''}`, align: 'right' as const },
    { title: 'simulated', align: 'right' as const },
  ];
  return formatTable(columns, rows);
}

/** R of the runs together; null where it is not known, as where a loss vanished. */
function noiseShareOf(runs: readonly ToySummary[]): { value: number | null; error: number | null } {
  const estimates = runs.map(({ noiseShare: { value, error } }) => ({ mean: value, error }));
  const { mean: value, error } = combineRuns(estimates);
  return { value: Number.isFinite(value) ? value : null, error: Number.isFinite(error) ? error : null };
}

/** Runs from several starts as one summary: means of means; a regime only where all agree. */
export function summarise(runs: readonly ToySummary[]) {
  const average = (quantity: (run: ToySummary) => number): number => mean(runs.map(quantity));
  const regimes = new Set(runs.map(({ decision }) => decision.regime));
  const groups = runs[0]!.groups;
  const worst = (name: 'K1' | 'K2' | 'K3'): number => Math.max(...runs.map(({ identities }) => identities[name]));
  return {
    regime: regimes.size === 1 ? [...regimes][0]! : 'undecided',
    loss: { mean: average(({ loss }) => loss.mean), std: average(({ loss }) => loss.std) },
    egn: { mean: average(({ egn }) => egn.mean) },
    noiseShare: noiseShareOf(runs),
    shares: groups.map((_, i) => average((run) => run.groups[i]!.share)),
    ess: groups.map((_, i) => average((run) => run.groups[i]!.ess)),
    identities: { K1: worst('K1'), K2: worst('K2'), K3: worst('K3') },
  };
}

const withError = ({ value, error }: ReturnType<typeof noiseShareOf>): string => {
  if (value === null) return '-';
  return error === null ? formatNumber(value) : `${formatNumber(value)} +- ${formatNumber(error, 2)}`;
};

/** The part of a series that is averaged. */
export const lastHalf = (values: Float64Array): Float64Array => values.subarray(averagedFrom(values.length));

/** The loss of a run under the level that the closed form predicts. */
async function printLoss(title: string, { loss }: ToySummary['trajectory'], level: number | undefined): Promise<void> {
  const { curveFigure } = await import('../../../tui/figure/command-curves.js');
  const { levelLine } = await import('../../../tui/figure/closed-form.js');
  const { printFigure } = await import('../figure/print-figure.js');
  const last = loss.length - 1;
  const theory = level === undefined ? [] : [levelLine(level, [0, last])];
  printFigure(curveFigure(title, loss, { label: 'step', y: 'loss', last, theory }), {
    height: 16,
    glyphs: usualGlyphs('box'),
  });
}

/** Prints a run in words, beside its closed form. */
export async function printText(
  options: SimulateOptions,
  subject: ToySubject,
  runs: readonly ToySummary[],
): Promise<void> {
  const [run] = runs as [ToySummary];
  const k = Number.isNaN(run.k) ? '' : `, k = ${formatNumber(run.k)}`;
  const theory = theoryOf(options, run);
  await printLoss(
    `${subject.title}${k}, ${counted(run.trajectory.loss.length, 'step')}`,
    run.trajectory,
    theory.closed?.loss,
  );
  printLine();
  printLine(comparison(theory, run));
  printLine();
  printLine(`Regime of the run: ${wordsOf(run, theory)}, as ${run.decision.evidence.reason}.`);
  const chance = formatNumber(subject.randomLoss);
  printLine(`Loss: standard deviation ${formatNumber(run.loss.std)} over the last half; a random point has ${chance}.`);
  printLine(noiseShareLine(theory));
  const { K1, K2, K3 } = run.identities;
  if (!Number.isNaN(K1)) {
    printLine(`Largest residuals: K1 ${formatNumber(K1)}, K2 ${formatNumber(K2)}, K3 ${formatNumber(K3)}.`);
  }
  printPeriod(options, run);
  if (runs.length > 1) printStarts(options, runs);
}

/** What R is, and when its closed form holds. */
const noiseShareLine = ({ share }: Theory): string =>
  `Noise share R = ELR EGN^2 / (4 loss), T14; ${share ? `the closed form holds ${share.condition}` : 'no closed form'}.`;

/** With weight decay loss and norm oscillate: the period seen beside that of small oscillations (T9). */
function printPeriod({ lr, weightDecay, projection }: SimulateOptions, run: ToySummary): void {
  if (lr === undefined || !weightDecay || (projection ?? 'none') !== 'none') return;
  const seen = formatNumber(oscillationPeriod(lastHalf(run.trajectory.loss)));
  const { period } = weightDecayOscillation(lr, weightDecay);
  printLine(`Period of the loss: ${seen} steps; of small oscillations ${formatNumber(period)} in closed form (T9).`);
}

function printStarts({ seed }: SimulateOptions, runs: readonly ToySummary[]): void {
  const { regime, loss } = summarise(runs);
  const columns = [{ title: 'seed' }, { title: 'regime' }, { title: `loss, ${AVERAGE_NAME}`, align: 'right' as const }];
  printLine(`\n${runs.length} starts: ${regime}, mean loss ${formatNumber(loss.mean)}`);
  const rows = runs.map((run, i) => [String(seed + i), run.decision.regime, formatNumber(run.loss.mean)]);
  printLine(formatTable(columns, rows));
}
