import { ANNEAL_STEPS, annealingSteps } from '../../../src/experiments/anneal.js';
import { counted, formatNumber } from '../../../src/text/output.js';
import type { Scene } from '../scene.js';
import { finishedRunsAt, type Offer, refused, timeText } from './offer.js';

/** The run at the cursor, all its seeds, trained on while its rate falls to almost nothing: what it loses is its noise floor (T14). */
export function annealing({ data: { sweep }, elr }: Scene): Offer {
  if (sweep === undefined || elr === undefined) return refused('nothing has been read yet');
  const runs = finishedRunsAt(sweep, elr);
  const [first] = runs;
  const at = `ELR ${formatNumber(elr)}`;
  if (first === undefined || first.stepsPerEpoch === null) return refused(`${at} is not finished: w trains it first`);
  const { schedule } = first.configuration;
  if (schedule !== undefined && schedule !== 'constant') return refused(`${at}: its rate falls already`);
  const steps = annealingSteps(ANNEAL_STEPS, first.stepsPerEpoch);
  const many = runs.length === 1 ? '' : `${counted(runs.length, 'seed')} of `;
  const time = timeText(runs, steps);
  const cost = `${steps} steps${time === '' ? '' : `, ${time}${runs.length === 1 ? '' : ' each'}`}`;
  const act = { kind: 'anneal', folders: runs.map(({ folder }) => folder) } as const;
  return { act, text: `A again anneals ${many}${at}: its rate falls to a thousandth; ${cost}` };
}
