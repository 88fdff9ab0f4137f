import type { Paper } from './paper.js';

/** How large the image of a figure is, and what stands in it besides the figure. */
export interface ImageOptions {
  /** Pixels of a screen; without effect where `paper` is given. */
  readonly width?: number;
  readonly height?: number;
  /** The size on paper; its remarks go into the caption. */
  readonly paper?: Paper;
  /** In place of the figure's own; null: none. Default: its own on a screen and on slides, none in print. */
  readonly title?: string | null;
}
