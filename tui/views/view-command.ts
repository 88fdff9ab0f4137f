import { NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { MOST_PHASE_STEPS } from '../data/toy-answer.js';
import { hasThresholds } from '../data/toy-motion.js';
import { pageOf, type ViewName } from '../state/state.js';
import { figuresOf } from './figures.js';
import type { Scene } from './scene.js';

/** The command that prints what a view shows, of the side that has the focus; figures take --out FILE for a file. */

type Words = readonly (string | false | undefined)[];

const command = (...words: Words): string => ['npx regimes', ...words.filter(Boolean)].join(' ');

/** What counts as divergence of the runs, where the application was started with another tolerance than commands have. */
const toleranceWord = ({ tolerance }: Scene): string | false =>
  tolerance !== NETWORK_TOLERANCE && `--tolerance ${tolerance}`;

/** The tolerance, axes that keys have turned, and whether closed forms are hidden, as options of a figure. */
function shownWords(scene: Scene): Words {
  const { flipped, view, theory } = scene.state;
  const [figure] = figuresOf(scene)?.network ?? [];
  const scale = (axis: 'x' | 'y'): string | false => {
    if (figure === undefined || !flipped[axis].includes(view) || figure[axis].categories !== undefined) return false;
    return figure[axis].scale === 'logarithmic' ? `--log-${axis}` : `--no-log-${axis}`;
  };
  return [toleranceWord(scene), scale('x'), scale('y'), !theory && '--no-theory'];
}

/** The toy as it is set, at rates with all their digits, since chaos shows the last one: learning rates where there is weight decay. */
function toyWords({ state, tolerance }: Scene, rates?: string, mostSteps = Number.POSITIVE_INFINITY): Words {
  const { alpha, steps, noise, law, secondMoment, samples, batch, sampling, weightDecay } = state.toy;
  const rate = weightDecay > 0 ? 'lr' : 'elr';
  return [
    `--alpha ${alpha.join(',')}`,
    rates !== undefined && `--${rate} ${rates}`,
    `--steps ${Math.min(steps, mostSteps)}`,
    `--tolerance ${tolerance}`,
    weightDecay > 0 && `--weight-decay ${weightDecay}`,
    noise > 0 && `--noise ${noise}`,
    secondMoment !== 1 && `--multiplicative-noise ${law}:${secondMoment}`,
    samples > 0 && `--samples ${samples} --batch ${batch} --sampling ${sampling}`,
  ];
}

/** The diagram around the toy, where it is not the plain one that `figure phase` draws with the runs. */
function toyPhase(scene: Scene): string | undefined {
  const { state, data } = scene;
  const phase = data.toy?.phase;
  if (phase === undefined) return undefined;
  const axis = (name: string, values: readonly number[]): string =>
    `${name}=${values[0]}:${values.at(-1)}:${values.length}`;
  const { weightDecay } = state.toy;
  const x = axis(weightDecay > 0 ? 'lr' : 'elr', phase.x.values);
  const quantity = `--quantity ${state.phaseQuantity}`;
  return command(
    'toy phase',
    ...toyWords(scene, undefined, MOST_PHASE_STEPS),
    `--x ${x}`,
    `--y ${axis(phase.y.name, phase.y.values)}`,
    quantity,
  );
}

function toyCommand(scene: Scene): string | undefined {
  const { state, elrs, scale, toyElr, data } = scene;
  if (state.view === 'overview') {
    // A sweep of the toy is over ELRs, not over learning rates.
    if (state.toy.weightDecay > 0) return undefined;
    const all = elrs.map((elr) => elr * scale).join(',');
    return command('toy sweep', ...toyWords(scene, all));
  }
  if (state.view === 'plane')
    return hasThresholds(state.toy)
      ? command(
          'figure toy-loss-egn',
          data.sweep!.asArguments,
          `--alpha ${state.toy.alpha.join(',')}`,
          toleranceWord(scene),
        )
      : undefined;
  return toyElr === undefined ? undefined : command('toy simulate', ...toyWords(scene, String(toyElr)));
}

function diagramCommand(scene: Scene): string | undefined {
  const { state, data } = scene;
  if (!hasThresholds(state.toy)) return toyPhase(scene);
  const { phaseQuantity, toy } = state;
  const quantity = phaseQuantity !== 'regime' && `--quantity ${phaseQuantity}`;
  const alpha = `--alpha ${toy.alpha.join(',')}`;
  return command(
    'figure phase',
    data.sweep!.asArguments,
    alpha,
    toleranceWord(scene),
    quantity,
    !state.theory && '--no-theory',
  );
}

const NETWORK: Readonly<Record<Exclude<ViewName, 'diagram'>, (scene: Scene, runs: string) => string | undefined>> = {
  overview: (scene, runs) => command('figure loss', runs, ...shownWords(scene)),
  plane: (scene, runs) => command('figure loss-egn', runs, ...shownWords(scene)),
  bars: (scene, runs) =>
    scene.elr === undefined
      ? undefined
      : (['ess', 'shares'] as const)
          .map((name) => command(`figure ${name}`, runs, `--elr ${scene.elr}`, ...shownWords(scene)))
          .join(' && '),
  curves: (scene, runs) => {
    const { elr, state } = scene;
    if (elr === undefined) return undefined;
    const words = [`--elr ${elr}`, `--quantity ${state.quantity}`, `--axis ${state.clock}`];
    const last = state.lastPart < 1 && `--last ${state.lastPart}`;
    return command('figure trajectory', runs, ...words, `--smoothing ${state.smoothing}`, last, ...shownWords(scene));
  },
  table: (scene, runs) => command('verify', runs, toleranceWord(scene)),
  runs: (_, runs) => command('runs list', runs),
};

/** The command line that prints what is on the screen; undefined where there is none. */
export function viewCommand(scene: Scene): string | undefined {
  const { state, data } = scene;
  if (data.sweep === undefined || pageOf(state) === 'help') return undefined;
  if (state.view === 'diagram') return diagramCommand(scene);
  const hasToy = state.view !== 'table' && state.view !== 'runs';
  if (state.side === 'toy' && hasToy) return toyCommand(scene);
  return NETWORK[state.view](scene, data.sweep.asArguments);
}
