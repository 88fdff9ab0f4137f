import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { groupNames, type Manifest } from '../run/manifest.js';
import { type Measurement, readMeasurements } from '../run/measurements.js';
import { stepsPerEpoch } from '../run/run-epochs.js';
import { isGradientStep } from '../run/training-settings.js';
import type { IdentityResiduals } from '../sphere/identities.js';
import { configurationFields, type Fields } from './setting-differences.js';
import {
  measureStored,
  type RunMeasures,
  readStoredRecord,
  type StoredRecord,
  type StoredStatus,
} from './stored-run.js';

/** All that there is to say of one run. */
export interface RunReport {
  readonly path: string;
  readonly status: StoredStatus;
  readonly failure: string | null;
  readonly configuration: Fields;
  readonly data: Manifest['data'];
  /** SHA-256 of the tensors that training started from. */
  readonly start: string | null;
  readonly version: string;
  readonly node: string;
  readonly created: string;
  readonly outcome: Manifest['outcome'];
  readonly steps: { readonly taken: number; readonly of: number; readonly perEpoch: number };
  readonly regime: RunMeasures['regime'];
  readonly evidence: RunMeasures['evidence'];
  /** R over the same part as the averages. */
  readonly noiseShare: RunMeasures['noiseShare'];
  readonly randomLoss: Manifest['randomLoss'];
  /** Means over the last epoch. */
  readonly lastEpoch: { readonly loss: number; readonly accuracy: number };
  /** Means over the judged tail; groups in the order of `groups`. */
  readonly averages: Averages;
  readonly groups: readonly string[];
  /** Largest residuals of K1 to K3 and K1', K3'; null where steps are not along the gradient alone. */
  readonly identities: { readonly plain: IdentityResiduals; readonly given: IdentityResiduals } | null;
  readonly measurement: Measurement | null;
  readonly files: readonly KeptFile[];
}

type Averages = Pick<
  RunMeasures,
  'loss' | 'accuracy' | 'egn' | 'ess' | 'shares' | 'equilibriumShares' | 'groupEffectiveSteps' | 'radial'
>;

function averagesOf(measured: RunMeasures): Averages {
  const { loss, accuracy, egn, ess, shares, equilibriumShares, groupEffectiveSteps, radial } = measured;
  return { loss, accuracy, egn, ess, shares, equilibriumShares, groupEffectiveSteps, radial };
}

function measuredPart(run: StoredRecord) {
  const { manifest, record } = run;
  const measured = measureStored(run);
  const { regime, evidence, identities, kinematics, noiseShare } = measured;
  return {
    regime,
    evidence,
    noiseShare,
    lastEpoch: record.lastEpoch,
    averages: averagesOf(measured),
    identities: isGradientStep(manifest.configuration.training) ? { plain: identities, given: kinematics } : null,
  };
}

/** Throws a UsageError where there is no run, one line where it is damaged. */
export function reportRun(directory: string): RunReport {
  const run = readStoredRecord(directory);
  const { manifest, status, record } = run;
  const { configuration, failure, data, start, version, node, created, outcome, randomLoss } = manifest;
  return {
    path: directory,
    status,
    failure,
    configuration: configurationFields(configuration),
    data,
    start,
    version,
    node,
    created,
    outcome,
    steps: { taken: record.taken, of: configuration.steps, perEpoch: stepsPerEpoch(manifest) },
    randomLoss,
    groups: groupNames(manifest),
    ...measuredPart(run),
    measurement: readMeasurements(directory).at(-1) ?? null,
    files: keptFiles(directory),
  };
}

/** A file of tensors in the folder of a run. */
export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
}

/** Checkpoints, final weights and weights kept on the way, in the order of their steps. */
function keptFiles(directory: string): KeptFile[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.safetensors'));
  return names
    .sort(new Intl.Collator('en', { numeric: true }).compare)
    .map((name) => ({ name, bytes: statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0 }));
}
