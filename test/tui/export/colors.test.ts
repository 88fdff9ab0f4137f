import { describe, expect, it } from 'vitest';
import { elrColor, elrSpan } from '../../../tui/export/elr-colors.js';
import { GROUND, REGIME_LOOK } from '../../../tui/export/palette.js';

/** Colours as eyes with one kind of cone missing see them, and how far apart they are: written here from the papers. */

type Triple = readonly [number, number, number];

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
const DEFICIENCY: Readonly<Record<string, readonly Triple[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

/** sRGB to linear light (IEC 61966-2-1). */
const linear = (hex: string): number[] =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });

const times = (matrix: readonly Triple[], [a, b, c]: readonly number[]): number[] =>
  matrix.map(([x, y, z]) => x * a! + y * b! + z * c!);

const TO_XYZ: readonly Triple[] = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];

/** CIELAB of what is seen, white being that of D65. */
function lab(hex: string, deficiency = 'normal'): Triple {
  const seen = times(DEFICIENCY[deficiency]!, linear(hex)).map((value) => Math.min(1, Math.max(0, value)));
  const [x, y, z] = times(TO_XYZ, seen).map((value, i) => {
    const part = value / [0.95047, 1, 1.08883][i]!;
    return part > (6 / 29) ** 3 ? Math.cbrt(part) : part / (3 * (6 / 29) ** 2) + 4 / 29;
  });
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)];
}

/** CIE 1976: about 2.3 can just be told apart side by side. */
const distance = (a: string, b: string, deficiency: string): number => {
  const [p, q] = [lab(a, deficiency), lab(b, deficiency)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
};

const pairs = (colors: readonly string[]): [string, string][] =>
  colors.flatMap((a, i) => colors.slice(i + 1).map((b): [string, string] => [a, b]));

const nearest = (colors: readonly string[], deficiency: string): number =>
  Math.min(...pairs(colors).map(([a, b]) => distance(a, b, deficiency)));

const REGIMES = ['convergence', 'chaotic equilibrium', 'divergence'] as const;

describe.each(Object.keys(DEFICIENCY))('with %s sight', (deficiency) => {
  it('the three regimes are far apart, as marks and as grounds', () => {
    // Ten just noticeable differences between marks, which are small and apart; five between grounds, which touch.
    expect(
      nearest(
        REGIMES.map((regime) => REGIME_LOOK[regime].color),
        deficiency,
      ),
    ).toBeGreaterThan(23);
    expect(
      nearest(
        REGIMES.map((regime) => GROUND[regime]),
        deficiency,
      ),
    ).toBeGreaterThan(11.5);
  });

  it('ELRs are ordered by lightness, in steps of one size, and seen on white', () => {
    const span = [1e-4, 1] as const;
    const colors = Array.from({ length: 9 }, (_, i) => elrColor(1e-4 * 10 ** (i / 2), span));
    const lightness = colors.map((color) => lab(color, deficiency)[0]);
    const steps = lightness.slice(1).map((value, i) => value - lightness[i]!);
    expect(Math.min(...steps)).toBeGreaterThan(4);
    // Viridis is made for even steps; that of a colour-blind eye are so within a factor 2 of their mean.
    expect(Math.max(...steps)).toBeLessThan((2 * (lightness.at(-1)! - lightness[0]!)) / steps.length);
    expect(distance(colors.at(-1)!, '#ffffff', deficiency)).toBeGreaterThan(23);
  });
});

it('the measure tells red from green with normal sight, and not with deuteranopia', () => {
  const [red, green] = ['#c05020', '#708000'];
  expect(distance(red, green, 'normal')).toBeGreaterThan(46);
  expect(distance(red, green, 'deuteranopia')).toBeLessThan(23);
});

it('lines have the colours of their ELRs only where these differ', () => {
  expect(
    elrSpan([
      { kind: 'line', elr: 0.1 },
      { kind: 'line', elr: 0.1 },
    ]),
  ).toBeUndefined();
  expect(
    elrSpan([
      { kind: 'theory', elr: 0.1 },
      { kind: 'line', elr: 0.2 },
    ]),
  ).toBeUndefined();
  expect(
    elrSpan([
      { kind: 'path', elr: 0.1 },
      { kind: 'line', elr: 0.2 },
    ]),
  ).toEqual([0.1, 0.2]);
});
