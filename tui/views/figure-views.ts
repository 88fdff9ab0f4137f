import { figureLines, footLinesOf } from '../canvas/canvas.js';
import type { Figure } from '../figure/figure.js';
import { besides, fitHeight, type Line, lineText } from '../line/styled.js';
import { GAP, halfWidth } from '../line/view-options.js';
import type { Side } from '../state/state.js';
import type { SceneFigures } from './figures/scene-figures.js';
import { figuresOf } from './figures.js';
import { headline } from './headline.js';
import { FACTS, FEW_FACTS, networkFacts } from './network-facts.js';
import { runList, runListLines } from './run-list.js';
import type { Scene, Size } from './scene.js';
import { toyFacts } from './toy-facts.js';

/** Lines of a view from which on the runs are listed too: a terminal of 34 rows. */
const TALL = 30;
/** Lines of a figure: those that are readable, those above a list, and the fewest that have a plot. */
const FIGURE = { smallest: 8, aboveList: 12, lowest: 7 };

/** The title of the side that has the focus stands out: its words, not what is blank behind them. */
function focused(lines: readonly Line[], isFocused: boolean): readonly Line[] {
  const [title, ...rest] = lines;
  if (title === undefined || !isFocused) return lines;
  const words = lineText(title).trimEnd();
  return [[{ text: words, bold: true, inverse: true }, { text: lineText(title).slice(words.length) }], ...rest];
}

/** Figures of one side below one another, in exactly the size given. */
function stacked(
  figures: readonly Figure[],
  { glyphs, color, colorBits, state }: Scene,
  side: Side,
  { width, height, beside = [] }: Size & { readonly beside?: readonly Figure[] },
): readonly Line[] {
  const lines = figures.flatMap((figure, i) => {
    const share = Math.floor(((i + 1) * height) / figures.length) - Math.floor((i * height) / figures.length);
    const options = { width, height: share, glyphs, color, colorBits };
    const other = beside[i];
    return figureLines(figure, { ...options, footLines: other === undefined ? 0 : footLinesOf(other, options) });
  });
  return focused(lines, state.side === side);
}

/** Facts of both sides below their figures. */
const factLines = (scene: Scene, half: number): Line[] =>
  besides(toyFacts(scene, half), networkFacts(scene, half), half, GAP);

/** Lines of facts that leave a number of figures below one another readable. */
const factsFor = (height: number, figures: number): number =>
  [FACTS, FEW_FACTS].find((facts) => height >= facts + figures * FIGURE.smallest) ?? 0;

/** Figures of both sides beside one another; those of the network alone have the whole width. */
function bothSides(figures: SceneFigures, scene: Scene, { width, height }: Size): Line[] {
  if (figures.toy.length === 0) return [...stacked(figures.network, scene, 'network', { width, height })];
  const half = halfWidth(width);
  const size = { width: half, height };
  const toy = stacked(figures.toy, scene, 'toy', { ...size, beside: figures.network });
  const network = stacked(figures.network, scene, 'network', { ...size, beside: figures.toy });
  return besides(toy, network, half, GAP);
}

/** Toy left, network right, in a low terminal the first figure of each alone, the facts of the cursor below each and, where there is room, every run. */
export function sideBySide(scene: Scene, { width, height }: Size): Line[] {
  const all = figuresOf(scene);
  if (all === undefined) return [];
  const half = halfWidth(width);
  const most = Math.max(1, Math.floor(height / FIGURE.lowest));
  const figures = { toy: all.toy.slice(0, most), network: all.network.slice(0, most) };
  const count = Math.max(figures.toy.length, figures.network.length);
  const facts = factsFor(height, count);
  const wanted = scene.state.view === 'overview' && height >= TALL ? runListLines(scene, width) : 0;
  const list = Math.max(0, Math.min(wanted, height - facts - FIGURE.aboveList));
  const size = { width, height: height - facts - list };
  return fitHeight(
    [
      ...bothSides(figures, scene, size),
      ...factLines(scene, half).slice(0, facts),
      ...(list > 0 ? runList(scene, { width, height: list }) : []),
    ],
    height,
  ) as Line[];
}

/** The first view: what this is and what was found, above both sides. */
export function overview(scene: Scene, size: Size): Line[] {
  const head = headline(scene, size);
  return [...head, ...sideBySide(scene, { ...size, height: size.height - head.length })];
}

/** One figure of both across the whole width, the facts of the cursor below. */
export function across(scene: Scene, { width, height }: Size): Line[] {
  const figures = figuresOf(scene);
  if (figures === undefined) return [];
  const facts = factsFor(height, 1);
  const size = { width, height: height - facts };
  const lines = stacked(figures.toy, scene, scene.state.side, size);
  return fitHeight([...lines, ...factLines(scene, halfWidth(width)).slice(0, facts)], height) as Line[];
}
