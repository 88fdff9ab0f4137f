import type { Glyphs } from '../../../tui/canvas/glyphs.js';
import type { PhaseQuantity } from '../../../tui/figure/phase.js';
import type { TrajectoryAxis, TrajectoryQuantity } from '../../../tui/figure/trajectory.js';
import type { Condition } from '../../sweep/conditions.js';
import type { Format } from './formats.js';

export const GLYPHS = ['braille', 'block', 'ascii'] as const satisfies readonly Glyphs[];
export const AXES = ['step', 'epoch', 'time'] as const satisfies readonly TrajectoryAxis[];
export const QUANTITIES = [
  'loss',
  'error',
  'egn',
  'ess',
  'shares',
  'group-ess',
  'regime',
  'lyapunov',
  'noiseShare',
] as const satisfies readonly (TrajectoryQuantity | PhaseQuantity)[];

export interface FigureOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly where?: readonly Condition[];
  readonly elr?: number;
  readonly quantity?: (typeof QUANTITIES)[number];
  readonly axis: TrajectoryAxis;
  readonly smoothing: number;
  readonly last?: number;
  readonly logX?: boolean;
  readonly logY?: boolean;
  readonly theory: boolean;
  readonly out?: string;
  readonly size?: string;
  readonly format?: readonly Format[];
  readonly title?: string | false;
  readonly glyphs?: Glyphs;
  readonly width?: number;
  readonly height?: number;
  readonly json?: true;
}
