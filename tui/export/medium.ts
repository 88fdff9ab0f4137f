import type { Figure } from '../figure/figure.js';
import type { ImageOptions } from './image-options.js';

/** What a figure is drawn on: sizes in units of the drawing, of which a screen has one a pixel. */
export interface Medium {
  readonly width: number;
  readonly height: number;
  /** Units of the drawing in a point (1/72 in) of paper; undefined on a screen. */
  readonly perPoint: number | undefined;
  readonly text: TextSizes;
  /** Blank at the borders. */
  readonly edge: number;
  /** Areas of marks. */
  readonly mark: { readonly point: number; readonly selected: number; readonly end: number };
  readonly title: string | undefined;
  /** Whether remarks are part of the picture; on paper they are in the caption. */
  readonly hasNotes: boolean;
}

/** Heights of texts. */
export interface TextSizes {
  readonly title: number;
  readonly note: number;
  readonly legend: number;
  readonly tick: number;
  readonly axisTitle: number;
  readonly end: number;
}

const TICK = 13;
const SCREEN_TEXT: TextSizes = { title: 20, note: 13, legend: 13, tick: TICK, axisTitle: 15, end: 12 };
/** Journals want one size of text: 7 to 8 points where a tick has 7.5. */
const PAPER_TEXT: TextSizes = { title: 13.8, note: 13, legend: 13, tick: TICK, axisTitle: 13.8, end: 12.4 };
const SCREEN = { width: 960, height: 600 };

const shownTitle = ({ title }: Figure, given: string | null | undefined, hasTitle: boolean): string | undefined =>
  given === undefined ? (hasTitle ? title : undefined) : (given ?? undefined);

/** The medium of a figure. On paper the drawing is as many units wide as make its ticks as high as the text is to be. */
export function mediumOf(figure: Figure, { width, height, paper, title }: ImageOptions): Medium {
  if (paper === undefined)
    return {
      ...{ width: width ?? SCREEN.width, height: height ?? SCREEN.height, perPoint: undefined },
      ...{ text: SCREEN_TEXT, edge: 16, mark: { point: 110, selected: 190, end: 70 }, hasNotes: true },
      title: shownTitle(figure, title, true),
    };
  const perPoint = TICK / paper.text;
  return {
    ...{ width: paper.width * perPoint, height: paper.height * perPoint, perPoint },
    ...{ text: PAPER_TEXT, edge: 5, mark: { point: 64, selected: 64, end: 46 }, hasNotes: false },
    title: shownTitle(figure, title, paper.hasTitle),
  };
}
