/** Figures by name. Apart from the figures themselves, so that a help text loads nothing. */

export interface FigureKind {
  readonly description: string;
  /** Whether it is of the runs of a sweep; the others are of the toy, and take runs where they are given. */
  readonly needsSweep: boolean;
  /** Options in which its runs may differ besides rate and seed; default: none, each value is a figure of its own. */
  readonly joins?: readonly string[];
}

export const FIGURE_KINDS = {
  loss: { description: 'loss against ELR: runs, closed form, thresholds', needsSweep: true },
  'toy-loss': { description: 'the same for the toy, simulated; with DIR over the same range of k', needsSweep: false },
  phase: { description: 'phase diagram of the toy, with the runs of DIR at the same k', needsSweep: false },
  line: { description: 'loss of equilibria against 1 / ELR, with the closed form A - B/ELR', needsSweep: true },
  'loss-egn': {
    description: 'EGN against loss, both without units: paths of all runs, equal R, all equilibria (T4)',
    needsSweep: true,
  },
  'toy-loss-egn': {
    description: 'the same for the toy, simulated; with DIR on the axes of its runs',
    needsSweep: false,
  },
  'epoch-loss': { description: 'training loss against epoch, all ELRs', needsSweep: true },
  'epoch-error': { description: 'training error against epoch, all ELRs', needsSweep: true },
  'epoch-test-error': {
    description: 'test error against epoch, all ELRs; needs runs with measurements',
    needsSweep: true,
  },
  'epoch-egn': { description: 'EGN against epoch, all ELRs', needsSweep: true },
  trajectory: { description: 'one run, step by step: --quantity, --axis, --smoothing', needsSweep: true },
  ess: { description: 'ESS of each group in one run, measured and predicted', needsSweep: true },
  shares: { description: 'norm share of each group in one run, measured and predicted', needsSweep: true },
  'random-walk': {
    description: 'cosine between kept weights against the steps between them, beside a random walk (K6)',
    needsSweep: true,
    joins: ['init'],
  },
} as const satisfies Readonly<Record<string, FigureKind>>;

export type FigureName = keyof typeof FIGURE_KINDS;
export const FIGURE_NAMES = Object.keys(FIGURE_KINDS) as FigureName[];

/** Options besides rate and seed in which the runs of a figure may differ. */
export const joinedOptions = (name: FigureName): readonly string[] => (FIGURE_KINDS[name] as FigureKind).joins ?? [];

/** Steps of the simulations in figures of the toy. */
export const TOY_FIGURE_STEPS = { 'toy-loss': 3000, phase: 1000 } as const;
