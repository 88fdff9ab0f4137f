import type { ElrConfiguration, ElrManifest } from '../src/run/manifest.js';
import { elrRate } from '../src/run/rate.js';
import type { RecordedStep } from '../src/run/step-columns.js';
import { DEFAULT_TRAINING } from '../src/run/training-settings.js';

export const configuration: ElrConfiguration = {
  model: 'convnet',
  width: 2,
  data: 'fashion-mnist',
  trainImages: null,
  rate: elrRate(0.01),
  batch: 16,
  steps: 40,
  seed: 1,
  order: 'shuffled',
  init: null,
  engine: 'cpu',
  threads: 1,
  training: DEFAULT_TRAINING,
};

export const manifest: ElrManifest = {
  format: 1,
  version: '0.1.0',
  node: 'v20.0.0',
  status: 'running',
  configuration,
  data: { name: 'fashion-mnist', sha256: '00', trainImages: 2000, testImages: 500 },
  start: null,
  groups: ['a', 'b'],
  randomLoss: { mean: 3.5, standardError: 0.1 },
  created: '2024-01-01T00:00:00.000Z',
  outcome: null,
  failure: null,
};

export const step = (number: number, change: Partial<RecordedStep> = {}): RecordedStep => ({
  step: number,
  loss: 2,
  accuracy: 0.5,
  elr: 0.01,
  egn: 30,
  ess: 0.3,
  norm: 4,
  groups: [
    { name: 'a', share: 0.25, egn: 7.5, ess: 0.3 },
    { name: 'b', share: 0.75, egn: 22.5, ess: 0.3 },
  ],
  angle: Math.atan(0.3),
  ...change,
});
