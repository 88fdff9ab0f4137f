import { type Line, plainLine } from '../line/styled.js';
import { paragraph, scrolled, title } from '../line/view-options.js';
import { VIEW_KEYS, type ViewName } from '../state/state.js';
import type { Scene, Size } from './scene.js';

/** What each view shows, for the line of keys and for the help. */
export const VIEW_TEXT: Readonly<Record<ViewName, string>> = {
  overview: 'loss against ELR, toy and network',
  diagram: 'phase diagram of the toy, with the runs of the network whose k is known',
  plane: 'EGN against loss: the curve of all equilibria, the paths of the runs',
  bars: 'ESS and norm share of each group, measured and predicted',
  curves: 'a quantity of the run at the cursor against step, epoch or time',
  table: 'predictions, numbers, verdicts',
  runs: 'the runs: filter, sort, compare; the reason of each regime',
};

/** A key and what it does; without a key: plain sentences. */
const HELP: readonly (readonly [string, string])[] = [
  ['', 'Left the toy model, right a network, both at the same k = ELR / threshold: below k = 1 training converges.'],
  ['', ''],
  ...Object.entries(VIEW_TEXT).map(([view, text]) => [VIEW_KEYS[view as ViewName], `${view}: ${text}`] as const),
  ['', ''],
  ['← → h l', 'another ELR, on both sides at once'],
  ['↑ ↓ k j', 'network: another ELR; toy: another of its settings; tables and help: scroll'],
  ['PgUp PgDn', 'scroll by a screen; Home End: to either end'],
  ['Tab 1 2', 'focus the toy or the network'],
  ['+ -', 'the chosen setting of the toy up or down: ELR, an alpha, steps, noise, weight decay'],
  ['Enter', 'with the toy focused: type the chosen setting; Enter takes it, Esc does not'],
  ['a', 'type all alphas, like 1,2,4; their number is that of the groups'],
  ['x y', 'the axis logarithmic or linear'],
  ['g', 'closed forms shown or not'],
  ['v m s', 'curves: another quantity; step, epoch or time; smoothing'],
  ['/', 'runs: filter by words like stopped, divergence, batch=16'],
  ['s S', 'runs: sort by another column; the other way round'],
  ['Space', 'runs: select; of two or more it says only what differs'],
  ['p', 'pin the run at the cursor as a baseline, or unpin it'],
  ['[ ]', 'another setting, of a sweep in which more than the ELR varies'],
  ['w', 'stop the training, or go on with it; runs go on from their last checkpoint'],
  ['e', 'export what is shown: SVG, PNG, CSV'],
  ['? Esc', 'this page, back'],
  ['q Ctrl-C', 'quit; finished runs are kept, the same command continues a sweep'],
  ['', ''],
  ['marks', 'o * x ? regimes; . not started; ! damaged or collapsed; line: closed form; dotted: thresholds'],
  ['EGN ESS', 'effective gradient norm; effective step size, ELR x EGN'],
  ['shares', 'part of each group in the squared norm'],
  ['g_i/sum', 'what the shares are in equilibrium; ess_i are then equal'],
  ['noise', 'standard deviation in radians of the phase noise that a step of the toy sees (T11)'],
  ['weight decay', 'of the toy: training in full space, the ELR as its learning rate (T8)'],
];
const KEY = 14;

/** All lines of the help page. */
export const helpLines = (width: number): Line[] => [
  title('Help'),
  ...HELP.flatMap(([key, text]) => {
    const indent = key === '' ? 0 : KEY;
    return paragraph(text, Math.max(1, width - indent)).map((line, j) =>
      plainLine(`${(j === 0 ? key : '').padEnd(indent)}${line[0]!.text}`),
    );
  }),
];

/** The help page; longer than the screen it scrolls. */
export const help = ({ state }: Scene, { width, height }: Size): Line[] =>
  scrolled(helpLines(width), { height, scroll: state.scroll });
