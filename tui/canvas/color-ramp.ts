/**
 * Colours from the least to the largest of numbers, ordered by how bright they look, so that a map can be read without its key and in
 * grey. As many steps as a terminal has colours for. Red stays free for what collapsed.
 */

/** Of the sixteen colours whose hues are the terminal's own: one family, from dark to bright. */
const SIXTEEN = ['blue', 'blueBright', 'cyan', 'cyanBright', 'whiteBright'];
const STEPS = 48;
/** Brightest and darkest that text in black can be read on. */
const BRIGHTNESS = [0.22, 0.93] as const;
/** Where the helix begins among the hues, from red over green to blue, and how often it winds. */
const HELIX = { start: 0.5, turns: -0.9, hue: 1 };

type Rgb = readonly [red: number, green: number, blue: number];

/** Cubehelix (D. A. Green, 2011): hues wind about the greys while the perceived brightness rises evenly. Parts from 0 to 1. */
function cubehelix(brightness: number): Rgb {
  const angle = 2 * Math.PI * (HELIX.start / 3 + 1 + HELIX.turns * brightness);
  const amplitude = (HELIX.hue * brightness * (1 - brightness)) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const part = (a: number, b: number): number => Math.min(1, Math.max(0, brightness + amplitude * (a * cos + b * sin)));
  return [part(-0.14861, 1.78277), part(-0.29227, -0.90649), part(1.97294, 0)];
}

/** Perceived brightness from 0 to 1, by the weights that the helix is built on. */
const brightnessOf = ([red, green, blue]: Rgb): number => 0.3 * red + 0.59 * green + 0.11 * blue;

const byte = (part: number): number => Math.round(255 * part);
const hex = (color: Rgb): string => `#${color.map((part) => byte(part).toString(16).padStart(2, '0')).join('')}`;

/** Levels of the 6 x 6 x 6 cube of terminals with 256 colours, which begins at number 16. */
const LEVELS = [0, 95, 135, 175, 215, 255].map((level) => level / 255);

const nearestLevel = (part: number): number =>
  LEVELS.reduce((best, level, i) => (Math.abs(level - part) < Math.abs(LEVELS[best]! - part) ? i : best), 0);

/** The colours of the cube that the helix passes, each brighter than the one before. */
function cubeRamp(colors: readonly Rgb[]): string[] {
  const names: string[] = [];
  let last = -1;
  for (const color of colors) {
    const [red, green, blue] = color.map(nearestLevel) as [number, number, number];
    const brightness = brightnessOf([LEVELS[red]!, LEVELS[green]!, LEVELS[blue]!]);
    if (!(brightness > last + 1e-9)) continue;
    names.push(`ansi256(${16 + 36 * red + 6 * green + blue})`);
    last = brightness;
  }
  return names;
}

const helix: readonly Rgb[] = Array.from({ length: STEPS }, (_, i) =>
  cubehelix(BRIGHTNESS[0] + ((BRIGHTNESS[1] - BRIGHTNESS[0]) * i) / (STEPS - 1)),
);

const RAMPS: Readonly<Record<number, readonly string[]>> = { 4: SIXTEEN, 8: cubeRamp(helix), 24: helix.map(hex) };

/** Names of colours from dark to bright, for a terminal that has so many bits of them: 4, 8 or 24. */
export const colorRamp = (bits = 4): readonly string[] => RAMPS[bits] ?? SIXTEEN;
