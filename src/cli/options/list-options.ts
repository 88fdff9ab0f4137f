import { Command, Option } from 'commander';
import type { Written } from '../../../deep/study/spec.js';
import { labelOf } from '../../../deep/study/written.js';
import { range } from '../../text/grammar/range-grammar.js';
import { seed, ValueError } from '../../text/grammar/value-grammar.js';

/** Turns options with one value into options with a list of values: a sweep can vary any option of a run. */

/** Placeholders of options that are numbers: ranges make sense for them. */
const NUMERIC = /<(number|count|share)>/;
/** Placeholder of options whose one value is a list already. */
const LIST = /<list>/;

/** `separator` behind a backslash is part of a value. */
const split = (text: string, separator: ',' | '/'): string[] =>
  text.split(new RegExp(`(?<!\\\\)${separator}`)).map((word) => word.replaceAll(`\\${separator}`, separator).trim());

const distinct = (values: readonly Written[]): Written[] => [
  ...new Map(values.map((value) => [labelOf(value), value])).values(),
];

function parseOne({ parseArg }: Option, text: string, ofSeveral: boolean): Written {
  if (text === '') throw new ValueError('Allowed: values separated by commas, none of them empty.');
  try {
    return { text, value: parseArg === undefined ? text : parseArg<unknown>(text, undefined) };
  } catch (error) {
    if (!ofSeveral || !(error instanceof ValueError)) throw error;
    throw new ValueError(`Not ${text}. ${error.message}`);
  }
}

/** A nought, a comma and digits: hardly two numbers, and if so it can be said otherwise. */
const DECIMAL_COMMA = /^0,(\d+)$/;

function refuseDecimalComma(given: string): void {
  const digits = DECIMAL_COMMA.exec(given.trim())?.[1];
  if (digits === undefined) return;
  const two = digits.startsWith('0') ? '' : `; for two values 0.0,${digits}`;
  throw new ValueError(`Allowed: a decimal with a point, 0.${digits}${two}.`);
}

/** Values separated by commas (lists: by slashes), each once; FROM:TO:COUNT stands for several numbers. */
function parseList(option: Option, given: string): Written[] {
  const numeric = NUMERIC.test(option.flags);
  if (numeric && option.parseArg !== seed) refuseDecimalComma(given);
  const texts = split(given, LIST.test(option.flags) ? '/' : ',').flatMap((text) =>
    numeric && text.includes(':') ? range(text).values.map(String) : [text],
  );
  return distinct(texts.map((text) => parseOne(option, text, texts.length > 1)));
}

export function listOption(option: Option): Option {
  const { flags, description, defaultValue } = option;
  const shown = LIST.test(flags) ? `${description}; several lists: with / between them` : description;
  const list = new Option(flags.replace('>', ',...>'), shown).argParser((given) => parseList(option, given));
  if (defaultValue === undefined) return list;
  return list.default([{ value: defaultValue, text: String(defaultValue) }], JSON.stringify(defaultValue));
}

/** Adds the options that `declare` adds, each that takes a value as a list of `Written` values; those of `unvaried` as they are. */
export function withListOptions(
  command: Command,
  declare: (command: Command) => Command,
  unvaried: ReadonlySet<string>,
): Command {
  for (const option of declare(new Command()).options) {
    command.addOption(option.required && !unvaried.has(option.attributeName()) ? listOption(option) : option);
  }
  return command;
}
