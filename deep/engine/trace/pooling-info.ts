import { backend_util } from '@tensorflow/tfjs-core';

/** Sizes of a pooling, and its attributes in ONNX. */
export interface PoolingInfo {
  /** NHWC. */
  readonly outShape: readonly number[];
  /** Rows and columns of a window. */
  readonly places: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly number[];
  readonly padded: boolean;
  readonly attributes: {
    readonly kernel_shape: readonly number[];
    readonly strides: readonly number[];
    readonly pads?: readonly number[];
  };
}

/** The pooling that a tfjs kernel's attributes describe. */
export function poolingInfo(attrs: Readonly<Record<string, unknown>>, shape: readonly number[]): PoolingInfo {
  const { dilations = 1, dimRoundingMode } = attrs;
  if (dimRoundingMode === 'ceil' || String([dilations].flat().filter((size) => size !== 1)) !== '') {
    throw new Error('pooling with dilation, or with sizes rounded up, cannot be compiled');
  }
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize as number | [number, number],
    attrs.strides as number | [number, number],
    1,
    attrs.pad as 'same' | 'valid' | number,
    dimRoundingMode as 'floor' | undefined,
  );
  const { top, left, bottom, right } = info.padInfo;
  const places = [info.filterHeight, info.filterWidth] as const;
  const strides = [info.strideHeight, info.strideWidth] as const;
  const pads = [top, left, bottom, right];
  const padded = pads.some((size) => size > 0);
  const attributes = { kernel_shape: places, strides, ...(padded ? { pads } : {}) };
  return { outShape: info.outShape, places, strides, pads, padded, attributes };
}

/** Gradients are compiled for windows side by side alone. Throws where they are not. */
export function refuseOverlap({ places, strides }: PoolingInfo): void {
  if (String(places) !== String(strides)) {
    throw new Error('the gradient of pooling over windows that overlap or leave gaps cannot be compiled');
  }
}
