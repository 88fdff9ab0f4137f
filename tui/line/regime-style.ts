import type { Regime } from '../../src/regime/classifier.js';
import { REGIME_MARK } from '../../src/text/regime-mark.js';
import { lineText, type Span } from './styled.js';

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

const marks = (gap: string, name: (regime: string) => string): Span[] =>
  Object.entries(REGIME_STYLE).flatMap(([regime, { mark, color }], i) => [
    { text: i === 0 ? '' : gap },
    { text: mark, color, bold: true },
    { text: ` ${name(regime)}` },
  ]);

/** The marks explained, as one line; where there is room the lines of the plots too. */
export function regimeLegend(width: number): Span[] {
  const full = marks('  ', (regime) => regime);
  const legends: Span[][] = [
    [...full, { text: '  ─ closed form  ┊ threshold  ▲ cursor' }],
    [...full, { text: '  ┊ threshold' }],
    full,
    marks('  ', (regime) => regime.replace('chaotic ', '')),
    marks(' ', (regime) => regime.slice(0, 4)),
  ];
  return legends.find((legend) => lineText(legend).length <= width) ?? legends.at(-1)!;
}
