import type { Bracket } from '../../../src/regime/thresholds.js';
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

/** A little above the loss of random points. */
const LARGEST_LOSS = 1.2;

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
  return [threshold === undefined ? 'no k: no run tells it' : `k 1 at ${formatNumber(threshold, 3)} by R`, seen];
}

const toyNotes = ({ state, tolerance }: Scene): string[] => {
  const { threshold } = toyForm(state.toy.alpha);
  return [`thresholds ${[threshold, threshold / tolerance].map((elr) => formatNumber(elr, 3)).join(' and ')}`];
};

/** Smallest relative loss of a logarithmic axis: runs of the toy converge without end, to what means nothing for a network. */
const LOSS_FLOOR = 1e-4;

/** Losses of the runs of a figure, in units of that of random points. */
const lossesOf = ({ series }: Figure): number[] =>
  series.filter(({ kind }) => kind === 'points').flatMap(({ points }) => points.map(({ y }) => y));

/** Both sides on one logarithmic axis, from a power of ten below the smaller of their losses; smaller ones lie on its border and are counted. */
function onOneAxis(toy: Figure, network: Figure): { readonly toy: Figure; readonly network: Figure } {
  const positive = [...lossesOf(toy), ...lossesOf(network)].filter((loss) => loss > 0 && Number.isFinite(loss));
  const smallest = 10 ** Math.floor(Math.log10(Math.min(...positive, 0.1)) + 1e-9);
  const [low, high] = [Math.max(LOSS_FLOOR, smallest), Math.max(LARGEST_LOSS, ...positive)];
  const limited = (figure: Figure): Figure => {
    const below = lossesOf(figure).filter((loss) => loss > 0 && loss < low).length;
    const notes = below === 0 ? [] : [`${below} below ${formatNumber(low)}, at the lower edge`];
    return { ...figure, y: { ...figure.y, range: [low, high] }, notes: [...figure.notes, ...notes] };
  };
  return { toy: limited(toy), network: limited(network) };
}

/** Loss against ELR. */
export function lossFigures(scene: Scene): SceneFigures {
  const { toy, network } = bothFigures(scene);
  if (!scene.state.flipped.y.includes('overview')) return { toy: [toy], network: [network] };
  const both = onOneAxis(toy, network);
  return { toy: [both.toy], network: [both.network] };
}

function bothFigures(scene: Scene): { readonly toy: Figure; readonly network: Figure } {
  const { data, state, tolerance, elrRange, scale } = scene;
  const range = widened(elrRange);
  const points = data.toy?.points ?? [];
  const toy = toyLossFigure({ alpha: state.toy.alpha, tolerance, points }, { range: scaled(range, scale) });
  const network = networkLossFigure(sweepData(scene), { range });
  const isPlain = hasThresholds(state.toy);
  const [k, seen] = thresholdNotes(scene);
  return {
    toy: {
      ...(isPlain ? toy : otherTheory(scene, toy)),
      title: `${toyTitle(scene)}: loss against ${state.toy.weightDecay > 0 ? 'learning rate' : 'ELR'}`,
      notes: [...(isPlain ? toyNotes(scene) : []), ...toy.notes],
    },
    // Two lines have room: where the brackets are is said above the plots too.
    network: { ...network, notes: [k, ...network.notes, seen].filter((note) => note !== undefined) },
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
