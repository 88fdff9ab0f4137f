import { SIZE } from './layout.js';
import { FONT, INK } from './palette.js';

/** Layers of a figure that are text: labels of lines, title, notes and legend. */

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

const onPath = { x: { scale: 'x', field: 'x', offset: 8 }, y: { scale: 'y', field: 'y' } };
const ofLine = { field: 'label', fill: { field: 'color' }, size: SIZE.end };
/** Labels of lines right of the frame, those of paths where they end. */
export const LABELS = [
  text('labels', { x: { signal: 'width', offset: 8 }, y: { field: 'at' } }, ofLine),
  // A path runs through its own label: a rim of the background keeps it readable.
  text('pathLabels', onPath, { ...ofLine, rim: 3.5 }),
  text('pathLabels', onPath, ofLine),
];

const pixel = (x: string, y: string) => ({ x: { field: x }, y: { field: y } });
const black = { value: INK.text };

/** Title, notes and legend, above the frame. */
export const HEAD = [
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
