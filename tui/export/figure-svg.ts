import * as vega from 'vega';
import type { Figure } from '../figure/figure.js';
import type { ImageOptions } from './image-options.js';
import { type Medium, mediumOf } from './medium.js';
import { vegaSpec } from './vega-spec.js';

/** Vega numbers clipping paths through all figures of a process; its types do not know that they can begin anew. */
const { resetSVGDefIds } = vega as unknown as { resetSVGDefIds(): void };

interface StrictLogger extends vega.LoggerInterface {
  readonly problems: readonly string[];
}

/** Vega only logs errors and draws the rest; half a figure is worse than none. */
function strictLogger(): StrictLogger {
  const problems: string[] = [];
  const keep = (...messages: readonly unknown[]) => {
    problems.push(messages.join(' '));
    return logger;
  };
  const pass = () => logger;
  const level = (value?: number) => (value === undefined ? 0 : logger);
  const logger = { problems, error: keep, warn: keep, info: pass, debug: pass, level } as StrictLogger;
  return logger;
}

/** Draws a figure by a function of Vega's view of it. Fails (Error) where something of it cannot be drawn. */
export async function withView<Result>(
  figure: Figure,
  medium: Medium,
  use: (view: vega.View) => Promise<Result>,
): Promise<Result> {
  const logger = strictLogger();
  const view = new vega.View(vega.parse(vegaSpec(figure, medium)), { renderer: 'none', logger });
  try {
    await view.runAsync();
    const result = await use(view);
    if (logger.problems.length > 0) throw new Error(`the figure cannot be drawn: ${logger.problems[0]}`);
    return result;
  } finally {
    view.finalize();
  }
}

/** The size of an SVG in inches in place of its own units, which stay those of what it shows. */
const inInches = (svg: string, perPoint: number): string =>
  svg.replace(/width="([\d.]+)" height="([\d.]+)"/, (_, ...size: string[]) => {
    const [width, height] = size.map((units) => Number((Number(units) / perPoint / 72).toFixed(4)));
    return `width="${width}in" height="${height}in"`;
  });

/**
 * A figure as the text of an SVG file, 960 x 600 pixels unless said otherwise, or as large on paper as asked for. The same figure
 * gives the same bytes. Fails (Error) where something of it cannot be drawn.
 */
export function figureSvg(figure: Figure, options: ImageOptions = {}): Promise<string> {
  const medium = mediumOf(figure, options);
  return withView(figure, medium, async (view) => {
    resetSVGDefIds();
    const svg = await view.toSVG();
    return medium.perPoint === undefined ? svg : inInches(svg, medium.perPoint);
  });
}
