import type { NoiseFloorReading } from '../../readings/noise-floor.js';
import { type Fact, factLines } from '../facts-text.js';
import { fitTable } from '../narrow-table.js';
import { formatNumber, rightAligned } from '../output.js';

/** What a noise share means, in one sentence. */
export function noiseFloorSentence(
  { state, gain, noiseFloor, isUpperEstimate }: NoiseFloorReading,
  loss: number,
): string {
  const least = isUpperEstimate ? 'at most ' : '';
  switch (state) {
    case 'not noise-limited':
      return `The floor is less than 30% of the loss: by the law, decaying the rate now would lower it by ${least}about ${formatNumber(gain!, 3)}.`;
    case 'noise-limited':
      return `Noise keeps the loss up: decaying the rate now would lower it by ${least}about ${formatNumber(gain!, 3)}, to ${isUpperEstimate ? 'at least ' : ''}about ${formatNumber(Math.max(0, loss - gain!), 3)} (networks have lost 0.8 to 2.2 of that, more the longer the decay).`;
    case 'above the law':
      return `The noise floor ${formatNumber(noiseFloor, 3)} is above the loss: the valley is not quadratic at this distance, or the loss is still rising; decaying the rate would lower it by a large part.`;
    case 'steps too large':
      return 'The steps are too large for the law: divergence, or batches drawn without replacement, or flat directions. It does not say what decaying the rate would gain.';
    case 'undetermined':
      return 'The floor is an upper estimate, and one above the loss decides nothing: give the norm of the momentum buffer, --buffer-norm, with --momentum.';
    case 'too uncertain':
      return 'R is too uncertain to say: within its standard error it means different things. More steps at this rate make it more certain.';
  }
}

/** The gain is a bound where the floor is one, or is above the loss. */
function gainText({ gain, state, isUpperEstimate }: NoiseFloorReading, unknown: string): string {
  if (gain === null) return unknown;
  return `${isUpperEstimate || state === 'above the law' ? 'at most ' : ''}${formatNumber(gain, 3)}`;
}

/** A run, or typed numbers, with its reading. */
export interface FloorOfRun {
  readonly run: string | null;
  readonly elr: number | null;
  readonly egn: number | null;
  readonly loss: number;
  /** Standard error of R; null where it is not known. */
  readonly noiseShareError: number | null;
  readonly reading: NoiseFloorReading;
}

export const plusMinus = (value: number, error: number | null): string =>
  `${formatNumber(value, 3)}${error === null || !Number.isFinite(error) ? '' : ` +- ${formatNumber(error, 2)}`}`;

/** Floor and R of a reading; both are bounds where the floor is one. */
export function floorFacts(reading: NoiseFloorReading, noiseShareError: number | null): Fact[] {
  const bound = reading.isUpperEstimate ? 'at most ' : '';
  return [
    ['noise floor', `${bound}${formatNumber(reading.noiseFloor, 3)}`],
    ['R', `${bound}${plusMinus(reading.noiseShare, noiseShareError)}`],
  ];
}

/** One reading in full. */
export function noiseFloorText(
  { elr, egn, loss, noiseShareError, reading }: FloorOfRun,
  more: readonly Fact[],
  width?: number,
): string {
  const facts: Fact[] = [
    ...(elr === null ? [] : [['ELR', formatNumber(elr)] as const]),
    ...(egn === null ? [] : [['EGN (rms)', formatNumber(egn)] as const]),
    ['loss', formatNumber(loss)],
    ...floorFacts(reading, noiseShareError),
    ['gain by decay', gainText(reading, 'unknown')],
    ...more,
    ['', ''],
    ['reading', noiseFloorSentence(reading, loss)],
  ];
  return factLines(facts, width);
}

const COLUMNS = [
  { title: 'run' },
  rightAligned('ELR'),
  rightAligned('loss'),
  rightAligned('EGN (rms)'),
  rightAligned('noise floor'),
  rightAligned('R'),
  rightAligned('gain by decay'),
  { title: 'state' },
];

/** Several runs, a line each. */
export const noiseFloorTable = (runs: readonly FloorOfRun[], width?: number): string =>
  fitTable(
    COLUMNS,
    runs.map(({ run, elr, egn, loss, noiseShareError, reading }) => [
      run ?? '-',
      ...[elr, loss, egn, reading.noiseFloor].map((value) => (value === null ? '-' : formatNumber(value))),
      plusMinus(reading.noiseShare, noiseShareError),
      gainText(reading, '-'),
      reading.state,
    ]),
    width,
  );
