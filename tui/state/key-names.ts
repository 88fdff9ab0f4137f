import type { Key } from 'ink';

const NAMED = [
  ...(['leftArrow', 'rightArrow', 'upArrow', 'downArrow', 'pageUp', 'pageDown', 'home', 'end'] as const),
  'return',
] as const;
const CHARACTERS: Readonly<Record<string, string>> = {
  '\x01': 'lineStart',
  '\x03': 'interrupt',
  '\x05': 'lineEnd',
  '\x0b': 'killToEnd',
  '\x0c': 'redraw',
  '\x15': 'killToStart',
  '\x17': 'killWord',
  '\x1a': 'suspend',
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
};

const named = (name: string | undefined): string[] => (name === undefined ? [] : [name]);

/** What a letter is with Ctrl. */
const controlCharacter = (letter: string): string => String.fromCharCode((letter.codePointAt(0) ?? 0) & 0x1f);

/** Names of the keys in one piece of input: fast typing arrives several letters at a time, each its own name. */
export function keyNames(input: string, key: Key): string[] {
  // Ink reports Escape as a meta key too.
  if (key.escape) return ['escape'];
  if (key.ctrl) return [...input].length === 1 ? named(CHARACTERS[controlCharacter(input)]) : [];
  if (key.meta) return [];
  if (key.tab) return [key.shift ? 'shiftTab' : 'tab'];
  // Terminals send DEL for the key above Return, and Ink calls that `delete`.
  if (key.backspace || key.delete) return ['backspace'];
  const name = NAMED.find((candidate) => key[candidate]);
  return name !== undefined ? [name] : [...input].map((letter) => CHARACTERS[letter] ?? letter);
}
