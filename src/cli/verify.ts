import { Command } from 'commander';
import { NETWORK_TOLERANCE } from '../measure.js';
import { readSweep } from '../run/sweep-directory.js';
import { printJson, printLine } from '../text/output.js';
import { verificationText } from '../text/verification-text.js';
import { UsageError } from '../usage-error.js';
import { verifySweep } from '../verify.js';
import { fraction } from './arguments.js';

interface VerifyOptions {
  readonly tolerance: number;
  readonly json?: true;
}

async function verify(directory: string, { tolerance, json }: VerifyOptions): Promise<void> {
  const { toyTheory } = await import('../../toy/theory.js');
  const verification = verifySweep(readSweep(directory), toyTheory, { tolerance });
  if (verification.runs.length === 0) throw new UsageError(`${directory} has no run with a step yet`);
  if (json) printJson(verification);
  else printLine(verificationText(verification));
}

/** `regimes verify`: the runs of a sweep against the theory. */
export const verifyCommand = (): Command =>
  new Command('verify')
    .description('Compare the runs of a sweep with the theory: one table.')
    .argument('<dir>', 'folder written by regimes sweep')
    .option(
      '--tolerance <fraction>',
      'divergence: loss this near to that of random points',
      fraction,
      NETWORK_TOLERANCE,
    )
    .option('--json', 'print JSON only')
    .action(verify);
