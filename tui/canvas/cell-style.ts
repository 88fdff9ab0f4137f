import type { CellState } from '../figure/figure.js';
import { REGIME_STYLE, type RegimeStyle } from '../line/regime-style.js';
import { colorRamp } from './color-ramp.js';

/** How a cell of a phase diagram looks: a mark, and a colour where there is colour. */

/** From the least to the largest value without colours. */
const SHADES = { blocks: [...' ░▒▓█'], ascii: [...' .:-=+*#%@'] };
/** Of a cell that shows no regime, whatever it is drawn by. */
const COLLAPSED: RegimeStyle = { mark: '!', color: 'red' };
/** Chaotic equilibrium without chaos, where the diagram tells them apart. */
const QUASI_PERIODIC: RegimeStyle = { mark: '~', color: 'green' };
const UNKNOWN: RegimeStyle = { mark: '·', color: 'black' };

/** Styles from the least to the largest of the numbers that cells show. */
export type ValueRamp = readonly RegimeStyle[];

export interface RampOptions {
  readonly isAscii: boolean;
  readonly color: boolean;
  /** Bits of a colour; default: 4. */
  readonly colorBits?: number | undefined;
}

/** As many styles as a terminal tells apart: by colour, else by how much of a cell is filled. */
export function valueRamp({ isAscii, color, colorBits }: RampOptions): ValueRamp {
  const shades = isAscii ? SHADES.ascii : SHADES.blocks;
  if (!color) return shades.map((mark) => ({ mark, color: 'gray' }));
  const colors = colorRamp(colorBits);
  return colors.map((name, i) => ({ mark: shades[Math.floor((i * shades.length) / colors.length)]!, color: name }));
}

/** Style of a number between the limits, of one beyond them that of the nearer end. null: not computed yet; NaN: the cell has no such number. */
export function valueStyle(value: number | null, [low, high]: readonly [number, number], ramp: ValueRamp): RegimeStyle {
  if (value === null) return UNKNOWN;
  if (Number.isNaN(value)) return COLLAPSED;
  const part = high > low ? Math.max(0, (value - low) / (high - low)) : 0;
  return ramp[Math.min(ramp.length - 1, Math.floor(part * ramp.length))]!;
}

/** Style of a cell that shows a regime or what stands for one. null: not computed yet. */
export function stateStyle(state: CellState | null): RegimeStyle {
  if (state === null) return UNKNOWN;
  if (state === 'collapsed') return COLLAPSED;
  return state === 'quasi-periodic' ? QUASI_PERIODIC : REGIME_STYLE[state];
}
