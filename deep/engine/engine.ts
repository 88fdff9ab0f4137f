import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * How a program's tensor lies in host memory. The functions that engines run see tfjs' layouts (NHWC images, HWIO
 * kernels); host memory and files have PyTorch's (NCHW, OIHW). `plain` is the same on both sides.
 */
export type Layout = 'plain' | 'image' | 'kernel';

/** Name, shape and type of a tensor. */
export interface TensorSpec {
  readonly name: string;
  /** Shape as the host sees it: NCHW for images, OIHW for kernels. */
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly type: 'float32' | 'int32';
}

/** Numbers of a tensor in memory of the program. */
export type HostData = Float32Array | Int32Array;

/** A tensor that lives where the engine wants it; its content can be read back. */
export interface EngineTensor {
  readonly spec: TensorSpec;
  /** Its numbers, copied to memory of the program. */
  read(): Promise<HostData>;
  /** Frees its memory. */
  dispose(): void;
}

/** tfjs tensors by their names. */
export type NamedTensors = Readonly<Record<string, Tensor>>;
/** Tensors of an engine by their names. */
export type NamedEngineTensors = Readonly<Record<string, EngineTensor>>;

/**
 * A pure function of named tfjs tensors. An output that bears the name of an input has that input's layout, any other
 * output is plain; so state goes out as it came in.
 */
export type TensorFunction = (inputs: NamedTensors) => NamedTensors;

/** A function compiled for an engine. */
export interface Program {
  /** Runs the function once. The caller owns, and disposes, what comes back; inputs are left alone. */
  run(inputs: NamedEngineTensors): Promise<NamedEngineTensors>;
  /** Frees what the program holds; it cannot be run any more. */
  dispose(): Promise<void>;
}

/** A function whose state goes round, compiled to be applied several times in one call. */
export interface RepeatedProgram {
  /**
   * Applies the function once for each of `each`, inputs that a time has of its own; outputs under the name of an input in
   * `given` are what the next time is given. The caller owns `last`, that state after the last time, and `outputs`, what
   * else came out each time; inputs are left alone.
   */
  run(
    given: NamedEngineTensors,
    each: readonly NamedEngineTensors[],
  ): Promise<{ readonly last: NamedEngineTensors; readonly outputs: readonly NamedEngineTensors[] }>;
  /** Frees what the program holds; it cannot be run any more. */
  dispose(): Promise<void>;
}

/** How a function is compiled to be applied several times in one call. */
export interface Repetition {
  /** Times of one call, at most. */
  readonly most: number;
  /** `each`: names of the inputs that every time has of its own. */
  compile(fn: TensorFunction, inputs: readonly TensorSpec[], each: readonly string[]): Promise<RepeatedProgram>;
}

/** A way to execute tensor functions. */
export interface Engine {
  readonly name: string;
  /** Where several steps of a training are one call, with the same results. */
  readonly repetition?: Repetition;
  /** Makes a function ready to run on inputs of these names, shapes and layouts. */
  compile(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<Program>;
  /** Copies numbers into the engine's memory. */
  upload(spec: TensorSpec, data: HostData): EngineTensor;
}

/** order[j] is the logical (tfjs) dimension that lies at place j in host memory. */
export const HOST_ORDER: Readonly<Record<Exclude<Layout, 'plain'>, readonly number[]>> = {
  image: [0, 3, 1, 2],
  kernel: [3, 2, 0, 1],
};

/** The places of host memory's dimensions in the logical shape: inverse of HOST_ORDER. */
export function inverseOrder(order: readonly number[]): number[] {
  const inverse: number[] = [];
  order.forEach((dimension, place) => {
    inverse[dimension] = place;
  });
  return inverse;
}

/** Shape as tfjs sees it: NHWC, HWIO. */
export function logicalShape({ shape, layout }: Pick<TensorSpec, 'shape' | 'layout'>): number[] {
  return layout === 'plain' ? [...shape] : inverseOrder(HOST_ORDER[layout]).map((place) => shape[place]!);
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
