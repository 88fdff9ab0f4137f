/** Sizes of a convolution. */
export interface Windows {
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
}

/** Where each place of a kernel reads at each position of the output, in a padded image with rows of `rowWidth`. */
export function readPositions(windows: Windows, rowWidth: number): Int32Array {
  const { filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth } = windows;
  const positions = outHeight * outWidth;
  return Int32Array.from({ length: filterHeight * filterWidth * positions }, (_, i) => {
    const [place, position] = [Math.floor(i / positions), i % positions];
    const row = Math.floor(position / outWidth) * strideHeight + Math.floor(place / filterWidth);
    const column = (position % outWidth) * strideWidth + (place % filterWidth);
    return row * rowWidth + column;
  });
}
