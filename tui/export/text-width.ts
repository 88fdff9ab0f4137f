/** Width of a character of the font of figures, in parts of its size; without a browser nobody else knows it. */
function charWidth(char: string): number {
  if (/[ijltfrI.,:;|'()[\]\-/ ]/.test(char)) return 0.3;
  if (/[mwMW%—]/.test(char)) return 0.84;
  return /[A-Z=+<>²]/.test(char) ? 0.6 : 0.51;
}

/** About how wide a text is, rather more than less. */
export const textWidth = (text: string, size: number): number =>
  size * [...text].reduce((sum, char) => sum + charWidth(char), 0);
