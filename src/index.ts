/**
 * Quantities, regimes and verification: what toy model and networks have in common. Sections and numbers such as K4 or T3 in
 * the descriptions are those of `docs/theory.md`. This entry point loads no engine and no tensors.
 *
 * @module sphere-regimes
 */

// Quantities on the sphere and the identities between them.

export { equalRotationShares, type WeightedProducts } from './sphere/equal-rotation-shares.js';
export type { RunResiduals } from './sphere/identities.js';
export {
  type IdentityResiduals,
  jointStepResidual,
  shareUpdateResidual,
  stepAngleResidual,
} from './sphere/identities.js';
export { type InvariantGroup, jointQuantities, stepInGroups } from './sphere/invariant-groups.js';
export type { RecordedFloors } from './sphere/noise-floor.js';
export {
  effectiveGradientNorm,
  effectiveLearningRate,
  effectiveStepSize,
  equilibriumShares,
  type GroupQuantities,
  type GroupSquares,
  nextNormShares,
  normShares,
  type StepQuantities,
  sphereQuantities,
  stepAngle,
} from './sphere/quantities.js';

// Regimes: of one trajectory, of a recorded run, along the ELRs of a sweep.

export {
  type MeasuredRun,
  measureRecord,
  measureRun as analyseRun,
  NETWORK_TOLERANCE,
  type NoiseShare,
} from './regime/analyse.js';
export { nextElrs, type SearchOptions } from './regime/bisection.js';
export type { RunBlocks } from './regime/block-series.js';
export { type ClassifyOptions, classifyTrajectory, type Trajectory } from './regime/classifier.js';
export type { GradientFall } from './regime/gradient-fall.js';
export { REGIMES, type Regime, type RegimeDecision, type RegimeEvidence } from './regime/regime.js';
export {
  type AverageErrors,
  averagesOf,
  errorsOf,
  type RunAverages,
} from './regime/run-averages.js';
export { type ReadRecordOptions, type RunRecord, readRecord } from './regime/run-record.js';
export type { GroupSeries, RunSeries } from './regime/run-series.js';
export { averageByElr, averageOverSeeds } from './regime/seed-averages.js';
export { type LogLosses, type StationaryPart, stationaryPart } from './regime/stationary-part.js';
export type { Equilibrium, EquilibriumLine, EquilibriumLoss, RegimeTheory } from './regime/theory.js';
export {
  type Bracket,
  bracketCentre,
  bracketError,
  type JudgedRun,
  measureThresholds,
  type Thresholds,
} from './regime/thresholds.js';

// Predictions of a theory against a sweep, row by row.

export type { Prediction, PredictionGroup } from './verify/prediction.js';
export { type SweepVerifyOptions, type Verification, type VerifyOptions, verifySweep } from './verify/verify.js';

// The noise floor of a training, from a few logged numbers.

export {
  type NoiseFloorInput,
  type NoiseFloorReading,
  type NoiseShareOfLoss,
  type NoiseState,
  type NoiseVerdict,
  readNoiseFloor,
  readNoiseShare,
  type StepSize,
} from './readings/noise-floor.js';

// Trainings that were logged elsewhere.

export { type JudgedLog, type JudgeLogOptions, judgeLog } from './logged/judge-log.js';
export type { LoggedQuantities, Place, Places, Quantity } from './logged/logged-columns.js';
export { readLog } from './logged/read-log.js';

// Runs and sweeps on disk.

export { type FoundRun, findRuns } from './archive/find-runs.js';
export {
  measureStored,
  type RunMeasures,
  readRun,
  readStoredRecord,
  type StoredRecord,
  type StoredRun,
  type StoredStatus,
} from './archive/stored-run.js';
export {
  type Curvature,
  type CurvatureKind,
  type CurvatureMatrix,
  type ImageSubset,
  readCurvature,
} from './run/curvature-record.js';
export type { Beginning, Cadence } from './run/epoch.js';
export { NORMALISATIONS, type Normalisation } from './run/image-settings.js';
export type {
  ElrConfiguration,
  ElrManifest,
  Manifest,
  RunConfiguration,
  RunOutcome,
} from './run/manifest.js';
export { type Measurement, type Quality, readMeasurements } from './run/measurements.js';
export {
  LAST_LAYERS,
  type LastLayer,
  type NetworkVariant,
  NORMS,
  type Norm,
  USUAL_GROUPS,
} from './run/network-variants.js';
export type { ObservationSettings } from './run/observation-settings.js';
export { type ElrRate, elrOf, elrRate, type LearningRate, type Rate } from './run/rate.js';
export { readSteps, streamSteps } from './run/read-steps.js';
export { hasElr, type RecordedRun, type StoredManifest, type SweepRun } from './run/recorded-run.js';
export { readManifest } from './run/run-directory.js';
export {
  type Columns,
  type GroupColumns,
  type OptionalColumn,
  type RecordedStep,
  STEP_COLUMNS,
  type StepColumnName,
  StepColumns,
} from './run/step-columns.js';
export type { SeenSteps } from './run/step-lines.js';
export {
  DEFAULT_TRAINING,
  LOSSES,
  type LossName,
  PROJECTIONS,
  type Projection,
  SCHEDULE_UNITS,
  SCHEDULES,
  type Schedule,
  type ScheduleUnit,
  type TrainingSettings,
} from './run/training-settings.js';
export type { Condition, Relation } from './sweep/conditions.js';
export { readSweep, readSweepPlan, runDirectory } from './sweep/directory.js';
export { extendSweep, openSweep } from './sweep/extend-sweep.js';
export type { SweepGroup } from './sweep/groups.js';
export { elrPlan, type PlannedRun, plannedRun, runFolder, type SweepPlan, type Varied } from './sweep/plan.js';
export { RunMemory } from './sweep/run-memory.js';
export {
  type DamagedFolder,
  type EachRecordOptions,
  type ReadSweepOptions,
  SweepReader,
  type SweepRecord,
} from './sweep/sweep-reader.js';
export type { NpyArray } from './system/npy.js';

// Statistics of correlated series, grids of numbers, and random numbers.

export type { SymmetricOperator } from './numerics/eigen/operator.js';
export {
  type SpectralDensityOptions,
  type SpectralMeasure,
  smoothDensity,
  spectralMeasure,
} from './numerics/eigen/spectral-density.js';
export { type RandomSource, randomSource } from './numerics/random.js';
export { blockJackknife, type DerivedEstimate } from './numerics/statistics/jackknife.js';
export { type Estimate, meanWithError } from './numerics/statistics/mean-error.js';
export { findOscillation, type Oscillation, type OscillationOptions } from './numerics/statistics/oscillation.js';
export { linearGrid, logarithmicGrid } from './system/grid.js';

// Bad input, in one line that says what is allowed.

export { UsageError } from './system/usage-error.js';
