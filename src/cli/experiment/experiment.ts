import { Command } from 'commander';
import { formatTable, printJson, printLine } from '../../text/output.js';
import { annealCommand } from './anneal.js';
import { batchSizeCommand } from './batch-size.js';
import { conventionalCommand } from './conventional.js';
import { coolingCommand } from './cooling.js';
import { fineTuningCommand } from './fine-tuning.js';
import { frozenSharesCommand } from './frozen-shares.js';
import { largeBatchCommand } from './large-batch.js';
import { minimaCommand } from './minima.js';
import { momentumCommand } from './momentum.js';
import { randomWalkCommand } from './random-walk.js';
import { regimesCommand } from './regimes.js';
import { replacementCommand } from './replacement.js';
import { temperatureCommand } from './temperature.js';
import { weightDecayCommand } from './weight-decay.js';

const experiments = (): Command[] => [
  annealCommand(),
  coolingCommand(),
  temperatureCommand(),
  momentumCommand(),
  replacementCommand(),
  batchSizeCommand(),
  largeBatchCommand(),
  weightDecayCommand(),
  frozenSharesCommand(),
  randomWalkCommand(),
  regimesCommand(),
  minimaCommand(),
  fineTuningCommand(),
  conventionalCommand(),
];

function list({ json }: { readonly json?: true }): void {
  const all = experiments().map((command) => ({ name: command.name(), statement: command.description() }));
  if (json) printJson(all);
  else
    printLine(
      formatTable(
        [{ title: 'name' }, { title: 'what is tested' }],
        all.map(({ name, statement }) => [name, statement]),
      ),
    );
}

/** `regimes experiment`: predictions that take runs of their own, on a network and on the toy under the same protocol. */
export function experimentCommand(): Command {
  const run = new Command('run').description('Run an experiment, or go on with one that was interrupted.');
  for (const command of experiments()) run.addCommand(command);
  return new Command('experiment')
    .addCommand(
      new Command('list').description('List the experiments.').option('--json', 'print JSON only').action(list),
    )
    .addCommand(run);
}
