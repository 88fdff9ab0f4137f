import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { FORECAST_FILE, readForecast } from '../../../../src/forecast/forecast-file.js';
import { manifestText } from '../../../../src/run/manifest-text.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const SMALL = ['--width', '1', '--batch', '4', '--steps', '64', '--train-images', '64'];
const NETWORK = [...SMALL, '--seed', '1', '--workers', '1'];

describe('regimes predict', () => {
  const out = folder.path('forecast');

  it('probes a network, keeps its runs, and says the same when asked again', async () => {
    const words = ['predict', ...NETWORK, '--curvature', '--out', out, '--json'];
    const first = await regimes(...words);
    expect(first.code).toBe(0);
    const { cost, ...forecast } = JSON.parse(first.out);
    const { below, above } = forecast.divergence;
    expect(below).toBeGreaterThan(0);
    expect(above / below).toBeLessThan(1.51);
    // Eleven scouts at least and six runs, 64 steps each, and the curvature.
    expect(cost.steps).toBeGreaterThan(17 * 64);
    expect(cost.ofTenRuns).toBeCloseTo(cost.steps / 640, 12);
    // The rule of thumb and three readings of the noise of six ELRs.
    expect(forecast.forecasts).toHaveLength(4);
    expect(forecast.noise.shares).toHaveLength(6);
    expect(forecast.convergence).toEqual(forecast.forecasts[0].threshold);
    expect(forecast.convergence.mean).toBeCloseTo(Math.sqrt(below * above) / 16, 12);
    const kinds = forecast.readings.map(({ source }: { readonly source: string }) => source);
    expect(kinds.slice(-2)).toEqual(['T3', 'T3']);
    expect(existsSync(`${out}/${FORECAST_FILE}`)).toBe(true);
    expect(readForecast(out).elrs).toEqual(forecast.elrs);

    const again = JSON.parse((await regimes(...words)).out);
    expect({ ...again, cost: { ...again.cost, seconds: 0 } }).toEqual({ ...forecast, cost: { ...cost, seconds: 0 } });
  }, 120_000);

  it('is verified by the sweep that follows', async () => {
    const sweep = folder.path('sweep');
    expect((await regimes('sweep', ...SMALL, '--measure', 'none', '--elr', '1e-4,1', '--out', sweep)).code).toBe(0);
    const { out: text } = await refused('verify', sweep, '--predicted', out, '--json');
    const names: string[] = JSON.parse(text).predictions.map(({ name }: { readonly name: string }) => name);
    expect(names.filter((name) => / before the sweep, /.test(name)).length).toBe(readForecast(out).readings.length + 5);
    expectOneLineError(await refused('verify', sweep, '--predicted', sweep), /sweep holds no forecast/);
  });

  it('says how many runs failed, and makes no forecast of the others', async () => {
    const blocked = folder.path('blocked');
    cpSync(`${out}/scout`, `${blocked}/scout`, { recursive: true });
    rmSync(`${blocked}/scout/elr-1e-3`, { recursive: true });
    writeFileSync(`${blocked}/scout/elr-1e-3`, 'no folder');
    const { code, out: text, err } = await regimes('predict', ...NETWORK, '--out', blocked);
    expect({ code, text }).toEqual({ code: 1, text: '' });
    expect(err).toMatch(/error: 1 of 11 runs of the probe failed; run the same command to try them again\n$/);
    expect(existsSync(`${blocked}/${FORECAST_FILE}`)).toBe(false);
  });

  /** The losses of scouts on disk, as if they had learnt nothing; without the checksums that would tell. */
  function unlearn(directory: string): void {
    for (const run of readdirSync(directory).filter((each) => each.startsWith('elr-'))) {
      const path = `${directory}/${run}/metrics.jsonl`;
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"loss":[^,}]+/g, '"loss":1000'));
      const { files: _, ...manifest } = readManifest(`${directory}/${run}`)!;
      writeFileSync(`${directory}/${run}/manifest.json`, manifestText(manifest));
    }
  }

  it('refuses steps after which no scout has learnt anything, and makes no forecast of them', async () => {
    const unlearnt = folder.path('unlearnt');
    cpSync(`${out}/scout`, `${unlearnt}/scout`, { recursive: true });
    unlearn(`${unlearnt}/scout`);
    expectOneLineError(
      await refused('predict', ...NETWORK, '--out', unlearnt),
      /64 steps are too few: no ELR from 0.00001 to 1 brings the loss below 60% of that of random points, .*; allowed: more steps/,
    );
    expect(existsSync(`${unlearnt}/${FORECAST_FILE}`)).toBe(false);
    expect(existsSync(`${unlearnt}/probe`)).toBe(false);
  });

  it('refuses runs that are too short for their regime to be told, before anything is trained', async () => {
    const words = ['predict', '--width', '1', '--batch', '4', '--steps', '16', '--train-images', '256'];
    expectOneLineError(
      await refused(...words, '--out', folder.path('few')),
      /16 steps are too few to tell the regime of a run; allowed: 32 or more/,
    );
    expect(existsSync(folder.path('few'))).toBe(false);
  });

  it('refuses another network in the same folder, and bad input, in one line', async () => {
    expectOneLineError(
      await refused('predict', ...NETWORK, '--width', '2', '--out', out),
      /holds another sweep \(width/,
    );
    expectOneLineError(await refused('predict', '--steps', '0', '--out', folder.path('no')), /whole number from 1 on/);
    expectOneLineError(await refused('predict', '--data', 'nothing', '--out', folder.path('no')), /nothing/);
    expect(existsSync(folder.path('no'))).toBe(false);
  });
});
