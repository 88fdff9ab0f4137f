import type { CellState } from '../figure/figure.js';
import { REGIME_STYLE, type RegimeStyle } from '../line/regime-style.js';

/** How a cell of a phase diagram looks: a mark, and a colour where there is colour. */

export const SHADES = [...' ░▒▓█'];
/** From the least to the largest value, one a shade. Red is kept for what collapsed. */
export const RAMP = ['blue', 'cyan', 'green', 'yellow', 'magenta'];
/** Of a cell that shows no regime, whatever it is drawn by. */
const COLLAPSED: RegimeStyle = { mark: '!', color: 'red' };
/** Chaotic equilibrium without chaos, where the diagram tells them apart. */
const QUASI_PERIODIC: RegimeStyle = { mark: '~', color: 'green' };
const UNKNOWN: RegimeStyle = { mark: '·', color: 'black' };

/** Style of a number between the limits. null: not computed yet; NaN: the cell has no such number. */
export function valueStyle(value: number | null, [low, high]: readonly [number, number]): RegimeStyle {
  if (value === null) return UNKNOWN;
  if (Number.isNaN(value)) return COLLAPSED;
  const part = high > low ? Math.max(0, (value - low) / (high - low)) : 0;
  const place = Math.min(SHADES.length - 1, Math.floor(part * SHADES.length));
  return { mark: SHADES[place]!, color: RAMP[place]! };
}

/** Style of a cell that shows a regime or what stands for one. null: not computed yet. */
export function stateStyle(state: CellState | null): RegimeStyle {
  if (state === null) return UNKNOWN;
  if (state === 'collapsed') return COLLAPSED;
  return state === 'quasi-periodic' ? QUASI_PERIODIC : REGIME_STYLE[state];
}
