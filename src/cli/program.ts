import { Command } from 'commander';
import { alphaCommand } from './alpha.js';
import { balanceCommand } from './balance.js';
import { curvatureCommand } from './curvature.js';
import { dataCommand } from './data.js';
import { doctorCommand } from './doctor.js';
import { engineCommand } from './engine.js';
import { evaluateCommand } from './evaluate.js';
import { experimentCommand } from './experiment.js';
import { figureCommand } from './figure.js';
import { pathCommand } from './path.js';
import { predictCommand } from './predict.js';
import { runsCommand } from './runs.js';
import { addStart } from './start.js';
import { sweepCommand } from './sweep.js';
import { toyCommand } from './toy.js';
import { trainCommand } from './train.js';
import { verifyCommand } from './verify.js';
import { watchCommand } from './watch.js';

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
    .addCommand(runsCommand())
    .addCommand(evaluateCommand())
    .addCommand(pathCommand())
    .addCommand(dataCommand())
    .addCommand(engineCommand())
    .addCommand(doctorCommand());
  addStart(root);
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
        write(`${line}${allowedWords(line, command)}\n`);
      },
    });
  if (command.parent && command.commands.length > 0)
    // Without an action of its own a group answers a missing command with its whole help text.
    command
      .helpCommand(true)
      .allowExcessArguments()
      .action(() => {
        const [word] = command.args;
        command.error(word === undefined ? 'error: missing command' : `error: unknown command '${word}'`);
      });
  command.commands.forEach(reportInOneLine);
}
