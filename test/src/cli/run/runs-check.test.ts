import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration, manifest, step } from '../../../../bench/example-run.js';
import { elrRate } from '../../../../src/run/rate.js';
import { encodeStep, RunWriter } from '../../../../src/run/run-writer.js';
import { openSweep } from '../../../../src/sweep/extend-sweep.js';
import { encodeSafetensors } from '../../../../src/system/safetensors.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../../cli.js';
import { measurement } from '../../archive/stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const STEPS = 4;
const at = (elr: number) => ({ ...configuration, rate: elrRate(elr), steps: STEPS });
const weights = (last: number) => new Map([['w', { shape: [2], data: Float32Array.of(1, last) }]]);
/** No process has this number: the system's are below 2^22. */
const GONE = 99_999_999;

/** A sweep of a finished run with measurements and kept weights, and an unfinished one. */
const sweep = folder.path('sweep');
openSweep(sweep, [at(1e-3), at(1e-2)]);
const writer = RunWriter.create(`${sweep}/elr-1e-3`, { ...manifest, configuration: at(1e-3) });
for (let i = 0; i < STEPS; i += 1) writer.append(step(i));
for (const epoch of [0, 1]) writer.appendMeasurement(measurement(epoch));
writer.keepWeights(2, weights(3));
writer.finish(weights(2), { seconds: 1, test: { loss: 1, accuracy: 0.5 } });
RunWriter.create(`${sweep}/elr-1e-2`, { ...manifest, configuration: at(1e-2) }).append(step(0));

let copies = 0;
function copy(): string {
  copies += 1;
  cpSync(sweep, folder.path(`copy-${copies}`), { recursive: true });
  return folder.path(`copy-${copies}`);
}

const contents = (directory: string) =>
  Object.fromEntries(
    (readdirSync(directory, { recursive: true }) as string[])
      .sort()
      .flatMap((name) =>
        /\./.test(name.split('/').at(-1)!) && !/elr-1e-\d$/.test(name)
          ? [[name, readFileSync(`${directory}/${name}`, 'latin1')]]
          : [],
      ),
  );

describe('regimes runs check', () => {
  it('finds nothing in what was written', async () => {
    const { code, out, err } = await regimes('runs', 'check', sweep);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '2 runs: 1 finished and whole, 1 unfinished, 0 folders damaged\n',
      err: '',
    });
  });

  const run = 'elr-1e-3';
  it.each<[string, (directory: string) => void, string]>([
    ['sweep.json', (at) => writeFileSync(`${at}/sweep.json`, '{'), 'is damaged or of another version'],
    [`${run}/manifest.json`, (at) => rmSync(`${at}/${run}/manifest.json`), 'is missing'],
    [`${run}/manifest.json`, (at) => appendFileSync(`${at}/${run}/manifest.json`, '{'), 'is not a manifest'],
    [`${run}/metrics.jsonl`, (at) => rmSync(`${at}/${run}/metrics.jsonl`), 'has 0 of 4 steps'],
    [`${run}/metrics.jsonl`, (at) => writeFileSync(`${at}/${run}/metrics.jsonl`, 'null\n'), 'line 1, is not a metrics'],
    [
      'elr-1e-2/metrics.jsonl',
      (at) => writeFileSync(`${at}/elr-1e-2/metrics.jsonl`, `${encodeStep(step(0)).replace('{', '{"loss":1,')}\n`),
      'line 1 has "loss" twice',
    ],
    [
      'elr-1e-2/measurements.jsonl',
      (at) => writeFileSync(`${at}/elr-1e-2/measurements.jsonl`, `${JSON.stringify(measurement(5))}\n`),
      'it measures after step 10 of 4',
    ],
    [
      `${run}/weights-2.safetensors`,
      (at) => appendFileSync(`${at}/${run}/weights-2.safetensors`, 'x'),
      '1 bytes at the end',
    ],
    [
      `${run}/weights-2.safetensors`,
      (at) => writeFileSync(`${at}/${run}/weights-2.safetensors`, encodeSafetensors(weights(Number.NaN))),
      'w holds numbers that are not finite',
    ],
    [`${run}/balance.json`, (at) => writeFileSync(`${at}/${run}/balance.json`, '{}'), 'is not a balance'],
    [
      `${run}/checkpoint-2.safetensors`,
      (at) => cpSync(`${at}/${run}/weights.safetensors`, `${at}/${run}/checkpoint-2.safetensors`),
      'not a checkpoint of regimes',
    ],
  ])('names %s where it is damaged, says what is wrong, and changes nothing', async (file, damage, problem) => {
    const directory = copy();
    damage(directory);
    const before = contents(directory);
    const { code, out, err } = await regimes('runs', 'check', directory, '--repair');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out.split('\n')[0]).toMatch(new RegExp(`^damage: ${directory}/${file}: .*${problem}`));
    expect(out).toMatch(/ 1 folder damaged\nFor a damaged run, /);
    expect(contents(directory)).toEqual(before);
  });

  it('repairs what a killed process left, and never takes a whole line', async () => {
    const directory = copy();
    const whole = contents(directory);
    appendFileSync(`${directory}/${run}/metrics.jsonl`, '{"step":4,"lo');
    appendFileSync(`${directory}/elr-1e-2/measurements.jsonl`, '{"st');
    writeFileSync(`${directory}/elr-1e-2/checkpoint-2.safetensors.${GONE}.tmp`, 'half');
    writeFileSync(`${directory}/sweep.json.${GONE}.tmp`, 'half');
    writeFileSync(
      `${directory}/elr-1e-2/lock`,
      JSON.stringify({ pid: GONE, host: 'x', started: '' }).replace(
        '"x"',
        JSON.stringify((await import('node:os')).hostname()),
      ),
    );
    const before = contents(directory);
    const found = await regimes('runs', 'check', directory);
    // A half line behind a finished run changes its checksum.
    expect(found.code).toBe(1);
    expect(found.out.match(/^leftover: /gm)).toHaveLength(5);
    expect(contents(directory)).toEqual(before);
    const { code, out } = await regimes('runs', 'check', directory, '--repair');
    expect(code).toBe(0);
    expect(out.match(/^removed: /gm)).toHaveLength(5);
    expect(existsSync(`${directory}/elr-1e-2/lock`)).toBe(false);
    expect(contents(directory)).toEqual({ ...whole, 'elr-1e-2/measurements.jsonl': '' });
  });

  it('leaves alone what a living process writes', async () => {
    const directory = copy();
    const temporary = `${directory}/elr-1e-2/manifest.json.${process.pid}.tmp`;
    writeFileSync(temporary, 'half');
    expect((await regimes('runs', 'check', directory, '--repair')).code).toBe(0);
    expect(existsSync(temporary)).toBe(true);
  });

  it('has a line of JSON for each folder', async () => {
    const { code, out } = await regimes('runs', 'check', sweep, '--json');
    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { path: sweep, kind: 'sweep', status: null, findings: [], repaired: [] },
      { path: `${sweep}/elr-1e-2`, kind: 'run', status: 'interrupted', findings: [], repaired: [] },
      { path: `${sweep}/elr-1e-3`, kind: 'run', status: 'finished', findings: [], repaired: [] },
    ]);
  });

  it('is for folders with runs', async () => {
    expectOneLineError(
      await refused('runs', 'check', folder.path('nothing')),
      /nothing does not exist; allowed: a folder/,
    );
  });
});
