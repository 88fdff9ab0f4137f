import { z } from 'zod';
import { GROUPS } from '../verify/prediction.js';
import { estimated, numberOrNull, regimeOrUndecided } from './run-list-schema.js';

const residuals = z.strictObject({ K1: numberOrNull, K2: numberOrNull, K3: numberOrNull });
const perGroup = z.array(numberOrNull);

/** Averages over the part of a run that is judged; in `errors` their standard errors. */
const averages = {
  loss: numberOrNull,
  accuracy: numberOrNull,
  egn: numberOrNull.describe('effective gradient norm'),
  ess: numberOrNull.describe('effective step size, the tangent of the angle of a step'),
  shares: perGroup.describe('share of each group in the squared norm'),
  equilibriumShares: perGroup.describe('shares of an equilibrium (K4)'),
  turnShares: perGroup.describe('shares at which all groups would turn alike (K4)'),
  effectiveStep: numberOrNull,
  groupEffectiveSteps: perGroup,
};

const ratios = { stepRatios: perGroup, turnRatios: perGroup, shareGaps: perGroup };

const evidence = z.strictObject({
  level: numberOrNull.describe('mean loss over the tail'),
  relativeLevel: numberOrNull.describe('that over the loss of random points on the sphere'),
  path: numberOrNull.describe('radians travelled over the tail'),
  decline: numberOrNull.describe('fall of log(loss) over the tail, in nats'),
  declineError: numberOrNull,
  lateDecline: numberOrNull.optional(),
  reason: z.string().describe('the evidence that decided'),
});

/** A run, or the average over seeds at an ELR. */
const judgedRun = z.strictObject({
  elr: z.number(),
  seed: z.number(),
  regime: regimeOrUndecided,
  evidence,
  status: z.enum(['running', 'finished', 'failed']),
  steps: z.number(),
  ...averages,
  stationary: z
    .strictObject({ start: z.number(), steps: z.number(), independent: numberOrNull })
    .nullable()
    .describe('what the averages are over; null without a stationary part'),
  errors: z.strictObject({ ...averages, ...ratios }).nullable(),
  noiseShare: estimated.describe('R, the noise share of the loss (T14)'),
  gradientFall: estimated.nullable().describe('q of E|g|^2 ~ L^q, of runs that converge'),
  identities: residuals.describe('largest residuals of K1 to K3'),
  kinematics: residuals.describe("the same of K1' and K3', given the measured cosines"),
  radial: numberOrNull.describe('largest |cosine| between the weights of a group and their gradient'),
  radialAtStart: numberOrNull.describe('the same with every group at the norm it began with'),
  randomLoss: numberOrNull.describe('loss of random points on the sphere'),
  randomLossError: numberOrNull,
  members: z
    .array(z.looseObject({ elr: z.number(), seed: z.number() }))
    .optional()
    .describe('the runs of each seed'),
});

const bracket = z.strictObject({
  below: numberOrNull,
  above: numberOrNull,
  disputed: z.array(z.number()).optional().describe('ELRs at which seeds disagree'),
  undecided: z.array(z.number()).optional().describe('ELRs whose runs are undecided'),
});

const prediction = z.strictObject({
  name: z.string(),
  group: z.enum(GROUPS).optional(),
  source: z.string().describe('label in theory.md'),
  predicted: z.union([z.number(), z.string(), z.null()]),
  measured: z.union([z.number(), z.string(), z.null()]),
  error: numberOrNull,
  errorKind: z.enum(['relative', 'absolute', 'factor']),
  tolerance: z.number().describe('largest error with which the prediction counts as holding'),
  holds: z.boolean().nullable().describe('null: not tested; `note` says why'),
  predictedError: numberOrNull.optional(),
  measuredError: numberOrNull.optional(),
  measuredFactor: numberOrNull.optional(),
  note: z.string().optional(),
});

/** What `regimes verify` finds in a setting of a sweep. */
export const verificationFields = {
  thresholds: z.strictObject({ convergence: bracket, divergence: bracket }),
  runs: z.array(judgedRun).describe('one for each ELR, averaged over seeds'),
  predictions: z.array(prediction),
};

/** A line of `regimes verify --json`: a setting of the sweep. */
export const VerifyLine = z.strictObject({
  setting: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('values of what varies besides rate and seed'),
  ...verificationFields,
});
