import type { JudgedLog } from '../../logged/judge-log.js';
import { measureThresholds } from '../../regime/thresholds.js';
import { type Fact, factLines } from '../facts-text.js';
import { fitTable } from '../narrow-table.js';
import { counted, formatNumber, rightAligned } from '../output.js';
import { REGIME_MARK } from '../regime-mark.js';
import { thresholdLines } from '../verification/threshold-text.js';
import { floorFacts, noiseFloorSentence, plusMinus } from './noise-floor-text.js';
import { evidenceText } from './run-report-text.js';

/** Trainings that were logged elsewhere, as text. */

/** A log with what it shows. */
export interface NamedLog {
  readonly log: string;
  readonly judged: JudgedLog;
}

const orDash = (value: number | null): string => (value === null ? '-' : formatNumber(value));

function loggedText({ points, lastStep, interval }: JudgedLog): string {
  if (points === 1) return `1 point, at step ${lastStep}`;
  return `${points} points up to step ${lastStep}, one every ${interval === 1 ? 'step' : `${formatNumber(interval)} steps`}`;
}

/** What of a log was not counted, and why; none where all was. */
function leftOutTexts({ skipped, replaced }: Pick<JudgedLog, 'skipped' | 'replaced'>): string[] {
  return [
    ...(skipped === 0 ? [] : [`${counted(skipped, 'step')} without a finite gradient, taken as skipped`]),
    ...(replaced === 0 ? [] : [`${counted(replaced, 'point')} that a restart replaced`]),
  ];
}

/** One log in full. */
export function judgedLogText({ judged }: NamedLog, width?: number): string {
  const { elr, regime, reason, evidence, randomLoss, loss, egn, floor } = judged;
  const facts: Fact[] = [
    ['logged', loggedText(judged)],
    ...leftOutTexts(judged).map((text): Fact => ['left out', text]),
    ...(elr === null ? [] : [['ELR', formatNumber(elr)] as const]),
    ['regime', regime === null ? `not judged: ${reason}` : `${regime}: ${reason}`],
    ...(evidence === null ? [] : [['evidence', evidenceText(evidence)] as const]),
    ...(randomLoss === null
      ? []
      : [
          [
            'random points',
            `loss ${formatNumber(randomLoss)}${judged.isFirstLoss ? ', the first one logged' : ''}`,
          ] as const,
        ]),
    ['loss', formatNumber(loss)],
    ...(egn === null ? [] : [['EGN (rms)', formatNumber(egn)] as const]),
    ...floorFacts(floor, judged.noiseShareError),
    ['', ''],
    ['reading', noiseFloorSentence(floor, loss)],
  ];
  return factLines(facts, width);
}

const COLUMNS = [
  { title: 'log' },
  rightAligned('ELR'),
  { title: '' },
  { title: 'regime' },
  rightAligned('loss'),
  rightAligned('noise floor'),
  rightAligned('R'),
];

/** Several logs, a line each, and between which ELRs their regimes change. */
export function judgedLogsTable(logs: readonly NamedLog[], width?: number): string {
  const rows = logs.map(({ log, judged: { elr, regime, loss, floor, noiseShareError } }) => [
    log,
    orDash(elr),
    regime === null ? '' : REGIME_MARK[regime],
    regime ?? 'not judged',
    formatNumber(loss),
    formatNumber(floor.noiseFloor, 3),
    plusMinus(floor.noiseShare, noiseShareError),
  ]);
  const decided = logs.flatMap(({ judged: { elr, regime } }) =>
    elr === null || regime === null ? [] : [{ elr, regime }],
  );
  const thresholds = decided.length < 2 ? '' : `\n\n${thresholdLines(measureThresholds(decided))}`;
  const leftOut = logs.flatMap(({ log, judged }) => leftOutTexts(judged).map((text) => `${log}: left out ${text}`));
  return `${fitTable(COLUMNS, rows, width)}${thresholds}${leftOut.length === 0 ? '' : `\n\n${leftOut.join('\n')}`}`;
}
