import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectOneLineError, regimes, regimesWith, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const FAKE = fileURLToPath(new URL('./fake-slurm.js', import.meta.url));
const [bin, cluster] = [folder.path('bin'), folder.path('cluster')];
const PATH = `${bin}:${process.env.PATH}`;
beforeAll(() => {
  mkdirSync(bin);
  mkdirSync(cluster);
  for (const name of ['sbatch', 'squeue', 'sacct', 'scontrol']) {
    const call = `#!/bin/sh\nexec '${process.execPath}' '${FAKE}' ${name} "$@"\n`;
    writeFileSync(join(bin, name), call, { mode: 0o755 });
  }
});

/** How the fake behaves from now on. */
const order = (program: string, what: string): void => writeFileSync(join(cluster, program), what);

const sweepIn = (environment: NodeJS.ProcessEnv, ...words: string[]) =>
  regimesWith({ PATH, FAKE_SLURM: cluster, ...environment }, 'sweep', '--on', 'slurm', ...words);
const sweep = (...words: string[]) => sweepIn({}, ...words);

const TINY = ['--width', '2', '--train-images', '32', '--batch', '16'];

/** What the fake knows of its tasks. */
interface FakeTask {
  readonly job: string;
  readonly task: number;
  readonly state: string;
  readonly pid: number;
}
const tasks = (): FakeTask[] =>
  readdirSync(cluster)
    .filter((name) => /^task-.*\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(cluster, name), 'utf8')));
const taskOf = (job: string, number: number) => tasks().find((each) => each.job === job && each.task === number)!;

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(20);
}

describe('--dry-run', () => {
  it('prints the script that Slurm would get, submits nothing and writes nothing', async () => {
    const out = folder.path('dry');
    const given = ['--partition', 'gpu', '--time', '2:00:00', '--cpus', '2', '--gpus', 'a100:1', '--memory', '8G'];
    const more = ['--account', 'me', '--array-limit', '4', '--sbatch', '--qos=low', '--sbatch', '--constraint=big'];
    const words = ['--elr', '1e-3,1e-2', '--seed', '1,2,3', '--checkpoint-every', '2e', '--redo-damaged', '--dry-run'];
    const { code, out: script, err } = await sweep(...TINY, ...words, ...given, ...more, '--out', out);
    expect({ code, err }).toEqual({ code: 0, err: '6 runs: 6 not submitted\n' });
    const directives = [...script.matchAll(/^#SBATCH --(.*)$/gm)].map((match) => match[1]);
    expect(directives).toEqual([
      expect.stringMatching(/^job-name=regimes-[0-9a-f]{12}$/),
      'array=0-5%4',
      `output="${out}/slurm/%A_%a.log"`,
      'open-mode=append',
      'requeue',
      'signal=B:USR2@120',
      ...['ntasks=1', 'partition=gpu', 'time=2:00:00', 'cpus-per-task=2', 'gres=gpu:a100:1', 'mem=8G', 'account=me'],
      ...['qos=low', 'constraint=big'],
    ]);
    expect(script.trim().split('\n').at(-1)).toMatch(
      new RegExp(`regimes\\.js sweep-task ${out} --submission 1 --checkpoint-every 2e --redo-damaged$`),
    );
    expect(readdirSync(folder.path())).not.toContain('dry');
  });

  it('takes from the settings file what the command line leaves open', async () => {
    mkdirSync(folder.path('config', 'sphere-regimes'), { recursive: true });
    const file = folder.path('config', 'sphere-regimes', 'settings.json');
    const script = async (slurm: object, ...words: string[]) => {
      writeFileSync(file, JSON.stringify({ slurm }));
      const given = [...TINY, '--elr', '1e-3', '--dry-run', '--out', folder.path('dry'), ...words];
      return sweepIn({ XDG_CONFIG_HOME: folder.path('config') }, ...given);
    };
    const profile = { partition: 'gpu', cpus: 2, memory: '4G', sbatch: ['--qos=low', '-C a100'] };
    const { out } = await script(profile, '--memory', '8G');
    expect(out).toMatch(/--partition=gpu\n.*--cpus-per-task=2\n.*--mem=8G\n.*--qos=low\n.*-C a100\n/);
    const wrong = { time: 'soon', node: 'n1', sbatch: '--qos=low', cpus: 0, dryRun: 1 };
    for (const [name, value] of Object.entries(wrong))
      expectOneLineError(await script({ [name]: value }), new RegExp(`settings file.*${name}`));
  });

  it('makes an array of every thousand runs', async () => {
    const words = ['--elr', '1e-3', '--seed', Array.from({ length: 1001 }, (_, i) => i).join(',')];
    const { out } = await sweep(...TINY, ...words, '--dry-run', '--out', folder.path('dry'));
    expect([...out.matchAll(/--array=(.*)/g)].map((match) => match[1])).toEqual(['0-999', '0-0']);
  });
});

describe('refused', () => {
  const on = (...words: string[]) => sweep(...TINY, '--elr', '1e-3', '--out', folder.path('refused'), ...words);

  it('are options of the other place', async () => {
    const here = await regimes('sweep', '--elr', '1e-3', '--out', folder.path('refused'), '--partition', 'gpu');
    expectOneLineError(here, /--partition goes with --on slurm/);
    expectOneLineError(await on('--workers', '2'), /--workers is for runs on this machine/);
    expectOneLineError(await on('--engine', 'auto'), /name the one that the nodes have/);
  });

  it('are values that Slurm does not take', async () => {
    const wrong = { '--time': '1h', '--gpus': '0', '--memory': '4 G', '--partition': 'a b', '--sbatch': '--array=1' };
    for (const [option, value] of Object.entries(wrong)) {
      const { code, out, err } = await on(option, value);
      expect({ code, out, lines: err.trim().split('\n').length }, err).toEqual({ code: 2, out: '', lines: 1 });
      expect(err).toContain(option);
    }
  });

  it('is all of it where Slurm is not there', async () => {
    const nowhere = folder.path('nowhere');
    const words = [...TINY, '--elr', '1e-3', '--out', folder.path('unanswered')];
    const { code, err } = await sweepIn({ PATH: nowhere }, ...words);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/\nerror: there is no sbatch on the PATH\n$/),
    });
    expect(readdirSync(folder.path('unanswered', 'slurm'))).toEqual([]);
  });
});

describe('a task', () => {
  it('needs a submission, and a number that it has', async () => {
    const none = await regimes('sweep-task', folder.path(), '--submission', '1', '--task', '0');
    expectOneLineError(none, /submission-1\.json does not exist/);
    expectOneLineError(await regimes('sweep-task', folder.path(), '--submission', '1'), /--task says which/);
  });
});

describe('answers that are lost', () => {
  const out = folder.path('lost');
  const again = (...words: string[]) => sweep(...TINY, '--elr', '1e-3,1e-2', '--out', out, '--json', ...words);

  it('a job that was taken without a word is found by its name, and not submitted again', async () => {
    order('sbatch', 'hold');
    // The fake keeps tasks waiting here; what it says is lost below.
    const first = await again();
    expect(JSON.parse(first.out)).toMatchObject({ submitted: [{ job: '1', runs: 2 }] });
    const file = `${out}/slurm/submission-1.json`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('"job": "1"', '"job": null'));
    const { submitted, states } = JSON.parse((await again()).out);
    expect(submitted).toEqual([]);
    expect(states).toMatchObject([
      { state: 'queued', task: '1_0' },
      { state: 'queued', task: '1_1' },
    ]);
    expect(JSON.parse(readFileSync(file, 'utf8')).job).toBe('1');
  });

  it('a job that was taken though sbatch timed out is found at once', async () => {
    order('sbatch', 'lose the answer');
    const { submitted } = JSON.parse((await again('--out', folder.path('lost-once'))).out);
    expect(submitted).toEqual([{ job: '2', runs: 2 }]);
  });

  it('one that nobody knows of stays on record until the queue has answered, and is submitted again then', async () => {
    order('sbatch', 'down');
    const given = ['--out', folder.path('unclear')];
    const { code, err } = await again(...given);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/finds out whether the job was taken\n$/) });
    expect(readdirSync(folder.path('unclear', 'slurm')).sort()).toEqual(['submission-1.json', 'submission-1.sh']);
    order('sbatch', 'hold');
    const { submitted } = JSON.parse((await again(...given)).out);
    expect(submitted).toEqual([{ job: '3', runs: 2 }]);
    expect(JSON.parse((await again(...given)).out).submitted).toEqual([]);
  });

  it('a refusal leaves nothing behind, and is passed on in one line', async () => {
    order('sbatch', 'refuse');
    const { code, err } = await again('--seed', '1', '--out', folder.path('refused-by-slurm'));
    expect({ code, err }).toEqual({
      code: 1,
      err: 'error: sbatch says: Batch job submission failed: Invalid account\n',
    });
    expect(readdirSync(folder.path('refused-by-slurm', 'slurm'))).toEqual([]);
    order('sbatch', '');
  });

  it('nothing is submitted while the queue cannot be read', async () => {
    order('squeue', 'down');
    const before = tasks().length;
    const { code, err } = await again();
    expect(code).toBe(1);
    expect(err).toMatch(/^error: squeue says: Unable to contact slurm controller/);
    expect(tasks()).toHaveLength(before);
    order('squeue', '');
  });
});

describe('a sweep of three runs, one killed, one requeued', () => {
  const STEPS = 80;
  const GIVEN = [...TINY, '--steps', `${STEPS}`, '--elr', '1e-3,3e-3,1e-2', '--momentum', '0.9'];
  const WORDS = [...GIVEN, '--checkpoint-every', '10'];
  const [out, local] = [folder.path('fake'), folder.path('local')];
  const stepsOf = (elr: string): number => {
    const file = `${out}/elr-${elr}/metrics.jsonl`;
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
  };
  const isEnded = (job: string): boolean =>
    tasks()
      .filter((each) => each.job === job)
      .every(({ state }) => state === 'COMPLETED' || state === 'FAILED');

  it('goes on from checkpoints, submits again only what is missing, and ends with the bytes of a local sweep', async () => {
    const submitted = await sweep(...WORDS, '--out', out, '--json');
    const {
      submitted: [{ job }],
    } = JSON.parse(submitted.out);
    expect({ code: submitted.code, err: submitted.err }).toEqual({ code: 0, err: '' });

    // The first task is killed in the middle of its run, the second one is put back into the queue.
    await until(() => stepsOf('1e-3') >= 20);
    process.kill(taskOf(job, 0).pid, 'SIGKILL');
    await until(() => stepsOf('3e-3') >= 5);
    // It waits while it is asked about.
    process.kill(taskOf(job, 1).pid, 'SIGSTOP');
    const asked = await sweep(...WORDS, '--out', out);
    expect(asked.err).toMatch(/^3 runs: 1 running on n1, 1 queued, 1 failed\n/);
    expect(asked.err).toContain(
      `ELR 0.001 failed: FAILED on n1; ${out}/slurm/${job}_0.log\njob ${Number(job) + 1}: 1 run submitted\n`,
    );
    for (const command of [['verify'], ['runs', 'list'], ['watch', '--once']]) {
      const { err } = await regimesWith({ PATH, FAKE_SLURM: cluster }, ...command, out);
      expect(err, command[0]).toMatch(
        /\/fake: 3 runs: (1 finished, 1 running on n1, 1|2 running on n1, 1|1 running on n1, 2) queued\n/,
      );
    }
    for (const signal of ['SIGUSR2', 'SIGCONT'] as const) process.kill(taskOf(job, 1).pid, signal);
    await until(() => isEnded(job) && isEnded(`${Number(job) + 1}`));

    const log = readFileSync(`${out}/slurm/${job}_1.log`, 'utf8');
    expect(log).toMatch(/is stopped after \d+ steps, with a checkpoint\njob \d+ is in the queue again\n/);
    const [, stopped] = /stopped after (\d+) steps/.exec(log)!;
    expect(log).toContain(`goes on after ${stopped} steps`);
    const goneOn = readFileSync(`${out}/slurm/${Number(job) + 1}_0.log`, 'utf8');
    expect(goneOn).toMatch(/goes on after \d*0 steps/);

    const end = await sweep(...WORDS, '--out', out);
    expect(end).toMatchObject({ code: 0, err: `3 runs: 3 finished\nall runs are finished; regimes verify ${out}\n` });
    expect((await regimes('sweep', ...GIVEN, '--out', local, '--json')).code).toBe(0);
    for (const elr of ['1e-3', '3e-3', '1e-2'])
      for (const file of ['weights.safetensors', 'metrics.jsonl']) {
        const [here, there] = [local, out].map((each) => readFileSync(`${each}/elr-${elr}/${file}`));
        expect(there!.equals(here!), `${elr} ${file}`).toBe(true);
      }
    expect(readFileSync(`${out}/sweep.json`)).toEqual(readFileSync(`${local}/sweep.json`));
  });
});

describe('commands that need the results of runs', () => {
  const on = (...words: string[]) => regimesWith({ PATH, FAKE_SLURM: cluster }, ...words, '--on', 'slurm');
  const NETWORK = ['--width', '1', '--train-images', '32', '--batch', '4', '--seed', '1'];
  const ended = (): boolean => tasks().every(({ state }) => state === 'COMPLETED' || state === 'FAILED');

  it('submit them and end with 3, until they have ended; then they say what they would have said of runs trained here', async () => {
    for (const task of tasks().filter(({ state }) => state === 'PENDING'))
      rmSync(join(cluster, `task-${task.job}-${task.task}.json`));
    const [there, here] = [folder.path('anneal-there'), folder.path('anneal-here')];
    const words = ['experiment', 'run', 'anneal', ...NETWORK, '--steps', '40', '--anneal-steps', '16'];
    const run = [...words, '--elr', '1e-3', '--lr', '0.1', '--json'];
    // The runs of the sphere, those runs annealed, and the same of ordinary training.
    for (const sweepFolder of ['sphere', 'sphere-annealed', 'ordinary', 'ordinary-annealed']) {
      const { code, out, err } = await on(...run, '--out', there);
      expect({ code, out }, err).toEqual({ code: 3, out: '' });
      const directory = join(there, sweepFolder);
      expect(err).toContain(`${directory}: 1 run: 1 not submitted\njob `);
      expect(err).toMatch(/: 1 run has not ended yet; the same command goes on later\n$/);
      await until(ended);
    }
    const answers = [await on(...run, '--out', there), await regimes(...run, '--workers', '1', '--out', here)];
    const [found, local] = answers.map(({ code, out }) => ({ code, out: out.replaceAll(/anneal-t?here/g, '') }));
    expect(found).toEqual(local);
    expect(found!.code).toBe(0);
  });

  it('print the scripts of what is missing now in a dry run', async () => {
    const words = ['predict', ...NETWORK, '--steps', '64', '--out', folder.path('foretold'), '--dry-run'];
    const { code, out, err } = await on(...words);
    expect(code).toBe(3);
    expect(out).toMatch(/^#!.*\n(.*\n)*#SBATCH --array=0-10\n/);
    expect(err).toMatch(
      /scout: 11 runs: 11 not submitted\n.*11 runs have not ended yet; the same command goes on later\n$/,
    );
    expect(existsSync(folder.path('foretold'))).toBe(false);
  });

  it('refuse Slurm for a verification that adds no runs, and options of the other place', async () => {
    expectOneLineError(await on('verify', folder.path('fake')), /--on slurm goes with --refine/);
    expectOneLineError(await regimes('verify', folder.path('fake'), '--cpus', '2'), /--cpus goes with --on slurm/);
    expectOneLineError(await on('predict', ...NETWORK, '--workers', '2'), /--workers is for runs on this machine/);
  });
});
