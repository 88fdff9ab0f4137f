/**
 * The toy model F = sum_i alpha_i x_i^2 / (x_i^2 + y_i^2): closed forms, simulation, chaos and phase diagrams, for it and for
 * your own functions. Sections and numbers such as T3 are those of `docs/theory.md`; all quantities are dimensionless, and
 * k = elr * sum(alpha) decides the regime. This entry point loads no engine; mathjs is loaded when a function is parsed.
 *
 * @module sphere-regimes/toy
 */

// Closed forms.

export * from './theory/batch-size.js';
export {
  type BalanceElrOptions as BreakEvenElrOptions,
  breakEvenElr,
  breakEvenElrAtLoss,
  type GroupPoint,
  lossChange,
} from './theory/break-even.js';
export * from './theory/circle-map.js';
export * from './theory/closed-form.js';
export * from './theory/decay-floor.js';
export * from './theory/equilibrium.js';
export * from './theory/frozen-shares.js';
export * from './theory/momentum.js';
export * from './theory/momentum-floor.js';
export { NOISE_LAWS, type NoiseLaw, singleRunGrowth, singleRunThresholdRatio } from './theory/multiplicative-noise.js';
export * from './theory/noise.js';
export { driftingNoiseShare, noiseFloor, sphereNoiseFloor } from './theory/noise-floor.js';
export * from './theory/noise-share.js';
export { type NoiseShareForm, noiseShareForm } from './theory/noise-share-form.js';
export { hasNoiseFloor, NOISY_CONVERGENCE, regimeWords } from './theory/noisy-convergence.js';
export * from './theory/points.js';
export * from './theory/replacement.js';
export * from './theory/same-batch-sharpness.js';
export * from './theory/slow-bottom.js';
export * from './theory/stability.js';
export * from './theory/thresholds.js';
export * from './theory/weight-decay.js';

// What closed forms and simulations return.

export type { Regime, RegimeDecision, RegimeEvidence } from '../src/regime/regime.js';
export type { Equilibrium, EquilibriumLine, EquilibriumLoss, RegimeTheory } from '../src/regime/theory.js';

// Simulation.

export { SAMPLINGS, type Sampling } from '../src/run/image-settings.js';
export type { PerReplica } from './dynamics/ensemble.js';
export type { BatchOptions, PerReplicaBatches } from './dynamics/mini-batches.js';
export {
  type Collapse,
  MAXIMUM_STEPS,
  type SimulationOptions,
  simulateToy,
  type ToySummary,
} from './dynamics/simulate.js';
export { PROJECTIONS, type Projection, type StepOptions } from './dynamics/step.js';
export { type Rate, type ToyStart, type TrajectoryOptions, toyTrajectory } from './dynamics/trajectory.js';
export { ratiosSubject, type Subject, type ToySubject, userSubject } from './function/subject.js';
export { sumOfRatios, type ToyFunction, type ToyGroup } from './function/toy-function.js';

// Your own functions.

export { compileProgram, type ToyProgram } from './function/program.js';
export { type MinimumEvidence, type SharpnessThreshold, sharpnessThreshold } from './function/sharpness.js';
export { parseToyFunction, type UserToyFunction } from './function/user-function.js';

// Chaos.

export { lyapunovSpectrum } from './chaos/lyapunov.js';
export {
  equilibriumMultipliers,
  equilibriumPoint,
  type FloquetMultiplier,
  predictedMultipliers,
} from './chaos/spectrum.js';

// Many runs at once, and phase diagrams.

export { type Axis, linearAxis, logarithmicAxis } from './phase/axis.js';
export type { CellParameters } from './phase/cell-parameters.js';
export { type Cell, type CellOptions, type Detail, evaluateCells } from './phase/cells.js';
export { computePhaseDiagram, type PhaseDiagram, type PhaseOptions } from './phase/phase-diagram.js';
