import { escaped, type Markup, raw } from './html.js';

/** The root of a figure as Vega writes it, up to its view box. */
const ROOT = /^<svg [^>]*viewBox="([^"]*)"[^>]*>/;

/**
 * The text of an SVG file as part of a page: as wide as there is room, its names of clipping paths and gradients apart from those of
 * other figures, and with a name for those who hear the page. Throws (Error) for what is no figure.
 */
export function inlineSvg(svg: string, { prefix, label }: { readonly prefix: string; readonly label: string }): Markup {
  const box = ROOT.exec(svg)?.[1];
  if (box === undefined) throw new Error('not the SVG of a figure');
  const body = svg
    .slice(svg.match(ROOT)![0].length)
    .replace(/\bid="([^"]+)"/g, (_, id: string) => `id="${prefix}${id}"`)
    .replace(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${prefix}${id})`);
  const name = escaped(label);
  return raw(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${name}" viewBox="${box}">${body}`);
}
