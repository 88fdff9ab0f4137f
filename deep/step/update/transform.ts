import type { NamedTensors, TensorSpec } from '../../engine/engine.js';

/** A training step on its way through the transforms. */
export interface Motion {
  /** The parameters: before the step, then where the transforms moved them. */
  readonly positions: NamedTensors;
  /** What the step moves along, by parameter: the gradient of the loss at first. */
  readonly updates: NamedTensors;
  /** What the transforms remember for the next step, by name. */
  readonly state: NamedTensors;
}

/** A part of a training step, as a pure function. */
export interface Transform {
  /** Numbers that it reads, set anew before every step. */
  readonly scalars: readonly TensorSpec[];
  /** What it remembers: inputs that come out again under the same names. Zeros before the first step. */
  readonly state: readonly TensorSpec[];
  apply(motion: Motion, inputs: NamedTensors): Motion;
}

export const scalarSpec = (name: string): TensorSpec => ({ name, shape: [], layout: 'plain', type: 'float32' });

/** A transform without state. */
export const stateless = (scalars: readonly string[], apply: Transform['apply']): Transform => ({
  scalars: scalars.map(scalarSpec),
  state: [],
  apply,
});

/** One transform after another. */
export const chain = (...transforms: readonly Transform[]): Transform => ({
  scalars: transforms.flatMap(({ scalars }) => scalars),
  state: transforms.flatMap(({ state }) => state),
  apply: (motion, inputs) => transforms.reduce((moved, transform) => transform.apply(moved, inputs), motion),
});

/** A new value for each of `names`. */
export const forEachName = <Value>(names: readonly string[], value: (name: string) => Value): Record<string, Value> =>
  Object.fromEntries(names.map((name) => [name, value(name)]));
