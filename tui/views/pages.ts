import { curves } from './curves.js';
import { help, helpLines } from './help.js';
import { overview } from './overview.js';
import type { Line } from './styled.js';
import type { SweepView } from './sweep-view.js';
import { runs, table, tableLines } from './tables.js';
import { scrollLimit, type ViewOptions } from './view-options.js';

export const VIEWS = ['overview', 'curves', 'runs', 'table'] as const;
export type ViewName = (typeof VIEWS)[number];
/** What fills the screen between the title and the keys. */
export type Page = ViewName | 'help';

export const PAGE: Readonly<Record<Page, (view: SweepView, options: ViewOptions) => Line[]>> = {
  overview,
  curves,
  runs,
  table,
  help: (_, options) => help(options),
};

/** How far a page can be scrolled; undefined where up and down move the cursor instead. */
export function pageScrollLimit(
  page: Page,
  view: SweepView,
  { width, height }: Pick<ViewOptions, 'width' | 'height'>,
): number | undefined {
  if (page === 'help') return scrollLimit(helpLines(width).length, height);
  return page === 'table' ? scrollLimit(tableLines(view, width).length - 1, height - 1) : undefined;
}
