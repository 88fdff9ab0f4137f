import type { Argument, Command, Option } from 'commander';
import { program } from '../../src/cli/program.js';

/** The parts of docs/commands.md that follow from the commands themselves, each between two comments of this form. */
const BLOCK = /<!-- options: (?<path>[a-z0-9 -]+) -->\n[\s\S]*?<!-- end -->/g;

export interface NamedCommand {
  /** Such as `regimes toy sweep`. */
  readonly path: string;
  readonly command: Command;
}

/** With every command loaded. */
const ALL = await program();

/** Every command that does something, in the order of the help. */
export function commands(command: Command = ALL, parents: readonly string[] = []): NamedCommand[] {
  const words = [...parents, command.name()];
  const children = command.commands.filter((child) => child.name() !== 'help');
  const below = children.flatMap((child) => commands(child, words));
  const isGroup = parents.length > 0 && children.length > 0;
  return isGroup ? below : [{ path: words.join(' '), command }, ...below];
}

/** A default as the help shows it; none for a switch that is off. */
function defaultText({
  defaultValue,
  defaultValueDescription,
  negate,
}: Option | (Argument & { negate?: false })): string {
  if (defaultValueDescription !== undefined) return ` (default: ${defaultValueDescription})`;
  if (defaultValue === undefined || typeof defaultValue === 'boolean' || negate) return '';
  return ` (default: ${JSON.stringify(defaultValue)})`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = (name: string, text: string): string => `| \`${cell(name)}\` | ${cell(text)} |`;

/** The table of a command: its arguments and options with their descriptions and defaults. */
export function optionTable(command: Command): string {
  const given = command.registeredArguments.map((argument) =>
    row(
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
      argument.description + defaultText(argument),
    ),
  );
  const options = command.options.map((option) => row(option.flags, option.description + defaultText(option)));
  return ['| option | meaning |', '|---|---|', ...given, ...options].join('\n');
}

/** The document with its tables written anew. Throws where it has a table of a command that does not exist. */
export function renewTables(document: string): string {
  const known = new Map(commands().map(({ path, command }) => [path, command]));
  return document.replace(BLOCK, (...match) => {
    const { path } = match.at(-1) as { path: string };
    const command = known.get(path);
    if (command === undefined) throw new Error(`docs/commands.md describes ${path}, which does not exist`);
    return `<!-- options: ${path} -->\n${optionTable(command)}\n<!-- end -->`;
  });
}

/** Commands that the document has a table of. */
export const described = (document: string): string[] =>
  [...document.matchAll(BLOCK)].map(({ groups }) => groups!.path!);
