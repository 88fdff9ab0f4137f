import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration, manifest as example } from '../../../bench/example-run.js';
import { mean } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { judgeRecord, judgeSteps, type MeasuredRun, measureRecord } from '../../../src/regime/analyse.js';
import { BlockCollector, MOST_BLOCKS } from '../../../src/regime/block-series.js';
import { readJointRecord, readRecord } from '../../../src/regime/run-record.js';
import type { ElrManifest } from '../../../src/run/manifest.js';
import { elrRate } from '../../../src/run/rate.js';
import { encodeStep } from '../../../src/run/run-writer.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { equalRotationShares } from '../../../src/sphere/equal-rotation-shares.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const ELR = 0.01;
const RANDOM_LOSS = 2.3;
/** 3,001 steps in at most 600 blocks: 500 blocks of 6, and one step that fills none. */
const [STEPS, MOST, INTERVAL] = [3001, 600, 6];

/** A loss that remembers 20 steps, about a level that may move; groups whose gradients scatter by a third, and shares that drift. */
function stepsOf(level: (part: number) => number, count = STEPS): RecordedStep[] {
  const random = randomSource(3);
  let [memory, norm] = [0, 2];
  return Array.from({ length: count }, (_, step) => {
    memory = 0.95 * memory + 0.1 * random.gaussian();
    const share = 0.3 + 0.05 * Math.sin(step / 20);
    const egns = [4, 9].map((egn) => egn * Math.exp(0.3 * random.gaussian()));
    const egn = Math.hypot(egns[0]! / Math.sqrt(share), egns[1]! / Math.sqrt(1 - share));
    const groups = [share, 1 - share].map((w, i) => {
      return { name: 'ab'[i]!, share: w, egn: egns[i]!, ess: (ELR * egns[i]!) / w, radial: 1e-8 * random.uniform() };
    });
    norm *= 1 + 1e-5 * random.uniform();
    const ess = ELR * egn;
    const chord = ess * (1 + 0.1 * random.uniform());
    const loss = level(step / count) * Math.exp(memory);
    return { step, loss, accuracy: random.uniform(), elr: ELR, egn, ess, norm, groups, radial: 1e-9, chord };
  });
}

let runs = 0;
function written(steps: readonly RecordedStep[], others: Partial<ElrManifest> = {}, momentum = 0) {
  runs += 1;
  const directory = folder.path(`run-${runs}`);
  mkdirSync(directory);
  writeFileSync(`${directory}/metrics.jsonl`, steps.map((step) => `${encodeStep(step)}\n`).join(''));
  const manifest = {
    ...example,
    status: 'failed',
    groups: ['a', 'b'],
    randomLoss: { mean: RANDOM_LOSS, standardError: 0.01 },
    configuration: {
      ...configuration,
      rate: elrRate(ELR),
      steps: 100_000,
      training: { ...configuration.training, momentum },
    },
    ...others,
  } as ElrManifest;
  return { directory, manifest };
}

const inBlocks = { large: 0, mostBlocks: MOST };
const measured = (run: ReturnType<typeof written>, options = {}): MeasuredRun =>
  measureRecord(run.manifest, readRecord(run, options));

const level = stepsOf(() => 0.7);

describe('a record in blocks', () => {
  const run = written(level);
  const found = measured(run, inBlocks);
  const { start, steps } = found.stationary!;
  const part = level.slice(start);

  it('is averaged over whole blocks, up to the last step', () => {
    expect(start % INTERVAL).toBe(STEPS % INTERVAL);
    expect(start + steps).toBe(STEPS);
    expect(found.steps).toBe(STEPS);
    expect(readRecord(run, inBlocks).series).toMatchObject({ length: 500, interval: INTERVAL, skipped: 1 });
  });

  it('has the means of the steps themselves', () => {
    // Sums in another order: a rounding error each, of 3,000 numbers.
    const close = (value: number, of: (step: RecordedStep) => number): void =>
      expect(Math.abs(value / mean(part.map(of)) - 1)).toBeLessThan(1e-12);
    close(found.loss, ({ loss }) => loss);
    close(found.accuracy, ({ accuracy }) => accuracy);
    close(found.egn, ({ egn }) => egn);
    close(found.ess, ({ ess }) => ess);
    for (const group of [0, 1]) {
      close(found.shares[group]!, ({ groups }) => groups[group]!.share);
      close(Math.log1p(found.groupEffectiveSteps[group]! ** 2), ({ groups }) => Math.log1p(groups[group]!.ess ** 2));
    }
    close(Math.log1p(found.effectiveStep ** 2), ({ ess }) => Math.log1p(ess ** 2));
    // T14: elr g^2 / 4 over the loss.
    const floor = mean(part.map(({ egn }) => (ELR * egn ** 2) / 4)) / mean(part.map(({ loss }) => loss));
    expect(Math.abs(found.noiseShare.value / floor - 1)).toBeLessThan(1e-12);
    const [a, b] = [0, 1].map((group) => mean(part.map(({ groups }) => groups[group]!.egn)));
    expect(found.equilibriumShares[0]).toBeCloseTo(a! / (a! + b!), 12);
  });

  it('has the shares of equal rotation of all its steps', () => {
    const products = [0, 1].map((group) => part.map(({ groups }) => groups[group]!.ess * groups[group]!.share));
    const shares = equalRotationShares(products);
    // Bins of 1/64 in the logarithm leave at most (1/64)^2 / 24 = 1e-5 of a step.
    found.turnShares.forEach((share, group) => {
      expect(Math.abs(share / shares[group]! - 1)).toBeLessThan(1e-5);
    });
    expect(found.turnShares).not.toEqual(found.equilibriumShares);
  });

  it('says of identities, cosines and the last epoch what every step says', () => {
    const whole = measured(run);
    for (const name of ['identities', 'kinematics', 'radial', 'radialAtStart'] as const)
      expect(found[name]).toEqual(whole[name]);
    expect(whole.radial).toBeGreaterThan(0);
    const { lastEpoch } = readRecord(run);
    expect(readRecord(run, inBlocks).lastEpoch).toEqual(lastEpoch);
    expect(lastEpoch.loss).toBeGreaterThan(0);
  });

  it('has about the errors that all steps give', () => {
    const whole = measured(run);
    expect(found.regime).toBe('chaotic equilibrium');
    expect(whole.regime).toBe(found.regime);
    expect(found.evidence.path).toBeCloseTo(whole.evidence.path, -1);
    // Steps remember 20 others: blocks of 6 lose little of that. An error from 150 independent values is known to a tenth at best.
    const near = (a: number, b: number): void => expect(Math.abs(a / b - 1)).toBeLessThan(0.2);
    near(found.errors!.loss, whole.errors!.loss);
    near(found.errors!.egn, whole.errors!.egn);
    near(found.errors!.turnShares[0]!, whole.errors!.turnShares[0]!);
    near(found.noiseShare.error, whole.noiseShare.error);
    near(found.stationary!.independent, whole.stationary!.independent);
  });

  it('counts independent steps, not blocks, where steps remember nothing', () => {
    const random = randomSource(8);
    const fresh = level.map((step) => ({ ...step, loss: 0.7 * Math.exp(0.2 * random.gaussian()) }));
    const { stationary } = measured(written(fresh), inBlocks);
    // 500 blocks would be a sixth. The variance of a mean of 250 or more blocks is known to about a tenth.
    expect(stationary!.independent / stationary!.steps).toBeGreaterThan(0.75);
    expect(stationary!.independent).toBeLessThanOrEqual(stationary!.steps);
  });
});

describe('a record in blocks has the regime of all its steps', () => {
  it.each<[string, RecordedStep[], string]>([
    ['converging', stepsOf((part) => 2 ** (-20 * part)), 'convergence'],
    ['level', level, 'chaotic equilibrium'],
    ['near random points', stepsOf(() => 2.2), 'divergence'],
    ['too short', stepsOf(() => 1, 20), 'undecided'],
    ['ending with NaN', [...level.slice(0, -1), { ...level.at(-1)!, loss: Number.NaN }], 'undecided'],
    ['without a step', [], 'undecided'],
  ])('%s', (_, steps, regime) => {
    const run = written(steps);
    const [found, whole] = [measured(run, inBlocks), measured(run)];
    expect(found.regime).toBe(regime);
    expect(whole.regime).toBe(regime);
    expect(found.evidence.reason).toBe(whole.evidence.reason);
    expect(found.gradientFall === null).toBe(whole.gradientFall === null);
    if (found.gradientFall !== null) expect(found.gradientFall.value).toBeCloseTo(whole.gradientFall!.value, 2);
  });

  it('and none while it is trained', () => {
    expect(measured(written(level, { status: 'running' }), inBlocks).evidence.reason).toBe('the run is not finished');
  });
});

describe('noise shares with momentum', () => {
  it('count how far steps went, or say that they are an upper estimate', () => {
    const share = (steps: RecordedStep[], options = {}) => measured(written(steps, {}, 0.5), options).noiseShare;
    const [exact, whole] = [share(level, inBlocks), share(level)];
    // The part that is averaged begins up to a block earlier or later: 6 of 1,500 steps.
    expect(Math.abs(exact.value / whole.value - 1)).toBeLessThan(6 / 1500);
    expect(exact.isUpperEstimate).toBeUndefined();
    const lacking = level.map((step, i) => (i === 2000 ? (({ chord: _, ...rest }) => rest)(step) : step));
    const [bound, bounded] = [share(lacking, inBlocks), share(lacking)];
    expect([bound.isUpperEstimate, bounded.isUpperEstimate]).toEqual([true, true]);
    expect(Math.abs(bound.value / bounded.value - 1)).toBeLessThan(6 / 1500);
    expect(bound.value).not.toBeCloseTo(exact.value, 3);
  });
});

describe('how much of a record is kept', () => {
  it('does not grow with its steps', () => {
    // 2^15 blocks of 2^15 steps, of which one is whole after so many.
    const collector = new BlockCollector(2 ** 30);
    const [first] = level;
    for (let step = 0; step < 2 ** 15; step += 1) collector.push({ ...first!, step });
    const { series } = collector.end();
    expect(series).toMatchObject({ interval: 2 ** 15, length: MOST_BLOCKS, skipped: 0 });
    expect(series.loss[0]).toBeCloseTo(first!.loss, 12);
  });

  it('is every step where there are no more than blocks', () => {
    const run = written(level);
    const { turnShares, ...found } = measured(run, { large: 0 });
    const { turnShares: exact, ...whole } = measured(run);
    expect(found).toEqual(whole);
    turnShares.forEach((share, i) => {
      expect(Math.abs(share / exact[i]! - 1)).toBeLessThan(1e-5);
    });
  });

  it('is the first steps where no more are asked for', () => {
    const run = written(level);
    const first = written(level.slice(0, 1501));
    expect(measured(run, { ...inBlocks, steps: 1501 })).toEqual(measured(first, inBlocks));
    expect(measured(run, { steps: 1501 })).toEqual(measured(first));
    expect(readRecord(first, { ...inBlocks, steps: 9999 }).taken).toBe(1501);
  });

  it('is less where groups are not asked for', () => {
    const run = written(level);
    const joint = readJointRecord(run, inBlocks);
    expect(joint.series.groups).toEqual([]);
    expect(judgeRecord(run.manifest, joint)).toEqual(judgeRecord(run.manifest, readRecord(run, inBlocks)));
    const all = readRecord(run).steps!;
    expect(judgeRecord(run.manifest, readJointRecord(run))).toEqual(judgeSteps({ manifest: run.manifest, steps: all }));
  });

  it('are tensors that belong together as the groups they form', () => {
    const invariantGroups = [{ name: 'both', tensors: ['a', 'b'] }];
    const run = written(level, { invariantGroups });
    const [found, whole] = [measured(run, inBlocks), measured(run)];
    expect(found.shares).toEqual([expect.closeTo(1, 12)]);
    expect(found.identities).toEqual(whole.identities);
    expect(found.groupEffectiveSteps[0]! / whole.groupEffectiveSteps[0]! - 1).toBeCloseTo(0, 2);
  });
});

describe('damage', () => {
  it('is named in blocks as it is otherwise; an unfinished line is left for the next time', () => {
    const run = written(level.slice(0, 40));
    appendFileSync(`${run.directory}/metrics.jsonl`, '{"step":40');
    expect(readRecord(run, inBlocks).taken).toBe(40);
    appendFileSync(`${run.directory}/metrics.jsonl`, '}\n');
    for (const options of [inBlocks, {}])
      expect(() => readRecord(run, options)).toThrow(/line 41, is not a metrics line/);
    const long = written(level, { configuration: { ...run.manifest.configuration, steps: 10 } });
    for (const read of [readRecord, readJointRecord])
      expect(() => read(long, inBlocks)).toThrow(/metrics\.jsonl has 3001 steps, more than the 10 of the run/);
  });
});
