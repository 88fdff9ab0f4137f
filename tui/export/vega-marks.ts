import { SIZE } from './layout.js';
import { FONT, INK } from './palette.js';

/** Layers of a figure, from the back to the front. Each draws a table of data; an empty one draws nothing. */

const at = (field: string, scale = field.startsWith('x') || field === 'middle' ? 'x' : 'y') => ({ scale, field });

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

const hasError = 'isValid(datum.low)';

/** Error bars with a short line at either end. */
const whiskers = (table: string, middle: 'x' | 'middle', stroke: object) => {
  const part = (y: object, y2: object, dx: number) => ({
    type: 'rule',
    from: { data: table },
    encode: {
      enter: {
        ...{ x: { ...at(middle, 'x'), offset: -dx }, x2: { ...at(middle, 'x'), offset: dx }, y, y2, stroke },
        strokeWidth: { value: 1.4 },
        opacity: { signal: `${hasError} ? 1 : 0` },
      },
    },
  });
  return [part(at('low'), at('high'), 0), part(at('low'), at('low'), 3), part(at('high'), at('high'), 3)];
};

const CELLS = (isNumber: boolean) => ({
  type: 'rect',
  from: { data: 'cells' },
  clip: true,
  encode: {
    enter: {
      ...{ x: at('x'), x2: at('x2', 'x'), y: at('y'), y2: at('y2', 'y') },
      fill: isNumber ? { scale: 'ramp', field: 'value' } : { field: 'color' },
      // Without it hair lines of the background show between neighbours.
      stroke: isNumber ? { scale: 'ramp', field: 'value' } : { field: 'color' },
      strokeWidth: { value: 0.5 },
    },
  },
});

const BARS = {
  type: 'rect',
  from: { data: 'bars' },
  clip: true,
  encode: {
    enter: {
      ...{ x: at('x'), x2: at('x2', 'x'), y: at('y'), y2: at('base', 'y') },
      ...{ fill: { field: 'color' }, stroke: { field: 'stroke' }, strokeWidth: { value: 1.4 } },
    },
  },
};

/** A vertical with its name along it. */
const VERTICALS = [
  {
    type: 'rule',
    from: { data: 'marks' },
    encode: {
      enter: {
        ...{ x: at('x'), y: { value: 0 }, y2: { signal: 'height' } },
        ...{ stroke: { value: INK.quiet }, strokeWidth: { value: 1.2 }, strokeDash: { field: 'dash' } },
      },
    },
  },
  {
    type: 'text',
    from: { data: 'marks' },
    encode: {
      enter: {
        ...{ x: { ...at('x'), offset: -5 }, y: { value: 6 }, text: { field: 'name' }, angle: { value: -90 } },
        ...{ align: { value: 'right' }, baseline: { value: 'bottom' }, fill: { value: INK.quiet } },
        ...{ font: { value: FONT }, fontSize: { value: 12 } },
      },
    },
  },
];

const symbols = (table: string, size: object) => ({
  type: 'symbol',
  from: { data: table },
  encode: {
    enter: {
      ...{ x: at('x'), y: at('y'), shape: { field: 'shape' }, fill: { field: 'color' }, size },
      ...{ stroke: { field: 'rim' }, strokeWidth: { value: 1 } },
    },
  },
});

/** Text whose middle is at a height. */
const text = (table: string, place: object, { field, fill, size, weight = 400, rim }: TextLook) => ({
  type: 'text',
  from: { data: table },
  encode: {
    enter: {
      ...{ ...place, text: { field }, fill, baseline: { value: 'middle' } },
      ...{ font: { value: FONT }, fontSize: { value: size }, fontWeight: { value: weight } },
      ...(rim !== undefined && { stroke: { value: '#ffffff' }, strokeWidth: { value: rim } }),
    },
  },
});

interface TextLook {
  readonly field: string;
  readonly fill: object;
  readonly size: number;
  readonly weight?: number;
  /** Of the background, so wide, in place of the text. */
  readonly rim?: number;
}

const onPath = { x: { ...at('x'), offset: 8 }, y: at('y') };
const ofLine = { field: 'label', fill: { field: 'color' }, size: SIZE.end };
/** Labels of lines right of the frame, those of paths where they end. */
const LABELS = [
  text('labels', { x: { signal: 'width', offset: 8 }, y: { field: 'at' } }, ofLine),
  // A path runs through its own label: a rim of the background keeps it readable.
  text('pathLabels', onPath, { ...ofLine, rim: 3.5 }),
  text('pathLabels', onPath, ofLine),
];

const pixel = (x: string, y: string) => ({ x: { field: x }, y: { field: y } });
const black = { value: INK.text };

/** Title, notes and legend, above the frame. */
const HEAD = [
  text('title', pixel('x', 'y'), { field: 'text', fill: black, size: SIZE.title, weight: 600 }),
  text('notes', pixel('x', 'y'), { field: 'text', fill: { value: INK.quiet }, size: SIZE.note }),
  {
    type: 'symbol',
    from: { data: 'legendMarks' },
    encode: {
      enter: {
        ...{ ...pixel('px', 'py'), shape: { field: 'shape' }, fill: { field: 'fill' }, size: { value: 110 } },
        ...{ stroke: { field: 'stroke' }, strokeWidth: { value: 1.4 } },
      },
    },
  },
  {
    type: 'rule',
    from: { data: 'legendLines' },
    encode: {
      enter: {
        ...{ x: { field: 'px', offset: -9 }, x2: { field: 'px', offset: 9 }, y: { field: 'py' } },
        ...{ stroke: { field: 'stroke' }, strokeWidth: { value: 2 }, strokeDash: { field: 'dash' } },
      },
    },
  },
  text('legendNames', pixel('textX', 'py'), { field: 'name', fill: black, size: SIZE.legend }),
];

/** Diagram, bars, lines and points, then the theory over all that is measured. */
export const markLayers = (hasNumbers: boolean): readonly object[] => [
  CELLS(hasNumbers),
  ...VERTICALS,
  BARS,
  ...whiskers('bars', 'middle', { value: INK.text }),
  lines('lines', { field: 'width' }),
  ...whiskers('points', 'x', { field: 'color' }),
  symbols('points', { signal: 'datum.selected ? 190 : 110' }),
  // On dark colours a black line needs a rim.
  ...(hasNumbers ? [lines('theory', { value: 4 }, { value: '#ffffff' })] : []),
  lines('theory', { value: 1.8 }),
  symbols('ends', { value: 70 }),
  ...LABELS,
  ...HEAD,
];
