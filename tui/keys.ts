import type { Key } from 'ink';
import { type Page, VIEWS, type ViewName } from './views.js';

/** What the keys have chosen. */
export interface Choice {
  readonly viewName: ViewName;
  readonly help: boolean;
  /** Place in the list of ELRs; undefined until it is moved. */
  readonly cursor: number | undefined;
  readonly scroll: number;
}

export const FIRST_CHOICE: Choice = { viewName: 'overview', help: false, cursor: undefined, scroll: 0 };

/** What a choice can range over. */
export interface Bounds {
  readonly runs: number;
  /** The cursor as long as nobody has moved it. */
  readonly firstCursor: number;
  /** Lines of a screen. */
  readonly screen: number;
  /** How far a page scrolls; undefined where up and down move the cursor. */
  scrollLimit(page: Page): number | undefined;
}

const VIEW_KEYS: Readonly<Record<string, ViewName>> = Object.fromEntries(VIEWS.map((name) => [name[0]!, name]));

const NAMED = ['leftArrow', 'rightArrow', 'upArrow', 'downArrow', 'pageUp', 'pageDown', 'home', 'end'] as const;
const LETTERS: Readonly<Record<string, string>> = {
  h: 'leftArrow',
  l: 'rightArrow',
  k: 'upArrow',
  j: 'downArrow',
  ' ': 'pageDown',
  '\x03': 'interrupt',
};

/** Names of the keys in one piece of input: fast typing arrives several letters at a time. */
export function keyNames(input: string, key: Key): string[] {
  // Ink reports Escape as a meta key too.
  if (key.escape) return ['escape'];
  if (key.ctrl) return input === 'c' ? ['interrupt'] : [];
  if (key.meta) return [];
  const name = NAMED.find((candidate) => key[candidate]);
  return name !== undefined ? [name] : [...input].map((letter) => LETTERS[letter] ?? letter);
}

const within = (value: number, limit: number): number => Math.max(0, Math.min(value, limit));

export const pageOf = ({ help, viewName }: Choice): Page => (help ? 'help' : viewName);

/** Cursor and scroll as they are shown: the sweep or the terminal may have shrunk since. */
export const bounded = (choice: Choice, { runs, firstCursor, scrollLimit }: Bounds) => ({
  cursor: within(choice.cursor ?? firstCursor, runs - 1),
  scroll: within(choice.scroll, scrollLimit(pageOf(choice)) ?? 0),
});

/** Lines down, as a key asks for. */
function linesDown(name: string, screen: number): number {
  const lines: Readonly<Record<string, number>> = {
    downArrow: 1,
    upArrow: -1,
    pageDown: screen,
    pageUp: -screen,
    end: Number.MAX_SAFE_INTEGER,
    home: -Number.MAX_SAFE_INTEGER,
  };
  return lines[name] ?? 0;
}

/** The choice after one key. */
export function press(choice: Choice, name: string, bounds: Bounds): Choice {
  const view = VIEW_KEYS[name];
  if (view !== undefined) return { ...choice, viewName: view, help: false, scroll: 0 };
  if (name === '?') return { ...choice, help: !choice.help, scroll: 0 };
  if (name === 'escape') return { ...choice, help: false, scroll: 0 };
  const { cursor, scroll } = bounded(choice, bounds);
  const sideways = Number(name === 'rightArrow') - Number(name === 'leftArrow');
  const down = linesDown(name, bounds.screen);
  if (sideways === 0 && down === 0) return choice;
  const limit = bounds.scrollLimit(pageOf(choice));
  if (sideways === 0 && limit !== undefined) return { ...choice, scroll: within(scroll + down, limit) };
  return { ...choice, cursor: within(cursor + sideways + down, bounds.runs - 1) };
}
