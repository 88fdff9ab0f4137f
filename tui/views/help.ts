import { type Line, plainLine } from '../line/styled.js';
import { paragraph, scrolled, title } from '../line/view-options.js';
import { VIEW_KEYS, type ViewName } from '../state/state.js';
import { inFull } from './in-full.js';
import type { Scene, Size } from './scene.js';

/** What each view shows, for the line of keys and for the help. */
const VIEW_TEXT: Readonly<Record<ViewName, string>> = {
  overview: 'loss against ELR, toy and network',
  diagram: 'phase diagram of the toy, with the runs of the network whose k is known',
  plane: 'EGN against loss without units: paths of runs, equal R, all equilibria',
  bars: 'ESS and norm share of each group, measured and predicted; in a low terminal the ESS alone',
  curves: 'a quantity of the run at the cursor against step, epoch or time',
  table: 'predictions with their errors and verdicts',
  runs: 'filter, sort, compare; the reason for each regime',
};

/** A key and what it does; without a key: plain sentences. */
const HELP: readonly (readonly [string, string])[] = [
  [
    '',
    'The toy model is on the left and a network on the right. Where the noise share R of a run determines its k, both are at the same k; elsewhere k = 1 of the toy is in the middle of its axis.',
  ],
  ['', ''],
  ...Object.entries(VIEW_TEXT).map(([view, text]) => [VIEW_KEYS[view as ViewName], `${view}: ${text}`] as const),
  ['', ''],
  ['← → h l', 'move the cursor to another ELR, on both sides'],
  ['↑ ↓ k j', 'network: another ELR; toy: another setting; tables and help: scroll'],
  ['PgUp PgDn', 'scroll by a screen; Home and End: to either end'],
  ['Tab 1 2', 'focus the toy or the network'],
  ['+ -', 'increase or decrease the chosen setting of the toy: ELR, an alpha, steps, a noise, samples, weight decay'],
  [
    'Enter',
    'with the toy focused: type the chosen setting; Enter accepts, Esc cancels; arrows, Ctrl-A E U K W edit as in a shell',
  ],
  ['Enter', 'elsewhere: the curves of the run at the cursor; Esc leads back'],
  ['Enter', 'table: explain the chosen row: its formula, both numbers, the runs behind it, the reason'],
  ['a', 'type all alphas, such as 1,2,4, one per group'],
  ['x y', 'switch an axis between logarithmic and linear; losses against ELR then end at 1e-4'],
  ['g', 'show or hide closed forms'],
  ['z', 'curves: zoom to the last half, to the last tenth, and back to all'],
  ['v m s', 'curves: switch quantity; step, epoch or time; smoothing. v of the diagram: regime, R, loss, ESS'],
  [
    '/',
    'runs: filter by words such as stopped or divergence, and by conditions such as elr>1e-3, R<0.5, batch=16,batch=64; the first letter replaces the old filter',
  ],
  ['/', 'table: show the predictions with these words alone, such as fails, T14, threshold or 0.003; Esc shows all'],
  ['s S', 'runs: sort by another column; reverse the order'],
  [
    'Space',
    'runs: select; with two or more only what differs is shown, and curves and plane draw them over one another',
  ],
  ['p', 'pin the run at the cursor as a baseline, or unpin it'],
  ['[ ]', 'another setting, in a sweep in which more than the ELR varies'],
  ['w', 'stop or continue training; runs continue from their last checkpoint'],
  ['B', 'say what one more run inside the bracket of each threshold costs; B again trains them'],
  [
    'L',
    'say what twice as many steps of the undecided run at the cursor cost, or of all undecided ones; L again trains them. Steps and weights are those of a run that was that long from the start; runs with momentum or a schedule cannot be lengthened',
  ],
  [
    'A',
    'say what annealing the run at the cursor costs; A again lets its rate fall to a thousandth: what it loses then is its noise floor (T14)',
  ],
  ['e', 'export the current view as SVG, PNG and CSV'],
  ['C', 'show and copy the command that prints this view, of the side with the focus'],
  ['? Esc', 'open or close this page'],
  ['Ctrl-Z Ctrl-L', 'back to the shell, where fg continues; draw the screen anew'],
  ['q Ctrl-C', 'quit; finished runs are kept, and the same command continues a sweep'],
  ['', ''],
  [
    'marks',
    'o * x regimes, ? undecided; % unfinished, running or stopped; . not started; F failed, D damaged; ! of the toy: collapsed, - not computed. Line: closed form or noise floor; grey: lowest and highest steps behind each mean; dashed: T4, to compare with; dotted: thresholds',
  ],
  ['last half', 'simulation of the toy: mean of the last half of its steps'],
  ['EGN ESS', 'effective gradient norm; effective step size, ELR x EGN'],
  ['shares', 'fraction of the squared norm held by each group'],
  ['g_i/sum', 'value of the shares in equilibrium, where all ess_i are equal'],
  ['noise', 'standard deviation in radians of the phase noise in each step of the toy (T11)'],
  ['factors', 'multiplicative noise: none, or a law and its mean square, such as lognormal:2 (T10)'],
  [
    'samples',
    'a finite set that differs by these noises, seen in batches, with or without replacement; 0: noise drawn anew',
  ],
  [
    'R',
    'noise share of the loss, ELR EGN^2 / (4 loss) (T14); the line over the losses of a network is this noise floor',
  ],
  ['weight decay', 'the toy is trained in full space, with the ELR as its learning rate (T8)'],
];
const KEY = 14;

/** The end of the page: all that the view says, where it has no room for it. */
function fullLines(scene: Scene, width: number): Line[] {
  const texts = inFull(scene);
  if (texts.length === 0) return [];
  return [plainLine(''), title(`In full: ${scene.state.view}`), ...texts.flatMap((text) => paragraph(text, width))];
}

/** All lines of the help page. */
export const helpLines = (scene: Scene, width: number): Line[] => [
  title('Help'),
  ...paragraph('Texts that are shortened stand in full at the end: End', width),
  ...HELP.flatMap(([key, text]) => {
    const indent = key === '' ? 0 : KEY;
    return paragraph(text, Math.max(1, width - indent)).map((line, j) =>
      plainLine(`${(j === 0 ? key : '').padEnd(indent)}${line[0]!.text}`),
    );
  }),
  ...fullLines(scene, width),
];

/** The help page; longer than the screen it scrolls. */
export const help = (scene: Scene, { width, height }: Size): Line[] =>
  scrolled(helpLines(scene, width), { height, scroll: scene.state.scroll });
