import { unzlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { figureCaption } from '../../../tui/export/caption.js';
import { figurePdf } from '../../../tui/export/figure-pdf.js';
import { figureSvg } from '../../../tui/export/figure-svg.js';
import { REGIME_LOOK } from '../../../tui/export/palette.js';
import { paperOf } from '../../../tui/export/paper.js';
import { svgToPng } from '../../../tui/export/png.js';
import type { Figure } from '../../../tui/figure/figure.js';
import { figureOf, seriesOf } from '../figure/example.js';
import { decodePng } from './png.js';

const FIGURE: Figure = {
  ...figureOf([
    { name: 'runs', kind: 'points', points: [{ x: 1e-3, y: 0.5, error: 0.1, regime: 'convergence' }] },
    {
      ...seriesOf('theory', [
        [1e-4, 0.1],
        [1, 0.9],
      ]),
      name: 'closed form',
    },
  ]),
  title: 'convnet width 4, fashion-mnist, batch 16: loss against ELR',
  x: { label: 'ELR', scale: 'logarithmic', range: [1e-4, 1] },
  y: { label: 'loss / loss of random points', scale: 'linear', range: [0, 1] },
  marks: [{ x: 1e-2, name: 'k = 1 by R', kind: 'threshold' }],
  bands: [{ from: 1e-3, to: 1e-2, name: 'threshold between runs' }],
  notes: ['a remark'],
};

/** Heights of all texts of an SVG in points: units of the drawing times the size of a unit. */
function pointsOfText(svg: string): number[] {
  const [, inches, width] = /width="([\d.]+)in" height="[\d.]+in" viewBox="0 0 ([\d.]+) /.exec(svg)!.map(Number);
  return [...svg.matchAll(/<text[^>]*font-size="([\d.]+)px"/g)].map(
    ([, size]) => (Number(size) * inches! * 72) / width!,
  );
}

const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

describe('sizes on paper', () => {
  it('are those of journals, or any width from 2 to 20 inches', () => {
    expect(paperOf('column')).toMatchObject({ width: 252, text: 7.5 });
    expect(paperOf('page').width).toBe(504);
    expect(paperOf('slide')).toMatchObject({ width: 720, height: 405, text: 16 });
    // 25.4 mm are an inch of 72 points.
    expect(paperOf('86mm').width).toBeCloseTo((86 / 25.4) * 72, 9);
    expect(paperOf('3.25in').width).toBe(234);
    for (const wrong of ['poster', '86', '86 mm', '10mm', '21in', 'NaNin', '-3in'])
      expect(() => paperOf(wrong)).toThrow(`--size ${wrong}; allowed: column, page, slide, or a width`);
  });

  it.each(['column', 'page', '86mm'])(
    '%s: every text is 7 to 8 points high, without title and remarks',
    async (size) => {
      const svg = await figureSvg(FIGURE, { paper: paperOf(size) });
      const sizes = pointsOfText(svg);
      expect(sizes.length).toBeGreaterThan(10);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(7);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
      expect(texts(svg)).toEqual(expect.arrayContaining(['convergence', 'threshold between runs', 'k = 1 by R']));
      expect(texts(svg)).toContain('bars: standard error');
      for (const absent of [FIGURE.title, 'a remark']) expect(texts(svg)).not.toContain(absent);
    },
  );

  it('a slide has its title, and text that is read from the last row', async () => {
    const svg = await figureSvg(FIGURE, { paper: paperOf('slide') });
    expect(texts(svg).join(' ')).toContain(FIGURE.title);
    expect(Math.min(...pointsOfText(svg))).toBeGreaterThan(15);
  });

  it('the title is what is asked for', async () => {
    const paper = paperOf('column');
    expect(texts(await figureSvg(FIGURE, { paper, title: 'Mine & yours' }))).toContain('Mine &amp; yours');
    expect(texts(await figureSvg(FIGURE, { title: null }))).not.toContain(FIGURE.title);
  });

  it('a PNG has 600 dots an inch, and nothing in it reaches the border', async () => {
    const paper = paperOf('column');
    const picture = decodePng(svgToPng(await figureSvg(FIGURE, { paper }), paper.resolution / 96));
    expect([picture.width, picture.height]).toEqual([3.5 * 600, 2.6 * 600]);
    // The blank border is 5 units of 437: 24 of 2100 pixels.
    const white = ([r, g, b]: readonly number[]): boolean => r === 255 && g === 255 && b === 255;
    for (let y = 0; y < picture.height; y++)
      for (const x of [0, 5, 10, picture.width - 10, picture.width - 1]) expect(white(picture.at(x, y))).toBe(true);
    for (let x = 0; x < picture.width; x++)
      for (const y of [0, 5, picture.height - 5, picture.height - 1]) expect(white(picture.at(x, y))).toBe(true);
  });
});

/** What a PDF draws with, its compressed streams unpacked. */
function contents(pdf: Uint8Array): string[] {
  const text = Buffer.from(pdf).toString('latin1');
  return [...text.matchAll(/stream\n([\s\S]*?)\nendstream/g)].flatMap(([, data]) => {
    try {
      return [Buffer.from(unzlibSync(Buffer.from(data!, 'latin1'))).toString('latin1')];
    } catch {
      return [];
    }
  });
}

it('a figure grows where its legend needs the room, and none of it is cut off', async () => {
  const paper = paperOf('2in');
  const names = Array.from({ length: 9 }, (_, i) => `line number ${i} of nine`);
  const figure = figureOf(
    names.map((name) => ({
      ...seriesOf('line', [
        [0, 1],
        [1, 2],
      ]),
      name,
    })),
  );
  const svg = await figureSvg(figure, { paper });
  const [, width, height, , units] = /width="([\d.]+)in" height="([\d.]+)in" viewBox="0 0 ([\d.]+) ([\d.]+)"/
    .exec(svg)!
    .map(Number);
  expect(width).toBe(2);
  expect(height! * 72).toBeGreaterThan(paper.height);
  // 13 units are 7.5 points.
  expect(height! * 72).toBeCloseTo((units! * 7.5) / 13, 1);
  const pdf = Buffer.from(await figurePdf(figure, { paper })).toString('latin1');
  const page = /MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!.slice(1).map(Number);
  expect(page[0]).toBeCloseTo(144, 1);
  expect(page[1]).toBeCloseTo(height! * 72, 1);
});

describe('PDF', () => {
  it('is a page of the size on paper with its font, the same bytes each time', async () => {
    const paper = paperOf('column');
    const pdf = await figurePdf(FIGURE, { paper });
    const text = Buffer.from(pdf).toString('latin1');
    expect(text.slice(0, 5)).toBe('%PDF-');
    expect(/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text)!.slice(1).map(Number)).toEqual([252, 187.2]);
    expect(text).toMatch(/\/BaseFont \/[A-Z]{6}\+SourceSans3-Regular/);
    expect(Buffer.from(await figurePdf(FIGURE, { paper })).equals(Buffer.from(pdf))).toBe(true);
  });

  it('has every text as text, and points where the SVG has them', async () => {
    const paper = paperOf('column');
    const [svg, pdf] = [await figureSvg(FIGURE, { paper }), await figurePdf(FIGURE, { paper })];
    const drawn = contents(pdf).find((each) => each.includes(' TJ'))!;
    // A text with a rim is filled and then stroked by a canvas.
    const rims = svg.match(/<text[^>]* stroke="#ffffff"/g)!.length;
    expect(drawn.match(/^BT$/gm)).toHaveLength(texts(svg).length + rims);
    const [, left, top] = /stroke-miterlimit="\d+" transform="translate\(([\d.]+),([\d.]+)\)"/.exec(svg)!.map(Number);
    const color = REGIME_LOOK.convergence.color;
    const circles = [...svg.matchAll(/<path[^>]*transform="translate\(([\d.]+),([\d.]+)\)" d="M([\d.]+),0A[^>]*/g)];
    const [point] = circles.filter(([all]) => all.includes(`fill="${color}"`)).slice(-1);
    const [, x, y] = point!.map(Number);
    const starts = [...drawn.matchAll(/([\d.]+) ([\d.]+) m\n[\d. ]+ c\n/g)].map(([, px, py]) => [
      Number(px),
      Number(py),
    ]);
    const radius = Number(point![3]);
    // SVG has three digits and is drawn from half a unit.
    const near = starts.filter(
      ([px, py]) => Math.abs(px! - (left! + x! + radius)) < 0.6 && Math.abs(py! - (top! + y!)) < 0.6,
    );
    expect(near).toHaveLength(2);
  });

  it('draws in the colours given', async () => {
    const drawn = contents(await figurePdf(FIGURE)).find((each) => each.includes(' TJ'))!;
    const parts = [1, 3, 5].map((at) => Number.parseInt(REGIME_LOOK.convergence.color.slice(at, at + 2), 16) / 255);
    expect(drawn).toContain(`${parts.join(' ')} scn`);
  });
});

it('a caption says where verticals are, in words that go with their names', () => {
  const marks = [
    { x: 1e-2, name: 'k = 1 by R', kind: 'threshold' as const },
    { x: 0.123456, name: 'divergence from', kind: 'threshold' as const },
  ];
  const lines = figureCaption({ ...FIGURE, marks }, []).split('\n');
  expect(lines).toContain('Dashed vertical: k = 1 by R, 0.01.');
  expect(lines).toContain('Dashed vertical: divergence from 0.1235.');
});
