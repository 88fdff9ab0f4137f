import { DEFAULT_RUN } from '../../../deep/study/spec.js';
import { type RunConfiguration, storedConfiguration } from '../../run/stored-configuration.js';
import { DEFAULT_TRAINING, type Schedule } from '../../run/training-settings.js';
import { asAsked, optionName, type PlannedRun } from '../../sweep/plan.js';
import { shellWord } from '../../text/shell-words.js';

/** The command that plans the runs of a setting again. */

type Words = readonly (readonly [option: string, value: string | true])[];

const words = (values: Readonly<Record<string, unknown>>, usual: Readonly<Record<string, unknown>>): Words =>
  Object.entries(values)
    .filter(([name, value]) => value !== null && value !== undefined && value !== false && value !== usual[name])
    .map(([name, value]) => [optionName(name), value === true ? true : String(value)] as const);

function scheduleWords(schedule: Schedule): Words {
  if (schedule.kind === 'constant') return [];
  const { kind, factor } = schedule;
  const own: Words =
    schedule.kind === 'step'
      ? [['milestones', schedule.milestones.join(',')]]
      : [['span', `${schedule.from}:${schedule.to}`]];
  const unit: Words = schedule.by === undefined ? [] : [['schedule-by', schedule.by]];
  return [['schedule', kind], ['factor', String(factor)], ...own, ...unit];
}

/** What is measured and kept on the way, as it was decided: no run of these options takes other steps. */
function observationWords({ observation }: RunConfiguration): Words {
  if (observation === undefined) return [['measure', 'none']];
  const { measure, keep } = observation;
  // Start and end alone are what a run that is too short for more measures without being asked.
  const isUsual = measure !== null && measure.every === null;
  return [
    ...(isUsual ? [] : [['measure', measure === null ? 'none' : String(measure.every)] as const]),
    ...(keep === null ? [] : [['keep', String(keep)] as const]),
  ];
}

/** Fields of a configuration that are no options of the same name, or are not the same in all of the runs. */
const NOT_PLAIN = new Set(['training', 'augment', 'elr', 'seed', 'threads', 'observation']);

function sharedWords(configuration: RunConfiguration): Words {
  const fields = storedConfiguration(configuration);
  const { schedule, projection, lr: _, ...training } = fields.training;
  const plain = Object.fromEntries(Object.entries(fields).filter(([name]) => !NOT_PLAIN.has(name)));
  const usual = { ...DEFAULT_TRAINING, projection: configuration.rate.kind === 'elr' ? 'joint' : 'none' };
  return [
    ...words(plain, DEFAULT_RUN),
    ...(fields.augment === undefined ? [] : [['augment', true] as const]),
    ...words({ ...training, projection }, usual),
    ...scheduleWords(schedule),
    ...observationWords(configuration),
  ];
}

/** A comma inside a value is no separator of a list. */
const inList = (value: string): string => value.replaceAll(',', '\\,');

/** Values of an option that varies among runs, each once, as a list. */
const valuesOf = (runs: readonly PlannedRun[], of: (run: PlannedRun) => number | string): string =>
  [...new Set(runs.map(of))].map((value) => inList(String(value))).join(',');

/** What no command does, as comments of a shell: which runs were lengthened in the application, and to how many steps. */
export const lengthenedComments = (planned: readonly PlannedRun[]): string[] =>
  planned.flatMap(({ folder, lengthenedFrom, configuration: { steps } }) =>
    lengthenedFrom === undefined ? [] : [`# then L in regimes watch, until ${folder} has ${steps} steps`],
  );

/**
 * The command that plans runs which differ in their rate and seed alone. Threads of a run are not among its options in a sweep; the
 * folder it writes is `out`.
 */
export function sweepCommandOf(planned: readonly PlannedRun[], out: string): string {
  const runs = planned.map(asAsked);
  const { configuration } = runs[0]!;
  const listed: Words = [
    [configuration.rate.kind, valuesOf(runs, (run) => run.configuration.rate.value)],
    ['seed', valuesOf(runs, (run) => run.configuration.seed)],
  ];
  const single = sharedWords(configuration).map(([name, value]): Words[number] => [
    name,
    value === true || name === 'milestones' ? value : inList(value),
  ]);
  const all = [...listed, ...single, ['out', out] as const];
  return [
    'npx regimes sweep',
    ...all.map(([name, value]) => (value === true ? `--${name}` : `--${name} ${shellWord(value)}`)),
  ].join(' ');
}
