import { elrKey } from '../figure/elr-key.js';
import { type Figure, withCursor, withoutTheory, withScales } from '../figure/figure.js';
import { withLastPart } from '../figure/last-part.js';
import type { ViewName } from '../state/state.js';
import { barFigures } from './figures/bars.js';
import { curveFigures } from './figures/curves.js';
import { diagramFigures } from './figures/diagram.js';
import { lossFigures } from './figures/loss.js';
import { planeFigures } from './figures/plane.js';
import type { SceneFigures } from './figures/scene-figures.js';
import type { Scene } from './scene.js';

const FIGURES: Partial<Record<ViewName, (scene: Scene) => SceneFigures>> = {
  overview: lossFigures,
  diagram: diagramFigures,
  plane: planeFigures,
  bars: barFigures,
  curves: curveFigures,
};

/** Axes of a view that mean an ELR of the network, of the toy, or neither. */
function cursorOf({ elr, toyElr, run, state }: Scene, side: 'toy' | 'network') {
  const at = side === 'toy' ? toyElr : elr;
  if (at === undefined) return undefined;
  const keys = [elrKey(at), ...(elr === undefined ? [] : [elrKey(elr)]), ...(run === undefined ? [] : [run.folder])];
  const hasElrAxis = state.view === 'overview' || state.view === 'diagram';
  return { keys: side === 'toy' ? [...keys, 'toy'] : keys, ...(hasElrAxis && { x: at }) };
}

const other = (scale: Figure['x']['scale']): Figure['x']['scale'] => (scale === 'linear' ? 'logarithmic' : 'linear');

/** What the keys have changed of a figure. */
function adjusted(figure: Figure, scene: Scene, side: 'toy' | 'network'): Figure {
  const { flipped, view, theory, lastPart } = scene.state;
  const scales = {
    ...(flipped.x.includes(view) && figure.x.categories === undefined && { x: other(figure.x.scale) }),
    ...(flipped.y.includes(view) && { y: other(figure.y.scale) }),
  };
  const cursor = cursorOf(scene, side);
  const part = view === 'curves' ? withLastPart(figure, lastPart) : figure;
  const marked = cursor === undefined ? part : withCursor(part, cursor);
  const shown = withScales(marked, figure.cells === undefined ? scales : {});
  return theory ? shown : withoutTheory(shown);
}

/** The figures that a view shows, as the keys have set them; undefined of a view that is a table. */
export function figuresOf(scene: Scene): SceneFigures | undefined {
  const build = FIGURES[scene.state.view];
  if (build === undefined || scene.data.sweep === undefined) return undefined;
  const { toy, network } = build(scene);
  return {
    toy: toy.map((figure) => adjusted(figure, scene, 'toy')),
    network: network.map((figure) => adjusted(figure, scene, 'network')),
  };
}
