/** How large the image of a figure is. */
export interface ImageOptions {
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
}
