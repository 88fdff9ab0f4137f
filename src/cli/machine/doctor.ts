import { Command } from 'commander';
import { log, printJson, printLine } from '../../text/output.js';
import { examinationText } from '../run/examination-text.js';

interface DoctorOptions {
  readonly json?: true;
}

async function doctor({ json }: DoctorOptions): Promise<void> {
  const { examine } = await import('../../../deep/probe/examine.js');
  const examination = await examine(process.stderr.isTTY ? log : () => {});
  if (json) printJson(examination);
  else printLine(examinationText(examination, process.stdout.columns));
  const cpu = examination.engines.find(({ engine }) => engine === 'cpu');
  if (!cpu?.works) process.exitCode = 1;
}

/** `regimes doctor`: what works on this machine, and what to do about what does not. */
export const doctorCommand = (): Command => new Command('doctor').option('--json', 'print JSON only').action(doctor);
