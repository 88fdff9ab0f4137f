import { Command } from 'commander';
import { NETWORK_TOLERANCE } from '../measure.js';
import { readBalance } from '../run/balance-record.js';
import { readCurvature } from '../run/curvature-record.js';
import { readSweep, type SweepRun } from '../run/sweep-directory.js';
import type { Varied } from '../run/sweep-plan.js';
import { type Condition, RATES_AND_SEED, runsOfSetting } from '../run/sweep-settings.js';
import { printJson, printLine } from '../text/output.js';
import { variedText } from '../text/setting-text.js';
import { verificationText } from '../text/verification-text.js';
import { UsageError } from '../usage-error.js';
import { type Verification, verifySweep } from '../verify.js';
import { fraction } from './arguments.js';
import { settingsOnDisk, whereOption } from './where.js';

interface VerifyOptions {
  readonly tolerance: number;
  readonly where?: readonly Condition[];
  readonly json?: true;
}

/** What other commands have left with the runs, by their folders. */
const leftWith = <Known>(runs: readonly SweepRun[], read: (directory: string) => Known | undefined) =>
  new Map(
    runs.flatMap(({ directory }): [string, Known][] => {
      const known = read(directory);
      return known === undefined ? [] : [[directory, known]];
    }),
  );

async function verify(directory: string, { tolerance, where, json }: VerifyOptions): Promise<void> {
  const { toyTheory } = await import('../../toy/theory.js');
  const settings = settingsOnDisk(directory, where, RATES_AND_SEED);
  const runs = readSweep(directory);
  const curvatures = leftWith(runs, readCurvature);
  const balances = leftWith(runs, readBalance);
  const verified = settings.map((setting) => ({
    setting: setting.setting,
    ...verifySweep(runsOfSetting(setting, runs), toyTheory, { tolerance, curvatures, balances }),
  }));
  if (verified.every((each) => each.runs.length === 0)) {
    throw new UsageError(`${directory} has no run with a step yet`);
  }
  if (json) for (const each of verified) printJson(each);
  else printLine(verified.map(tableText).join('\n\n'));
}

/** The table of one setting, under a heading where the setting has a name. */
function tableText({ setting, ...verification }: { readonly setting: Varied } & Verification): string {
  const table = verification.runs.length > 0 ? verificationText(verification) : 'no run with a step yet';
  const heading = variedText(setting);
  return heading === '' ? table : `${heading}\n${'='.repeat(heading.length)}\n\n${table}`;
}

/** `regimes verify`: the runs of a sweep against the theory. */
export const verifyCommand = (): Command =>
  new Command('verify')
    .description(
      'Compare the runs of a sweep with the theory: one table, or one for every setting of what varies but ELR and seed.',
    )
    .argument('<dir>', 'folder written by regimes sweep')
    .option(
      '--tolerance <fraction>',
      'divergence: loss this near to that of random points',
      fraction,
      NETWORK_TOLERANCE,
    )
    .option(...whereOption)
    .option('--json', 'print JSON only, a line for every setting')
    .action(verify);
