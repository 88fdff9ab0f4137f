import type { CellState, FigureRegime, RunEnding } from '../figure/figure.js';

/** Colours and shapes of regimes on paper: told apart by colour-blind eyes (which a test simulates), in grey, and by shape alone. */

export interface RegimeLook {
  readonly color: string;
  /** Below points of the same regime. */
  readonly ground: string;
  /** An SVG path in a square from -1 to 1, or a name that vega knows. */
  readonly shape: string;
}

/** Two crossed bars, and three: x and *. */
const CROSS = 'M-1,-0.72L-0.72,-1L0,-0.28L0.72,-1L1,-0.72L0.28,0L1,0.72L0.72,1L0,0.28L-0.72,1L-1,0.72L-0.28,0Z';

export const REGIME_LOOK: Readonly<Record<FigureRegime, RegimeLook>> = {
  convergence: { color: '#2a9bd0', ground: '#c9ebf7', shape: 'circle' },
  'chaotic equilibrium': { color: '#e09a10', ground: '#fbe6b8', shape: 'diamond' },
  divergence: { color: '#8f1d66', ground: '#dfaecf', shape: CROSS },
  undecided: { color: '#8c8c8c', ground: '#ececec', shape: 'square' },
};

/** Of runs that did not come to their end and whose regime was not seen. */
export const ENDING_LOOK: Readonly<Record<RunEnding, Pick<RegimeLook, 'color' | 'shape'>>> = {
  unfinished: { color: '#8c8c8c', shape: 'triangle-up' },
  failed: { color: '#c0392b', shape: 'triangle-down' },
};

/** What is judged: a regime, and how a run ended that did not finish. */
export interface Judged {
  readonly regime?: FigureRegime | undefined;
  readonly ending?: RunEnding | undefined;
}

/** Colour and shape of a run; undefined of what shows none. */
export function lookOf({ regime, ending }: Judged): Pick<RegimeLook, 'color' | 'shape'> | undefined {
  if (regime === undefined) return undefined;
  return ending !== undefined && regime === 'undecided' ? ENDING_LOOK[ending] : REGIME_LOOK[regime];
}

/** Of cells. */
export const GROUND: Readonly<Record<CellState, string>> = {
  convergence: REGIME_LOOK.convergence.ground,
  'chaotic equilibrium': REGIME_LOOK['chaotic equilibrium'].ground,
  divergence: REGIME_LOOK.divergence.ground,
  undecided: REGIME_LOOK.undecided.ground,
  'quasi-periodic': '#d5ead0',
  collapsed: '#e8b4ae',
};

/** Of lines that show no regime, in turn (Okabe and Ito). */
const LINES = ['#0072b2', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#e69f00'];
export const lineColor = (place: number): string => LINES[place % LINES.length]!;

export const INK = {
  theory: '#1a1a1a',
  text: '#222222',
  quiet: '#666666',
  grid: '#e9e9e9',
  frame: '#999999',
  faint: '#cfcfcf',
  /** Lines of one value across a plane, which are named. */
  level: '#a8a8a8',
  /** Of regimes' marks beside lines that are coloured by something else. */
  mark: '#555555',
  /** Between the runs on both sides of a threshold. */
  bracket: '#ececf2',
};
/** The font that comes along, and what stands for it where an SVG is shown without it. */
export const FONT_NAME = 'Source Sans 3';
export const FONT = `${FONT_NAME}, Source Sans Pro, Helvetica, Arial, sans-serif`;

const channels = (color: string): number[] => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

/** A colour between two, at a part from 0 to 1 of the way. */
export function blend([from, to]: readonly [string, string], part: number): string {
  const [first, second] = [channels(from), channels(to)];
  const mixed = first.map((value, i) => Math.round(value + part * (second[i]! - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
