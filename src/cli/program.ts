import { Command } from 'commander';
import { ValueError } from '../text/grammar/value-grammar.js';
import { printable } from '../text/printable.js';
import { COMMANDS, type ListedCommand } from './command-list.js';
import { addExamples } from './examples.js';
import { groupHelp } from './help-groups.js';
import { addStart } from './terminal/start.js';

/** A command that has not been loaded, as far as the list of commands shows it. */
function listed({ name, usage, description }: ListedCommand): Command {
  const command = new Command(name).description(description);
  for (const word of usage?.split(' ') ?? []) {
    if (word === '[options]') command.option('--options', 'known once the command is loaded');
    else command.argument(word);
  }
  return command;
}

/**
 * The command line. Each command parses and prints; the work is done in toy, deep and src. Of the commands, those are
 * loaded whose name is among `words`; without words all of them.
 */
export async function program(words?: readonly string[]): Promise<Command> {
  const root = new Command('regimes').description(
    'Training regimes on the sphere: predicted by a toy model in closed form, measured on networks. Without a command it trains a first ' +
      'sweep of a small network (under three minutes on two cores) and shows it beside the toy: in the application in a terminal, as text ' +
      'elsewhere.',
  );
  for (const each of COMMANDS) {
    const isNeeded = words === undefined || words.includes(each.name);
    const command = isNeeded ? (await each.load()).description(each.description) : listed(each);
    root.addCommand(command.helpGroup(each.group));
  }
  groupHelp(root);
  addStart(root.optionsGroup('Without a command:'));
  addExamples(root);
  reportInOneLine(root);
  refuseEmptyPaths(root);
  return root;
}

/** Beginning and end of what is longer than anybody reads, as a list of thousands of numbers. */
const LONGEST = 600;
const shortened = (line: string): string =>
  line.length > LONGEST ? `${line.slice(0, LONGEST / 2)} ... ${line.slice(-LONGEST / 2)}` : line;

/** What an error of commander leaves open: the words that are allowed, or what a missing one means. */
function allowedWords(message: string, command: Command): string {
  if (/unknown option/.test(message))
    return `. Allowed: ${[...command.options.map(({ long }) => long), '--help'].join(', ')}.`;
  const [, missing] = /missing required argument '([^']+)'/.exec(message) ?? [];
  const meaning = command.registeredArguments.find((argument) => argument.name() === missing)?.description;
  if (meaning) return `: ${meaning}`;
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
        const line = shortened(printable(text.trim().replace(/\s*[\r\n]+\s*/g, ' ')));
        write(`${line}${allowedWords(line, command)}\n`);
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

/** Placeholders of options, and names of arguments, that are paths. */
const PATH = /^[<[]?(dir|dir2|file|path|log|from|to|name\|dir)(\.\.\.)?[>\]]?$/;

function path(text: string): string {
  if (text === '') throw new ValueError('Allowed: a path, which is not empty.');
  return text;
}

/** An empty path, as of a variable of the shell that is not set, would mean the folder where the command is called. */
function refuseEmptyPaths(command: Command): void {
  for (const option of command.options)
    if (option.parseArg === undefined && PATH.test(option.flags.split(' ').at(-1)!)) option.argParser(path);
  for (const argument of command.registeredArguments) {
    if (argument.parseArg !== undefined || !PATH.test(argument.name())) continue;
    const all = (text: string, before: unknown): string[] => [...(Array.isArray(before) ? before : []), path(text)];
    if (argument.variadic) argument.argParser(all);
    else argument.argParser(path);
  }
  command.commands.forEach(refuseEmptyPaths);
}
