import { Command } from 'commander';
import { printable } from '../text/printable.js';
import { addExamples } from './examples.js';
import { experimentCommand } from './experiment/experiment.js';
import { figureCommand } from './figure/figure.js';
import { dataCommand } from './machine/data.js';
import { doctorCommand } from './machine/doctor.js';
import { engineCommand } from './machine/engine.js';
import { balanceCommand } from './run/balance.js';
import { curvatureCommand } from './run/curvature.js';
import { evaluateCommand } from './run/evaluate.js';
import { floorCommand } from './run/floor.js';
import { pathCommand } from './run/path.js';
import { runsCommand } from './run/runs.js';
import { trainCommand } from './run/train.js';
import { alphaCommand } from './sweep/alpha.js';
import { predictCommand } from './sweep/predict.js';
import { sweepCommand } from './sweep/sweep.js';
import { verifyCommand } from './sweep/verify.js';
import { addStart } from './terminal/start.js';
import { watchCommand } from './terminal/watch.js';
import { toyCommand } from './toy/toy.js';

/** The command line. Each command parses and prints; the work is done in toy, deep and src. */
export function program(): Command {
  const root = new Command('regimes')
    .description('Training regimes on the sphere: predicted by a toy model in closed form, measured on networks.')
    .addCommand(toyCommand())
    .addCommand(trainCommand())
    .addCommand(sweepCommand())
    .addCommand(predictCommand())
    .addCommand(verifyCommand())
    .addCommand(watchCommand())
    .addCommand(figureCommand())
    .addCommand(experimentCommand())
    .addCommand(alphaCommand())
    .addCommand(curvatureCommand())
    .addCommand(balanceCommand())
    .addCommand(floorCommand())
    .addCommand(runsCommand())
    .addCommand(evaluateCommand())
    .addCommand(pathCommand())
    .addCommand(dataCommand())
    .addCommand(engineCommand())
    .addCommand(doctorCommand());
  addStart(root);
  addExamples(root);
  reportInOneLine(root);
  return root;
}

/** What an error of commander leaves open: the words that are allowed. */
function allowedWords(message: string, command: Command): string {
  if (/unknown option/.test(message))
    return `. Allowed: ${[...command.options.map(({ long }) => long), '--help'].join(', ')}.`;
  if (/(unknown|missing) command/.test(message))
    return `. Allowed: ${command.commands.map((child) => child.name()).join(', ')}.`;
  return '';
}

/**
 * Makes bad input throw instead of exit, with one line on stderr that says what is allowed. Settings of a command do not
 * reach those added with addCommand, so every command is visited.
 */
function reportInOneLine(command: Command): void {
  command
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      outputError: (text, write) => {
        const line = text.trim().replace(/\s*[\r\n]+\s*/g, ' ');
        write(`${printable(line)}${allowedWords(line, command)}\n`);
      },
    });
  if (command.parent && command.commands.length > 0)
    // Without an action of its own, a command group prints its whole help text if the command is missing.
    command
      .helpCommand(true)
      .allowExcessArguments()
      .action(() => {
        const [word] = command.args;
        command.error(word === undefined ? 'error: missing command' : `error: unknown command '${word}'`);
      });
  command.commands.forEach(reportInOneLine);
}
