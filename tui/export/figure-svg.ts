import { type LoggerInterface, parse, View } from 'vega';
import type { Figure } from '../figure/figure.js';
import { vegaSpec } from './vega-spec.js';
import type { ImageOptions } from './write-figure.js';

/** Vega tells its log what went wrong and draws the rest; half a figure is worse than none. */
function strictLogger(): LoggerInterface & { readonly problems: string[] } {
  const problems: string[] = [];
  const add = (...messages: readonly unknown[]) => {
    problems.push(messages.join(' '));
    return logger;
  };
  const pass = () => logger;
  const logger = {
    ...{ problems, error: add, warn: add, info: pass, debug: pass },
    level: (value?: number) => (value === undefined ? 0 : logger),
  } as LoggerInterface & { readonly problems: string[] };
  return logger;
}

/**
 * A figure as the text of an SVG file, 960 x 600 pixels unless said otherwise. The same figure gives the same bytes. Fails
 * (Error) where something of it cannot be drawn.
 */
export async function figureSvg(figure: Figure, { width = 960, height = 600 }: ImageOptions = {}): Promise<string> {
  const logger = strictLogger();
  const view = new View(parse(vegaSpec(figure, { width, height })), { renderer: 'none', logger });
  try {
    const svg = await view.toSVG();
    if (logger.problems.length > 0) throw new Error(`the figure cannot be drawn: ${logger.problems[0]}`);
    return svg;
  } finally {
    view.finalize();
  }
}
