import { blend } from '../export/palette.js';

/** Colours of figures that can be seen on a dark page: as they are where they can, else lighter. */

/** WCAG 2: of lines and marks, and of text. */
const LEAST_CONTRAST = { mark: 3, text: 4.5 };
const STEPS = 20;

/** Relative luminance (WCAG 2) of a colour like #12ab34. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast of two colours by WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

/** The colour, with as much white as it needs to be seen on a ground. */
export function seenOn(ground: string, color: string, least: number): string {
  for (let step = 0; step < STEPS; step++) {
    const lighter = blend([color, '#ffffff'], step / STEPS);
    if (contrast(lighter, ground) >= least) return lighter;
  }
  return '#ffffff';
}

const PAINTED = /<(text|[a-z]+)[^>]*?>/g;
const ATTRIBUTE = /(fill|stroke)="(#[0-9a-f]{6})"/g;

/**
 * Style rules that lighten what of these SVG texts cannot be seen on a ground, under `selector`; colours that are `known` have rules of
 * their own.
 */
export function lighterRules(
  svgs: readonly string[],
  {
    ground,
    selector,
    known,
  }: { readonly ground: string; readonly selector: string; readonly known: readonly string[] },
): string {
  const rules = new Set<string>();
  for (const svg of svgs) {
    for (const [tag, name] of svg.matchAll(PAINTED)) {
      const isText = name === 'text';
      for (const [, property, color] of tag.matchAll(ATTRIBUTE)) {
        if (known.includes(color!)) continue;
        const seen = seenOn(ground, color!, isText ? LEAST_CONTRAST.text : LEAST_CONTRAST.mark);
        if (seen !== color)
          rules.add(`${selector} ${isText ? 'text' : ''}[${property}="${color}"] { ${property}: ${seen}; }`);
      }
    }
  }
  // Of a text the stricter rule has the name of an element more, and so goes before.
  return [...rules].toSorted().join('\n  ');
}
