import { readFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import { afterAll, describe, expect, it } from 'vitest';
import { figureCsv } from '../../../tui/export/figure-csv.js';
import { figureSvg } from '../../../tui/export/figure-svg.js';
import { REGIME_LOOK } from '../../../tui/export/palette.js';
import { svgToPng } from '../../../tui/export/png.js';
import { writeFigure } from '../../../tui/export/write-figure.js';
import type { Figure, FigureCells } from '../../../tui/figure/figure.js';
import { temporaryFolder } from '../../cli.js';
import { figureOf, seriesOf } from '../figure/example.js';
import { darkPixels, decodePng } from './png.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const FIGURE: Figure = {
  ...figureOf([
    {
      name: 'runs',
      kind: 'points',
      points: [
        { x: 1e-3, y: 0.5, error: 0.1, regime: 'convergence', key: 'a' },
        { x: 1e-1, y: 0.75, error: Number.NaN, regime: 'divergence' },
        { x: 1e-2, y: Number.NaN, regime: 'undecided' },
      ],
    },
    {
      ...seriesOf('line', [
        [1e-3, 0],
        [1e-2, 0.25],
        [1e-1, 1],
      ]),
      regime: 'chaotic equilibrium',
      label: '0.07',
    },
    {
      ...seriesOf('theory', [
        [1e-4, 0],
        [1, 1],
      ]),
      name: 'closed form',
      look: 'dashed',
    },
  ]),
  title: 'A & B < C: "quoted"',
  x: { label: 'ELR', scale: 'logarithmic', range: [1e-4, 1] },
  y: { label: 'loss', scale: 'linear', range: [0, 1] },
  marks: [{ x: 1e-2, name: 'threshold here', kind: 'threshold' }],
};

const CELLS: FigureCells = {
  ...{ x: [1, 10, 100], y: [1, 2], label: 'regime', kind: 'states' },
  values: [
    ['convergence', 'divergence', null],
    ['quasi-periodic', 'collapsed', 'undecided'],
  ],
};
const DIAGRAM: Figure = { ...figureOf([seriesOf('points', [[10, 1]])], { x: 'logarithmic' }), cells: CELLS };
const NUMBERS: Figure = {
  ...DIAGRAM,
  cells: {
    ...CELLS,
    kind: 'numbers',
    label: 'log10 ESS',
    values: [
      [1, 2, null],
      [3, Number.NaN, Number.NEGATIVE_INFINITY],
    ],
  },
};
const BARS: Figure = {
  ...figureOf([
    {
      name: 'measured',
      kind: 'measured bars',
      points: [
        { x: 0, y: 0.5, error: 0.1 },
        { x: 1, y: 1 },
      ],
      regime: 'divergence',
    },
    seriesOf('predicted bars', [
      [0, 0.25],
      [1, 0.75],
    ]),
  ]),
  x: { label: 'group', scale: 'linear', categories: ['first', 'second'] },
};

/** Texts of an SVG, as a reader sees them. */
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text!.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').replaceAll('&quot;', '"'),
  );

/** Whether a strict parser takes it. */
const parses = (svg: string): boolean => {
  try {
    new Resvg(svg);
    return true;
  } catch {
    return false;
  }
};

describe('SVG', () => {
  it('is well-formed, with every text of the figure', async () => {
    const svg = await figureSvg(FIGURE);
    expect(parses(svg)).toBe(true);
    expect(parses(svg.replace('</svg>', ''))).toBe(false);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([
        ...['A & B < C: "quoted"', 'ELR', 'loss', '10⁻⁴', '10⁻²', '1', '0.5', '0.07', 'threshold here'],
        ...['convergence', 'chaotic equilibrium', 'divergence', 'closed form', '1 point left out: not finite'],
      ]),
    );
  });

  it('has points where the axes put them', async () => {
    const svg = await figureSvg(FIGURE);
    const [, width, height] = /class="background"[^>]*d="M0,0h([\d.]+)v([\d.]+)/.exec(svg)!.map(Number);
    const symbols = [...svg.matchAll(/transform="translate\(([\d.]+),([\d.]+)\)" d="[^"]*" (?:fill|stroke)[^>]*/g)];
    const places = symbols
      .filter(([text]) => text.includes(REGIME_LOOK.convergence.color) || text.includes(REGIME_LOOK.divergence.color))
      .map(([, x, y]) => [Number(x) / width!, 1 - Number(y) / height!]);
    // A quarter and three quarters of four decades; three digits are written.
    expect(places).toContainEqual([expect.closeTo(0.25, 3), expect.closeTo(0.5, 3)]);
    expect(places).toContainEqual([expect.closeTo(0.75, 3), expect.closeTo(0.75, 3)]);
  });

  it('has the size asked for, and the same bytes each time', async () => {
    const svg = await figureSvg(FIGURE, { width: 700, height: 400 });
    expect(svg).toMatch(/^<svg [^>]*width="700" height="400" viewBox="0 0 700 400"/);
    expect(await figureSvg(FIGURE, { width: 700, height: 400 })).toBe(svg);
  });

  it.each(
    Object.entries({
      DIAGRAM,
      NUMBERS,
      BARS,
      empty: figureOf([]),
      'one point': figureOf([seriesOf('points', [[1, 1]])]),
    }),
  )('can be made of %s', async (_, figure) => {
    const svg = await figureSvg(figure);
    expect(parses(svg)).toBe(true);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('of a diagram has a rectangle a known cell, and says what there is to see in an empty figure', async () => {
    const svg = await figureSvg(DIAGRAM);
    const rectangles = /<g class="mark-rect[^>]*>(.*?)<\/g>/s.exec(svg)![1]!.match(/<path/g);
    expect(rectangles).toHaveLength(5);
    expect(textsOf(await figureSvg(figureOf([])))).toContain('nothing to draw yet');
    expect(textsOf(await figureSvg(NUMBERS))).toContain('log10 ESS');
    expect(textsOf(await figureSvg(BARS))).toEqual(expect.arrayContaining(['first', 'second', 'measured: divergence']));
  });
});

describe('PNG', () => {
  it('has twice the pixels of the figure, white around it, and text that can be seen', async () => {
    const picture = decodePng(svgToPng(await figureSvg(FIGURE, { width: 480, height: 320 })));
    expect([picture.width, picture.height]).toEqual([960, 640]);
    expect(picture.at(2, 2)).toEqual([255, 255, 255]);
    // The title: 16 to 44 points from the top, from the left edge on. A blank line of it has no dark pixel.
    expect(darkPixels(picture, [32, 32, 500, 88])).toBeGreaterThan(300);
    expect(darkPixels(picture, [700, 32, 950, 60])).toBe(0);
  });

  it('would be blank there without the font that comes along', async () => {
    const svg = await figureSvg(FIGURE, { width: 480, height: 320 });
    const bare = new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 }, font: { loadSystemFonts: false } })
      .render()
      .asPng();
    expect(darkPixels(decodePng(bare), [32, 32, 500, 88])).toBe(0);
  });

  it('is made of a figure whose theory lies outside of the frame', async () => {
    // The renderer of PNG ends the whole process at a clipped line of which nothing can be seen.
    const far: Figure = {
      ...figureOf([
        seriesOf('points', [[1, 1]]),
        seriesOf('theory', [
          [0, 90],
          [2, 95],
        ]),
        seriesOf('theory', [
          [7, 0.5],
          [9, 1],
        ]),
      ]),
      x: { label: 'x', scale: 'linear', range: [0, 2] },
      y: { label: 'y', scale: 'linear', range: [0, 2] },
    };
    const picture = decodePng(svgToPng(await figureSvg(far, { width: 480, height: 320 }), 1));
    expect([picture.width, picture.height]).toEqual([480, 320]);
  });

  it('has the colour of a regime where its point is', async () => {
    const figure: Figure = {
      ...figureOf([{ name: 'p', kind: 'points', points: [{ x: 1, y: 1, regime: 'convergence' }] }]),
      x: { label: 'x', scale: 'linear', range: [0, 2] },
      y: { label: 'y', scale: 'linear', range: [0, 2] },
    };
    const svg = await figureSvg(figure);
    const [, width, height] = /class="background"[^>]*d="M0,0h([\d.]+)v([\d.]+)/.exec(svg)!.map(Number);
    const [, left, top] = /stroke-miterlimit="\d+" transform="translate\(([\d.]+),([\d.]+)\)"/.exec(svg)!.map(Number);
    const picture = decodePng(svgToPng(svg, 1));
    const [x, y] = [Math.round(left! + width! / 2), Math.round(top! + height! / 2)];
    const wanted = [1, 3, 5].map((at) => Number.parseInt(REGIME_LOOK.convergence.color.slice(at, at + 2), 16));
    expect(picture.at(x, y)).toEqual(wanted);
  });
});

/** Fields of lines without quotes or line breaks inside, and with them, by RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let [field, quoted] = ['', false];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted && char === '"' && text[i + 1] === '"') field += text[++i];
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === ',' || char === '\n')) {
      rows.at(-1)!.push(field);
      field = '';
      if (char === '\n') rows.push([]);
    } else field += char;
  }
  return rows.slice(0, -1);
}

describe('CSV', () => {
  it('has all of the data to the last digit, with what cannot be drawn', () => {
    const [header, ...rows] = parseCsv(figureCsv(FIGURE));
    expect(header).toEqual(['series', 'kind', 'x', 'y', 'error', 'regime', 'category', 'value', 'key', 'reason']);
    const number = (text: string): number | undefined =>
      text === '' ? undefined : text === 'nan' ? Number.NaN : Number(text);
    const back = rows
      .filter(([, kind]) => kind !== 'threshold')
      .map(([series, kind, x, y, error, regime, , , key]) => ({
        ...{ series, kind, x: Number(x), y: number(y!), error: number(error!), regime, key },
      }));
    const given = FIGURE.series.flatMap(({ name, kind, points, regime: own = '', key = '' }) =>
      points.map((point) => ({
        ...{ series: name, kind, x: point.x, y: point.y, error: point.error },
        ...{ regime: point.regime ?? own, key: point.key ?? key },
      })),
    );
    expect(back).toEqual(given);
    expect(rows.at(-1)!.slice(0, 3)).toEqual(['threshold here', 'threshold', '0.01']);
  });

  it('has the cells of a diagram, and names of groups', () => {
    const rows = parseCsv(figureCsv(DIAGRAM)).slice(1, 7);
    expect(rows.map(([, kind, x, y, , , , value]) => [kind, x, y, value])).toEqual([
      ['cell', '1', '1', 'convergence'],
      ['cell', '10', '1', 'divergence'],
      ['cell', '100', '1', ''],
      ['cell', '1', '2', 'quasi-periodic'],
      ['cell', '10', '2', 'collapsed'],
      ['cell', '100', '2', 'undecided'],
    ]);
    expect(
      parseCsv(figureCsv(BARS))
        .slice(1)
        .map((row) => row[6]),
    ).toEqual(['first', 'second', 'first', 'second']);
  });

  it('quotes what needs quotes', () => {
    const name = 'a, "b"\nc';
    const rows = parseCsv(figureCsv(figureOf([{ ...seriesOf('points', [[1, 2]]), name }])));
    expect(rows[1]![0]).toBe(name);
  });
});

describe('writeFigure', () => {
  it('writes what the name of the file ends in', async () => {
    for (const name of ['a.svg', 'b.png', 'c.csv'])
      await writeFigure(FIGURE, folder.path('new', name), { width: 300, height: 200 });
    expect(readFileSync(folder.path('new', 'a.svg'), 'utf8')).toMatch(/^<svg/);
    expect(decodePng(readFileSync(folder.path('new', 'b.png'))).width).toBe(600);
    expect(readFileSync(folder.path('new', 'c.csv'), 'utf8')).toBe(figureCsv(FIGURE));
  });
});
