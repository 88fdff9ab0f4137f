import type { PhaseQuantity } from '../figure/phase.js';
import { TRAJECTORY_AXES, TRAJECTORY_QUANTITIES } from '../figure/trajectory.js';
import { pressDirection, within } from './directions.js';
import { chosenField, editField, editFilter, handOf, pressEditing, withHand } from './editing.js';
import { type AppState, type Bounds, cursorElr, pageOf, SORTS, VIEW_KEYS, type ViewName } from './state.js';
import { ALPHAS } from './toy-fields.js';

const VIEW_OF_KEY = new Map(Object.entries(VIEW_KEYS).map(([view, key]) => [key, view as ViewName]));

/** Letters that mean a key of another name, where nothing is being typed. */
const LETTERS: Readonly<Record<string, string>> = { h: 'leftArrow', l: 'rightArrow', k: 'upArrow', j: 'downArrow' };

/** The place after the one given, beginning anew behind the last. */
const next = <T>(values: readonly T[], value: T): T => values[(values.indexOf(value) + 1) % values.length]!;

const toggled = <T>(values: readonly T[], value: T): readonly T[] =>
  values.includes(value) ? values.filter((each) => each !== value) : [...values, value];

function nudged(state: AppState, up: boolean, bounds: Bounds): AppState {
  const hand = handOf(state, bounds);
  return withHand(state, hand, chosenField(state).nudge(hand, up), bounds);
}

/** Views with axes that can be logarithmic or linear. */
const flip = (state: AppState, axis: 'x' | 'y'): AppState => ({
  ...state,
  flipped: { ...state.flipped, [axis]: toggled(state.flipped[axis], state.view) },
});

/** Exponents would take twice the work, and are there in `regimes toy phase`. */
const DIAGRAM_QUANTITIES: readonly PhaseQuantity[] = ['regime', 'noiseShare', 'loss', 'ess'];
const SMOOTHINGS: readonly number[] = [0, 0.8, 0.95, 0.99];
const LAST_PARTS: readonly number[] = [1, 0.5, 0.1];

function sorted(state: AppState): AppState {
  return { ...state, sort: { by: next(SORTS, state.sort.by), falling: false }, scroll: 0 };
}

function listedAtCursor(state: AppState, bounds: Bounds): string | undefined {
  return bounds.listed.find(({ elr }) => elr === cursorElr(state, bounds))?.folder;
}

/** Back out of one thing: help, an explanation, the view that Enter has led to, then the filter, the selection, the baseline. */
function back(state: AppState): AppState {
  if (state.help) return { ...state, help: false, scroll: 0 };
  if (pageOf(state) === 'explanation') return { ...state, explained: false, scroll: 0 };
  if (state.from !== undefined) return { ...state, view: state.from, from: undefined };
  if (state.view === 'table' && state.rowFilter !== '') return { ...state, rowFilter: '', row: 0 };
  if (state.view === 'runs' && state.filter !== '') return { ...state, filter: '' };
  if (state.view === 'runs' && state.selected.length > 0) return { ...state, selected: [] };
  if (state.view === 'runs' && state.baseline !== undefined) return { ...state, baseline: undefined };
  return state;
}

type Act = (state: AppState, bounds: Bounds) => AppState;

const shown = (state: AppState, view: ViewName): AppState => ({
  ...state,
  ...{ view, from: undefined, help: false, explained: false, scroll: 0 },
});

/** Enter on a run: its curves. */
function opened(state: AppState, bounds: Bounds): AppState {
  if (state.view === 'curves' || cursorElr(state, bounds) === undefined) return state;
  return { ...shown(state, 'curves'), from: state.view };
}

const ACTS: Readonly<Record<string, Act>> = {
  '?': (state) => ({ ...state, help: !state.help, scroll: 0 }),
  escape: back,
  tab: (state) => ({ ...state, side: state.side === 'toy' ? 'network' : 'toy' }),
  shiftTab: (state) => ({ ...state, side: state.side === 'toy' ? 'network' : 'toy' }),
  '1': (state) => ({ ...state, side: 'toy' }),
  '2': (state) => ({ ...state, side: 'network' }),
  x: (state) => flip(state, 'x'),
  y: (state) => flip(state, 'y'),
  g: (state) => ({ ...state, theory: !state.theory }),
  s: (state) => (state.view === 'runs' ? sorted(state) : { ...state, smoothing: next(SMOOTHINGS, state.smoothing) }),
  S: (state) => ({ ...state, sort: { ...state.sort, falling: !state.sort.falling }, scroll: 0 }),
  v: (state) =>
    state.view === 'diagram'
      ? { ...state, phaseQuantity: next(DIAGRAM_QUANTITIES, state.phaseQuantity) }
      : { ...state, quantity: next(TRAJECTORY_QUANTITIES, state.quantity) },
  m: (state) => ({ ...state, clock: next(TRAJECTORY_AXES, state.clock) }),
  z: (state) => (state.view === 'curves' ? { ...state, lastPart: next(LAST_PARTS, state.lastPart) } : state),
  a: (state, bounds) => editField({ ...state, side: 'toy' }, ALPHAS, bounds),
  return: (state, bounds) => {
    const page = pageOf(state);
    if (page === 'explanation') return { ...state, explained: false, scroll: 0 };
    if (page === 'table') return bounds.predictions > 0 ? { ...state, explained: true, scroll: 0 } : state;
    if (page === 'help') return state;
    return state.side === 'toy' && page !== 'runs'
      ? editField(state, chosenField(state), bounds)
      : opened(state, bounds);
  },
  '+': (state, bounds) => nudged(state, true, bounds),
  '=': (state, bounds) => nudged(state, true, bounds),
  '-': (state, bounds) => nudged(state, false, bounds),
  '/': (state) =>
    state.view === 'table' && !state.help
      ? editFilter(shown(state, 'table'), 'filter of predictions')
      : editFilter(shown(state, 'runs'), 'filter'),
  ' ': (state, bounds) => {
    const page = pageOf(state);
    if (page === 'table' || bounds.scrollLimit(page) !== undefined) return pressDirection(state, 'pageDown', bounds);
    if (page !== 'runs') return state;
    const folder = listedAtCursor(state, bounds);
    return folder === undefined ? state : { ...state, selected: toggled(state.selected, folder) };
  },
  p: (state, bounds) => {
    const folder = listedAtCursor(state, bounds);
    return { ...state, baseline: folder === state.baseline ? undefined : folder };
  },
  ']': (state, { settings }) => ({ ...state, setting: within(state.setting + 1, settings - 1) }),
  '[': (state) => ({ ...state, setting: within(state.setting - 1, state.setting) }),
};

/** The state after one key. Keys that mean nothing change nothing but the first hint. */
export function press(before: AppState, name: string, bounds: Bounds): AppState {
  const state = before.hint ? { ...before, hint: false } : before;
  if (state.edit !== undefined) return pressEditing(state, state.edit, name, bounds);
  const view = VIEW_OF_KEY.get(name);
  if (view !== undefined) return shown(state, view);
  const act = ACTS[name];
  return act === undefined ? pressDirection(state, LETTERS[name] ?? name, bounds) : act(state, bounds);
}

/** What a key asks the application to do besides. */
export type Command = 'quit' | 'interrupt' | 'suspend' | 'redraw' | 'export' | 'copy' | 'work' | OfferedCommand;
/** One that is said before it is done. */
export type OfferedCommand = 'bisect' | 'lengthen' | 'anneal';

const COMMANDS: Readonly<Record<string, Command>> = {
  q: 'quit',
  e: 'export',
  C: 'copy',
  w: 'work',
  B: 'bisect',
  L: 'lengthen',
  A: 'anneal',
};

/** The command of a key; undefined if it only changes the state, or is being typed. */
export function commandOf(state: AppState, name: string): Command | undefined {
  if (name === 'interrupt' || name === 'suspend' || name === 'redraw') return name;
  return state.edit === undefined ? COMMANDS[name] : undefined;
}
