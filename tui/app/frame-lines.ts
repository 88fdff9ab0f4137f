import { isDeepStrictEqual } from 'node:util';
import { cutWords, wrapWords } from '../../src/text/narrow-table.js';
import { formatNumber } from '../../src/text/output.js';
import { type Line, lineText, plainLine, type Span } from '../line/styled.js';
import { firstFitting } from '../line/view-options.js';
import { isFilter } from '../state/editing.js';
import { shownLine } from '../state/line-editor.js';
import { type AppState, type Page, pageOf, VIEW_KEYS, VIEWS } from '../state/state.js';
import { toyFields } from '../state/toy-fields.js';
import type { Scene } from '../views/scene.js';

const SPACE = 3;
const SHORTEST_TITLE = 12;

const cut = (text: string, width: number): string =>
  text.length <= width ? text : width < 1 ? '' : `${text.slice(0, width - 1)}…`;

const shortStatus = (status: string): string =>
  status.replace(' runs finished', ' done').replace('interrupted', 'stopped');

/** What is trained, and how far it is; in a narrow terminal the title gives way to the status. */
export function headerLine(title: string, status: string, width: number): Line {
  const least = Math.min(SHORTEST_TITLE, width);
  const said = status.length <= width - SPACE - least ? status : shortStatus(status);
  const name = cutWords(title, Math.max(least, width - SPACE - said.length));
  const rest = cutWords(said, Math.max(0, width - SPACE - name.length));
  return [{ text: name, bold: true }, { text: rest === '' ? '' : `${' '.repeat(SPACE)}${rest}` }];
}

/** The keys of the views, the page that is shown in brackets. */
export function keyLine(page: Page, width: number): Line {
  const shown = page === 'explanation' ? 'table' : page;
  const item = (name: string, text: string): string => (name === shown ? `[${text}]` : text);
  const help = item('help', '? help');
  const join = (text: (view: (typeof VIEWS)[number]) => string, gap: string): string =>
    [...VIEWS.map((name) => item(name, text(name))), help, 'q quit'].join(gap);
  const long = (name: (typeof VIEWS)[number]): string => `${VIEW_KEYS[name]} ${name}`;
  const texts = [join(long, '  '), join(long, ' '), join((name) => VIEW_KEYS[name], '  ')] as const;
  return [{ text: firstFitting(width, ...texts, `${help} q quit`, 'q quit'), dim: true }];
}

const HINTS = [
  'First time here? ← → move through the ELRs on both sides; 1 then + - change the toy; ? lists all keys.',
  'First time? ← → move both sides; 1 then + - change the toy; ? all keys.',
  '← → move both sides; 1 + - change the toy; ? all keys',
] as const;

/** Names of the fields of the toy, from long to short. */
const SHORT_NAMES: Readonly<Record<string, string>> = { 'weight decay': 'decay', noise: 'noise', steps: 'steps' };

/** The settings of the toy; the one that + and - change stands out while the toy has the focus. */
function toyLine({ state, toyElr, data }: Scene, width: number): Line {
  const hand = { settings: state.toy, elr: toyElr };
  const fields = toyFields(state.toy);
  const chosen = Math.min(state.field, fields.length - 1);
  const isBusy = !isDeepStrictEqual(data.toy?.task.settings, state.toy) || data.toy?.task.quick === true;
  const line = (short: boolean, all: boolean): Span[] => [
    { text: 'toy', bold: state.side === 'toy' },
    ...fields.flatMap((field, i): Span[] => {
      if (!all && i !== chosen && field.isOff?.(state.toy)) return [];
      const name = short ? (SHORT_NAMES[field.name] ?? field.name.replace('alpha', 'a')) : field.name;
      const text = `${name} ${field.text(hand)}`;
      return [{ text: short ? ' ' : '  ' }, { text, inverse: state.side === 'toy' && i === chosen }];
    }),
    { text: isBusy ? '  ...' : '' },
  ];
  const lines = [line(false, true), line(false, false), line(true, false)];
  const fitting = lines.find((each) => lineText(each).length <= width);
  if (fitting !== undefined) return fitting;
  const field = fields[chosen]!;
  const alphas = state.toy.alpha.map((value) => formatNumber(value, 2)).join(',');
  return [
    { text: 'toy ', bold: state.side === 'toy' },
    { text: `${field.name} ${field.text(hand)}`, inverse: state.side === 'toy' },
    { text: `  ${state.toy.alpha.length} groups ${alphas}` },
  ];
}

/** Columns that what is typed has at least. */
const SMALLEST_EDIT = 12;

function lineBeingTyped({ edit }: AppState, width: number): Line | undefined {
  if (edit === undefined) return undefined;
  const name = `${edit.field}: `;
  const keys = isFilter(edit.field) ? 'Enter keeps, Esc clears' : 'Enter accepts, Esc cancels';
  const room = Math.max(SMALLEST_EDIT, width - name.length - SPACE - (edit.complaint ?? keys).length);
  const [before, under, behind] = shownLine(edit, Math.min(room, width - name.length));
  const hint = cut(edit.complaint ?? keys, width - name.length - room - SPACE);
  return [
    { text: name },
    // What the first letter takes the place of stands out.
    { text: before, bold: true, inverse: edit.untouched === true },
    { text: under, inverse: true },
    { text: behind, bold: true },
    ...(hint === '' ? [] : [{ text: `${' '.repeat(SPACE)}${hint}`, dim: edit.complaint === undefined }]),
  ];
}

/** Below the title: the settings of the toy, or the first hint. */
export const settingsLine = (scene: Scene, width: number): Line =>
  scene.state.hint ? [{ text: firstFitting(width, ...HINTS) }] : toyLine(scene, width);

/** Lines that what a command came to has at most. */
const MOST_MESSAGE_LINES = 4;

/** The last line: what is being typed, or the keys; what the last command came to has as many as it takes. */
export function bottomLines({ state, data }: Scene, width: number): readonly Line[] {
  const typed = lineBeingTyped(state, width);
  if (typed !== undefined) return [typed];
  if (data.message === undefined) return [keyLine(pageOf(state), width)];
  const lines = wrapWords(data.message, width);
  if (lines.length <= MOST_MESSAGE_LINES) return lines.map(plainLine);
  const first = lines.slice(0, MOST_MESSAGE_LINES - 1);
  return [...first, cutWords(lines.slice(MOST_MESSAGE_LINES - 1).join(' '), width)].map(plainLine);
}
