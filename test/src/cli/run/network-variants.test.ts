import { afterAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/run/run-directory.js';
import { networkTitle } from '../../../../src/text/titles.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';

/** `--norm`, `--groups`, `--last-layer` and `--model vit`, from the command line to files and back. */

const folder = temporaryFolder();
afterAll(folder.remove);

const SHORT = '--train-images 16 --batch 8 --threads 1 --steps 2 --log none'.split(' ');
const train = (out: string, ...words: string[]) =>
  regimes('train', '--elr', '1e-3', ...SHORT, ...words, '--out', folder.path(out));

describe('the manifest of a run', () => {
  it('has its normalisation and last layer', async () => {
    const words = '--width 2 --norm group --groups 2 --last-layer invariant'.split(' ');
    expect((await train('grouped', ...words)).code).toBe(0);
    const { configuration, groups, invariantGroups } = readManifest(folder.path('grouped'))!;
    expect(configuration).toMatchObject({ norm: 'group', groups: 2, lastLayer: 'invariant' });
    expect(networkTitle(configuration)).toBe('convnet width 2 norm group groups 2 last layer invariant');
    const last = ['linear_layers.2.weight', 'linear_layers.2.bias'];
    expect(groups.slice(-2)).toEqual(last);
    expect(invariantGroups!.at(-1)).toEqual({ name: 'linear_layers.2', tensors: last });
  });

  it('does not have what is usual, so that saying so makes no other run', async () => {
    expect((await train('usual', '--width', '1')).code).toBe(0);
    expect((await train('said', '--width', '1', '--norm', 'batch', '--last-layer', 'fixed')).code).toBe(0);
    const [usual, said] = ['usual', 'said'].map((name) => readManifest(folder.path(name))!);
    expect(said!.configuration).toEqual(usual!.configuration);
    expect(Object.keys(said!.configuration)).not.toContain('norm');
    expect(said!.start).toBe(usual!.start);
  });

  it('has the groups of a transformer: its stream first, every other matrix alone', async () => {
    const words = '--model vit --width 1 --depth 1 --average 1e'.split(' ');
    expect((await train('vit', ...words)).code).toBe(0);
    const { configuration, invariantGroups } = readManifest(folder.path('vit'))!;
    expect(configuration).toMatchObject({ model: 'vit', depth: 1 });
    const block = 'blocks.0';
    expect(invariantGroups!.map(({ tensors }) => tensors)).toEqual([
      ['embedding.weight', 'position', `${block}.attention.out.weight`, `${block}.mlp.2.weight`],
      ...['attention.query', 'attention.key', 'attention.value', 'mlp.0'].map((name) => [`${block}.${name}.weight`]),
    ]);
  });

  // Loss and accuracy with statistics of each batch and with those of all, of which there are none.
  it('of a network without running statistics has the average of the weights evaluated as it is', async () => {
    const { train, test } = await json('evaluate', folder.path('vit/average.safetensors'), '--threads', '1');
    for (const set of [train, test] as { training: object; evaluation: object }[]) {
      expect(set.training).toEqual(set.evaluation);
    }
  });
});

describe('sweeps', () => {
  it('vary the normalisation, and are chosen from by it', async () => {
    const out = folder.path('sweep');
    const words = ['--elr', '1e-3', '--width', '1', '--norm', 'batch,layer,none', '--workers', '1'];
    const short = '--train-images 16 --batch 8 --steps 2'.split(' ');
    expect((await regimes('sweep', ...words, ...short, '--out', out)).code).toBe(0);
    const listed = (await json('runs', 'list', out, '--where', 'norm=batch')) as unknown as { directory: string }[];
    expect(JSON.stringify(listed)).toContain('norm-batch');
    expect(JSON.stringify(listed)).not.toContain('norm-layer');
  });
});

it.each([
  ['--norm group --width 2', /--groups 4 does not divide the 2 channels of --width 2/],
  ['--groups 2', /--groups is for --norm group/],
  ['--norm cube', /norm.*batch, layer, group, weight, none/],
  ['--last-layer loose', /last-layer.*fixed, trained, invariant/],
  ['--model vit --norm batch', /vit normalises each token \(--norm layer\); --norm batch is for convnet/],
  ['--model vit --groups 2', /--groups 2 is for convnet/],
  ['--norm layer --projection filter', /--projection filter: the filters of this convnet are not .* one by one/],
  ['--last-layer invariant --projection filter', /--projection filter/],
  ['--model vit --projection filter', /--projection filter/],
  ['--norm weight --free-lr 0.1', /every trained parameter of convnet is scale-invariant/],
])('%s is one line that says what is allowed', async (words, message) => {
  expectOneLineError(await refused('train', '--elr', '1e-3', ...SHORT, ...words.split(' ')), message);
});
