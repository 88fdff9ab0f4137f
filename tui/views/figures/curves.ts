import { blockSize } from '../../data/block-means.js';
import { hasThresholds } from '../../data/toy-motion.js';
import type { Figure, FigureRegime } from '../../figure/figure.js';
import { toyForm } from '../../figure/loss-elr.js';
import { noiseFloorOf } from '../../figure/noise-floor-line.js';
import { trajectoryFigure } from '../../figure/trajectory.js';
import type { Scene } from '../scene.js';
import { emptyFigure, NO_RUN, runData, type SceneFigures, toyTitle } from './scene-figures.js';

/** The figure with a note of what a point of a run stands for, where that is more than a step. */
function withWindow(figure: Figure, steps: number): Figure {
  const size = blockSize(steps);
  return size === 1 ? figure : { ...figure, notes: [...figure.notes, `each point is the mean of ${size} steps`] };
}

/** The runs at the cursor against step, epoch or time. */
export function curveFigures(scene: Scene): SceneFigures {
  const { data, state, run } = scene;
  const { quantity, smoothing, clock: axis, toy: settings } = state;
  const options = { quantity, axis, smoothing };
  const toyRun = data.toy?.run;
  const toy =
    toyRun === undefined
      ? emptyFigure(toyTitle(scene), 'being computed', quantity)
      : withWindow(
          trajectoryFigure(
            { ...toyRun, title: toyTitle(scene), regime: toyRun.regime as FigureRegime },
            { ...options, axis: 'step', form: hasThresholds(settings) ? toyForm(settings.alpha) : undefined },
          ),
          toyRun.steps,
        );
  const floor = run?.measured ? noiseFloorOf(run.measured) : undefined;
  const network =
    run === undefined || run.step === 0
      ? emptyFigure('network', NO_RUN, quantity)
      : withWindow(
          trajectoryFigure(
            {
              ...{ ...runData(run), title: 'network', regime: run.measured?.regime },
              unfinished: run.measured?.status === 'running',
            },
            { ...options, floor },
          ),
          run.step,
        );
  return { toy: [toy], network: [network] };
}
