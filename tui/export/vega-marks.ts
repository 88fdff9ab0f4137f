import type { Medium } from './medium.js';
import { INK } from './palette.js';
import { headLayers, labelLayers } from './vega-text.js';

/** Layers of a figure, from the back to the front. Each draws a table of data; an empty one draws nothing. */

/** A place on the axis that the name of a field says. */
const at = (field: string, scale = field.startsWith('x') || field === 'middle' ? 'x' : 'y') => ({
  scale,
  field,
});

/** Lines of a table, joined where they belong together, cut at the frame. */
const lines = (table: string, strokeWidth: object, stroke: object = { field: 'color' }) => ({
  type: 'group',
  clip: true,
  from: { facet: { name: `one_${table}`, data: table, groupby: 'line' } },
  encode: { enter: { width: { signal: 'width' }, height: { signal: 'height' } } },
  marks: [
    {
      type: 'line',
      from: { data: `one_${table}` },
      encode: {
        enter: {
          ...{ x: at('x'), y: at('y'), stroke, strokeWidth },
          strokeDash: { field: 'dash' },
          ...{ strokeCap: { value: 'round' }, strokeJoin: { value: 'round' } },
        },
      },
    },
  ],
});

/** Error bars with a short line at either end, `reach` to both sides. */
const whiskers = (
  table: string,
  { middle, stroke, reach }: { readonly middle: 'x' | 'middle'; readonly stroke: object; readonly reach: number },
) => {
  const part = (y: object, y2: object, dx: number) => ({
    type: 'rule',
    from: { data: table },
    encode: {
      enter: {
        ...{ x: { ...at(middle, 'x'), offset: -dx }, x2: { ...at(middle, 'x'), offset: dx }, y, y2, stroke },
        strokeWidth: { value: 1.4 },
      },
    },
  });
  return [part(at('low'), at('high'), 0), part(at('low'), at('low'), reach), part(at('high'), at('high'), reach)];
};

/** Rectangles of a table, from x to x2 and from y to the field `base`, cut at the frame. */
const rectangles = (table: string, base: string, look: object) => ({
  type: 'rect',
  from: { data: table },
  clip: true,
  encode: { enter: { ...{ x: at('x'), x2: at('x2', 'x'), y: at('y'), y2: at(base, 'y') }, ...look } },
});

function cells(isNumber: boolean) {
  const fill = isNumber ? { scale: 'ramp', field: 'value' } : { field: 'color' };
  // Without a stroke hair lines of the background show between neighbours.
  return rectangles('cells', 'y2', { fill, stroke: fill, strokeWidth: { value: 0.5 } });
}

const BARS = rectangles('bars', 'base', {
  ...{ fill: { field: 'color' }, stroke: { field: 'stroke' }, strokeWidth: { value: 1.4 } },
});

/** Verticals; their names are in front of all. */
const VERTICALS = {
  type: 'rule',
  from: { data: 'marks' },
  encode: {
    enter: {
      ...{ x: at('x'), y: { value: 0 }, y2: { signal: 'height' } },
      ...{ stroke: { value: INK.quiet }, strokeWidth: { value: 1.2 }, strokeDash: { field: 'dash' } },
    },
  },
};

/** Spans of the axis, over its whole height. */
const BRACKETS = {
  type: 'rect',
  from: { data: 'brackets' },
  encode: {
    enter: {
      ...{ x: at('x'), x2: at('x2', 'x'), y: { value: 0 }, y2: { signal: 'height' } },
      fill: { value: INK.bracket },
    },
  },
};

/** How far off a theory may be, along its line. */
const ERROR_BANDS = {
  type: 'group',
  clip: true,
  from: { facet: { name: 'one_band', data: 'errorBands', groupby: 'line' } },
  encode: { enter: { width: { signal: 'width' }, height: { signal: 'height' } } },
  marks: [
    {
      type: 'area',
      from: { data: 'one_band' },
      encode: {
        enter: {
          ...{ x: at('x'), y: at('low'), y2: at('high'), fill: { value: INK.theory }, fillOpacity: { value: 0.14 } },
        },
      },
    },
  ],
};

/** From the end of a line to a label that has no room beside it. */
const LEADERS = {
  type: 'rule',
  from: { data: 'leaders' },
  encode: {
    enter: {
      ...{ x: { field: 'px' }, y: { field: 'py' }, x2: { field: 'px2' }, y2: { field: 'py2' } },
      ...{ stroke: { field: 'color' }, strokeWidth: { value: 0.8 }, opacity: { value: 0.8 } },
    },
  },
};

/** Half the width of a mark, by its area: as a circle, the largest of them. */
export const radiusOf = (area: number): number => Math.sqrt(area / Math.PI);
/** The ends of an error bar stand out on both sides of its mark and the rim of that, which would hide them otherwise. */
const reachOf = (area: number): number => radiusOf(area) + 2;

const symbols = (table: string, size: object, place: object = { x: at('x'), y: at('y') }) => ({
  type: 'symbol',
  from: { data: table },
  encode: {
    enter: {
      ...{ ...place, shape: { field: 'shape' }, fill: { field: 'color' }, size },
      ...{ stroke: { field: 'rim' }, strokeWidth: { value: 1 } },
    },
  },
});

/** Diagram, bars, lines and points, then the theory over all that is measured, and texts in front of all. */
export const markLayers = (hasNumbers: boolean, { mark, text }: Pick<Medium, 'mark' | 'text'>): readonly object[] => [
  BRACKETS,
  cells(hasNumbers),
  VERTICALS,
  BARS,
  ...whiskers('barErrors', { middle: 'middle', stroke: { value: INK.text }, reach: 3 }),
  ERROR_BANDS,
  lines('lines', { field: 'width' }),
  ...whiskers('pointErrors', { middle: 'x', stroke: { field: 'color' }, reach: reachOf(mark.point) }),
  symbols('points', { signal: `datum.selected ? ${mark.selected} : ${mark.point}` }),
  // On dark colours a black line needs a rim.
  ...(hasNumbers ? [lines('theory', { value: 4 }, { value: '#ffffff' })] : []),
  lines('theory', { field: 'width' }),
  LEADERS,
  symbols('ends', { value: mark.end }, { x: { field: 'px' }, y: { field: 'py' } }),
  ...labelLayers(text),
  ...headLayers(text, mark.point),
];
