import { describe, expect, it } from 'vitest';
import { epochNoiseShare } from '../../../../toy/theory/replacement.js';
import { json, refused, regimes } from '../../../cli.js';

type Share = { noiseShare: { value: number; error: number }; regime: string };

describe('regimes toy with noise of all kinds', () => {
  it('tells a toy that can fit its samples from one that cannot', async () => {
    const words = ['toy', 'simulate', '--alpha', '1', '--elr', '0.3', '--samples', '50', '--batch', '5', '--json'];
    const can = (await json(...words, '--steps', '2000', '--multiplicative-noise', 'exponential')) as Share;
    expect(can.regime).toBe('convergence');
    const cannot = (await json(...words, '--steps', '20000', '--noise', '0.1')) as Share;
    expect(cannot.regime).toBe('chaotic equilibrium');
    expect(Math.abs(cannot.noiseShare.value - 1)).toBeLessThan(4.5 * cannot.noiseShare.error + 0.01);
  });

  it('without replacement has the R of its closed form', async () => {
    const words = ['toy', 'simulate', '--alpha', '1', '--elr', '0.02', '--noise', '0.02', '--samples', '30'];
    const { noiseShare } = (await json(...words, '--sampling', 'without', '--steps', '30000', '--json')) as Share;
    const truth = epochNoiseShare(0.04, 30);
    expect(truth).toBeGreaterThan(2);
    expect(Math.abs(noiseShare.value - truth)).toBeLessThan(4.5 * noiseShare.error + 0.02 * truth);
    expect(noiseShare.error).toBeLessThan(0.2 * truth);
  });

  it('draws diagrams of the ELR against noise, with R in its cells', async () => {
    const words = ['toy', 'phase', '--alpha', '1', '--x', 'elr=0.1:0.6:2', '--quantity', 'noiseShare', '--json'];
    const lognormal = ['--y', 'second-moment=1:2:2', '--multiplicative-noise', 'lognormal', '--steps', '300'];
    const { cells, axes } = (await json(...words, ...lognormal)) as { cells: number[][]; axes: object };
    expect(axes).toEqual({ x: 'elr', y: 'second-moment' });
    // Without noise R is k.
    expect(cells[0]![0]).toBeCloseTo(0.1, 3);
    expect(cells[0]![1]).toBeCloseTo(0.6, 3);
    expect(cells[1]![0]).toBeGreaterThan(0.1);
    const { out } = await regimes(...words.slice(0, -1), '--y', 'noise=0.01:0.1:2', '--steps', '300');
    expect(out).toMatch(/log10 noise share R/);
  });

  it('sweeps R beside k and (k + 1)/2', async () => {
    const words = ['toy', 'sweep', '--alpha', '1', '--elr', '0.3,0.8,1.5', '--quantity', 'noiseShare'];
    const { points } = (await json(...words)) as { points: { simulated: number; predicted: number }[] };
    expect(points.map(({ predicted }) => predicted)).toEqual([0.3, 0.8, 1.25]);
    for (const { simulated, predicted } of points) expect(Math.abs(simulated / predicted - 1)).toBeLessThan(1e-3);
    // With several groups R below the threshold depends on the shares that a run ends with.
    const several = (await json(
      ...words.map((word) => (word === '1' ? '1,2' : word)),
      '--steps',
      '200',
    )) as typeof points & { points: { predicted: number | null }[] };
    expect(several.points[0]!.predicted).toBeNull();
  });

  const simulate = ['toy', 'simulate', '--alpha', '1', '--elr', '0.1'];
  it.each([
    [...simulate, '--batch', '4'],
    [...simulate, '--sampling', 'without'],
    [...simulate, '--samples', '4'],
    [...simulate, '--samples', '4', '--noise', '0.1', '--batch', '5'],
    [...simulate, '--samples', '4', '--noise', '0.1', '--probability', '0.5'],
    [...simulate, '--multiplicative-noise', 'lognormal'],
    [...simulate, '--multiplicative-noise', 'exponential:3'],
    [...simulate, '--multiplicative-noise', 'lognormal:0.5'],
    [...simulate, '--multiplicative-noise', 'cauchy:2'],
    ['toy', 'equilibrium', '--alpha', '1', '--elr', '0.1', '--multiplicative-noise', 'exponential'],
    ['toy', 'phase', '--alpha', '1', '--x', 'elr=0.1:1:2', '--y', 'second-moment=1:2:2'],
    [
      'toy',
      'phase',
      '--alpha',
      '1',
      '--x',
      'elr=0.1:1:2',
      '--y',
      'second-moment=1:2:2',
      '--multiplicative-noise',
      'exponential',
    ],
    ['toy', 'simulate', '--function', 'x1^2/(x1^2+y1^2)', '--elr', '0.1', '--noise', '0.1', '--samples', '4'],
  ])('refuses what contradicts itself: %j, %j, %j ...', async (...words) => {
    await refused(...words);
  });
});
