import PDFDocument from 'pdfkit';
import type { Figure } from '../figure/figure.js';
import { withView } from './figure-svg.js';
import { fontFiles } from './fonts.js';
import type { ImageOptions } from './image-options.js';
import { mediumOf } from './medium.js';
import { PdfContext } from './pdf-context.js';

/** Points of a unit of a figure for a screen: 96 of its pixels are an inch. */
const SCREEN_POINT = 0.75;

/**
 * A figure as a PDF of one page of its size, with its font, so that text stays text. Vega draws it as on a canvas. The same figure gives
 * the same bytes: its date is that of no day but of 1970. Fails (Error) where something of it cannot be drawn.
 */
export function figurePdf(figure: Figure, options: ImageOptions = {}): Promise<Uint8Array> {
  const medium = mediumOf(figure, options);
  const scale = medium.perPoint === undefined ? SCREEN_POINT : 1 / medium.perPoint;
  const [regular, bold] = fontFiles();
  return withView(figure, medium, async (view) => {
    // A figure is higher than its medium where a legend would leave no room for it.
    const { left, right, top, bottom } = view.padding() as Record<'left' | 'right' | 'top' | 'bottom', number>;
    const size: [number, number] = [scale * (view.width() + left + right), scale * (view.height() + top + bottom)];
    const info = { Title: figure.title, Creator: 'regimes', CreationDate: new Date(0) };
    const page = new PDFDocument({ size, margin: 0, compress: true, info, font: regular! });
    page.registerFont('regular', regular!);
    page.registerFont('bold', bold!);
    const parts: Uint8Array[] = [];
    page.on('data', (part: Uint8Array) => parts.push(part));
    const done = new Promise<void>((resolve, reject) => page.on('end', resolve).on('error', reject));
    await view.toCanvas(scale, { externalContext: new PdfContext(page) } as object);
    page.end();
    await done;
    return Buffer.concat(parts);
  });
}
