import type { BalancePoint } from '../../../src/run/balance-record.js';

type Known = readonly [mean: number, error: number];

export interface PointOptions {
  readonly slope: Known;
  readonly curvature: Known;
  readonly step?: number;
  readonly change?: Known;
}

/** A point with these slopes and curvatures; loss 1 and squared EGN 100 exactly. */
export const point = ({ slope, curvature, change, step = 64 }: PointOptions): BalancePoint => ({
  step,
  loss: { mean: 1, error: 0 },
  squaredEgn: { mean: 100, error: 0 },
  slope: { mean: slope[0], error: slope[1] },
  curvature: { mean: curvature[0], error: curvature[1] },
  ...(change && { change: { mean: change[0], error: change[1] } }),
});

export const exactPoint = (slope: number, curvature: number, step = 64): BalancePoint =>
  point({ slope: [slope, 0], curvature: [curvature, 0], step });
