import { simulateToy } from '../../../toy/dynamics/simulate.js';
import type { ToySubject } from '../../../toy/function/subject.js';
import { AVERAGE_NAME } from '../../regime/averaged-part.js';
import { UsageError } from '../../system/usage-error.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';

/** Thresholds and equilibria of functions of the user's: no closed forms, so computed. */

const CLOSED = { title: 'quantity' };
const STEPS = 20_000;

/** elr_c = 2 / (smallest top Hessian eigenvalue over the minima), found numerically. */
export async function printUserThreshold({ title, create }: ToySubject, json: true | undefined): Promise<void> {
  const { sharpnessThreshold } = await import('../../../toy/function/sharpness.js');
  const { threshold, sharpness, lowerBound, shares, minima } = sharpnessThreshold(create(1));
  if (json) {
    printJson({ function: title, convergence: threshold, sharpness, lowerBound, shares, minima });
    return;
  }
  printLine(
    `convergence up to ELR ${formatNumber(threshold)}, at the flattest minimum found, of sharpness ${formatNumber(sharpness)}`,
  );
  printLine(`norm shares there: ${shares.map((share) => formatNumber(share)).join(', ')}`);
}

/** Averages of a run, since no closed form is known. */
export async function printUserEquilibrium(
  subject: ToySubject,
  { elr, tolerance, json }: { readonly elr?: number; readonly tolerance: number; readonly json?: true },
): Promise<void> {
  if (elr === undefined) throw new UsageError('a function of your own needs --elr here');
  const { sharpnessThreshold } = await import('../../../toy/function/sharpness.js');
  const k = elr / sharpnessThreshold(subject.create(1)).threshold;
  const { decision, loss, egn, ess, groups } = simulateToy(subject, elr, { steps: STEPS, seed: 1, tolerance });
  const shares = groups.map(({ share }) => share);
  const state = { k, regime: decision.regime, loss: loss.mean, egn: egn.mean, ess: ess.mean, shares, simulated: true };
  if (json) {
    printJson(state);
    return;
  }
  const rows = [
    ['ELR / threshold', formatNumber(k)],
    ['regime', decision.regime],
    ['loss', formatNumber(loss.mean)],
    ['EGN', formatNumber(egn.mean)],
    ['ESS', formatNumber(ess.mean)],
    ...shares.map((share, i) => [`norm share ${i + 1}`, formatNumber(share)]),
  ];
  printLine(formatTable([CLOSED, { title: `simulated, ${AVERAGE_NAME} of ${STEPS} steps` }], rows));
}
