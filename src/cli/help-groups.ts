import type { Command } from 'commander';

/** Headings in the help of commands that train networks: nobody finds one among sixty options. */

const PLACE = 'Where runs are trained:';
const HEADINGS: Readonly<Record<string, string>> = {
  'Training:':
    'elr lr batch steps epochs full-batch seed order sampling loss weight-decay momentum free-lr projection engine threads',
  'Network:': 'model width depth norm groups last-layer init init-scale last-layer-seed',
  'Data:': 'data train-images balanced validation shuffled-labels corrupt noise-seed labels normalisation augment',
  'Schedule of the rate:': 'schedule span milestones factor schedule-by',
  'What is measured and kept:': 'measure average keep checkpoint-every',
  [PLACE]: 'on workers together partition time cpus gpus memory account array-limit sbatch dry-run',
};

const HEADING_OF = new Map<string, string>(
  Object.entries(HEADINGS).flatMap(([heading, names]) =>
    names.split(' ').map((name) => [`--${name}`, heading] as const),
  ),
);
/** Puts the options of a command that trains under headings; of one that only adds runs to a sweep, those of the place. */
function groupOptions({ options }: Command): void {
  const has = (long: string): boolean => options.some((option) => option.long === long);
  for (const option of options) {
    const heading = HEADING_OF.get(option.long ?? '');
    if (heading !== undefined && (has('--model') || (has('--partition') && heading === PLACE)))
      option.helpGroup(heading);
  }
}

/** The same for every command below another. */
export function groupHelp(command: Command): void {
  groupOptions(command);
  command.commands.forEach(groupHelp);
}
