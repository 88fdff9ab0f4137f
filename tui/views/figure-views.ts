import { figureLines } from '../canvas/canvas.js';
import type { Figure } from '../figure/figure.js';
import { besides, fitHeight, type Line } from '../line/styled.js';
import { GAP, halfWidth } from '../line/view-options.js';
import type { Side } from '../state/state.js';
import { figuresOf } from './figures.js';
import { FACTS, networkFacts } from './network-facts.js';
import { runList, runListLines } from './run-list.js';
import type { Scene, Size } from './scene.js';
import { toyFacts } from './toy-facts.js';

/** Lines of a view from which on the runs are listed too: a terminal of 34 rows. */
const TALL = 30;
/** Lines of a figure: the fewest that are readable, and those above a list. */
const FIGURE = { smallest: 8, aboveList: 12 };

/** The title of the side that has the focus stands out. */
const focused = (lines: readonly Line[], isFocused: boolean): Line[] =>
  lines.map((line, i) => (i === 0 && isFocused ? line.map((span) => ({ ...span, inverse: true })) : line)) as Line[];

/** Figures of one side below one another, in exactly the size given. */
function stacked(figures: readonly Figure[], { glyphs, color, state }: Scene, side: Side, size: Size): Line[] {
  const { width, height } = size;
  const lines = figures.flatMap((figure, i) => {
    const share = Math.floor(((i + 1) * height) / figures.length) - Math.floor((i * height) / figures.length);
    return figureLines(figure, { width, height: share, glyphs, color });
  });
  return focused(lines, state.side === side);
}

/** Facts of both sides below their figures. */
export const factLines = (scene: Scene, half: number): Line[] =>
  besides(toyFacts(scene, half), networkFacts(scene, half), half, GAP);

/** Toy left, network right, the facts of the cursor below each and, where there is room, every run. */
export function sideBySide(scene: Scene, { width, height }: Size): Line[] {
  const figures = figuresOf(scene);
  if (figures === undefined) return [];
  const half = halfWidth(width);
  const count = Math.max(figures.toy.length, figures.network.length);
  const facts = height >= FACTS + count * FIGURE.smallest ? FACTS : 0;
  const wanted = scene.state.view === 'overview' && height >= TALL ? runListLines(scene, width) : 0;
  const list = Math.max(0, Math.min(wanted, height - facts - FIGURE.aboveList));
  const size = { width: half, height: height - facts - list };
  return fitHeight(
    [
      ...besides(stacked(figures.toy, scene, 'toy', size), stacked(figures.network, scene, 'network', size), half, GAP),
      ...(facts > 0 ? factLines(scene, half) : []),
      ...(list > 0 ? runList(scene, { width, height: list }) : []),
    ],
    height,
  ) as Line[];
}

/** One figure of both across the whole width, the facts of the cursor below. */
export function across(scene: Scene, { width, height }: Size): Line[] {
  const figures = figuresOf(scene);
  if (figures === undefined) return [];
  const facts = height >= FACTS + FIGURE.smallest ? FACTS : 0;
  const size = { width, height: height - facts };
  const lines = stacked(figures.toy, scene, scene.state.side, size);
  return fitHeight([...lines, ...(facts > 0 ? factLines(scene, halfWidth(width)) : [])], height) as Line[];
}
