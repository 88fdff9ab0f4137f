import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { forecastOf } from '../../../src/forecast/forecast.js';
import {
  FORECAST_FILE,
  type ForecastRecord,
  forecastObstacle,
  networkOf,
  readForecast,
  writeForecast,
} from '../../../src/forecast/forecast-file.js';
import { measureRun } from '../../../src/regime/analyse.js';
import { measureThresholds } from '../../../src/regime/thresholds.js';
import { elrRate } from '../../../src/run/rate.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { forecastText } from '../../../src/text/verification/forecast-text.js';
import { forecastPredictions } from '../../../src/verify/forecast-rows.js';
import { verifySweep } from '../../../src/verify/verify.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';
import { temporaryFolder } from '../../cli.js';
import { convergingRun, equilibriumRun } from '../verify/toy-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const runs = [1.2, 1.6, 2.2, 10].map((k) => measureRun(equilibriumRun(k)));
// The toy's loss is 60% of a random one from k = 2.5 on.
const divergence = { below: 2.4 / 7, above: 2.6 / 7 };
const lengths = { probe: 8, sweep: 64 };
const probed = { runs, curvatures: [], shortRuns: [], lengths };
const forecast = forecastOf(divergence, probed, toyTheory);
const record: ForecastRecord = {
  ...forecast,
  steps: 64,
  network: {},
  cost: { steps: 100, ofTenRuns: 0.15 },
};

describe('the forecast of a sweep', () => {
  it('of the toy has its threshold from the curve; the run that diverges has no part in it', () => {
    expect(forecast.readings[0]!.threshold.mean).toBeCloseTo(1 / 7, 10);
    expect(forecast.readings[0]!.note).toMatch(/^3 runs/);
    // The headline is the rule for networks: a sixteenth of 2.5 / 7, but for the middle of the bracket.
    expect(forecast.convergence!.mean).toBeCloseTo(Math.sqrt(2.4 * 2.6) / 7 / 16, 12);
    expect(forecast.convergence).toEqual(forecast.forecasts![0]!.threshold);
    expect(forecast.elrs.some((elr) => elr < 1 / 7) && forecast.elrs.some((elr) => elr > 2.6 / 7)).toBe(true);
  });

  it('holds on the sweep that follows, every reading of it a row', () => {
    const sweep = [convergingRun(0.9), equilibriumRun(1.1), equilibriumRun(2.3), equilibriumRun(2.9)];
    const thresholds = measureThresholds(sweep.map((run) => measureRun(run)));
    const rows = forecastPredictions(forecast, thresholds);
    expect(rows.map(({ source }) => source)).toEqual(['rule of thumb', 'T4', 'T4', 'T4', 'T6']);
    for (const row of rows.slice(1)) expect(row).toMatchObject({ holds: true, errorKind: 'factor' });
    // The toy has no factor of 16 between its thresholds but 2.5: the rule is off by 6.4 and far less certain than the bracket is narrow.
    expect(rows[0]!.error).toBeCloseTo((16 * Math.sqrt(0.99)) / Math.sqrt(2.4 * 2.6), 10);
    expect(rows[0]!.holds).not.toBe(true);
    // Measured in the middle of 0.9/7 and 1.1/7.
    expect(rows[1]!.error).toBeCloseTo(1 / Math.sqrt(0.99), 10);
  });

  it('fails on another, and is untested where the sweep has no threshold', () => {
    const other = measureThresholds(
      [convergingRun(3), equilibriumRun(2)].map((run) => ({ ...measureRun(run), elr: 1 })),
    );
    const shifted = { ...measureThresholds([]), convergence: { below: 1, above: 1.2 } };
    expect(forecastPredictions(forecast, shifted)[1]!.holds).toBe(false);
    expect(forecastPredictions(forecast, { ...other, convergence: { below: 1, above: null } })[1]!.holds).toBeNull();
  });

  it('says what it could not see', () => {
    const blind = forecastOf({ below: 1e4, above: null }, { ...probed, runs: [] }, toyTheory);
    expect(blind).toEqual({
      divergence: { below: 1e4, above: null },
      forecasts: [],
      noise: null,
      readings: [],
      convergence: null,
      elrs: [],
    });
    const text = forecastText({ ...record, ...blind });
    expect(text).toMatch(/not looked for/);
    expect(text).toMatch(/not up to ELR 10000/);
    expect(text).not.toMatch(/worth running/);
    expect(forecastText({ ...record, ...blind, divergence: { below: null, above: 1e-9 } })).toMatch(/below ELR 1e-9/);
  });

  it('without a curve still has ELRs to run, down from divergence', () => {
    const one = forecastOf(divergence, { ...probed, runs: runs.slice(0, 1) }, toyTheory);
    expect(one.readings.some(({ source, name }) => source === 'T4' && name.includes('curve'))).toBe(false);
    expect(one.elrs.length).toBeGreaterThan(8);
  });

  it('is about the network and the steps that it was made for', () => {
    const { configuration } = convergingRun(0.9).manifest;
    const made = { network: networkOf(configuration), steps: configuration.steps };
    expect(forecastObstacle(made, { ...configuration, rate: elrRate(3), seed: 7, threads: 2 })).toBeUndefined();
    expect(forecastObstacle(made, { ...configuration, width: 99 })).toMatch(/another network: width \d+, not 99/);
    expect(forecastObstacle(made, { ...configuration, steps: 99 })).toMatch(/for \d+ steps, not 99/);
    const momentum = { ...configuration, training: { ...configuration.training, momentum: 0.5 } };
    expect(forecastObstacle(made, momentum)).toMatch(/momentum 0, not 0.5/);
    const sweep = [convergingRun(0.9), equilibriumRun(1.1)];
    const rowsOf = (forecast: typeof record) =>
      verifySweep(sweep, toyTheory, { forecast }).predictions.filter(({ name }) =>
        name.includes(' before the sweep, '),
      );
    const other = rowsOf({ ...record, ...made, steps: 1 });
    expect(other.length).toBe(5);
    expect(other.every(({ holds, note }) => holds === null && /for 1 steps/.test(note!))).toBe(true);
    const own = rowsOf({ ...record, ...made });
    expect(own[1]).toMatchObject({ name: 'threshold before the sweep, equilibrium curve A - B/elr', holds: true });
  });

  it('of before, with the curve as its headline, is read, shown and made rows of', () => {
    const recorded = (name: string) => {
      const directory = folder.path(name);
      mkdirSync(directory);
      copyFileSync(`test/fixtures/recorded/forecast-${name}.json`, `${directory}/${FORECAST_FILE}`);
      return readForecast(directory);
    };
    const curve = recorded('curve');
    expect(curve.convergence).toEqual(curve.readings[0]!.threshold);
    expect(forecastText(curve)).toMatch(/convergence {2}up to ELR 0\.00116 \+- 5\.4e-4, from the equilibrium curve\n/);
    const rows = forecastPredictions(curve, measureThresholds([]));
    expect(rows.map(({ source }) => source)).toEqual(['T4', 'T4', 'T4', 'T6']);
    expect(forecastText(recorded('nothing'))).toMatch(/not looked for without an ELR from which training diverges/);
  });

  it('stays the same on disk, unknown errors included', () => {
    const directory = folder.path('kept');
    mkdirSync(directory);
    const unknown = { ...record, convergence: { mean: 1, error: Number.NaN } };
    writeForecast(directory, unknown);
    expect(readForecast(directory)).toEqual(unknown);
    const estimate = { mean: 0.4, error: Number.NaN };
    const noise = {
      shares: [{ elr: 1, share: estimate, decay: estimate, gradientDecay: estimate }],
      plateau: estimate,
      relaxation: { decay: estimate, exponent: estimate },
    };
    const none = { name: 'a reading', source: 'T14', threshold: null, note: 'none' };
    const noisy = { ...record, noise, forecasts: [...record.forecasts!, none] };
    writeForecast(directory, noisy);
    expect(readForecast(directory)).toEqual(noisy);
    const text = forecastText(noisy);
    expect(text).toMatch(/a reading +T14 +none +none/);
    expect(text).toMatch(/convergence {2}up to ELR .*, a sixteenth of divergence\n/);
    expect(forecastPredictions(noisy, measureThresholds([]))[1]).toMatchObject({
      holds: null,
      note: 'no threshold from it: none',
    });
    expect(() => readForecast(folder.path('nowhere'))).toThrow(UsageError);
    writeFileSync(`${directory}/${FORECAST_FILE}`, '{"steps": 1}');
    expect(() => readForecast(directory)).toThrow(/not a forecast of this version/);
  });
});
