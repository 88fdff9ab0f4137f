/** Mean and standard deviation of each channel, of pixels in 0..1: images enter a network as (pixel - mean) / deviation. */
export interface PixelConstants {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** The constants of CIFAR-10 that PyTorch's users take, and the official scripts for every data set. */
export const CIFAR10_CONSTANTS: PixelConstants = {
  means: [0.4914, 0.4822, 0.4465],
  deviations: [0.2023, 0.1994, 0.201],
};
