import { type RunReport, reportRun } from './run-report.js';
import { type FieldValue, variedFields } from './setting-differences.js';

/** A setting or a quantity, run by run; null where a run does not have it. */
export interface ComparedRow {
  readonly name: string;
  readonly values: readonly FieldValue[];
}

/** Whether runs have the same of something; null where one of them does not say. */
export type Agreement = boolean | null;

export interface RunComparison {
  readonly runs: readonly string[];
  /** Settings that are not the same in all runs. */
  readonly configuration: readonly ComparedRow[];
  readonly quantities: readonly ComparedRow[];
  /** Whether training began from the same tensors, and on the same images, by their checksums. */
  readonly sameStart: Agreement;
  readonly sameData: Agreement;
}

const agreement = (checksums: readonly (string | null)[]): Agreement => {
  const known = new Set(checksums.filter((checksum) => checksum !== null));
  return known.size > 1 ? false : checksums.includes(null) ? null : true;
};

type Quantity = readonly [name: string, value: (report: RunReport) => FieldValue];

const QUANTITIES: readonly Quantity[] = [
  ['status', ({ status }) => status],
  ['steps taken', ({ steps }) => steps.taken],
  ['regime', ({ regime }) => regime],
  ['final loss', ({ lastEpoch }) => lastEpoch.loss],
  ['final accuracy', ({ lastEpoch }) => lastEpoch.accuracy],
  ['tail loss', ({ averages }) => averages.loss],
  ['EGN', ({ averages }) => averages.egn],
  ['ESS', ({ averages }) => averages.ess],
  ['noise share', ({ noiseShare }) => noiseShare.value],
  ['test loss', ({ outcome }) => outcome?.test.loss ?? null],
  ['test accuracy', ({ outcome }) => outcome?.test.accuracy ?? null],
  ['seconds a step', ({ outcome, steps }) => (outcome === null ? null : outcome.seconds / steps.taken)],
];

/** Share of every group that one of the runs has. */
function shareQuantities(reports: readonly RunReport[]): Quantity[] {
  const names = [...new Set(reports.flatMap(({ groups }) => groups))];
  return names.map((name) => [
    `share ${name}`,
    ({ groups, averages }) => averages.shares[groups.indexOf(name)] ?? null,
  ]);
}

/** Several runs side by side. Throws a UsageError where one is no run, one line where it is damaged. */
export function compareRuns(directories: readonly string[]): RunComparison {
  const reports = directories.map(reportRun);
  const configurations = reports.map(({ configuration }) => configuration);
  const names = variedFields(configurations);
  return {
    runs: directories,
    configuration: names.map((name) => ({ name, values: configurations.map((fields) => fields[name] ?? null) })),
    quantities: [...QUANTITIES, ...shareQuantities(reports)].map(([name, value]) => ({
      name,
      values: reports.map(value),
    })),
    sameStart: agreement(reports.map(({ start }) => start)),
    sameData: agreement(reports.map(({ data }) => data.sha256)),
  };
}
