import { addScaled, type SymmetricOperator, scaled } from '../../src/numerics/eigen/operator.js';
import { dot } from '../../src/numerics/series.js';
import { sizeOf } from '../engine/engine.js';
import type { Model, ModelTensor } from '../models/model.js';
import { sphereTensors } from './hessian.js';
import type { ParameterVector } from './hessian-operator.js';

/** Some of the scale-invariant parameters of a model as one vector; the others have no part in it. */
export class ParameterSpace {
  readonly size: number;
  private readonly chosen: ReadonlySet<string>;
  private readonly all: readonly ModelTensor[];

  constructor(model: Model, names: readonly string[]) {
    this.chosen = new Set(names);
    this.all = sphereTensors(model);
    this.size = this.parts().reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  flatten(vector: ParameterVector): Float64Array {
    const flat = new Float64Array(this.size);
    let place = 0;
    for (const { name } of this.parts()) {
      const values = vector.get(name)!;
      flat.set(values, place);
      place += values.length;
    }
    return flat;
  }

  /** The vector among all scale-invariant parameters: zero in those that are not of this space. */
  unflatten(flat: Float64Array): ParameterVector {
    let place = 0;
    return new Map(
      this.all.map(({ name, shape }) => {
        const size = sizeOf(shape);
        if (!this.chosen.has(name)) return [name, new Float32Array(size)];
        place += size;
        return [name, Float32Array.from(flat.subarray(place - size, place))];
      }),
    );
  }

  private parts(): readonly ModelTensor[] {
    return this.all.filter(({ name }) => this.chosen.has(name));
  }
}

/** With r = |x| and P the projection orthogonal to x: r^2 P A P, the matrix A at x / r along the unit sphere there. */
export function onSphere({ size, apply }: SymmetricOperator, x: Float64Array): SymmetricOperator {
  const square = dot(x, x);
  const project = (vector: Float64Array): Float64Array => {
    const projected = vector.slice();
    addScaled(projected, x, -dot(x, vector) / square);
    return projected;
  };
  return { size, apply: async (vector) => scaled(project(await apply(project(vector))), square) };
}
