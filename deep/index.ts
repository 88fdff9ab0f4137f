/**
 * Networks: training at a fixed ELR on the sphere or in full space, sweeps over processes, curvature and evaluation. Runs are
 * folders on disk, which `sphere-regimes` reads. This entry point loads tfjs; onnxruntime is loaded by the engine that needs it.
 *
 * @module sphere-regimes/deep
 */

// A study: what runs are to be, as plain data; planned, trained one process a run, refined, and probed before a sweep.

export type { JobOptions } from '../src/cluster/job-script.js';
export type { Submission } from '../src/cluster/submission.js';
export type { RunState } from '../src/sweep/run-state.js';
export { RunsAway } from '../src/sweep/run-state.js';
export { type AnnealRunOptions, annealRun } from './study/anneal-run.js';
export { type DescribeOptions, describeRun } from './study/describe-run.js';
export type { Executor } from './study/executor.js';
export { lengthenRuns } from './study/lengthen.js';
export { type LocalOptions, localExecutor } from './study/local-executor.js';
export { type PlanOptions, planSweep } from './study/plan-sweep.js';
export { type ProbeSpec, probe } from './study/probe.js';
export { type Refined, type Refinement, type RefineOptions, refine } from './study/refine.js';
export {
  runStudy,
  type StudyOptions,
  studyRuns,
  type TrainedRuns,
  type Trainer,
  type TrainOptions,
  trainSweep,
  trainSweeps,
} from './study/run-study.js';
export { type SlurmOptions, slurmExecutor } from './study/slurm-executor.js';
export type {
  Axes,
  NetworkSpec,
  ObservationSpec,
  RunSpec,
  SweepSpec,
  TrainingSpec,
  Written,
} from './study/spec.js';
export { type TaskOptions, trainTask } from './study/train-task.js';
export { trainerOn } from './study/trainer-on.js';
export { runSweep, type SweepFailure, type SweepOptions, type SweepProgress } from './sweep/workers.js';

// A run: prepare, train, keep.

export {
  openRunEngine,
  type PreparedRun,
  type PrepareOptions,
  prepareRun,
  runSteps,
  trainingOf,
} from './run/prepare.js';
export { type RecordOptions, recordRun } from './run/record.js';
export type { Training, TrainingState, TrainingStep } from './training/train.js';

// Models.

export {
  type Architecture,
  type ForwardResult,
  invariantGroups,
  type Model,
  type ModelTensor,
  type NormalisationMode,
  type Role,
} from './models/model.js';
export { MODELS, type ModelName, USUAL_DEPTH } from './models/names.js';
export { createModel, type ModelOptions } from './models/network.js';

// Data.

export type { Augmentation, Placement } from './data/augmentation.js';
export type { DataSet, ImageSet } from './data/image-set.js';
export { type ImageChoice, type OpenDataOptions, openData } from './data/open.js';

// Engines, and which of them work on this machine.

export type {
  Engine,
  EngineTensor,
  HostData,
  Layout,
  NamedEngineTensors,
  NamedTensors,
  Program,
  RepeatedProgram,
  Repetition,
  TensorFunction,
  TensorSpec,
} from './engine/engine.js';
export { ENGINES, type EngineName } from './engine/names.js';
export { type EngineOptions, openEngine } from './engine/open.js';
export type { TensorFlowDetails } from './engine/tensorflow.js';
export { type EngineState, type Examination, examine, type TensorFlowState } from './probe/examine.js';
export type { DataState } from './probe/examine-data.js';

// Curvature of a recorded run: Hessian eigenvalues on the sphere, and the ELR at which a step leaves the loss as it is.

export {
  balanceOfRun as breakEvenOfRun,
  type RunBalanceOptions as RunBreakEvenOptions,
} from './curvature/run-break-even.js';
export { curvatureOfRun, type RunCurvatureOptions } from './curvature/run-curvature.js';
export { officialInfo } from './evaluate/official-info.js';

// Weights that runs have left.

export type { HostTensor } from '../src/system/safetensors.js';
export { evaluateWeights, type WeightsQuality } from './evaluate/evaluate-weights.js';
export { type ExaminedRun, openExaminedRun, readWeights, withEngine } from './evaluate/examined-run.js';
export { type LinearPath, type LinearPathOptions, linearPath, type PathPoint } from './evaluate/linear-path.js';
export type { PassSetting, Weights } from './observe/batch-pass.js';
