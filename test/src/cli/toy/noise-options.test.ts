import { describe, expect, it } from 'vitest';
import { epochNoiseShare } from '../../../../toy/theory/replacement.js';
import { expectOneLineError, json, refused, regimes } from '../../../cli.js';

type Share = { noiseShare: { value: number; error: number }; regime: string };

describe('regimes toy with noise of all kinds', () => {
  it('tells a toy that can fit its samples from one that cannot', async () => {
    const words = ['toy', 'simulate', '--alpha', '1', '--elr', '0.3', '--samples', '50', '--batch', '5'];
    const can = (await json(...words, '--steps', '2000', '--multiplicative-noise', 'exponential')) as Share;
    expect(can.regime).toBe('convergence');
    const cannot = (await json(...words, '--steps', '8000', '--noise', '0.1')) as Share;
    expect(cannot.regime).toBe('chaotic equilibrium');
    expect(Math.abs(cannot.noiseShare.value - 1)).toBeLessThan(4.5 * cannot.noiseShare.error + 0.01);
  });

  it('without replacement has the R of its closed form', async () => {
    const words = ['toy', 'simulate', '--alpha', '1', '--elr', '0.02', '--noise', '0.02', '--samples', '30'];
    const { noiseShare } = (await json(...words, '--sampling', 'without', '--steps', '15000')) as Share;
    const truth = epochNoiseShare(0.04, 30);
    expect(truth).toBeGreaterThan(2);
    expect(Math.abs(noiseShare.value - truth)).toBeLessThan(4.5 * noiseShare.error + 0.02 * truth);
    expect(noiseShare.error).toBeLessThan(0.25 * truth);
  });

  it('draws diagrams of the ELR against noise, with R in its cells', async () => {
    const words = ['toy', 'phase', '--alpha', '1', '--x', 'elr=0.1:0.6:2', '--quantity', 'noiseShare'];
    const lognormal = ['--y', 'second-moment=1:2:2', '--multiplicative-noise', 'lognormal', '--steps', '300'];
    const { cells, axes } = (await json(...words, ...lognormal)) as { cells: number[][]; axes: object };
    expect(axes).toEqual({ x: 'elr', y: 'second-moment' });
    // Without noise R is k.
    expect(cells[0]![0]).toBeCloseTo(0.1, 3);
    expect(cells[0]![1]).toBeCloseTo(0.6, 3);
    expect(cells[1]![0]).toBeGreaterThan(0.1);
    const { out } = await regimes(...words, '--y', 'noise=0.01:0.1:2', '--steps', '300');
    expect(out).toMatch(/log10 noise share R/);
  });

  it('draws diagrams over the samples of a set and of a batch: without replacement R falls with their ratio', async () => {
    const words = ['toy', 'phase', '--alpha', '1', '--elr', '0.02', '--noise', '0.02', '--quantity', 'noiseShare'];
    const axes = ['--x', 'samples=16:32:2', '--y', 'batch=1:2:2', '--sampling', 'without', '--steps', '15000'];
    const { cells } = (await json(...words, ...axes)) as { cells: number[][] };
    for (const [i, batch] of [1, 2].entries())
      for (const [j, samples] of [16, 32].entries()) {
        const truth = epochNoiseShare(0.04, samples / batch);
        // The scatter of R over 7,500 steps, by the error of a run above: below 10%.
        expect(Math.abs(cells[i]![j]! / truth - 1)).toBeLessThan(0.25);
      }
  });

  it('prints R in closed form with its condition, and a dash where there is none', async () => {
    const words = ['--alpha', '1', '--elr', '0.3', '--noise', '0.1'];
    const closed = (await json('toy', 'equilibrium', ...words)) as { noiseShare: object; regime: string };
    // 1 + 0.01 (0.36 + 0.3 - 2) / 0.7, by hand.
    const truth = { value: expect.closeTo(1 - 0.0134 / 0.7, 12), condition: expect.stringContaining('T11') };
    expect(closed.noiseShare).toEqual(truth);
    const { out } = await regimes('toy', 'simulate', ...words, '--steps', '2000');
    expect(out).toMatch(/^noise share R +0\.9809 +[\d.]+ \+- [\d.]+$/m);
    expect(out).toMatch(/T14; the closed form holds on the floor of the noise, up to sigma\^4 \(T11\)\./);
    const { out: none } = await regimes('toy', 'simulate', '--alpha', '1', '--elr', '0.3', '--momentum', '0.5');
    expect(none).toMatch(/^noise share R +- +/m);
    expect(none).toMatch(/T14; no closed form\./);
  });

  it('has no closed form of a loss that noise would take above that of a random point', async () => {
    const words = ['--alpha', '1', '--elr', '0.2', '--noise', '2'];
    expectOneLineError(await refused('toy', 'equilibrium', ...words), /noise is too strong for its closed form/);
    const { out } = await regimes('toy', 'simulate', ...words, '--steps', '2000');
    for (const name of ['regime', 'loss', 'noise share R']) expect(out).toMatch(new RegExp(`^${name} +- +`, 'm'));
  });

  it('calls a level that noise makes convergence onto a noise floor, in theory and simulation', async () => {
    const words = ['--alpha', '1', '--elr', '0.3', '--noise', '0.1'];
    const { out } = await regimes('toy', 'simulate', ...words, '--steps', '2000');
    expect(out).toMatch(/^regime +convergence onto a noise floor +convergence onto a noise floor$/m);
    expect(out).not.toMatch(/chaotic/);
    expect((await regimes('toy', 'equilibrium', ...words)).out).toMatch(/^regime +convergence onto a noise floor$/m);
    // Machines read what the classifier sees.
    expect(await json('toy', 'simulate', ...words, '--steps', '2000')).toMatchObject({ regime: 'chaotic equilibrium' });
  });

  it('sweeps R beside k and (k + 1)/2', async () => {
    const words = ['toy', 'sweep', '--alpha', '1', '--elr', '0.3,0.8,1.5', '--quantity', 'noiseShare'];
    const { points } = (await json(...words)) as { points: { simulated: number; predicted: number }[] };
    expect(points.map(({ predicted }) => predicted)).toEqual([0.3, 0.8, 1.25]);
    for (const { simulated, predicted } of points) expect(Math.abs(simulated / predicted - 1)).toBeLessThan(1e-3);
    // With several groups R below the threshold depends on the shares that a run ends with.
    const groups = words.map((word) => (word === '1' ? '1,2' : word));
    const several = (await json(...groups, '--steps', '200')) as { points: { predicted: number | null }[] };
    expect(several.points[0]!.predicted).toBeNull();
  });

  const simulate = ['toy', 'simulate', '--alpha', '1', '--elr', '0.1'];
  const axis = ['toy', 'phase', '--alpha', '1', '--x', 'elr=0.1:1:2', '--y', 'second-moment=1:2:2'];
  it.each([
    [[...simulate, '--batch', '4'], /--batch does not apply here: it needs --samples/],
    [[...simulate, '--sampling', 'without'], /--sampling does not apply here: it needs --samples/],
    [[...simulate, '--samples', '4'], /--samples needs --noise or --multiplicative-noise/],
    [[...simulate, '--samples', '4', '--noise', '0.1', '--batch', '5'], /batches of 5 from 4 samples; allowed/],
    [[...simulate, '--samples', '4', '--noise', '0.1', '--probability', '0.5'], /--probability does not apply here/],
    [[...simulate, '--multiplicative-noise', 'lognormal'], /needs its mean square, like lognormal:2/],
    [[...simulate, '--multiplicative-noise', 'exponential:3'], /exponential noise is 2, not 3/],
    [[...simulate, '--multiplicative-noise', 'lognormal:0.5'], /allowed: 1 or more/],
    [[...simulate, '--multiplicative-noise', 'cauchy:2'], /Allowed: bernoulli, exponential, lognormal/],
    [['toy', 'equilibrium', ...simulate.slice(2), '--multiplicative-noise', 'exponential'], /no closed form/],
    [[...axis.slice(0, -2), '--y', 'batch=1:4:3', '--noise', '0.1'], /an axis batch needs --samples/],
    [[...axis.slice(0, -2), '--y', 'samples=1:4:3'], /--samples needs --noise/],
    [[...axis.slice(0, -2), '--y', 'batch=1:5:3', '--samples', '9', '--noise', '0.1'], /reaches 2\.236.*whole numbers/],
    [[...axis.slice(0, -2), '--y', 'batch=1:4:3', '--samples', '3', '--noise', '0.1'], /batches of 4 from 3 samples/],
    [
      [...axis.slice(0, -2), '--y', 'batch=1:4:3', '--samples', '9', '--batch', '2', '--noise', '0.1'],
      /batch is both an option and an axis/,
    ],
    [axis, /an axis second-moment needs --multiplicative-noise/],
    [[...axis, '--multiplicative-noise', 'lognormal:2'], /second-moment is on an axis/],
    [
      ['toy', 'simulate', '--function', 'x1^2/(x1^2+y1^2)', '--elr', '0.1', '--noise', '0.1', '--samples', '4'],
      /--function does not apply here: samples are known for the toy/,
    ],
  ])('refuses %j', async (words, expected) => {
    expectOneLineError(await refused(...words), expected);
  });
});
