import type { Glyphs } from '../../../tui/canvas/glyphs.js';

/** The default in words. */
export const GLYPHS_WHERE = 'braille; ascii in a terminal whose locale is not UTF-8';

/** Where characters go, as far as it decides which of them are read there. */
interface Output {
  readonly env?: NodeJS.ProcessEnv;
  readonly isTerminal?: boolean;
}

/** Whether a locale names an encoding other than UTF-8; one that is not set says nothing, as in containers. */
function isOtherLocale({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
}

/** The characters for plots where none are asked for: plain ones in a terminal whose locale (`LANG=C`) is not UTF-8; files are. */
export const usualGlyphs = <Usual extends Glyphs | 'box'>(
  usual: Usual,
  { env = process.env, isTerminal = process.stdout.isTTY === true }: Output = {},
): Usual | 'ascii' => (isTerminal && isOtherLocale(env) ? 'ascii' : usual);
