import type { Figure, FigureSeries } from './figure.js';
import { type TrajectoryOptions, type TrajectoryRun, trajectoryFigure } from './trajectory.js';

/** A run among others, and what it is called beside them. */
export interface OverlaidRun {
  readonly label: string;
  readonly run: TrajectoryRun;
}

/** The line of a run in a colour of its own, since runs that are compared may share their regime; without the single steps behind an average. */
const lineOf = ({ label, run }: OverlaidRun, options: TrajectoryOptions): FigureSeries[] =>
  trajectoryFigure(run, { ...options, hasRanges: false })
    .series.filter(({ kind, look }) => kind === 'line' && look !== 'faint')
    .map(({ regime: _, ...line }) => ({ ...line, name: label, label }));

/** A quantity of several runs over one another: loss, error, EGN or ESS. */
export function overlayFigure(title: string, runs: readonly OverlaidRun[], options: TrajectoryOptions): Figure {
  const figures = runs.map(({ run }) => trajectoryFigure(run, { ...options, hasRanges: false }));
  const [first] = figures;
  const axes = {
    x: first?.x ?? { label: 'step', scale: 'linear' },
    y: first?.y ?? { label: '', scale: 'linear' },
  } as const;
  return {
    name: 'overlay',
    title: `${title}: ${axes.y.label} against ${axes.x.label}`,
    ...axes,
    series: runs.flatMap((run) => lineOf(run, options)),
    marks: [],
    notes: [...new Set(figures.flatMap(({ notes }) => notes))],
  };
}
