import type { MeasuredRun } from '../../regime/analyse.js';
import type { Bracket } from '../../regime/thresholds.js';
import type { Prediction } from '../../verify/prediction.js';
import type { Verification } from '../../verify/verify.js';
import { wrapWords } from '../narrow-table.js';
import { formatNumber } from '../output.js';
import { holdsByDefinition, rowQuantity, rowSubject } from './row-subjects.js';

/** What a sweep shows, in three sentences for somebody who reads no further: all of it follows from regimes and verdicts. */

const enumerated = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

const elr = (value: number): string => `ELR ${formatNumber(value)}`;

/** Where convergence ends, as a clause. */
export function endOfConvergence({ below, above }: Bracket): string {
  if (below === null && above === null) return 'no run is decided';
  if (below === null) return `no run converges, down to ${elr(above!)}`;
  if (above === null) return `every decided run converges, up to ${elr(below)}`;
  return `convergence ends between ${elr(below)} and ${formatNumber(above)}`;
}

/** Where divergence begins, as a clause; undefined where nothing is decided. */
export function startOfDivergence({ below, above }: Bracket): string | undefined {
  if (below === null && above === null) return undefined;
  if (below === null) return `every decided run diverges, from ${elr(above!)} on`;
  if (above === null) return `no run diverges, up to ${elr(below)}`;
  return `divergence begins between ${elr(below)} and ${formatNumber(above)}`;
}

/** ELRs in chaotic equilibrium, and those that are not decided. */
function others(runs: readonly MeasuredRun[]): string[] {
  const within = (regime: MeasuredRun['regime']): number[] =>
    runs.filter((run) => run.regime === regime).map((run) => run.elr);
  const [level, undecided] = [within('chaotic equilibrium'), within('undecided')];
  const [from, to] = [level[0], level.at(-1)];
  const range =
    from === to ? `at ${elr(from!)}` : `at ${level.length} ELRs from ${formatNumber(from!)} to ${formatNumber(to!)}`;
  const list = enumerated(undecided.map((value) => formatNumber(value)));
  return [
    level.length === 0 ? 'no run is in chaotic equilibrium' : `the loss stays in chaotic equilibrium ${range}`,
    ...(undecided.length === 0 ? [] : [`${undecided.length} of ${runs.length} ELRs undecided: ${list}`]),
  ];
}

function regimesFound({ runs, thresholds: { convergence, divergence } }: Verification): string {
  const known = [endOfConvergence(convergence), startOfDivergence(divergence)].filter((text) => text !== undefined);
  const sentence = [enumerated(known), ...others(runs)].join('; ');
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
}

/** The tested rows about one thing. */
interface Subject {
  readonly name: string;
  readonly rows: readonly Prediction[];
}

function subjectsOf(predictions: readonly Prediction[]): Subject[] {
  const rows = new Map<string, Prediction[]>();
  for (const row of predictions) {
    if (row.holds !== null) rows.set(rowSubject(row.name), [...(rows.get(rowSubject(row.name)) ?? []), row]);
  }
  return [...rows].map(([name, own]) => ({ name, rows: own }));
}

const failing = ({ rows }: Subject): Prediction[] => rows.filter(({ holds }) => holds === false);

/** How far a row is off, or several by at most as much, with what differs; empty where the row has no number. */
function deviation({ name, error, errorKind }: Prediction, isFarthest: boolean): string {
  if (error === null || !Number.isFinite(error)) return '';
  const most = isFarthest ? 'up to ' : '';
  if (errorKind === 'relative') return `${most}${formatNumber(100 * error, 3)}%`;
  if (errorKind === 'factor') return `${most}a factor ${formatNumber(error, 3)}`;
  return [rowQuantity(name), `off by ${most}${formatNumber(error, 2)}`].filter((text) => text !== undefined).join(' ');
}

/** What fails about a subject: how many of its rows, and how far off the farthest of these is in units of what is allowed. */
function failure(subject: Subject): string {
  const failed = failing(subject);
  const worst = failed.reduce((a, b) => ((b.error ?? 0) / b.tolerance > (a.error ?? 0) / a.tolerance ? b : a));
  const off = deviation(worst, failed.length > 1);
  const count = failed.length < subject.rows.length ? `${failed.length} of ${subject.rows.length} rows` : '';
  const details = [count, off].filter((text) => text !== '');
  return details.length === 0 ? subject.name : `${subject.name} (${details.join(', ')})`;
}

/** Whether what is said of a subject could have turned out otherwise. */
const isOpen = (subject: Subject): boolean =>
  failing(subject).length > 0 || !subject.rows.every(({ name }) => holdsByDefinition(name));

function agreement(subjects: readonly Subject[]): string {
  const open = subjects.filter(isOpen);
  if (open.length === 0) return 'These runs test no prediction yet.';
  const agreed = open.filter((subject) => failing(subject).length === 0).map(({ name }) => name);
  return agreed.length === 0
    ? 'Theory and network agree on nothing that these runs test.'
    : `Theory and network agree on ${enumerated(agreed)}.`;
}

function disagreement(subjects: readonly Subject[], untested: number): string {
  const failed = subjects.filter((subject) => failing(subject).length > 0).map(failure);
  const open = untested === 0 ? '' : `; ${untested} ${untested === 1 ? 'row is' : 'rows are'} untested`;
  return failed.length === 0 ? `No tested prediction fails${open}.` : `They disagree on ${enumerated(failed)}${open}.`;
}

/** What was found, where theory and network agree, and where not and by how much: one sentence each. */
export function findings(verification: Verification): readonly string[] {
  const { predictions } = verification;
  const subjects = subjectsOf(predictions);
  const untested = predictions.filter(({ holds }) => holds === null).length;
  return [regimesFound(verification), agreement(subjects), disagreement(subjects, untested)];
}

const WIDE = 120;

/** The three sentences as text, each from a new line on, no wider than `width`. */
export const findingsText = (verification: Verification, width = WIDE): string =>
  findings(verification)
    .flatMap((sentence) => wrapWords(sentence, Math.min(width, WIDE)))
    .join('\n');
