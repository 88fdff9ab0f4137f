import type { Prediction } from '../../src/verify/prediction.js';
import { sumOfAlpha } from '../../toy/theory/thresholds.js';
import type { Glyphs } from '../canvas/glyphs.js';
import { elrsOf, firstElr, type RunSnapshot, runAt, type SweepSnapshot } from '../data/sweep-snapshot.js';
import type { ToyAnswer, ToyTask } from '../data/toy-messages.js';
import type { WorkState } from '../data/work-state.js';
import { networkThreshold } from '../figure/network-threshold.js';
import type { Line } from '../line/styled.js';
import type { AppState } from '../state/state.js';
import { listedPredictions } from './listed-predictions.js';
import { type ListedRuns, listedRuns } from './listed-runs.js';

/** All that is known when a frame is drawn. */
export interface SceneData {
  /** Undefined until the disk has been read. */
  readonly sweep: SweepSnapshot | undefined;
  readonly toy: ToyAnswer | undefined;
  readonly work: WorkState;
  /** Why the sweep cannot be read at the moment. */
  readonly problem: string | undefined;
  /** What the last command came to, until the next key. */
  readonly message: string | undefined;
}

export const NO_DATA: SceneData = {
  sweep: undefined,
  toy: undefined,
  work: { state: 'idle', text: '' },
  problem: undefined,
  message: undefined,
};

export interface Look {
  readonly glyphs: Glyphs;
  readonly color: boolean;
  /** Bits of a colour where there is colour: 4, 8 or 24. */
  readonly colorBits?: number;
}

/** Data and state, and everything derived from them. */
export interface Scene extends Look {
  readonly data: SceneData;
  readonly state: AppState;
  /** Tolerance of divergence, the same for toy and network. */
  readonly tolerance: number;
  readonly elrs: readonly number[];
  /** ELR under the cursor; undefined if nothing is planned. */
  readonly elr: number | undefined;
  /** The run there. */
  readonly run: RunSnapshot | undefined;
  /** ELR of the network at k = 1, where the R of a run tells it; undefined where none does. */
  readonly threshold: number | undefined;
  /** ELR of the toy / ELR of the network, at the same k; where that is not known, k = 1 of the toy is in the middle of its axis. */
  readonly scale: number;
  readonly toyElr: number | undefined;
  /** From the smallest ELR to the largest. */
  readonly elrRange: readonly [number, number];
  /** Runs as the run table shows them. */
  readonly listed: readonly ListedRuns[];
  /** Predictions as their table shows them. */
  readonly predictions: readonly Prediction[];
}

/** Each view is a function from the scene to the lines of a screen of a given size. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
export type View = (scene: Scene, size: Size) => readonly Line[];

/** Of the axis where the ELRs span no range. */
const DECADES = 5;

/** From the smallest ELR to the largest; a single one is shown in the middle of five decades. */
function elrRange(elrs: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...elrs), Math.max(...elrs)];
  if (elrs.length > 1 && low < high) return [low, high];
  const centre = elrs[0] ?? 1;
  return [centre / 10 ** (DECADES / 2), centre * 10 ** (DECADES / 2)];
}

export interface SceneOptions extends Look {
  readonly tolerance: number;
}

export function sceneOf(
  data: SceneData,
  state: AppState,
  { tolerance, glyphs, color, colorBits }: SceneOptions,
): Scene {
  const { sweep } = data;
  const elrs = sweep === undefined ? [] : elrsOf(sweep);
  const range = elrRange(elrs);
  const threshold = sweep && networkThreshold(sweep.verification);
  const scale = 1 / (sumOfAlpha(state.toy.alpha) * (threshold ?? Math.sqrt(range[0] * range[1])));
  const elr = state.elr ?? (sweep && firstElr(sweep));
  return {
    data,
    state,
    tolerance,
    glyphs,
    color,
    ...(colorBits !== undefined && { colorBits }),
    elrs,
    elr,
    run: sweep && runAt(sweep, elr),
    threshold,
    scale,
    toyElr: elr === undefined ? undefined : elr * scale,
    elrRange: range,
    listed: sweep === undefined ? [] : listedRuns(sweep.runs, state),
    predictions: sweep === undefined ? [] : listedPredictions(sweep.verification.predictions, state.rowFilter),
  };
}

/** What the scene asks of the toy. */
export const toyTaskOf = ({ state, tolerance, elrs, scale, toyElr, elrRange: [from, to] }: Scene) =>
  ({
    settings: state.toy,
    tolerance,
    elrs: elrs.map((elr) => elr * scale),
    elr: toyElr,
    phase: state.view === 'diagram' ? ([from * scale, to * scale] as const) : undefined,
  }) satisfies Omit<ToyTask, 'quick'>;
