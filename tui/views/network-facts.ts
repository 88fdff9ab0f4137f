import type { MeasuredRun } from '../../src/regime/analyse.js';
import { ratioFromNoise } from '../../src/regime/noise-ratio.js';
import { formatNumber } from '../../src/text/output.js';
import { annealingName } from '../../src/verify/annealing-rows.js';
import { type Line, plainLine } from '../line/styled.js';
import { firstFitting, firstLine, numberList, paragraph } from '../line/view-options.js';
import { stateMark, stateText } from './run-state.js';
import type { Scene } from './scene.js';

/** Lines of either side below its plot; in a low terminal only the first ones. */
export const FACTS = 8;
export const FEW_FACTS = 3;

/** What the network's run at the cursor shows, in lines of at most `width` >= 29 columns. */
export function networkFacts({ run, elr, elrs, data }: Scene, width: number): Line[] {
  if (elr === undefined) return [];
  if (run === undefined) return betweenRuns(elr, elrs, width);
  const text = stateText(run, data.work);
  const line = (before: string, after: string): Line => [{ text: before }, stateMark(run), { text: ` ${after}` }];
  const of = run.state === 'running' ? ` of ${run.steps}` : '';
  const head = firstLine(
    width,
    line(`ELR ${formatNumber(elr)}: `, `${text}${of}`),
    line(`ELR ${formatNumber(elr)}: `, text),
    line(`${formatNumber(elr)}: `, text),
    line(`${formatNumber(elr)} `, text.replace('chaotic ', '')),
  );
  const problem = run.problem === null ? [] : paragraph(run.problem, width);
  const annealed = annealedFact(elr, data, width);
  const measured = run.measured === null ? [] : measuredFacts(run.measured, width, annealed);
  return [head, ...problem.slice(0, 2), ...measured].slice(0, FACTS);
}

/** The cursor has been put where no run is. */
function betweenRuns(elr: number, elrs: readonly number[], width: number): Line[] {
  const nearest = elrs.reduce((a, b) => (Math.abs(Math.log(b / elr)) < Math.abs(Math.log(a / elr)) ? b : a), elrs[0]!);
  return [
    plainLine(firstFitting(width, `ELR ${formatNumber(elr)}: no run there`, `${formatNumber(elr)}: no run`)),
    ...(nearest === undefined
      ? []
      : [
          plainLine(
            firstFitting(
              width,
              `the nearest is at ${formatNumber(nearest)}: ← or →`,
              `nearest: ${formatNumber(nearest)} (← →)`,
            ),
          ),
        ]),
  ];
}

/** The floor at which noise holds the run, and the part R of its loss that this is (T14); R is k where the toy's R determines it. */
function noiseFacts(run: MeasuredRun, width: number): Line {
  const { value, error } = run.noiseShare;
  const [share, floor] = [formatNumber(value, 3), formatNumber(value * run.loss, 3)];
  const k = ratioFromNoise(run) === undefined ? '' : ' = k';
  const range = Number.isFinite(error) ? ` +-${formatNumber(error, 1)}` : '';
  return plainLine(
    firstFitting(
      width,
      `R ${share}${range}${k}, noise floor ${floor}`,
      `R ${share}${k}, noise floor ${floor}`,
      `R ${share}${k}, floor ${floor}`,
      `R ${share}${k}`,
    ),
  );
}

/** What the run lost by annealing, beside the floor that it should have lost; nothing where it was not annealed. */
function annealedFact(elr: number, { sweep }: Scene['data'], width: number): Line[] {
  const row = sweep?.verification.predictions.find(({ name }) => name === annealingName(`ELR ${elr}`));
  if (row === undefined) return [];
  const [lost, floor] = [row.measured, row.predicted].map((value) => formatNumber(Number(value), 3));
  const text = `annealing lost ${lost}`;
  return [
    plainLine(firstFitting(width, `${text} of a noise floor of ${floor} (T14)`, `${text} (floor ${floor})`, text)),
  ];
}

function measuredFacts(run: MeasuredRun, width: number, annealed: readonly Line[]): Line[] {
  const [loss, random, egn, ess] = [run.loss, run.randomLoss, run.egn, run.ess].map((value) => formatNumber(value));
  const error = run.errors === null ? Number.NaN : run.errors.loss;
  const uncertainty = Number.isFinite(error) ? ` +-${formatNumber(error, 2)}` : '';
  return [
    plainLine(
      firstFitting(
        width,
        `loss ${loss}${uncertainty}, at random points ${random}`,
        `loss ${loss}${uncertainty}, random ${random}`,
        `loss ${loss}, random ${random}`,
      ),
    ),
    noiseFacts(run, width),
    ...annealed,
    plainLine(
      firstFitting(
        width,
        `EGN ${egn}  ESS ${ess}  accuracy ${formatNumber(run.accuracy, 3)}`,
        `EGN ${egn}  ESS ${ess}  acc. ${formatNumber(run.accuracy, 2)}`,
        `EGN ${egn}  ESS ${ess}`,
      ),
    ),
    stepList(run.groupEffectiveSteps, width),
    numberList('shares  ', run.shares, width),
    numberList('g_i/sum ', run.equilibriumShares, width),
  ];
}

/** Step sizes span decades, so they have no fixed number of digits. */
function stepList(values: readonly number[], width: number): Line {
  const texts = values.map((value) => formatNumber(value, 2));
  for (let count = texts.length; count > 0; count--) {
    const rest = count < texts.length ? ` +${texts.length - count}` : '';
    const text = `ess_i   ${texts.slice(0, count).join(' ')}${rest}`;
    if (text.length <= width) return plainLine(text);
  }
  return plainLine('');
}
