import * as vega from 'vega';
import type { Figure } from '../figure/figure.js';
import type { ImageOptions } from './image-options.js';
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

/**
 * A figure as the text of an SVG file, 960 x 600 pixels unless said otherwise. The same figure gives the same bytes. Fails
 * (Error) where something of it cannot be drawn.
 */
export async function figureSvg(figure: Figure, { width = 960, height = 600 }: ImageOptions = {}): Promise<string> {
  const logger = strictLogger();
  const view = new vega.View(vega.parse(vegaSpec(figure, { width, height })), { renderer: 'none', logger });
  try {
    await view.runAsync();
    resetSVGDefIds();
    const svg = await view.toSVG();
    if (logger.problems.length > 0) throw new Error(`the figure cannot be drawn: ${logger.problems[0]}`);
    return svg;
  } finally {
    view.finalize();
  }
}
