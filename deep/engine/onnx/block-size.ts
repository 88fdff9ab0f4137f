import { onnxruntime } from '../onnxruntime.js';
import { OnnxGraph } from './graph.js';

/** Block sizes that onnxruntime has on some processor. */
const SIZES = [8, 16] as const;
const CHANNELS = 16;
const PIXELS = 2;

/** What onnxruntime makes of one image of 16 channels and 2 pixels when it brings it into its blocked layout. */
async function reordered(image: Float32Array): Promise<Float32Array> {
  const graph = new OnnxGraph();
  const shape = [1, CHANNELS, 1, PIXELS];
  const input = graph.input('image', 'float32', shape);
  const blocked = graph.node('ReorderInput', [input], {}, 'com.microsoft.nchwc');
  graph.output('blocked', blocked, 'float32', shape);
  const { InferenceSession, Tensor } = onnxruntime();
  const session = await InferenceSession.create(graph.encode(), {
    executionProviders: ['cpu'],
    logSeverityLevel: 4,
  });
  try {
    const { blocked: result } = await session.run({ image: new Tensor('float32', image, shape) });
    return result!.data as Float32Array;
  } finally {
    await session.release();
  }
}

/** Place in a blocked image of channel c and pixel p: blocks of channels, then pixels, then the channels of a block. */
const placeOf = (channel: number, pixel: number, size: number): number =>
  (Math.floor(channel / size) * PIXELS + pixel) * size + (channel % size);

async function probe(): Promise<number | undefined> {
  const image = Float32Array.from({ length: CHANNELS * PIXELS }, (_, i) => i);
  try {
    const found = await reordered(image);
    return SIZES.find((size) =>
      image.every((value, i) => found[placeOf(Math.floor(i / PIXELS), i % PIXELS, size)] === value),
    );
  } catch {
    // No blocked layout on this processor.
    return undefined;
  }
}

let size: Promise<number | undefined> | undefined;

/** Channels of a block of onnxruntime's blocked layout on this processor; undefined where it has none. */
export function blockSize(): Promise<number | undefined> {
  size ??= probe();
  return size;
}
