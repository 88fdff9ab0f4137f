import { decodeNumber } from '../system/json-numbers.js';
import { type RecordedStep, STEP_COLUMNS } from './step-columns.js';

/** The schema of a line of `metrics.jsonl`, written by hand: a record has as many lines as a run has steps. */

const OPTIONAL = new Set(['radial', 'angle', 'chord']);
const GROUP_COLUMNS = ['share', 'egn', 'ess'] as const;

/** Whether a line may hold a number as text; most have none, and are read several times faster without looking for one. */
const mayHoldText = (line: string): boolean => line.includes('"NaN"') || line.includes('Infinity"');

/** Numbers that are not finite are written as text: without text in a line, 1e999 is none of them. */
type IsNumber = (value: unknown) => boolean;
const isAnyNumber: IsNumber = (value) => typeof value === 'number';

type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with the numbers of a record: all of `required`, those of `optional`, `others` fields besides. */
function fieldProblem(
  record: Values,
  { required, optional, others }: { required: readonly string[]; optional: ReadonlySet<string>; others: number },
  isNumber: IsNumber,
): string | undefined {
  for (const name of required) if (!isNumber(record[name])) return `${name} is not a number`;
  const names = Object.keys(record);
  let known = required.length + others;
  if (names.length === known) return undefined;
  for (const name of optional) {
    if (record[name] === undefined) continue;
    if (!isNumber(record[name])) return `${name} is not a number`;
    known += 1;
  }
  return names.length === known ? undefined : 'it has unknown fields';
}

const STEP_FIELDS = { required: STEP_COLUMNS, optional: OPTIONAL, others: 1 };
const GROUP_FIELDS = { required: GROUP_COLUMNS, optional: new Set(['radial']), others: 1 };

function groupProblem(group: unknown, isNumber: IsNumber): string | undefined {
  if (!isObject(group) || typeof group.name !== 'string') return 'a group has no name';
  const problem = fieldProblem(group, GROUP_FIELDS, isNumber);
  if (problem !== undefined) return `in group ${JSON.stringify(group.name)}, ${problem}`;
  // Not finite where a norm is 0 or beyond all numbers, which the loss of such a step tells.
  if ((group.egn as number) < 0) return 'the EGN of a group is negative';
  const share = group.share as number;
  return share < 0 || share > 1 + SHARE_ROUNDING ? 'a share is not between 0 and 1' : undefined;
}

/** Shares are quotients of sums in double precision. */
const SHARE_ROUNDING = 1e-9;

function stepProblem(step: unknown, place: number, isNumber: IsNumber): string | undefined {
  if (!isObject(step)) return 'it is no record';
  const problem = fieldProblem(step, STEP_FIELDS, isNumber);
  if (problem !== undefined) return problem;
  if (!Array.isArray(step.groups)) return 'groups is not a list';
  if (step.step !== place) return `it says step ${step.step}, where step ${place} belongs`;
  const { accuracy, egn, norm, groups } = step as unknown as RecordedStep;
  if (accuracy < 0 || accuracy > 1) return 'accuracy is not between 0 and 1';
  if (egn < 0 || norm < 0) return 'EGN or norm is negative';
  for (const group of groups) {
    const inGroup = groupProblem(group, isNumber);
    if (inGroup !== undefined) return inGroup;
  }
  return undefined;
}

/** Whether training goes on after a step: both numbers that it lives by are finite. */
export const hasFiniteLoss = ({ loss, egn }: Pick<RecordedStep, 'loss' | 'egn'>): boolean =>
  Number.isFinite(loss) && Number.isFinite(egn);

/** The step in a line at a place of its file, counted from 0. Throws (Error) what is wrong with it. */
export function parseStepLine(line: string, place: number): RecordedStep {
  let step: unknown;
  const holdsText = mayHoldText(line);
  try {
    step = holdsText ? JSON.parse(line, decodeNumber) : JSON.parse(line);
  } catch {
    throw new Error('it is not JSON');
  }
  const problem = stepProblem(step, place, holdsText ? isAnyNumber : Number.isFinite);
  if (problem !== undefined) throw new Error(problem);
  return step as RecordedStep;
}
