/** Width of a character of the font of figures, in parts of its size; without a browser nobody else knows it. */
function charWidth(char: string): number {
  if (/[ijltfrI.,:;|'()[\]\-/ ]/.test(char)) return 0.3;
  if (/[mwMW%—]/.test(char)) return 0.84;
  return /[A-Z=+<>²]/.test(char) ? 0.6 : 0.51;
}

/** About how wide a text is, rather more than less. */
export const textWidth = (text: string, size: number): number =>
  size * [...text].reduce((sum, char) => sum + charWidth(char), 0);

/** A text in lines that fit, broken between words; a word that is longer than a line stays whole. */
export function wrapped(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
