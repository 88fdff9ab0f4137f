import { nextElrs } from '../../../src/regime/bisection.js';
import { counted, formatNumber } from '../../../src/text/output.js';
import type { Scene } from '../scene.js';
import { type Offer, refused, timeText } from './offer.js';

/** How narrow thresholds can become by keys: below it the regimes of neighbouring runs depend on the seed. */
export const NARROWEST = 1.2;

/** The ELRs in the middle of both brackets, or beyond where a regime was not seen, with the cost of their runs. */
export function bisection({ data }: Scene): Offer {
  const { sweep } = data;
  if (sweep === undefined) return refused('nothing has been read yet');
  const { runs, settings, verification } = sweep;
  if (settings.length > 1)
    return refused('this sweep has several settings: regimes refine --where narrows one of them');
  const unfinished = runs.filter(({ state }) => state !== 'finished' && state !== 'failed').length;
  if (unfinished > 0) return refused(`${counted(unfinished, 'run')} not finished: w trains first what is planned`);
  const elrs = nextElrs(verification.runs, NARROWEST);
  if (elrs.length === 0) return refused(`both thresholds are known within a factor ${NARROWEST}, or no run is decided`);
  const count = elrs.length * new Set(runs.map(({ seed }) => seed)).size;
  // Of the length that was asked for, which runs that were lengthened since exceed.
  const steps = Math.min(...runs.map((run) => run.steps));
  const time = timeText(runs, steps);
  const cost = `${counted(count, 'run')} of ${steps} steps${time === '' ? '' : `, ${time} each`}`;
  const where = [...elrs].sort((a, b) => a - b).map((elr) => formatNumber(elr, 6));
  return { act: { kind: 'bisect', runs: count }, text: `B again trains ELR ${where.join(' and ')}: ${cost}` };
}
