import type { Cell } from '../../toy/phase/cells.js';
import type { Panel } from './panel.js';

/** Quantities that can be drawn against the ELR, and how: ESS and EGN span decades, so by their logarithm. */
export const DRAWN = ['loss', 'egn', 'ess', 'lyapunov', 'share'] as const;
export type DrawnQuantity = (typeof DRAWN)[number];

const DRAWN_BY: Readonly<Record<DrawnQuantity, { readonly name: string; readonly scale: (value: number) => number }>> =
  {
    loss: { name: 'loss', scale: (value) => value },
    egn: { name: 'log10 EGN', scale: Math.log10 },
    ess: { name: 'log10 ESS', scale: Math.log10 },
    lyapunov: { name: 'Lyapunov exponent, nats a step', scale: (value) => value },
    share: { name: 'norm share', scale: (value) => value },
  };

/** Of quantities drawn by their logarithm, what is below this counts as 0 and is not drawn. */
const SMALLEST_LOGARITHM = -4;

export interface QuantityPanelOptions {
  readonly quantity: DrawnQuantity;
  /** Its value in a cell; NaN where there is none. */
  readonly value: (cell: Cell) => number;
  readonly elrs: readonly number[];
  readonly cells: readonly Cell[];
  /** Closed form at any ELR; undefined where there is none. */
  readonly closed: ((elr: number) => number) | undefined;
  readonly thresholds: Panel['thresholds'];
}

/** A quantity of the toy against the ELR, ready to be drawn: simulated points over the closed form. */
export function quantityPanel({
  quantity,
  value: valueIn,
  elrs,
  cells,
  closed,
  thresholds,
}: QuantityPanelOptions): Panel {
  const { name, scale } = DRAWN_BY[quantity];
  const isLogarithm = scale === Math.log10;
  const shown = (value: number): number => {
    const scaled = scale(value);
    return isLogarithm && scaled < SMALLEST_LOGARITHM ? Number.NaN : scaled;
  };
  const points = elrs.map((elr, i) => {
    const cell = cells[i]!;
    return { elr, value: cell.collapsed ? Number.NaN : shown(valueIn(cell)), regime: cell.regime };
  });
  const values = points.map(({ value }) => value).filter(Number.isFinite);
  const low = Math.min(0, ...values);
  const high = Math.max(low + Number.EPSILON, ...values);
  const valueRange = [low, high + 0.05 * (high - low)] as const;
  const curve = closed && ((elr: number) => Math.max(valueRange[0], scale(closed(elr))));
  return { title: name, elrRange: [elrs[0]!, elrs.at(-1)!], curve, thresholds, points, valueRange };
}
