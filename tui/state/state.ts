import { firstToy, type ToySettings } from '../data/toy-messages.js';
import type { PhaseQuantity } from '../figure/phase.js';
import type { TrajectoryAxis, TrajectoryQuantity } from '../figure/trajectory.js';
import type { EditedLine } from './line-editor.js';

/** The choices made with keys: together with the data they determine the screen. */

export const VIEWS = ['overview', 'diagram', 'plane', 'bars', 'curves', 'table', 'runs'] as const;
export type ViewName = (typeof VIEWS)[number];
/** What fills the screen between the title and the keys. */
export type Page = ViewName | 'help' | 'explanation';

/** The key of each view; `e` and `p` mean something else. */
export const VIEW_KEYS: Readonly<Record<ViewName, string>> = {
  overview: 'o',
  diagram: 'd',
  plane: 'n',
  bars: 'b',
  curves: 'c',
  table: 't',
  runs: 'r',
};

export type Side = 'toy' | 'network';

export const SORTS = ['elr', 'state', 'regime', 'loss', 'accuracy', 'egn', 'ess', 'R'] as const;
export type Sort = (typeof SORTS)[number];

/** What is being typed: into a field of the toy, or into the filter of the runs. */
export interface Edit extends EditedLine {
  readonly field: string;
  /** Why it was not taken. */
  readonly complaint: string | undefined;
}

export interface AppState {
  readonly view: ViewName;
  /** The view that Enter has led away from, to which Esc leads back; undefined where a key has chosen the view. */
  readonly from: ViewName | undefined;
  readonly help: boolean;
  readonly side: Side;
  /** ELR of the network at the cursor; the toy's is that of the same k. Undefined until it is moved. */
  readonly elr: number | undefined;
  readonly scroll: number;
  /** Place of the chosen one among the predictions, and whether it is explained. */
  readonly row: number;
  readonly explained: boolean;
  readonly toy: ToySettings;
  /** Place of the chosen one among the fields of the toy. */
  readonly field: number;
  readonly edit: Edit | undefined;
  /** Of the run table. */
  readonly filter: string;
  /** Of the table of predictions. */
  readonly rowFilter: string;
  /** Folders of the runs that are selected, in the order in which they were. */
  readonly selected: readonly string[];
  /** Folder of the run that others are compared with. */
  readonly baseline: string | undefined;
  readonly sort: { readonly by: Sort; readonly falling: boolean };
  /** Views whose axes are not as they usually are. */
  readonly flipped: { readonly x: readonly ViewName[]; readonly y: readonly ViewName[] };
  readonly theory: boolean;
  /** Weight of the past in smoothed trajectories. */
  readonly smoothing: number;
  /** The part of the curves that is shown, from their ends. */
  readonly lastPart: number;
  readonly quantity: TrajectoryQuantity;
  readonly clock: TrajectoryAxis;
  /** What the cells of the phase diagram show. */
  readonly phaseQuantity: PhaseQuantity;
  /** Place of the setting that is shown, of a sweep with several. */
  readonly setting: number;
  /** Whether the first hint is still there. */
  readonly hint: boolean;
}

export const firstState = (alpha: readonly number[]): AppState => ({
  view: 'overview',
  from: undefined,
  help: false,
  side: 'network',
  elr: undefined,
  scroll: 0,
  row: 0,
  explained: false,
  toy: firstToy(alpha),
  field: 0,
  edit: undefined,
  filter: '',
  rowFilter: '',
  selected: [],
  baseline: undefined,
  sort: { by: 'elr', falling: false },
  flipped: { x: [], y: [] },
  theory: true,
  smoothing: 0,
  lastPart: 1,
  quantity: 'loss',
  clock: 'step',
  phaseQuantity: 'regime',
  setting: 0,
  hint: true,
});

export const pageOf = ({ help, view, explained }: AppState): Page =>
  help ? 'help' : view === 'table' && explained ? 'explanation' : view;

/** What a choice can range over. */
export interface Bounds {
  /** ELRs of the sweep, rising. */
  readonly elrs: readonly number[];
  /** The cursor as long as nobody has moved it. */
  readonly firstElr: number | undefined;
  /** ELR of the toy / ELR of the network, at the same k. */
  readonly scale: number;
  /** Runs as the run table shows them. */
  readonly listed: readonly { readonly folder: string; readonly elr: number }[];
  readonly settings: number;
  /** Rows of the table of predictions that meet its filter. */
  readonly predictions: number;
  /** Lines of a screen. */
  readonly screen: number;
  /** How far a page scrolls; undefined if up and down do something else. */
  scrollLimit(page: Page): number | undefined;
}

/** The ELR under the cursor; undefined if there is none at all. */
export const cursorElr = ({ elr }: AppState, { firstElr }: Pick<Bounds, 'firstElr'>): number | undefined =>
  elr ?? firstElr;
