/** Text that others wrote, such as names of files, in a form that cannot move a cursor, break a line or hide itself. */

/** Control characters, line and paragraph separators, and marks that turn the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (character: string): string =>
  SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The text with what cannot be printed as escapes of JavaScript; most texts are as they were. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escaped);
