import type { Regime } from '../regime/regime.js';

/** One mark a regime, everywhere. */
export const REGIME_MARK: Readonly<Record<Regime | 'undecided', string>> = {
  convergence: 'o',
  'chaotic equilibrium': '*',
  divergence: 'x',
  undecided: '?',
};
