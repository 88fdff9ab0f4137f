import type { NoiseFloorReading } from '../readings/noise-floor.js';
import { type Fact, factLines } from './facts-text.js';
import { fitTable } from './narrow-table.js';
import { formatNumber, rightAligned } from './output.js';

/** What a noise share means, in one sentence. */
export function noiseFloorSentence(
  { state, gain, noiseFloor, isUpperEstimate }: NoiseFloorReading,
  loss: number,
): string {
  const least = isUpperEstimate ? 'at most ' : '';
  switch (state) {
    case 'not noise-limited':
      return `Noise does not limit this run: decaying its rate now would lower the loss by ${least}about ${formatNumber(gain!, 3)} only. The rest of it is not noise, and further steps at this rate may lower it.`;
    case 'noise-limited':
      return `Noise keeps the loss up: decaying the rate now would lower it by ${least}about ${formatNumber(gain!, 3)}, to about ${formatNumber(Math.max(0, loss - gain!), 3)} (networks have lost 0.75 to 1.2 of that).`;
    case 'above the law':
      return `The noise floor ${formatNumber(noiseFloor, 3)} is above the loss: the valley is not quadratic at this distance, or the loss is still rising; decaying the rate would lower it by a large part.`;
    case 'divergence':
      return 'The steps are too large for the law to hold, as in divergence: the loss does not come from noise about a minimum, and only a much lower rate would lower it.';
  }
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

const plusMinus = (value: number, error: number | null): string =>
  `${formatNumber(value, 3)}${error === null || !Number.isFinite(error) ? '' : ` +- ${formatNumber(error, 2)}`}`;

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
    ['noise floor', `${reading.isUpperEstimate ? 'at most ' : ''}${formatNumber(reading.noiseFloor, 3)}`],
    ['R', plusMinus(reading.noiseShare, noiseShareError)],
    ['gain by decay', reading.gain === null ? 'unknown' : formatNumber(reading.gain, 3)],
    ...more,
    ['', ''],
    ['so', noiseFloorSentence(reading, loss)],
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
      reading.gain === null ? '-' : formatNumber(reading.gain, 3),
      reading.state,
    ]),
    width,
  );
