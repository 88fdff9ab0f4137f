import { createRequire } from 'node:module';

const FONT_FILES = ['400Regular/SourceSans3_400Regular.ttf', '600SemiBold/SourceSans3_600SemiBold.ttf'];

/** The fonts of figures, regular and semi-bold: those of the system are not asked, since text without a font vanishes silently. */
export function fontFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return FONT_FILES.map((file) => resolve(`@expo-google-fonts/source-sans-3/${file}`));
}
