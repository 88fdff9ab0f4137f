// Trains one ConvNet on the sphere at a fixed ELR, keeps the run in a folder, and reads its regime from there.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TRAINING, measureStored, readRun } from 'sphere-regimes';
import { prepareRun, recordRun } from 'sphere-regimes/deep';

const folder = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), 'regimes-')), 'run');
const run = prepareRun({
  elr: 0.01,
  model: 'convnet',
  width: 4,
  data: 'fashion-mnist',
  trainImages: 1000,
  batch: 100,
  steps: 100,
  seed: 1,
  order: 'shuffled',
  init: null,
  engine: 'cpu',
  threads: 1,
  training: DEFAULT_TRAINING,
});
const { test } = await recordRun(run, folder, {
  onStep: ({ step, loss }) => step % 20 === 0 && console.log(`step ${step}: loss ${loss.toPrecision(4)}`),
});

const { regime, evidence, loss, ess } = measureStored(readRun(folder));
console.log(`${folder}: test accuracy ${test.accuracy}`);
console.log(`${regime}: ${evidence.reason}; loss ${loss.toPrecision(4)}, ESS ${ess.toPrecision(3)}`);
