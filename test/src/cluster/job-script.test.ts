import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { jobScript, limitSeconds, refuseExtra } from '../../../src/cluster/job-script.js';

const PLAIN = { name: 'regimes-0123456789ab', tasks: 6, logs: '/data/runs/slurm', command: ['node', 'x.js'] };

describe('the script of a job array', () => {
  it('asks for what is said, and leaves the rest to the cluster', () => {
    expect(jobScript(PLAIN)).toBe(`#!/bin/bash
#SBATCH --job-name=regimes-0123456789ab
#SBATCH --array=0-5
#SBATCH --output="/data/runs/slurm/%A_%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR2@120
#SBATCH --ntasks=1

export OMP_NUM_THREADS=1
exec node x.js
`);
    const all = { partition: 'gpu', time: '2-00', cpus: 4, gpus: 'a100:1', memory: '8G', account: 'me', arrayLimit: 2 };
    const script = jobScript({ ...PLAIN, ...all, extra: ['--constraint=big', '--qos=low'] });
    expect(script.split('\n').slice(2, 16)).toEqual([
      '#SBATCH --array=0-5%2',
      '#SBATCH --output="/data/runs/slurm/%A_%a.log"',
      '#SBATCH --open-mode=append',
      '#SBATCH --requeue',
      '#SBATCH --signal=B:USR2@120',
      '#SBATCH --ntasks=1',
      '#SBATCH --partition=gpu',
      '#SBATCH --time=2-00',
      '#SBATCH --cpus-per-task=4',
      '#SBATCH --gres=gpu:a100:1',
      '#SBATCH --mem=8G',
      '#SBATCH --account=me',
      '#SBATCH --constraint=big',
      '#SBATCH --qos=low',
    ]);
  });

  it('passes every word of the command on as it is', () => {
    const words = ['a b', "it's", '$HOME', '`id`', 'a;b', '*', '"', '\\', 'a\nb', '-x', 'ä'];
    const command = ['printf', '%s\\0', ...words];
    const printed = execFileSync('bash', ['-c', jobScript({ ...PLAIN, command })], { encoding: 'utf8' });
    expect(printed.split('\0')).toEqual([...words, '']);
  });

  it('keeps a folder with blanks and percent signs one path, and refuses one that cannot be', () => {
    expect(jobScript({ ...PLAIN, logs: '/my data/50%A' })).toContain('--output="/my data/50%%A/%A_%a.log"');
    expect(() => jobScript({ ...PLAIN, logs: '/a"b' })).toThrow('cannot be the folder of a job');
  });

  it('gives tasks of less than ten minutes a shorter notice', () => {
    const notice = (time: string) => /USR2@\d+/.exec(jobScript({ ...PLAIN, time }))![0];
    expect(['5', '9:59', '10', '1:00:00', '1-00'].map(notice)).toEqual([
      'USR2@30',
      'USR2@30',
      'USR2@120',
      'USR2@120',
      'USR2@120',
    ]);
  });

  it('refuses options that a submission sets itself, and what is no option', () => {
    const own = [
      '--array=0-3',
      '-a 1',
      '-a1',
      '-Jx',
      '--job-name=x',
      '--output=/x',
      '-o x',
      '--signal=TERM',
      '--wrap=ls',
    ];
    for (const line of own) expect(() => refuseExtra(line), line).toThrow('sets that option itself');
    for (const line of ['gpu', 'module load x', '', '--qos=a\nrm'])
      expect(() => refuseExtra(line), line).toThrow('is no option of sbatch');
    // `-A`, `--acctg-freq` and `--exclusive` begin like `-a` and `-e`.
    for (const line of ['--constraint=a100', '-A x', '--acctg-freq=0', '--exclusive', '-C x', '--no-requeue'])
      expect(() => refuseExtra(line), line).not.toThrow();
  });
});

it('reads the six forms of a time limit', () => {
  const limits = ['90', '1:30', '1:00:30', '2-00', '2-03:04', '1-02:03:04'];
  // Minutes; minutes and seconds; hours, minutes, seconds; days and hours; with minutes; with seconds.
  expect(limits.map(limitSeconds)).toEqual([5400, 90, 3630, 172_800, 2 * 86_400 + 3 * 3600 + 240, 86_400 + 7384]);
  for (const text of ['', 'x', '1:2:3:4', '2-', '1h', '-5', '1-2-3']) expect(limitSeconds(text), text).toBeUndefined();
});
