import { type Line, plainLine } from './styled.js';
import { paragraph, scrolled, title, type ViewOptions } from './view-options.js';

/** A key and what it does; without a key: plain sentences. */
const HELP: readonly (readonly [string, string])[] = [
  ['', 'Left the toy model, right a network, both at the same k = ELR / threshold: below k = 1 training converges.'],
  ['', ''],
  ['o', 'overview: loss / loss of random points, against ELR'],
  ['', 'marks: runs, by regime; line: closed form; ┊ its thresholds; ▲ ELR of the cursor'],
  ['c', 'curves: loss against step of the run at the cursor'],
  ['r', 'runs: each with regime, numbers, the reason below'],
  ['t', 'table: predictions, numbers, verdicts'],
  ['← → h l', 'another ELR'],
  ['↑ ↓ k j', 'another ELR; table and help: scroll'],
  ['PgUp PgDn', 'scroll by a screen'],
  ['? Esc', 'this page, back'],
  ['q Ctrl-C', 'quit; finished runs are kept, the same command continues a sweep'],
  ['', ''],
  ['EGN ESS', 'effective gradient norm; effective step size, ELR x EGN'],
  ['shares', 'part of each group in the squared norm'],
  ['g_i/sum', 'what the shares are in equilibrium; ess_i are then equal'],
];
const KEY = 10;

/** All lines of the help page. */
export const helpLines = (width: number): Line[] => [
  title('Help'),
  ...HELP.flatMap(([key, text], i) => {
    const indent = i === 0 ? 0 : KEY;
    return paragraph(text, width - indent).map((line, j) =>
      plainLine(`${(j === 0 ? key : '').padEnd(indent)}${line[0]!.text}`),
    );
  }),
];

/** The help page; longer than the screen it scrolls. */
export const help = (options: ViewOptions): Line[] => scrolled(helpLines(options.width), options);
