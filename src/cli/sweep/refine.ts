import type { Refinement, RefineOptions } from '../../../deep/study/refine.js';
import { measureThresholds } from '../../regime/thresholds.js';
import type { SweepGroup } from '../../sweep/groups.js';
import { formatNumber, log } from '../../text/output.js';
import { variedText } from '../../text/setting-text.js';
import { refinementLines } from '../../text/verification/refinement-text.js';

export type RefineSweepOptions = Omit<RefineOptions, 'onAdded'> &
  Required<Pick<RefineOptions, 'tolerance' | 'reader' | 'train'>>;

const nameOf = ({ setting }: SweepGroup): string => {
  const text = variedText(setting);
  return text === '' ? '' : `${text}: `;
};

function tellAdded({ group, added }: Refinement): void {
  const elrs = new Set(added.map(({ configuration }) => configuration.rate.value));
  const list = [...elrs].map((elr) => formatNumber(elr)).join(', ');
  log(`${nameOf(group)}adding ELR ${list} (${added.length} ${added.length === 1 ? 'run' : 'runs'})`);
}

function tellResult({ group, tried, limited }: Refinement, { factor, mostRuns }: RefineSweepOptions): void {
  const reason = limited
    ? `--most-runs ${mostRuns} does not allow another ELR`
    : 'further runs are not expected to narrow it';
  for (const line of refinementLines(measureThresholds(tried), { factor, reason })) log(nameOf(group) + line);
}

/** Refines a sweep and reports on stderr how narrow its brackets are; returns whether all runs succeeded. */
export async function refineSweep(directory: string, options: RefineSweepOptions): Promise<boolean> {
  const { refine } = await import('../../../deep/study/refine.js');
  const given = { ...options, onAdded: tellAdded };
  const { refinements, failed, stuck } = await refine(directory, given);
  if (stuck) log('none of these runs started; no more are added');
  else for (const each of refinements) tellResult(each, options);
  return !failed;
}
