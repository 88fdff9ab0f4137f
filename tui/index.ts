/**
 * Figures of the toy and of sweeps: as plain data, as text for a terminal, and as SVG, PNG, PDF or CSV. This entry point loads
 * neither Ink nor vega; vega is loaded when a figure is first written as an image.
 *
 * @module sphere-regimes/figure
 */

// What a figure is.

export {
  type AxisScale,
  type CellState,
  type Figure,
  type FigureAxis,
  type FigureBand,
  type FigureCells,
  type FigureMark,
  type FigurePoint,
  type FigureRegime,
  type FigureSeries,
  type RunEnding,
  type SeriesKind,
  withoutTheory,
  withScales,
} from './figure/figure.js';

// Figures of sweeps and of the toy.

export type { LagCosine, WalkAtElr } from '../src/experiments/random-walk.js';
export type { CombinedEstimate } from '../src/numerics/statistics/combine-runs.js';
export { type ClosedForm, logarithmicSteps } from './figure/closed-form.js';
export type { DimensionlessPlane, PlaneAxes } from './figure/dimensionless-plane.js';
export { EPOCH_QUANTITIES, type EpochQuantity, epochFigure } from './figure/epoch-curves.js';
export { equilibriumLineFigure } from './figure/equilibrium-line.js';
export { networkBarsFigure } from './figure/group-bars.js';
export { networkAxes, networkPlaneFigure, type PathRun, type PlaneOptions } from './figure/loss-egn.js';
export { type LossElrOptions, networkLossFigure, type ToyPoint, toyLossFigure } from './figure/loss-elr.js';
export {
  PHASE_QUANTITIES,
  type PhaseFigureOptions,
  type PhaseQuantity,
  type PlacedRun,
  phaseFigure,
} from './figure/phase.js';
export { randomWalkFigure } from './figure/random-walk.js';
export type {
  EpochValues,
  GroupSeries,
  HiddenRuns,
  RunData,
  RunSeries,
  SeriesRange,
  StepRanges,
  SweepData,
} from './figure/sweep-data.js';
export { type SweepDataOptions, sweepData } from './figure/sweep-runs.js';
export { type ToyPlane, type ToyPlanePoint, toyPlaneFigure } from './figure/toy-plane.js';
export {
  TRAJECTORY_AXES,
  TRAJECTORY_QUANTITIES,
  type TrajectoryAxis,
  type TrajectoryOptions,
  type TrajectoryQuantity,
  type TrajectoryRun,
  trajectoryFigure,
} from './figure/trajectory.js';

// Figures as text and as files.

export { type CanvasOptions, figureLines } from './canvas/canvas.js';
export { figureText } from './canvas/figure-text.js';
export { GLYPHS, type GlyphSetName, type Glyphs } from './canvas/glyphs.js';
export { figureCsv } from './export/figure-csv.js';
export type { ImageOptions } from './export/image-options.js';
export { PAPER_NAMES, type Paper, type PaperName, paperOf } from './export/paper.js';
export { writeFigure } from './export/write-figure.js';
export type { Line, Span } from './line/styled.js';
