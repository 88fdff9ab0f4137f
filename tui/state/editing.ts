import { editLine, lineOf } from './line-editor.js';
import { type AppState, type Bounds, cursorElr, type Edit } from './state.js';
import { ALPHAS, type ToyField, type ToyHand, toyFields } from './toy-fields.js';

/** The filter of each table, by what is being edited; every other edit is of a field of the toy. */
const FILTERS = { filter: 'filter', 'filter of predictions': 'rowFilter' } as const;
type FilterName = keyof typeof FILTERS;

/** Whether an edit is of a filter, which acts as it grows. */
export const isFilter = (field: string): field is FilterName => field in FILTERS;

/** The state with the filter of a table, from its beginning. */
function withFilter(state: AppState, field: FilterName, text: string): AppState {
  const changed = { ...state, [FILTERS[field]]: text, scroll: 0 };
  return field === 'filter' ? changed : { ...changed, row: 0 };
}

/** The toy and the ELR under the cursor as its fields see them. */
export function handOf(state: AppState, bounds: Bounds): ToyHand {
  const elr = cursorElr(state, bounds);
  return { settings: state.toy, elr: elr === undefined ? undefined : elr * bounds.scale };
}

/** The state with the toy, and the cursor of both sides, where a hand has put them. */
export function withHand(state: AppState, before: ToyHand, { settings, elr }: ToyHand, { scale }: Bounds): AppState {
  if (elr !== before.elr && elr !== undefined) return { ...state, elr: elr / scale };
  return { ...state, toy: settings };
}

const fieldNamed = (state: AppState, name: string): ToyField | undefined =>
  name === ALPHAS.name ? ALPHAS : toyFields(state.toy).find((field) => field.name === name);

/** The chosen field of the toy. */
export const chosenField = ({ toy, field }: AppState): ToyField => {
  const fields = toyFields(toy);
  return fields[Math.min(field, fields.length - 1)]!;
};

/** Begins to edit a text as it is. */
const begun = (field: string, text: string): Edit => ({
  field,
  ...lineOf(text),
  complaint: undefined,
  untouched: true,
});

/** Begins to edit a field of the toy. */
export const editField = (state: AppState, field: ToyField, bounds: Bounds): AppState => ({
  ...state,
  edit: begun(field.name, field.text(handOf(state, bounds))),
});

export const editFilter = (state: AppState, field: FilterName): AppState => ({
  ...state,
  edit: begun(field, state[FILTERS[field]]),
});

/** The state with what was typed, or with the reason why it cannot be. */
function accept(state: AppState, edit: Edit, bounds: Bounds): AppState {
  if (isFilter(edit.field)) return { ...state, edit: undefined };
  const field = fieldNamed(state, edit.field);
  if (field === undefined) return { ...state, edit: undefined };
  const hand = handOf(state, bounds);
  try {
    return { ...withHand(state, hand, field.parse(hand, edit.text), bounds), edit: undefined };
  } catch (error) {
    return { ...state, edit: { ...edit, complaint: (error as Error).message } };
  }
}

/** The state after a key while something is being typed. The filter acts as it grows. */
export function pressEditing(state: AppState, edit: Edit, name: string, bounds: Bounds): AppState {
  if (name === 'return') return accept(state, edit, bounds);
  if (name === 'escape')
    return { ...(isFilter(edit.field) ? withFilter(state, edit.field, '') : state), edit: undefined };
  const line = editLine(edit, name);
  if (line === undefined) return state;
  const filtered = isFilter(edit.field) ? withFilter(state, edit.field, line.text.trim()) : state;
  return { ...filtered, edit: { field: edit.field, ...line, complaint: undefined } };
}
