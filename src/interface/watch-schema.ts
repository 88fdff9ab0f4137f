import { z } from 'zod';
import { numberOrNull } from './run-list-schema.js';
import { verificationFields } from './verification-schema.js';

/** The toy at the k of a run, or at its own. */
const toyPoint = z.strictObject({
  elr: z.number(),
  relativeLoss: numberOrNull.describe('loss over that of random points'),
  loss: numberOrNull,
  egn: numberOrNull,
  ess: numberOrNull,
  shares: z.array(numberOrNull),
  regime: z.string().nullable(),
  detail: z.string().nullable(),
  lyapunov: numberOrNull,
  noiseShare: numberOrNull,
  collapsed: z.boolean(),
});

const plannedRun = z.strictObject({
  folder: z.string(),
  elr: z.number(),
  seed: z.number(),
  state: z.string(),
  step: z.number().describe('steps taken'),
  steps: z.number().describe('steps planned'),
  problem: z.string().nullable().describe('why it failed, or what is damaged'),
  testAccuracy: numberOrNull,
});

/** What `regimes watch DIR --once --json` and `regimes --once --json` print. */
export const WatchOutput = z.strictObject({
  directory: z.string(),
  title: z.string(),
  setting: z.string().describe('the setting that is shown, in words; empty where nothing but rate and seed varies'),
  alpha: z.array(z.number()).describe('parameters of the toy, one a group'),
  tolerance: z.number(),
  elrs: z.array(z.number()).describe('planned ELRs, rising'),
  threshold: numberOrNull.describe('ELR of the network at k = 1, where R determines it'),
  writing: z.boolean().describe('whether a process is at work on any run'),
  toy: z.array(toyPoint),
  planned: z.array(plannedRun),
  findings: z.array(z.string()).describe('what was found, where theory and network agree, and where not'),
  ...verificationFields,
});
