import { Resvg } from '@resvg/resvg-js';
import { fontFiles } from './fonts.js';
import { FONT_NAME } from './palette.js';

/** An SVG as PNG, `scale` pixels for each of its own: two are sharp on a projector. */
export function svgToPng(svg: string, scale = 2): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: FONT_NAME },
  });
  return image.render().asPng();
}
