import { backend_util } from '@tensorflow/tfjs-core';

export type ConvolutionInfo = backend_util.Conv2DInfo;

/** Sizes, strides and paddings of a convolution from a tfjs kernel's attributes. Throws where it cannot be compiled. */
export function convolutionInfo(
  attrs: Readonly<Record<string, unknown>>,
  inShape: readonly number[],
  filterShape: readonly number[],
): ConvolutionInfo {
  if (attrs.dimRoundingMode === 'ceil') throw new Error('a convolution with sizes rounded up cannot be compiled');
  const info = backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides as number | [number, number],
    (attrs.dilations as number | [number, number] | undefined) ?? 1,
    attrs.pad as 'same' | 'valid' | number,
    attrs.dimRoundingMode as 'floor' | undefined,
  );
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) throw new Error('dilation cannot be compiled');
  if (attrs.dataFormat !== undefined && attrs.dataFormat !== 'NHWC') throw new Error('only NHWC can be compiled');
  return info;
}

/** The attributes of an ONNX convolution. */
export const geometry = (info: ConvolutionInfo) => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  pads: [info.padInfo.top, info.padInfo.left, info.padInfo.bottom, info.padInfo.right],
});

/**
 * The padding that a convolution reads, above, on the left, below, on the right: negative where it never reaches the last
 * rows or columns.
 */
export function readPadding(info: ConvolutionInfo): [number, number, number, number] {
  const { top, left } = info.padInfo;
  const rows = (info.outHeight - 1) * info.strideHeight + info.filterHeight - info.inHeight;
  const columns = (info.outWidth - 1) * info.strideWidth + info.filterWidth - info.inWidth;
  return [top, left, rows - top, columns - left];
}
