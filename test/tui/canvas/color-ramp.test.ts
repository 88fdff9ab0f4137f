import { describe, expect, it } from 'vitest';
import { valueRamp, valueStyle } from '../../../tui/canvas/cell-style.js';
import { colorRamp } from '../../../tui/canvas/color-ramp.js';
import { shownLimits } from '../../../tui/canvas/shown-limits.js';
import type { FigureCells } from '../../../tui/figure/figure.js';

/** The sixteen colours as xterm has them. */
const XTERM: Readonly<Record<string, string>> = {
  ...{ blue: '#0000ee', blueBright: '#5c5cff', cyan: '#00cdcd', cyanBright: '#00ffff' },
  whiteBright: '#ffffff',
};
const CUBE = [0, 95, 135, 175, 215, 255];

function rgbOf(name: string): number[] {
  const ansi = /^ansi256\((\d+)\)$/.exec(name);
  if (ansi === null) return (XTERM[name] ?? name).match(/[\da-f]{2}/g)!.map((text) => Number.parseInt(text, 16));
  const place = Number(ansi[1]) - 16;
  return [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((level) => CUBE[level]!);
}

/** Lightness L* of CIELAB, by its definition from sRGB: an independent measure of how bright a colour looks. */
function lightness(name: string): number {
  const [red, green, blue] = rgbOf(name).map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  return luminance <= 0.008856 ? 903.3 * luminance : 116 * Math.cbrt(luminance) - 16;
}

describe('colours of numbers', () => {
  it.each([
    [4, 5],
    [8, 12],
    [24, 48],
  ])('with %i bits are %i, each brighter than the one before', (bits, count) => {
    const ramp = colorRamp(bits);
    expect(ramp).toHaveLength(count);
    const steps = ramp.map(lightness).map((value, i, all) => value - (all[i - 1] ?? 0));
    for (const step of steps.slice(1)) expect(step).toBeGreaterThan(0);
    // No step hides another: with millions of colours none is three times the mean, by which bands would be seen.
    const mean = (lightness(ramp.at(-1)!) - lightness(ramp[0]!)) / (count - 1);
    if (bits === 24) expect(Math.max(...steps.slice(1))).toBeLessThan(3 * mean);
  });

  it('are marks of ten or five steps where there is no colour', () => {
    expect(valueRamp({ isAscii: true, color: false })).toHaveLength(10);
    expect(valueRamp({ isAscii: false, color: false })).toHaveLength(5);
    const ramp = valueRamp({ isAscii: true, color: false });
    expect([0, 0.55, 1, 7].map((value) => valueStyle(value, [0, 1], ramp).mark).join('')).toBe(' +@@');
  });
});

describe('the limits that colours tell apart', () => {
  const cells = (values: number[], isLogarithm = false): FigureCells => ({
    ...{ x: values, y: [1], label: 'l', kind: 'numbers', values: [values], isLogarithm },
  });
  const ramp = Array.from({ length: 101 }, (_, i) => i);

  it('are the least and the largest of few cells, and leave 2% of many beyond either end', () => {
    expect(shownLimits(cells([3, 1, 2]))).toEqual({ limits: [1, 3], isBelow: false, isAbove: false });
    expect(shownLimits(cells(ramp))).toEqual({ limits: [2, 98], isBelow: true, isAbove: true });
  });

  it('span at most six decades, counted from above, of logarithms', () => {
    const logs = ramp.map((i) => -160 + 1.6 * i);
    expect(shownLimits(cells(logs, true)).limits.map((value) => Number(value.toFixed(6)))).toEqual([-9.2, -3.2]);
    expect(shownLimits(cells([1, 2, Number.NEGATIVE_INFINITY], true))).toEqual({
      ...{ limits: [1, 2], isBelow: true, isAbove: false },
    });
  });

  it('are those of all cells where hardly any differs', () => {
    expect(shownLimits(cells([...Array(100).fill(5), 7])).limits).toEqual([5, 7]);
    expect(shownLimits(cells([5, 5])).limits).toEqual([5, 5]);
  });
});
