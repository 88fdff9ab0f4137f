import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { FONT_NAME } from './palette.js';

const FONT_FILES = ['400Regular/SourceSans3_400Regular.ttf', '600SemiBold/SourceSans3_600SemiBold.ttf'];

/** The fonts of figures: those of the system are not asked, since text without a font vanishes silently. */
function fontFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return FONT_FILES.map((file) => resolve(`@expo-google-fonts/source-sans-3/${file}`));
}

/** An SVG as PNG, `scale` pixels for each of its own: two are sharp on a projector. */
export function svgToPng(svg: string, scale = 2): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: FONT_NAME },
  });
  return image.render().asPng();
}
