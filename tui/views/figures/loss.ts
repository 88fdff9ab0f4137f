import type { Bracket } from '../../../src/regime/analyse.js';
import { formatNumber } from '../../../src/text/output.js';
import { randomLoss } from '../../../toy/theory/points.js';
import { closedFormAt, hasThresholds } from '../../data/toy-motion.js';
import type { Figure } from '../../figure/figure.js';
import { networkLossFigure, toyForm, toyLossFigure } from '../../figure/loss-elr.js';
import type { Scene } from '../scene.js';
import { type SceneFigures, sweepData, toyTitle } from './scene-figures.js';

const scaled = ([low, high]: readonly [number, number], factor: number): readonly [number, number] => [
  low * factor,
  high * factor,
];

/** A little room at either end. */
const widened = ([low, high]: readonly [number, number]): readonly [number, number] => {
  const room = (high / low) ** 0.02;
  return [low / room, high * room];
};

const isOpen = ({ below, above }: Bracket): boolean => below === null || above === null;

const bracketText = ({ below, above }: Bracket): string =>
  below === null || above === null ? 'not yet' : `${formatNumber(below)}..${formatNumber(above)}`;

/** Where the regimes change for the network: between which of its runs, and where R of a converging one puts k = 1. */
function thresholdNotes({ data, threshold }: Scene): string[] {
  const { convergence, divergence } = data.sweep!.verification.thresholds;
  const [first, second] = [convergence, divergence].map(bracketText);
  const seen = isOpen(convergence) && isOpen(divergence) ? 'no threshold seen yet' : `seen ${first}, ${second}`;
  if (threshold === undefined) return [`no k: ${seen}`];
  return [`k 1 at ${formatNumber(threshold, 3)} by R; ${seen}`];
}

const toyNotes = ({ state, tolerance }: Scene): string[] => {
  const { threshold } = toyForm(state.toy.alpha);
  return [`thresholds ${[threshold, threshold / tolerance].map((elr) => formatNumber(elr, 3)).join(' and ')}`];
};

/** Loss against ELR. */
export function lossFigures(scene: Scene): SceneFigures {
  const { data, state, tolerance, elrRange, scale } = scene;
  const range = widened(elrRange);
  const points = data.toy?.points ?? [];
  const toy = toyLossFigure({ alpha: state.toy.alpha, tolerance, points }, { range: scaled(range, scale) });
  const network = networkLossFigure(sweepData(scene), { range });
  const isPlain = hasThresholds(state.toy);
  return {
    toy: [
      {
        ...(isPlain ? toy : otherTheory(scene, toy)),
        title: `${toyTitle(scene)}: loss against ${state.toy.weightDecay > 0 ? 'learning rate' : 'ELR'}`,
        // One line, as below the network, so that both have their axes at the same height.
        notes: [[...(isPlain ? toyNotes(scene) : []), ...toy.notes].join('; ')],
      },
    ],
    network: [{ ...network, notes: [...thresholdNotes(scene), ...network.notes] }],
  };
}

/** The closed form of a toy with noise or weight decay in place of that of the plain one; 1 / S is where T11 ends. */
function otherTheory({ state, tolerance }: Scene, figure: Figure): Figure {
  const theory = figure.series.find(({ kind }) => kind === 'theory');
  const random = randomLoss(state.toy.alpha);
  const points = (theory?.points ?? []).map(({ x }) => {
    const form = closedFormAt(state.toy, x, tolerance);
    return { x, y: form.source === null ? Number.NaN : form.loss / random };
  });
  const isFull = state.toy.weightDecay > 0;
  const isPlainNoise = state.toy.secondMoment === 1 && state.toy.samples === 0;
  return {
    ...figure,
    x: { ...figure.x, label: isFull ? 'learning rate' : figure.x.label },
    marks: isFull || !isPlainNoise ? [] : figure.marks.slice(0, 1),
    series: figure.series.map((series) => (series === theory ? { ...series, points } : series)),
  };
}
