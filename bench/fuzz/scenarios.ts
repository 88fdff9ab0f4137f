import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareRun } from '../../deep/run/prepare.js';
import { recordRun } from '../../deep/run/record.js';
import { keptSummary } from '../../src/archive/kept-summary.js';
import { writeSubmission } from '../../src/cluster/submission.js';
import { FORECAST_FILE } from '../../src/forecast/forecast-file.js';
import { hasCheckpoint } from '../../src/run/checkpoint.js';
import { readManifest } from '../../src/run/run-directory.js';
import { extendSweep, openSweep } from '../../src/sweep/extend-sweep.js';
import { elrPlan } from '../../src/sweep/plan.js';
import { explainedError } from '../../src/system/explain-error.js';
import { UsageError } from '../../src/system/usage-error.js';
import { configuration } from '../example-run.js';
import { type Result, runInProcess } from '../in-process.js';
import { fetchTiny } from './served-set.js';
import { keepPath, trainExperiment, writeProbe, writeShares, writeSweep } from './studies.js';
import { leaveBehind, writeRuns } from './written-runs.js';

/** What the program does that changes a disk, each from a state of its own. */
export interface Scenario {
  readonly name: string;
  /** Makes the state before, in an empty folder. */
  readonly prepare?: (folder: string) => Promise<void> | void;
  readonly act: (folder: string) => Promise<Result>;
  /** What a user does after a failure; default: the same again. */
  readonly again?: (folder: string) => Promise<Result>;
  /** A run is trained in `run`: once it is finished, nothing is left to do again. */
  readonly trains?: true;
  /** Left out by `npm test`, where another one writes in the same way. */
  readonly isLikeAnother?: true;
  /** A power cut may bring back what it has removed. */
  readonly mayRevert?: true;
}

const inProcess = (line: string): Promise<Result> => runInProcess({}, line.split(' '));

/** Something that is no command of its own, judged as a command would be. */
async function called(work: () => unknown): Promise<Result> {
  try {
    await work();
    return { code: 0, out: '', err: '' };
  } catch (error) {
    return { code: error instanceof UsageError ? 2 : 1, out: '', err: `error: ${explainedError(error)}\n` };
  }
}

/** A data set of a few small images: a whole run takes a fraction of a second. */
export function writeImages(folder: string, { train = 8, test = 4 } = {}): void {
  mkdirSync(folder, { recursive: true });
  for (const [part, count] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const pixels = Array.from({ length: count * 16 }, (_, i) => (i * 37 + 11 * (i >> 4)) % 256);
    const head = [0, 0, 0, count];
    writeFileSync(
      join(folder, `${part}-images-idx3-ubyte`),
      Uint8Array.of(0, 0, 8, 3, ...head, 0, 0, 0, 4, 0, 0, 0, 4, ...pixels),
    );
    const labels = Array.from({ length: count }, (_, i) => i % 10);
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), Uint8Array.of(0, 0, 8, 1, ...head, ...labels));
  }
}

export const STEPS = 6;

/** A run with everything that a run may leave, and a checkpoint after every second step. */
export const trainWords = (folder: string): string =>
  `train --data mnist:${folder}/data --model convnet-affine --width 1 --depth 1 --lr 0.05 --momentum 0.9 --batch 4 ` +
  `--steps ${STEPS} --checkpoint-every 2 --measure 3 --average 0.5 --keep 4 --threads 1 --log none --out ${folder}/run`;

const train = (folder: string): Promise<Result> => inProcess(trainWords(folder));

/** The command that goes on with a run: the same, or what its message says where there is a checkpoint. */
export const goOn = (folder: string, words = trainWords(folder)): Promise<Result> => {
  const isBegun = existsSync(`${folder}/run/manifest.json`) && hasCheckpoint(`${folder}/run`);
  return inProcess(isBegun ? `train --resume --checkpoint-every 2 --log none --out ${folder}/run` : words);
};

async function trainedRun(folder: string): Promise<void> {
  writeImages(join(folder, 'data'));
  await train(folder);
}

/** Leaves an unfinished run after so many steps. */
async function interrupt(folder: string, after: number, checkpointEvery: number): Promise<void> {
  const whole = join(folder, 'whole');
  await inProcess(trainWords(folder).replace(/--out .*/, `--out ${whole}`));
  const onStep = (taken: { readonly step: number }): void => {
    if (taken.step === after - 1) throw new Error('interrupted');
  };
  const given = readManifest(whole)!.configuration;
  await recordRun(prepareRun(given), `${folder}/run`, { checkpointEvery, onStep }).catch(() => {});
}

const rates = (elrs: readonly number[]) =>
  elrs.map((value) => ({ ...configuration, rate: { kind: 'elr' as const, value } }));

const SUBMISSION = { number: 1, name: 'regimes-0123456789ab', job: null, created: '', runs: ['elr-1'] };

/** The fewest by which a regime can be told. */
const PROBE_STEPS = 32;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'train',
    trains: true,
    prepare: (folder) => writeImages(join(folder, 'data')),
    act: train,
    again: (folder) => goOn(folder),
  },
  {
    name: 'train --resume',
    trains: true,
    async prepare(folder) {
      writeImages(join(folder, 'data'));
      await interrupt(folder, 5, 2);
    },
    act: (folder) => goOn(folder),
  },
  {
    name: 'train, in place of a run without a checkpoint',
    trains: true,
    async prepare(folder) {
      writeImages(join(folder, 'data'));
      await interrupt(folder, 3, 100);
    },
    act: train,
    again: (folder) => goOn(folder),
  },
  {
    name: 'sweep, its plan',
    act: (folder) => called(() => openSweep(join(folder, 'sweep'), rates([0.01]))),
  },
  {
    name: 'sweep, a longer plan',
    prepare: (folder) => void openSweep(join(folder, 'sweep'), rates([0.01])),
    act: (folder) => called(() => extendSweep(join(folder, 'sweep'), elrPlan(rates([0.01, 0.02])))),
  },
  {
    name: 'runs list, its summaries',
    prepare: (folder) => writeRuns(folder, 2),
    act: (folder) =>
      called(() => {
        const later = { now: Date.now() + 3600_000 };
        const { steps } = keptSummary(join(folder, 'runs', 'elr-1'), () => ({ steps: 3 }), later);
        if (steps !== 3) throw new Error('the summary is wrong');
      }),
  },
  {
    name: 'runs export, csv',
    prepare: (folder) => writeRuns(folder, 2),
    act: (folder) => inProcess(`runs export ${folder}/runs --format csv --out ${folder}/tables/all.csv`),
  },
  {
    name: 'runs export, npz',
    prepare: (folder) => writeRuns(folder, 2),
    act: (folder) => inProcess(`runs export ${folder}/runs --format npz --out ${folder}/info`),
  },
  {
    name: 'runs check --repair',
    prepare: leaveBehind,
    act: (folder) => inProcess(`runs check ${folder}/runs --repair`),
    mayRevert: true,
  },
  {
    name: 'curvature',
    prepare: trainedRun,
    act: (folder) => inProcess(`curvature ${folder}/run --images 4 --products 4 --threads 1`),
  },
  {
    name: 'balance',
    isLikeAnother: true,
    prepare: trainedRun,
    act: (folder) => inProcess(`balance ${folder}/run --pairs 2 --points 1 --threads 1`),
  },
  {
    name: 'evaluate --info',
    isLikeAnother: true,
    prepare: trainedRun,
    act: (folder) => inProcess(`evaluate ${folder}/run/weights.safetensors --info ${folder}/info/run.npz --threads 1`),
  },
  {
    name: 'data labels',
    isLikeAnother: true,
    prepare: trainedRun,
    act: (folder) => inProcess(`data labels ${folder}/run --out ${folder}/labels/run.txt`),
  },
  {
    name: 'weights convert',
    isLikeAnother: true,
    prepare: (folder) => writeRuns(folder, 2),
    act: (folder) =>
      inProcess(`weights convert ${folder}/runs/elr-1/weights.safetensors ${folder}/converted/weights.pt`),
  },
  {
    name: 'runs export, tensorboard',
    isLikeAnother: true,
    prepare: (folder) => writeRuns(folder, 2),
    act: (folder) => inProcess(`runs export ${folder}/runs --format tensorboard --out ${folder}/events`),
  },
  {
    name: 'a submission to Slurm',
    isLikeAnother: true,
    prepare: (folder) => writeSubmission(join(folder, 'sweep'), SUBMISSION),
    act: (folder) => called(() => writeSubmission(join(folder, 'sweep'), { ...SUBMISSION, job: '5' })),
  },
  { name: 'data fetch', act: (folder) => called(() => fetchTiny(folder)) },
  {
    name: 'figure',
    act: (folder) => inProcess(`figure toy-loss --out ${folder}/figures/loss.svg`),
  },
  {
    name: 'report',
    isLikeAnother: true,
    prepare: (folder) => writeSweep(join(folder, 'sweep')),
    act: (folder) => inProcess(`report ${folder}/sweep --out ${folder}/reports/sweep.html`),
  },
  {
    name: 'predict, its forecast',
    isLikeAnother: true,
    async prepare(folder) {
      writeImages(join(folder, 'data'));
      await writeProbe(join(folder, 'probe'), `mnist:${folder}/data`, PROBE_STEPS);
      rmSync(join(folder, 'probe', FORECAST_FILE));
    },
    act: (folder) =>
      inProcess(
        `predict --data mnist:${folder}/data --width 1 --batch 4 --steps ${PROBE_STEPS} --seed 1 --workers 1 --out ${folder}/probe`,
      ),
  },
  {
    name: 'experiment, its plan and a run',
    isLikeAnother: true,
    prepare: (folder) => writeImages(join(folder, 'data')),
    act: (folder) => called(() => trainExperiment(join(folder, 'sweep'), `mnist:${folder}/data`)),
  },
  {
    name: 'experiment, its paths',
    isLikeAnother: true,
    prepare: trainedRun,
    act: (folder) => called(() => keepPath(join(folder, 'run'), join(folder, 'experiment'))),
  },
  {
    name: 'experiment, its starts',
    isLikeAnother: true,
    prepare: trainedRun,
    act: (folder) => called(() => writeShares(join(folder, 'run'), join(folder, 'starts'))),
  },
];
