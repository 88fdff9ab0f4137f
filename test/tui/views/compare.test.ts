import { describe, expect, it } from 'vitest';
import type { RunSnapshot, SweepSnapshot } from '../../../tui/data/sweep-snapshot.js';
import type { AppState } from '../../../tui/state/state.js';
import { figuresOf } from '../../../tui/views/figures.js';
import { filterProblem, listedRuns } from '../../../tui/views/listed-runs.js';
import { runRow } from '../../../tui/views/run-rows.js';
import { sparkline } from '../../../tui/views/sparkline.js';
import { runTable } from '../../../tui/views/tables.js';
import { HARD, level, sceneWith, sweepSnapshotOf, typicalRun } from '../recorded.js';
import { textOf } from '../text.js';

const typical = HARD.typical!;
const SORT = { by: 'elr', falling: false } as const;
const elrsOf = (filter: string): number[] => listedRuns(typical.runs, { filter, sort: SORT }).map(({ elr }) => elr);

describe('the filter of the run table', () => {
  it('takes conditions on settings and quantities, and words beside them', () => {
    expect(elrsOf('elr>1e-3')).toEqual([3e-3, 4e-3, 8e-2, 1]);
    expect(elrsOf('elr>=1e-3 elr<0.08')).toEqual([1e-3, 3e-3, 4e-3]);
    expect(elrsOf('elr>1e-3,elr<1 regime!=divergence')).toEqual([3e-3, 4e-3]);
    expect(elrsOf('elr=1e-3,elr=3e-3')).toEqual([1e-3, 3e-3]);
    // R = ELR / 0.002 of converging runs; 0.25 and 0.125 in equilibrium.
    expect(elrsOf('R>0.2 R<1')).toEqual([1e-3, 3e-3]);
    expect(elrsOf('equilibrium elr<4e-3')).toEqual([3e-3]);
    expect(elrsOf('batch=16')).toHaveLength(7);
    // As a word this would be found in batch=16.
    expect(elrsOf('batch=1')).toEqual([]);
  });

  it('takes what names nothing as a word, and what is being typed for nothing yet', () => {
    expect(elrsOf('nosuchname>1')).toEqual([]);
    expect(elrsOf('elr>')).toHaveLength(7);
    expect(elrsOf('elr= divergence')).toEqual([8e-2, 1]);
    expect(elrsOf('')).toHaveLength(7);
  });

  it('says what a half-typed condition lacks, and what runs have no such name', () => {
    const said = (filter: string) => filterProblem(filter, typical.runs);
    expect(said('elr<')).toBe('elr< is not complete; allowed: a number after elr<');
    expect(said('equilibrium elr<abc')).toBe('elr<abc is not complete; allowed: a number after elr<');
    expect(said('batch=')).toBe('batch= is not complete; allowed: a value after batch=');
    expect(said('elr=>1')).toMatch(/^elr=>1 is not complete; allowed: between elr and its value one of >=/);
    expect(said('=3')).toMatch(/^=3 is not complete; allowed: NAME=VALUE/);
    expect(said('nosuchname>1')).toMatch(/^runs have no nosuchname; allowed: elr, state/);
    for (const filter of ['', 'elr', 'divergence', 'elr<1', 'batch=16 seed!=2', 'R>0.2'])
      expect(said(filter)).toBeUndefined();
  });

  it('says nothing of a quantity that a run does not have', () => {
    const { runs } = HARD['a run that is going']!;
    expect(listedRuns(runs, { filter: 'loss>0', sort: SORT })).toHaveLength(2);
    expect(listedRuns(runs, { filter: 'loss!=0', sort: SORT })).toHaveLength(2);
  });
});

/** Three seeds at one ELR and one at another, with losses whose mean and deviation are known by hand. */
function seededSweep(): SweepSnapshot {
  const [at, other] = [typical.runs[3]!, typical.runs[0]!];
  const seeds = [1, 2, 3].map(
    (loss, i): RunSnapshot => ({
      ...at,
      ...{ folder: `seed-${i + 1}`, seed: i + 1, measured: { ...at.measured!, seed: i + 1, loss } },
    }),
  );
  return { ...typical, runs: [other, ...seeds] };
}

describe('seeds', () => {
  const scene = (chosen: Partial<AppState> = {}) => sceneWith(seededSweep(), { elr: 3e-3, ...chosen });

  it('are one row with mean and standard deviation, and how many share the regime', () => {
    const { listed } = scene();
    expect(listed.map(({ seeds }) => seeds.length)).toEqual([1, 3]);
    const cells = runRow(scene(), listed[1]!);
    expect(cells[2]).toBe('* chaotic equilibrium 3/3');
    // Mean 2, deviation sqrt((1 + 0 + 1) / 2) = 1.
    expect(cells[4]).toBe('2 ±1');
  });

  it('are drawn over one another at the cursor, each with its seed', () => {
    const [figure] = figuresOf(scene({ view: 'curves' }))!.network;
    expect(figure!.series.map(({ name }) => name)).toEqual(['0.003 seed 1', '0.003 seed 2', '0.003 seed 3']);
  });
});

describe('runs that are compared', () => {
  const chosen = { baseline: 'elr-0.001', selected: ['elr-1', 'elr-0.003'], elr: 4e-3 };
  const figure = (more: Partial<AppState>) => figuresOf(sceneWith(typical, { ...chosen, ...more }))!.network[0]!;

  it('are drawn over one another with the one at the cursor, each in a colour of its own', () => {
    const { series, title } = figure({ view: 'curves' });
    expect(series.map(({ label }) => label)).toEqual(['#0.001', '1', '0.003', '0.004']);
    expect(series.every(({ regime, kind }) => regime === undefined && kind === 'line')).toBe(true);
    expect(title).toBe('network, 4 runs: loss against step');
    expect(series[0]!.points).toHaveLength(400);
    // The moving averages alone.
    expect(figure({ view: 'curves', smoothing: 0.8 }).series).toHaveLength(4);
    expect(figure({ view: 'curves', quantity: 'ess' }).y.label).toBe('ESS');
  });

  it('have the plane to themselves', () => {
    const paths = figure({ view: 'plane' }).series.filter(({ kind }) => kind === 'path');
    expect(paths.map(({ key }) => key).sort()).toEqual(['elr-0.001', 'elr-0.003', 'elr-0.004', 'elr-1']);
    const all = figuresOf(sceneWith(typical, { view: 'plane' }))!.network[0]!;
    expect(all.series.filter(({ kind }) => kind === 'path')).toHaveLength(7);
  });
});

describe('the course of a run', () => {
  it('is its loss in blocks by its logarithm', () => {
    // Eight levels over two decades: 1, 10 and 100 are the lowest, the one above the middle and the highest.
    expect(sparkline([1, 10, 100], 9, 'braille')).toBe('▁▅█');
    expect(sparkline([1, 1, 100, 100], 2, 'ascii')).toBe('_#');
    expect(sparkline([2, 2], 9, 'braille')).toBe('▅▅');
    expect(sparkline([1, Number.NaN, 0, 100], 9, 'braille')).toBe('▁  █');
    expect(sparkline([], 9, 'braille')).toBe('');
  });

  it('is how far it is while it is unfinished', () => {
    const going = sweepSnapshotOf([{ ...typicalRun(1e-3), status: 'running', losses: level(2, 180) }]);
    const scene = sceneWith(going, { view: 'runs' });
    // 180 of 400 steps, 3.6 of 8 parts.
    expect(runRow(scene, scene.listed[0]!)[3]).toBe('[####....] 45%');
    expect(textOf(runTable(scene, { width: 120, height: 20 })).join('\n')).toContain('[####....] 45%');
    expect(textOf(runTable(scene, { width: 60, height: 20 })).join('\n')).toContain('% running, step 180');
  });
});
