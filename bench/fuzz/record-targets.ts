import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readRecord as readEngineRecord,
  writeRecord as writeEngineRecord,
} from '../../deep/engine/installed/record.js';
import { terminalSettings } from '../../src/cli/terminal/terminal-settings.js';
import { readSubmissions, writeSubmission } from '../../src/cluster/submission.js';
import { networkOf, readForecast, writeForecast } from '../../src/forecast/forecast-file.js';
import { readCsvLog } from '../../src/logged/csv-log.js';
import { quantitiesOf } from '../../src/logged/logged-columns.js';
import { readTensorboardLog } from '../../src/logged/tensorboard-log.js';
import { Event, maskedChecksum } from '../../src/logged/tensorboard-schema.js';
import { configuration } from '../example-run.js';
import { isBuiltAs } from './oracles.js';
import type { Target } from './target.js';

/** Records that stand beside runs, and logs that other programs write. */

const saysTheLike = (changed: Buffer, original: Buffer): boolean =>
  isBuiltAs(JSON.parse(changed.toString()), JSON.parse(original.toString()));

/** Forecasts of before have no noise, no list of forecasts, and no disputed ELRs. */
function isForecast(changed: Buffer, original: Buffer): boolean {
  const [found, before] = [changed, original].map((each) => JSON.parse(each.toString())) as [
    never,
    { network: object },
  ];
  const { network, ...rest } = { noise: null, forecasts: null, ...(found as { network: object; divergence: object }) };
  const { network: _, ...written } = before;
  const whole = { ...rest, divergence: { disputed: null, ...rest.divergence } };
  return isBuiltAs(whole, written) && typeof network === 'object';
}

function recordTargets(folder: string): Target[] {
  const estimate = { mean: 0.5, error: 0.1 };
  writeForecast(folder, {
    ...{ steps: 400, cost: { steps: 100, ofTenRuns: 0.1 }, network: networkOf(configuration) },
    ...{ divergence: { below: 0.1, above: 0.2, disputed: [0.15] }, convergence: estimate, elrs: [0.01, 0.1] },
    ...{ forecasts: [{ name: 'divergence', source: 'short runs', threshold: estimate }], noise: null },
    readings: [{ name: 'losses', source: 'curve', threshold: estimate, shares: [0.5, 0.5] }],
  });
  writeSubmission(folder, {
    ...{ number: 1, name: 'regimes-0123456789ab', job: '77', created: '2020-01-01T00:00:00.000Z' },
    runs: ['elr-1e-3', 'elr-2e-3'],
  });
  const wheel = { name: 'onnxruntime-gpu', version: '1.0.0', sha256: '01', bytes: 5 };
  writeEngineRecord(folder, {
    ...{ format: 1, engine: 'cuda', version: '1.0.0', device: 'gpu', installed: '2020-01-01T00:00:00.000Z' },
    ...{ bytes: 9, wheels: [wheel], libraries: ['lib'] },
  });
  const settings = join(folder, 'settings.json');
  writeFileSync(
    settings,
    '{"glyphs":"ascii","interval":2,"color":false,"slurm":{"partition":"gpu","sbatch":["-C a"]}}\n',
  );
  const engineRecord = (): unknown => {
    // Half an engine has no record: one that cannot be read is none.
    const record = readEngineRecord(folder);
    if (record === undefined) throw new Error('no record');
    return record;
  };
  return [
    {
      ...{ name: 'forecast.json', path: join(folder, 'forecast.json'), read: () => readForecast(folder) },
      isCoarse: true,
      isRight: isForecast,
    },
    {
      ...{ name: 'submission-1.json', path: join(folder, 'slurm/submission-1.json'), isCoarse: true },
      ...{ read: () => readSubmissions(folder), isRight: saysTheLike },
    },
    {
      ...{ name: 'engine.json', path: join(folder, 'engine.json'), isCoarse: true },
      ...{ read: engineRecord, isRight: saysTheLike },
    },
    {
      ...{ name: 'settings of the terminal', path: settings },
      read: () => terminalSettings({}, { env: { XDG_CONFIG_HOME: folder }, project: settings }),
    },
  ];
}

const STEPS = 12;
const LOSSES = Array.from({ length: STEPS }, (_, i) => Math.fround(2 / (i + 1)));

/** A scalar of an event file: length, checksum of the length, content, checksum of the content. */
function eventRecord(step: number, loss: number): Buffer {
  const data = Event.encode(Event.create({ step, summary: { value: [{ tag: 'loss', simple_value: loss }] } })).finish();
  const record = Buffer.alloc(data.length + 16);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedChecksum(data), data.length + 12);
  return record;
}

/** The losses of an event file. Throws what counts as a crash where it shows one that was not logged at that step. */
function readLosses(path: string): unknown {
  const { step, loss } = quantitiesOf(readTensorboardLog(path), {}, path);
  if (step.some((each, i) => LOSSES[each] !== loss[i])) throw new TypeError('it shows what was not logged');
  return loss;
}

function logTargets(folder: string): Target[] {
  const [csv, events] = [join(folder, 'log.csv'), join(folder, 'events.out.tfevents.1')];
  writeFileSync(
    csv,
    ['step,loss,lr,norm,grad_norm', ...LOSSES.map((loss, i) => `${i},${loss},0.1,3,${1 / (i + 1)}`), ''].join('\n'),
  );
  LOSSES.forEach((loss, step) => void appendFileSync(events, eventRecord(step, loss)));
  return [
    { name: 'log as CSV', path: csv, read: () => quantitiesOf(readCsvLog(csv), {}, csv) },
    { name: 'log of TensorBoard', path: events, read: () => readLosses(events) },
  ];
}

/** The targets, their files written below a folder. */
export function otherTargets(folder: string): Target[] {
  mkdirSync(folder);
  return [...recordTargets(folder), ...logTargets(folder)];
}
