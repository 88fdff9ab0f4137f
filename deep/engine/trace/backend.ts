import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../onnx/graph.js';
import type { AnyTraced, Traced, TracedValue } from './values.js';

export type { Traced, TracedValue } from './values.js';

export const TRACE_BACKEND = 'onnx-trace';

/**
 * A blocked node that is not in the graph before it is needed, and may never be: what is asked of it may have shorter
 * ways. Vectors have a number a channel; means are over batch and pixels.
 */
export interface DeferredNode {
  /** Puts it into the graph. */
  node(): string;
  /** The same times a vector, where that costs no pass over the image. */
  scaled?(scale: string): string;
  /**
   * The same plus another node, where that costs no pass; undefined once it is in the graph by itself. Asked for by itself
   * after that, it is computed a second time.
   */
  plus?(other: string): string | undefined;
  /** The same with rows and columns of zeros around it (above, on the left, below, on the right), at no pass more. */
  padded?(pads: readonly number[]): string;
  mean?(): string;
  /** The mean of its product with a node; undefined where there is no shorter way. */
  meanWith?(node: string): string | undefined;
}

/**
 * A tfjs backend whose kernels record instead of compute. A tensor's data is the name of a value of the graph under
 * construction; reading numbers back is an error, since there are none yet.
 */
export class TraceBackend extends tf.KernelBackend {
  private readonly values = new Map<object, TracedValue>();
  private next = 0;

  /** Names of vectors that are known to be positive. */
  readonly positive = new Set<string>();
  /** Nodes of affine values that have been computed, by what they are of. */
  readonly computed = new Map<string, string>();
  /** Blocked nodes that are not in the graph yet, by the name that stands for them. */
  readonly deferred = new Map<string, DeferredNode>();

  /**
   * `block`: channels of a block of the blocked layout; without it, every value stays in a plain layout. `fewNodes`:
   * whether a node costs more than the copies that it saves, as on a GPU, where every node is a launch.
   */
  constructor(
    readonly graph: OnnxGraph,
    readonly block?: number,
    readonly fewNodes = false,
  ) {
    super();
  }

  /** A new tfjs tensor that stands for `value`. */
  tensorInfo(value: TracedValue, shape: readonly number[], dtype: tf.DataType): tf.TensorInfo {
    const dataId = { id: this.next++ };
    this.values.set(dataId, value);
    return { dataId, shape: [...shape], dtype };
  }

  node(name: string, shape: readonly number[], dtype: tf.DataType = 'float32', order?: readonly number[]) {
    return this.tensorInfo({ kind: 'node', name, order: order ?? shape.map((_, i) => i) }, shape, dtype);
  }

  traced({ dataId, shape, dtype }: tf.TensorInfo): AnyTraced {
    const value = this.values.get(dataId);
    if (value === undefined) throw new Error('a tensor made outside the traced function is used inside it');
    return { ...value, shape, dtype };
  }

  /** A name for a node that is put into the graph when it is needed. */
  defer(deferred: DeferredNode): string {
    const name = `deferred ${this.deferred.size}`;
    this.deferred.set(name, deferred);
    return name;
  }

  /** Numbers written into the function become constants; a large uniform array stays one number. */
  override write(data: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const values = Array.from(data as Float32Array);
    const dataId = { id: this.next++ };
    this.values.set(dataId, this.constant(values, shape, dtype));
    return dataId;
  }

  private constant(values: number[], shape: number[], dtype: tf.DataType): TracedValue {
    const first = Number(values[0] ?? 0);
    if (values.every((value) => Number(value) === first)) return { kind: 'uniform', value: first };
    const type = dtype === 'int32' ? 'int32' : 'float32';
    const data = type === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
    return { kind: 'node', name: this.graph.constant({ type, shape, data }), order: shape.map((_, i) => i) };
  }

  override move(dataId: object, data: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.values.set(dataId, this.constant(Array.from(data as Float32Array), shape, dtype));
  }

  override disposeData(): boolean {
    return true;
  }

  override refCount(): number {
    return 1;
  }

  override incRef(): void {}

  override numDataIds(): number {
    return this.values.size;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.values.clear();
  }

  override timerAvailable(): boolean {
    return false;
  }

  override readSync(): never {
    throw new Error('the traced function reads the value of a tensor; only operations on tensors can be compiled');
  }

  override read(): never {
    return this.readSync();
  }
}

export interface KernelCall<Value = Traced> {
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: TraceBackend;
  readonly graph: OnnxGraph;
}

/** How one tfjs kernel is written as ONNX nodes. */
export type Lowering = (call: KernelCall) => tf.TensorInfo;

/**
 * Another way to write the kernel for values in the blocked layout, computed or not; undefined where it does not apply.
 * Asked first, and only where the graph has a blocked layout.
 */
export type BlockedLowering = (call: KernelCall<AnyTraced>) => tf.TensorInfo | undefined;
