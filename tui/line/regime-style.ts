import type { Regime } from '../../src/regime/regime.js';
import { REGIME_MARK } from '../../src/text/regime-mark.js';

export interface RegimeStyle {
  readonly mark: string;
  readonly color: string;
}

/** One mark and one colour a regime, everywhere; the colours differ for colour-blind eyes too. */
export const REGIME_STYLE: Readonly<Record<Regime | 'undecided', RegimeStyle>> = {
  convergence: { mark: REGIME_MARK.convergence, color: 'cyan' },
  'chaotic equilibrium': { mark: REGIME_MARK['chaotic equilibrium'], color: 'yellow' },
  divergence: { mark: REGIME_MARK.divergence, color: 'magenta' },
  undecided: { mark: REGIME_MARK.undecided, color: 'gray' },
};

/** A run that has not come to its end, running or stopped: nothing is decided yet. */
export const UNFINISHED: RegimeStyle = { mark: '%', color: 'gray' };
/** A run that failed before its regime could be seen, and one that cannot be read. */
export const FAILED: RegimeStyle = { mark: 'F', color: 'red' };
export const DAMAGED: RegimeStyle = { mark: 'D', color: 'red' };
/** Of the toy where nothing is computed, or not yet. */
export const NOT_COMPUTED: RegimeStyle = { mark: '-', color: 'gray' };
