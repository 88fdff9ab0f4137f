import type { Regime } from '../../src/regime/classifier.js';

/** Loss against ELR on one side of the screen: toy or network. Losses are fractions of that of random points. */
export interface Panel {
  readonly title: string;
  readonly elrRange: readonly [number, number];
  /** The closed form, drawn through the points; undefined while nothing predicts it. */
  readonly curve: ((elr: number) => number) | undefined;
  readonly thresholds: readonly { readonly elr: number; readonly name: string }[];
  readonly points: readonly PanelPoint[];
  /** Lowest and highest value of the axis; default: that of losses as fractions of a random one. */
  readonly valueRange?: readonly [number, number];
}

export interface PanelPoint {
  readonly elr: number;
  readonly value: number;
  readonly regime: Regime | 'undecided';
}
