import type { Engine, EngineTensor, NamedEngineTensors, Program, TensorFunction } from '../engine/engine.js';
import { type Model, namesWithRole, tensorSpec } from '../models/model.js';
import { uploadTensors } from '../models/network.js';
import { type BatchShape, type HostBatch, IMAGES, uploadBatch } from '../step/batch.js';
import {
  CURVATURE,
  directionName,
  gradientName,
  HITS,
  hessianInputs,
  hessianVectorProduct,
  productName,
  sphereTensors,
} from './hessian.js';

/** Content of each scale-invariant parameter, by name, in the parameter's own order. */
export type ParameterVector = ReadonlyMap<string, Float32Array>;

export interface HessianProduct {
  readonly loss: number;
  /** Share of the images whose largest logit is that of the label. */
  readonly accuracy: number;
  readonly gradient: ParameterVector;
  /** Hv. */
  readonly product: ParameterVector;
  /** v.Hv; over v.v it is the Rayleigh quotient. */
  readonly curvature: number;
}

/** Where the Hessian is taken: content of all tensors of the model, and a batch in host order. */
export interface HessianPoint extends HostBatch {
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/**
 * The Hessian of a batch's training loss in the scale-invariant parameters, or its Fisher matrix in place of it, as a linear
 * operator on host data: compiled once for a batch shape, moved to any point, applied to any number of directions.
 */
export class HessianOperator {
  private point: Record<string, EngineTensor> = {};

  private constructor(
    private readonly engine: Engine,
    private readonly model: Model,
    private readonly shape: BatchShape,
    private readonly program: Program,
  ) {}

  /** Of the function that multiplies by the matrix; default: `hessianVectorProduct` of cross-entropy. */
  static async compile(
    engine: Engine,
    model: Model,
    shape: BatchShape,
    multiply: TensorFunction = hessianVectorProduct(model),
  ): Promise<HessianOperator> {
    const program = await engine.compile(multiply, hessianInputs(model, shape));
    return new HessianOperator(engine, model, shape, program);
  }

  /** From now on the Hessian at these weights and this batch. */
  moveTo({ tensors, ...batch }: HessianPoint): void {
    this.release();
    this.point = {
      ...uploadTensors(this.engine, this.model, tensors),
      ...uploadBatch(this.engine, this.shape, batch),
    };
  }

  /** Hv, with the loss and its gradient. Throws before the first `moveTo`, and where `direction` lacks a parameter. */
  async apply(direction: ParameterVector): Promise<HessianProduct> {
    if (this.point[IMAGES] === undefined) throw new Error('a Hessian has no point yet; call moveTo first');
    const directions = this.uploadDirection(direction);
    const outputs = await this.program.run({ ...this.point, ...directions });
    const names = namesWithRole(this.model, 'sphere');
    const result = {
      loss: (await outputs.loss!.read())[0]!,
      accuracy: (await outputs[HITS]!.read())[0]!,
      curvature: (await outputs[CURVATURE]!.read())[0]!,
      gradient: await readParameters(outputs, names, gradientName),
      product: await readParameters(outputs, names, productName),
    };
    for (const tensor of [...Object.values(directions), ...Object.values(outputs)]) tensor.dispose();
    return result;
  }

  async dispose(): Promise<void> {
    this.release();
    await this.program.dispose();
  }

  private uploadDirection(direction: ParameterVector): Record<string, EngineTensor> {
    const upload = (tensor: Model['tensors'][number]): [string, EngineTensor] => {
      const values = direction.get(tensor.name);
      if (values === undefined) throw new Error(`the direction has no part for the parameter ${tensor.name}`);
      const name = directionName(tensor.name);
      return [name, this.engine.upload({ ...tensorSpec(tensor), name }, values)];
    };
    return Object.fromEntries(sphereTensors(this.model).map(upload));
  }

  private release(): void {
    for (const tensor of Object.values(this.point)) tensor.dispose();
    this.point = {};
  }
}

/** Copies, since the outputs are disposed. */
async function readParameters(
  outputs: NamedEngineTensors,
  names: readonly string[],
  outputName: (parameter: string) => string,
): Promise<Map<string, Float32Array>> {
  const read = new Map<string, Float32Array>();
  for (const name of names) read.set(name, ((await outputs[outputName(name)]!.read()) as Float32Array).slice());
  return read;
}
