import { elrKey } from '../../figure/elr-key.js';
import { phaseFigure } from '../../figure/phase.js';
import type { Scene } from '../scene.js';
import { emptyFigure, type SceneFigures, toyTitle } from './scene-figures.js';

/** The phase diagram of the toy with the runs of the network. */
export function diagramFigures(scene: Scene): SceneFigures {
  const { data, state, tolerance, scale } = scene;
  const phase = data.toy?.phase;
  if (phase === undefined || data.toy?.task.settings.alpha.length !== state.toy.alpha.length)
    return { toy: [emptyFigure(toyTitle(scene), 'the phase diagram is being computed', 'alpha')], network: [] };
  const runs = data.sweep!.verification.runs.map(({ elr, regime }) => ({
    toyElr: elr * scale,
    regime,
    key: elrKey(elr),
  }));
  return { toy: [phaseFigure(phase, { alpha: data.toy.task.settings.alpha, tolerance, runs })], network: [] };
}
