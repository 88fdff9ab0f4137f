import { hasThresholds } from '../../data/toy-motion.js';
import { withoutTheory } from '../../figure/figure.js';
import { phaseFigure } from '../../figure/phase.js';
import { placedRuns } from '../../figure/placed-runs.js';
import type { Scene } from '../scene.js';
import { emptyFigure, type SceneFigures, toyTitle } from './scene-figures.js';

/** The phase diagram of the toy with the runs of the network. */
export function diagramFigures(scene: Scene): SceneFigures {
  const { data, state, tolerance } = scene;
  const phase = data.toy?.phase;
  if (phase === undefined || data.toy?.task.settings.alpha.length !== state.toy.alpha.length)
    return { toy: [emptyFigure(toyTitle(scene), 'the phase diagram is being computed', 'alpha')], network: [] };
  const { settings } = data.toy.task;
  const { alpha } = settings;
  const { runs, notes } = placedRuns(data.sweep!.verification.runs, alpha);
  const figure = phaseFigure(phase, { alpha, tolerance, runs, quantity: state.phaseQuantity });
  const shown = hasThresholds(settings) ? figure : withoutTheory(figure);
  return { toy: [{ ...shown, notes: [...shown.notes, ...notes] }], network: [] };
}
