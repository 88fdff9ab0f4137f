import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/run/run-directory.js';
import { temporaryFolder } from '../cli.js';

const FOLDER = fileURLToPath(new URL('../../examples/', import.meta.url));
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The lines that an example prints, run as a program of its own on the package as built. */
const lines = (name: string, ...words: string[]): string[] =>
  execFileSync(process.execPath, [`${FOLDER}${name}`, ...words], { encoding: 'utf8' })
    .trim()
    .split('\n');

describe('examples', () => {
  it('are all run here', () => {
    const programs = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));
    expect(programs.sort()).toEqual(['own-function.js', 'sweep-figure.js', 'toy-thresholds.js', 'train-network.js']);
  });

  it('toy-thresholds: 1/S and 20/S of S = 7, and a simulation in the same regimes', () => {
    const [convergence, divergence, ...elrs] = lines('toy-thresholds.js');
    expect(convergence).toBe('alpha 1,2,4: convergence up to ELR 0.1429');
    expect(divergence).toMatch(/from 2\.857$/);
    expect(elrs).toHaveLength(4);
    for (const line of elrs) {
      const [, closed, simulated] = /: ([a-z ]+), loss [\d.]+; simulated: ([a-z ]+),/.exec(line)!;
      expect(simulated).toBe(closed);
    }
  });

  // On the unit circle through the minimum z = 1 the function is 3 y^2 along y: curvature 6, threshold 2/6.
  it('own-function: sharpness 6, threshold 1/3, a regime on either side', () => {
    const [threshold, , ...elrs] = lines('own-function.js');
    expect(threshold).toBe('sharpness 6.00000 at the flattest minimum: convergence up to ELR 0.333333');
    const regimes = ['convergence', 'chaotic equilibrium', 'divergence'];
    expect(elrs.map((line) => /: ([a-z ]+),/.exec(line)![1])).toEqual(regimes);
  });

  it('train-network: a finished run on disk whose loss has fallen', () => {
    const directory = folder.path('run');
    const printed = lines('train-network.js', directory);
    const losses = printed.flatMap((line) => /^step \d+: loss ([\d.]+)$/.exec(line)?.[1] ?? []).map(Number);
    expect(losses).toHaveLength(5);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    expect(readManifest(directory)).toMatchObject({
      status: 'finished',
      configuration: { rate: { kind: 'elr', value: 0.01 }, steps: 100 },
    });
  });

  it('sweep-figure: the outer regimes, predictions, and a figure of all runs', () => {
    const directory = folder.path('sweep');
    const printed = lines('sweep-figure.js', directory);
    expect(printed).toContainEqual(expect.stringMatching(/^ELR 0\.0001: convergence,/));
    expect(printed).toContainEqual(expect.stringMatching(/^ELR 1: divergence,/));
    expect(printed).toContainEqual(expect.stringMatching(/^holds K2/));
    const svg = readFileSync(`${directory}/loss.svg`, 'utf8');
    expect(svg.startsWith('<svg') && svg.endsWith('</svg>')).toBe(true);
    expect(svg).toContain('ConvNet');
  });
});
