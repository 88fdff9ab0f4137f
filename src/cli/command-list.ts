import type { Command } from 'commander';

/** A command as the help of the program lists it, and its module, which is loaded where it is needed. */
export interface ListedCommand {
  readonly name: string;
  /** The heading above it. */
  readonly group: string;
  /** What follows the name in the list: options and arguments. */
  readonly usage?: string;
  readonly description: string;
  readonly load: () => Promise<Command>;
}

/** All commands, in the order of the help. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'toy',
    group: 'Theory:',
    description: 'The toy model: closed forms, simulation, phase diagrams and stability.',
    load: async () => (await import('./toy/toy.js')).toyCommand(),
  },
  {
    name: 'train',
    group: 'Training:',
    usage: '[options]',
    description: 'Train a network, on a sphere with --elr or in full space with --lr.',
    load: async () => (await import('./run/train.js')).trainCommand(),
  },
  {
    name: 'sweep',
    group: 'Training:',
    usage: '[options]',
    description:
      'Train a network at many fixed ELRs or learning rates, with one process per run. Every option of a run ' +
      'that takes a value also takes several, separated by commas; numbers can be given as FROM:TO:COUNT ' +
      '(logarithmic) or FROM:TO:COUNT:lin. All combinations are run.',
    load: async () => (await import('./sweep/sweep.js')).sweepCommand(),
  },
  {
    name: 'predict',
    group: 'Training:',
    usage: '[options]',
    description:
      'Predict the thresholds of a network before a sweep, from a probe that costs a fifth of ten runs of 4,000 steps ' +
      'or more, and a larger part of shorter ones. Very short runs find where divergence begins; convergence is forecast ' +
      'to end at a sixteenth of that ELR, as no other reading has done better. Short runs show their noise (T14) and the equilibrium curve ' +
      '(T4), whose readings stand beside.',
    load: async () => (await import('./sweep/predict.js')).predictCommand(),
  },
  {
    name: 'experiment',
    group: 'Training:',
    description: 'Predictions of the toy tested on a network and on the toy itself, one command each.',
    load: async () => (await import('./experiment/experiment.js')).experimentCommand(),
  },
  {
    name: 'sweep-task',
    group: 'Training:',
    usage: '[options] <dir>',
    description:
      'Train one run of a sweep as a task of a job array, which `regimes sweep --on slurm` has submitted: from where it ' +
      'is, with a checkpoint where Slurm ends the task early.',
    load: async () => (await import('./sweep/sweep-task.js')).sweepTaskCommand(),
  },
  {
    name: 'verify',
    group: 'Runs beside the theory:',
    usage: '[options] <dir>',
    description:
      'Compare the runs of a sweep with the theory: one table for each setting of the options that vary, other ' +
      'than ELR and seed.',
    load: async () => (await import('./sweep/verify.js')).verifyCommand(),
  },
  {
    name: 'watch',
    group: 'Runs beside the theory:',
    usage: '[options] <dir>',
    description: 'Show a sweep beside the toy, live in a terminal or as text elsewhere.',
    load: async () => (await import('./terminal/watch.js')).watchCommand(),
  },
  {
    name: 'figure',
    group: 'Runs beside the theory:',
    usage: '[options] <name> [dir]',
    description:
      'Draw a figure of a sweep or of the toy, as text, SVG, PNG, PDF, CSV or JSON. `regimes figure list` lists all ' +
      'figures, and `regimes figure all DIR --out FOLDER` writes all of a sweep.',
    load: async () => (await import('./figure/figure.js')).figureCommand(),
  },
  {
    name: 'report',
    group: 'Runs beside the theory:',
    usage: '[options] <dir> [dir2]',
    description:
      'Write all that a sweep shows as one HTML file to send: what was found, figures, predictions, settings and the ' +
      'commands that reproduce it; of two sweeps side by side.',
    load: async () => (await import('./report/report.js')).reportCommand(),
  },
  {
    name: 'alpha',
    group: 'Runs beside the theory:',
    usage: '[options] <dir>',
    description:
      'Read the network of a sweep as a toy: alpha_i from its equilibrium curve, loss, EGN and curvature (if ' +
      'measured with regimes curvature --groups); and compare what each reading predicts at any ELR with the ' +
      'measured values.',
    load: async () => (await import('./sweep/alpha.js')).alphaCommand(),
  },
  {
    name: 'curvature',
    group: 'Runs beside the theory:',
    usage: '[options] <dir>',
    description:
      'Compute Hessian eigenvalues of the loss on the unit sphere, at the final weights of a run or of every ' +
      'run of a sweep, and store them with the runs.',
    load: async () => (await import('./run/curvature.js')).curvatureCommand(),
  },
  {
    name: 'balance',
    group: 'Runs beside the theory:',
    usage: '[options] <dir>',
    description:
      'Compute the ELR at which steps neither lower nor raise the loss, and the same-batch sharpness (T13), from ' +
      'gradients and Hessian-vector products at the final weights of a run, or of every run of a sweep, and at those ' +
      'kept in its second half (--keep), and store it with the runs.',
    load: async () => (await import('./run/balance.js')).balanceCommand(),
  },
  {
    name: 'floor',
    group: 'Any training, also by other programs:',
    usage: '[options] [dir]',
    description:
      'How much of a loss is noise (T14): the floor lr E|grad|^2 / 4 = ELR EGN^2 / 4, its share R of the loss, ' +
      'and what decaying the learning rate now would gain; of runs on disk, or of numbers that any training ' +
      'logs (docs/noise-floor.md). Norms are root mean squares over steps, of single batches; the loss is their ' +
      'mean.',
    load: async () => (await import('./run/floor.js')).floorCommand(),
  },
  {
    name: 'judge',
    group: 'Any training, also by other programs:',
    usage: '[options] <log...>',
    description:
      'Regime and noise floor of a training that was run elsewhere, from its logged loss, learning rate, weight norm and ' +
      'gradient norm: a CSV file or the event files of TensorBoard, with the columns found by their usual names or given. ' +
      'Of several logs, also the ELRs between which the regime changes.',
    load: async () => (await import('./run/judge.js')).judgeCommand(),
  },
  {
    name: 'runs',
    group: 'Runs and weights on disk:',
    description: 'Find, show, compare, export and check runs on disk.',
    load: async () => (await import('./run/runs.js')).runsCommand(),
  },
  {
    name: 'evaluate',
    group: 'Runs and weights on disk:',
    usage: '[options] <file...>',
    description:
      'Evaluate loss and accuracy of weights in both modes of normalisation; of several files, evaluate the ' +
      'average.',
    load: async () => (await import('./run/evaluate.js')).evaluateCommand(),
  },
  {
    name: 'path',
    group: 'Runs and weights on disk:',
    usage: '[options] <from> <to>',
    description:
      'Evaluate loss and accuracy along the line between two weights, with normalisation statistics ' +
      're-estimated at each point.',
    load: async () => (await import('./run/path.js')).pathCommand(),
  },
  {
    name: 'weights',
    group: 'Runs and weights on disk:',
    description: "Convert weights between safetensors and PyTorch's own files.",
    load: async () => (await import('./run/weights.js')).weightsCommand(),
  },
  {
    name: 'data',
    group: 'Data sets and this machine:',
    description: 'List, fetch and check the data sets for --data.',
    load: async () => (await import('./machine/data.js')).dataCommand(),
  },
  {
    name: 'engine',
    group: 'Data sets and this machine:',
    description: 'Install, list, remove and inspect the engines that run networks.',
    load: async () => (await import('./machine/engine.js')).engineCommand(),
  },
  {
    name: 'doctor',
    group: 'Data sets and this machine:',
    usage: '[options]',
    description:
      'Check what works on this machine: Node, every engine (by a small trial) and data. Exit code 0 if the ' +
      'engine cpu works.',
    load: async () => (await import('./machine/doctor.js')).doctorCommand(),
  },
];
