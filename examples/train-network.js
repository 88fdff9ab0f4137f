// Trains one ConvNet on the sphere at a fixed ELR, keeps the run in a folder, and reads its regime from there.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elrRate, measureStored, readRun } from 'sphere-regimes';
import { describeRun, prepareRun, recordRun } from 'sphere-regimes/deep';

const folder = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), 'regimes-')), 'run');
const spec = { rate: elrRate(0.01), width: 4, trainImages: 1000, batch: 100, steps: 100, threads: 1 };
const { test } = await recordRun(prepareRun(await describeRun(spec)), folder, {
  onStep: ({ step, loss }) => step % 20 === 0 && console.log(`step ${step}: loss ${loss.toPrecision(4)}`),
});

const { regime, evidence, loss, ess } = measureStored(readRun(folder));
console.log(`${folder}: test accuracy ${test.accuracy}`);
console.log(`${regime}: ${evidence.reason}; loss ${loss.toPrecision(4)}, ESS ${ess.toPrecision(3)}`);
