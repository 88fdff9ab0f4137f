import type { Bracket } from '../src/measure.js';
import { formatNumber } from '../src/text/output.js';
import { FACTS, networkFacts, toyFacts } from './facts.js';
import { AXIS_LINES, lossPlot } from './loss-plot.js';
import type { Panel } from './panel.js';
import { regimeLegend } from './regime-style.js';
import { runList, runListLines } from './run-list.js';
import { besides, fitHeight, type Line, plainLine } from './styled.js';
import type { SweepView } from './sweep-view.js';
import { firstFitting, GAP, halfWidth, title, type ViewOptions, WAITING } from './view-options.js';

/** Lines around the plots: legend, titles, thresholds, axes, facts. */
const FIXED = 1 + 1 + 1 + AXIS_LINES + FACTS;
/** Lines of a view from which on the runs are listed too: a terminal of 34 rows. */
const TALL = 31;
const PLOT = { smallest: 4, smallestAboveList: 8, largest: 30 };

/** Rows of the plots, and of the list of runs below them. */
function rowsOf(height: number, listLines: number): { plot: number; list: number } {
  const free = height - FIXED;
  const { smallest, smallestAboveList, largest } = PLOT;
  if (height < TALL) return { plot: Math.max(smallest, Math.min(largest, free)), list: 0 };
  const plot = Math.max(smallestAboveList, Math.min(largest, free - listLines));
  return { plot, list: free - plot };
}

const bracketText = ({ below, above }: Bracket): string =>
  below === null || above === null ? '?' : `${formatNumber(below)}..${formatNumber(above)}`;

const numbers = ({ thresholds }: Panel, count: number): string[] =>
  thresholds.slice(0, count).map(({ elr }) => formatNumber(elr, 3));

/** Where the regimes change on the side of the toy. */
export function toyThresholds({ sides }: SweepView, width: number): Line {
  const [first, second] = numbers(sides.toy, 2);
  return plainLine(firstFitting(width, `┊ thresholds ${first} and ${second}`, `┊ ${first} and ${second}`));
}

/** Where the regimes change for the network: as read from its runs in equilibrium, and between which runs it was seen. */
export function networkThresholds({ sides, verification }: SweepView, width: number): Line {
  const { convergence, divergence } = verification.thresholds;
  const [first, second] = [bracketText(convergence), bracketText(divergence)];
  if (first === '?' && second === '?') return plainLine(firstFitting(width, 'no threshold seen yet'));
  if (sides.network.thresholds.length === 0)
    return plainLine(firstFitting(width, `seen between runs ${first} and ${second}`, `seen ${first}, ${second}`));
  const read = numbers(sides.network, 2).join(' and ');
  return plainLine(
    firstFitting(
      width,
      `┊ read ${read}; seen between runs ${first} and ${second}`,
      `┊ read ${read}; seen ${first}, ${second}`,
      `┊ ${read}; seen ${first}`,
      `┊ ${numbers(sides.network, 1)}; seen ${first}`,
    ),
  );
}

const panelTitle = ({ title: name }: Panel, width: number): Line =>
  title(firstFitting(width, `${name}: loss / random loss`, `${name}: loss/random`, name));

/** Loss against ELR on both sides, the numbers under the cursor and, where there is room, every run. */
export function overview(view: SweepView, { width, height, cursor }: ViewOptions): Line[] {
  const { sides, elrs } = view;
  const elr = elrs[cursor];
  const toyElr = sides.toyElrs[cursor];
  if (elr === undefined || toyElr === undefined) return fitHeight([plainLine(WAITING)], height) as Line[];
  const half = halfWidth(width);
  const rows = rowsOf(height, runListLines(view, width));
  const plot = { width: half, height: rows.plot };
  const left = [
    panelTitle(sides.toy, half),
    toyThresholds(view, half),
    ...lossPlot(sides.toy, { ...plot, cursor: toyElr }),
    ...toyFacts(view, toyElr, half),
  ];
  const right = [
    panelTitle(sides.network, half),
    networkThresholds(view, half),
    ...lossPlot(sides.network, { ...plot, cursor: elr }),
    ...networkFacts(view, elr, half),
  ];
  const list = rows.list > 0 ? runList(view, { width, height: rows.list, cursor }) : [];
  return fitHeight([regimeLegend(width), ...besides(left, right, half, GAP), ...list], height) as Line[];
}
