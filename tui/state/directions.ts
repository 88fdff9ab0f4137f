import { type AppState, type Bounds, cursorElr, pageOf } from './state.js';
import { toyFields } from './toy-fields.js';

/** What arrows and pages move: the cursor, the chosen field of the toy, or the lines of a page. */

/** The value from 0 to the limit that is nearest. */
export const within = (value: number, limit: number): number => Math.max(0, Math.min(value, limit));

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

/** The cursor moved by a number of ELRs of the sweep, also from a place between two of them. */
function moved(state: AppState, by: number, bounds: Bounds): AppState {
  const { elrs } = bounds;
  const elr = cursorElr(state, bounds);
  if (elrs.length === 0 || elr === undefined || by === 0) return state;
  const above = elrs.findIndex((each) => each > elr * (1 + 1e-9));
  const at = elrs.findIndex((each) => Math.abs(each / elr - 1) < 1e-9);
  // Between two runs, the first step goes to the neighbour.
  const from = at >= 0 ? at : (above < 0 ? elrs.length : above) - (by > 0 ? 1 : 0);
  return { ...state, elr: elrs[within(from + by, elrs.length - 1)]! };
}

/** The cursor in the run table, which is sorted as the user likes. */
function movedInList(state: AppState, by: number, bounds: Bounds): AppState {
  const { listed } = bounds;
  if (listed.length === 0) return state;
  const place = listed.findIndex(({ elr }) => elr === cursorElr(state, bounds));
  return { ...state, elr: listed[within(Math.max(0, place) + by, listed.length - 1)]!.elr };
}

/** The state after an arrow, page, home or end key; other keys change nothing. */
export function pressDirection(state: AppState, name: string, bounds: Bounds): AppState {
  const sideways = Number(name === 'rightArrow') - Number(name === 'leftArrow');
  if (sideways !== 0) return moved(state, sideways, bounds);
  const page = pageOf(state);
  const down = linesDown(name, bounds.screen);
  const limit = bounds.scrollLimit(page);
  if (limit !== undefined) return { ...state, scroll: within(within(state.scroll, limit) + down, limit) };
  if (page === 'table') {
    const last = Math.max(0, bounds.predictions - 1);
    return { ...state, row: within(within(state.row, last) + down, last) };
  }
  if (page === 'runs') return movedInList(state, down, bounds);
  if (state.side === 'toy') return { ...state, field: within(state.field + down, toyFields(state.toy).length - 1) };
  return moved(state, down, bounds);
}
