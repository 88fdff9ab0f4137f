import type { TextSizes } from './medium.js';
import { FONT, INK } from './palette.js';

/** Layers of a figure that are text: labels of lines, title, notes and legend. */

interface TextLook {
  readonly field: string;
  readonly fill: object;
  readonly size: number;
  readonly weight?: number;
  /** Of the background, so wide, in place of the text. */
  readonly rim?: number;
  readonly turned?: boolean;
}

/** Text whose middle is at a height; turned, the left or right end of its middle line. */
const text = (table: string, place: object, { field, fill, size, weight = 400, rim, turned = false }: TextLook) => ({
  type: 'text',
  from: { data: table },
  encode: {
    enter: {
      ...{ ...place, text: { field }, fill, baseline: { value: 'middle' } },
      ...{ font: { value: FONT }, fontSize: { value: size }, fontWeight: { value: weight } },
      ...(turned && { angle: { value: -90 }, align: { field: 'align' } }),
      ...(rim !== undefined && { stroke: { value: '#ffffff' }, strokeWidth: { value: rim } }),
    },
  },
});

/** Whatever lies below a label is kept away from it by a rim of the background. */
const withRim = (table: string, place: object, look: TextLook) => [
  text(table, place, { ...look, rim: 3.5 }),
  text(table, place, look),
];

const pixel = (x: string, y: string) => ({ x: { field: x }, y: { field: y } });
const black = { value: INK.text };

/** Names of verticals and labels of lines. */
export const labelLayers = ({ end }: TextSizes): object[] => [
  ...withRim('markNames', pixel('px', 'py'), { field: 'name', fill: { value: INK.quiet }, size: end, turned: true }),
  ...withRim('labels', pixel('px', 'py'), { field: 'label', fill: { field: 'color' }, size: end }),
];

/** Title, notes and legend, above the frame. */
export const headLayers = (sizes: TextSizes, markSize: number): object[] => [
  text('title', pixel('x', 'y'), { field: 'text', fill: black, size: sizes.title, weight: 600 }),
  text('notes', pixel('x', 'y'), { field: 'text', fill: { value: INK.quiet }, size: sizes.note }),
  {
    type: 'symbol',
    from: { data: 'legendMarks' },
    encode: {
      enter: {
        ...{ ...pixel('px', 'py'), shape: { field: 'shape' }, fill: { field: 'fill' }, size: { value: markSize } },
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
  text('legendNames', pixel('textX', 'py'), { field: 'name', fill: black, size: sizes.legend }),
];
