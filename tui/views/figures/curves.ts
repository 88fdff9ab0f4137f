import type { RunSnapshot } from '../../data/sweep-snapshot.js';
import { hasThresholds } from '../../data/toy-motion.js';
import { endingOf } from '../../figure/ending.js';
import type { Figure, FigureRegime } from '../../figure/figure.js';
import { toyForm } from '../../figure/loss-elr.js';
import { noiseFloorOf } from '../../figure/noise-floor-line.js';
import { overlayFigure } from '../../figure/overlay.js';
import { type TrajectoryRun, trajectoryFigure } from '../../figure/trajectory.js';
import { overlaidRuns, runLabels } from '../chosen-runs.js';
import type { Scene } from '../scene.js';
import { emptyFigure, NO_RUN, runData, type SceneFigures, toyTitle } from './scene-figures.js';

/** The runs at the cursor against step, epoch or time. */
export function curveFigures(scene: Scene): SceneFigures {
  const { data, state } = scene;
  const { quantity, smoothing, clock: axis, toy: settings } = state;
  const options = { quantity, axis, smoothing };
  const toyRun = data.toy?.run;
  const network = networkCurves(scene);
  if (quantity === 'error')
    return {
      toy: [],
      network: [{ ...network, notes: [...network.notes, 'the toy classifies nothing and has no error'] }],
    };
  const toy =
    toyRun === undefined
      ? emptyFigure(toyTitle(scene), 'being computed', quantity)
      : trajectoryFigure(
          { ...toyRun, title: toyTitle(scene), regime: toyRun.regime as FigureRegime },
          { ...options, axis: 'step', form: hasThresholds(settings) ? toyForm(settings.alpha) : undefined },
        );
  return { toy: [toy], network: [network] };
}

const trajectoryOf = (run: RunSnapshot): TrajectoryRun => ({
  ...{ ...runData(run), title: 'network', regime: run.measured?.regime },
  ...endingOf(run.measured ?? undefined),
});

/** The run at the cursor over its noise floor, or the runs that are compared over one another. */
function networkCurves(scene: Scene): Figure {
  const { quantity, smoothing, clock: axis, baseline } = scene.state;
  const { run } = scene;
  const options = { quantity, axis, smoothing };
  const begun = overlaidRuns(scene).filter(({ step }) => step > 0);
  if (begun.length > 1 && quantity !== 'shares' && quantity !== 'group-ess') {
    const labels = runLabels(begun, baseline);
    const runs = begun.map((each, i) => ({ label: labels[i]!, run: trajectoryOf(each) }));
    return overlayFigure(`network, ${begun.length} runs`, runs, options);
  }
  if (run === undefined || run.step === 0) return emptyFigure('network', NO_RUN, quantity);
  const floor = run.measured ? noiseFloorOf(run.measured) : undefined;
  return trajectoryFigure(trajectoryOf(run), { ...options, floor });
}
