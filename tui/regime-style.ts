import type { Regime } from '../src/regime.js';
import type { Span } from './styled.js';

export interface RegimeStyle {
  readonly mark: string;
  readonly color: string;
}

/** One mark and one colour a regime, everywhere; the colours differ for colour-blind eyes too. */
export const REGIME_STYLE: Readonly<Record<Regime | 'undecided', RegimeStyle>> = {
  convergence: { mark: 'o', color: 'cyan' },
  'chaotic equilibrium': { mark: '*', color: 'yellow' },
  divergence: { mark: 'x', color: 'magenta' },
  undecided: { mark: '?', color: 'gray' },
};

/** The marks explained, as one line. */
export const regimeLegend = (): Span[] =>
  Object.entries(REGIME_STYLE).flatMap(([regime, { mark, color }]) => [
    { text: mark, color, bold: true },
    { text: ` ${regime}  ` },
  ]);
