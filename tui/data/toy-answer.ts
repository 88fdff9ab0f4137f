import { chunks } from '../../src/run/run-epochs.js';
import { defined } from '../../src/system/defined.js';
import { UsageError } from '../../src/system/usage-error.js';
import { type Cell, type CellOptions, evaluateCells } from '../../toy/phase/cells.js';
import type { PhaseDiagram } from '../../toy/phase/phase-diagram.js';
import type { ToyMotion } from '../../toy/theory/closed-form.js';
import { logarithmicSteps } from '../figure/closed-form.js';
import type { ToyAnswer, ToyPoint, ToyRun, ToySettings, ToyTask } from './toy-messages.js';
import { motionAt } from './toy-motion.js';
import { simulateToyRun } from './toy-run.js';

/** Steps of a first answer: with as many cells as below it takes some ten milliseconds. */
const QUICK_STEPS = 400;
const QUICK_CELLS = { columns: 24, rows: 12 };
const CELLS = { columns: 96, rows: 48 };
/** Of a phase diagram, where the toy has more. */
export const MOST_PHASE_STEPS = 1000;
/** The last group's alpha goes from and to this part of what it is. */
const PHASE_RANGE = 16;

const quickSteps = (steps: number, quick: boolean): number => (quick ? Math.min(steps, QUICK_STEPS) : steps);

/** Weight decay that takes away the whole norm in a step is no training. */
const isPossible = ({ weightDecay }: ToySettings, elr: number): boolean => elr * weightDecay < 1;

const nothingAt = (elr: number, groups: number): ToyPoint => ({
  elr,
  relativeLoss: Number.NaN,
  loss: Number.NaN,
  egn: Number.NaN,
  ess: Number.NaN,
  shares: Array.from({ length: groups }, () => Number.NaN),
  regime: 'undecided',
  detail: null,
  lyapunov: null,
  noiseShare: null,
  collapsed: false,
});

/** A place of the toy: its settings, and the ELR there. */
interface Place {
  readonly settings: ToySettings;
  readonly elr: number;
}

/** What of a motion is the same in all cells. */
const optionsOf = ({ projection, noiseLaw, batches }: ToyMotion): CellOptions =>
  defined({ projection, noiseLaw, batches });

/** Simulations at places that share all settings but the alphas. */
function simulateAt(places: readonly Place[], steps: number, tolerance: number): ToyPoint[] {
  const possible = places.filter(({ settings, elr }) => isPossible(settings, elr));
  const motions = possible.map(({ settings, elr }) => motionAt(settings, elr));
  const [first] = motions;
  const cells = first === undefined ? [] : evaluateCells(motions, { steps, tolerance, ...optionsOf(first) });
  const cellOf = new Map(possible.map((place, i): [Place, Cell] => [place, cells[i]!]));
  return places.map((place) => {
    const cell = cellOf.get(place);
    return cell === undefined ? nothingAt(place.elr, place.settings.alpha.length) : { ...cell, elr: place.elr };
  });
}

const pointsOf = ({ settings, tolerance, elrs, quick }: ToyTask): ToyPoint[] =>
  simulateAt(
    elrs.map((elr) => ({ settings, elr })),
    quickSteps(settings.steps, quick),
    tolerance,
  );

function runAtCursor({ settings, tolerance, elr, quick }: ToyTask): ToyRun | undefined {
  if (elr === undefined || !isPossible(settings, elr)) return undefined;
  return simulateToyRun(settings, elr, { steps: quickSteps(settings.steps, quick), tolerance });
}

/** The toy over its ELR and the alpha of its last group. */
function phaseOf({ settings, tolerance, phase, quick }: ToyTask): PhaseDiagram | undefined {
  if (phase === undefined) return undefined;
  const { columns, rows } = quick ? QUICK_CELLS : CELLS;
  const last = settings.alpha.length - 1;
  const centre = settings.alpha[last]!;
  const x = { name: 'elr', values: logarithmicSteps(...phase, columns), scale: 'logarithmic' as const };
  const values = logarithmicSteps(centre / PHASE_RANGE, centre * PHASE_RANGE, rows);
  const y = { name: `alpha${last + 1}`, values, scale: 'logarithmic' as const };
  const steps = Math.min(MOST_PHASE_STEPS, quickSteps(settings.steps, quick));
  const places = values.flatMap((value) => {
    const alpha = settings.alpha.map((before, i) => (i === last ? value : before));
    return x.values.map((elr) => ({ settings: { ...settings, alpha }, elr }));
  });
  const cells = chunks(simulateAt(places, steps, tolerance), columns);
  return { x, y, cells };
}

/** The answer to a task. Fails (UsageError) if the settings are not those of a toy; of a set of samples without a minimum nothing is known. */
export function answerToy(task: ToyTask): ToyAnswer {
  try {
    return { task, points: pointsOf(task), run: runAtCursor(task), phase: phaseOf(task) };
  } catch (error) {
    // A set that is drawn may have no minimum in common: large noise and few samples make no toy.
    if (!(error instanceof UsageError) || task.settings.samples === 0) throw error;
    const { elrs, settings } = task;
    return { task, points: elrs.map((elr) => nothingAt(elr, settings.alpha.length)), run: undefined, phase: undefined };
  }
}
