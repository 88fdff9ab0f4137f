import type { Line } from '../line/styled.js';
import { scrollLimit } from '../line/view-options.js';
import { type Page, pageOf } from '../state/state.js';
import { explanation, explanationLines } from './explanation.js';
import { across, overview, sideBySide } from './figure-views.js';
import { help, helpLines } from './help.js';
import type { Scene, Size, View } from './scene.js';
import { emptyLines } from './states.js';
import { predictionView, runTable } from './tables.js';

const PAGE: Readonly<Record<Page, View>> = {
  overview,
  diagram: across,
  plane: sideBySide,
  bars: sideBySide,
  curves: sideBySide,
  table: predictionView,
  explanation,
  runs: runTable,
  help,
};

/** The lines of the page that is chosen, or what stands in its place while there is nothing to show. */
export function pageLines(scene: Scene, size: Size): readonly Line[] {
  const page = pageOf(scene.state);
  const instead = page === 'help' ? undefined : emptyLines(scene, size.width);
  return instead ?? PAGE[page](scene, size);
}

/** How far a page can be scrolled; undefined if up and down do something else. */
export function pageScrollLimit(page: Page, scene: Scene, { width, height }: Size): number | undefined {
  if (page === 'help') return scrollLimit(helpLines(scene, width).length, height);
  if (page !== 'explanation') return undefined;
  return scrollLimit(explanationLines(scene, width).length, height);
}
