import { AVERAGE_NAME } from '../../../src/regime/averaged-part.js';
import { formatNumber } from '../../../src/text/output.js';
import { closedFormAt } from '../../data/toy-motion.js';
import type { Figure } from '../../figure/figure.js';
import { groupBarsFigure, networkBarsFigure } from '../../figure/group-bars.js';
import type { Scene } from '../scene.js';
import { emptyFigure, NO_RUN, type SceneFigures, toyTitle } from './scene-figures.js';

/** A converging toy goes on to 1e-300; beside a closed form of 0, a bar of that would be as high as any. */
const SMALLEST = 1e-12;
const orZero = (value: number): number => (Math.abs(value) < SMALLEST ? 0 : value);

function toyBars(scene: Scene, quantity: 'ess' | 'shares'): Figure {
  const { data, state, toyElr, tolerance } = scene;
  const run = data.toy?.run;
  const form = toyElr === undefined ? undefined : closedFormAt(state.toy, toyElr, tolerance);
  const closed = form === undefined || form.source === null ? undefined : form;
  const groups = state.toy.alpha.length;
  const none = Array.from({ length: groups }, () => Number.NaN);
  const measured = quantity === 'ess' ? run?.groupEss : run?.shares;
  const isBound = quantity === 'shares' && closed?.sharesAreBounds === true;
  return groupBarsFigure({
    title: `${toyTitle(scene)}${run === undefined ? '' : `, ELR ${formatNumber(run.elr)}`}`,
    quantity,
    names: state.toy.alpha.map((_, i) => `${i + 1}`),
    measured: measured?.length === groups ? measured.map(orZero) : none,
    predicted: (quantity === 'shares' ? closed?.shares : closed?.groupEss) ?? none,
    statement: isBound
      ? `at least ELR x alpha (${closed.source})`
      : closed === undefined
        ? 'no closed form'
        : `closed form ${closed.source}`,
    regime: run?.regime ?? 'undecided',
    notes: [`measured: ${AVERAGE_NAME}`],
  });
}

/** ESS and norm share of each group, at the cursor. */
export function barFigures(scene: Scene): SceneFigures {
  const { run } = scene;
  const network = (quantity: 'ess' | 'shares'): Figure =>
    run?.measured == null
      ? emptyFigure('network', NO_RUN, quantity === 'ess' ? 'ESS' : 'norm share')
      : networkBarsFigure('network', run.measured, run.groups, quantity);
  return {
    toy: [toyBars(scene, 'ess'), toyBars(scene, 'shares')],
    network: [network('ess'), network('shares')],
  };
}
