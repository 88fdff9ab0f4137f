import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../../bench/example-run.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { openSweep } from '../../../../src/sweep/extend-sweep.js';
import { decodeSafetensors } from '../../../../src/system/safetensors.js';
import { networkTitle } from '../../../../src/text/titles.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const SMALL = '--elr 1e-3 --width 1 --train-images 16 --batch 8 --threads 1 --steps 2 --log none'.split(' ');

describe('--depth', () => {
  it('makes the network that it says, and is kept in the manifest where it is not the usual one', async () => {
    for (const [depth, places] of [
      ['2', [0, 3, 7]],
      ['4', [0, 3, 6, 10, 14]],
      ['3', [0, 3, 7, 11]],
    ] as const) {
      const out = folder.path(depth);
      expect((await regimes('train', ...SMALL, '--depth', depth, '--out', out)).code).toBe(0);
      const { groups, configuration: kept } = readManifest(out)!;
      expect(groups).toEqual(places.map((place) => `conv_layers.${place}.weight`));
      expect(kept.depth).toBe(depth === '3' ? undefined : Number(depth));
      const weights = decodeSafetensors(readFileSync(`${out}/weights.safetensors`));
      expect(groups.every((name) => weights.has(name))).toBe(true);
    }
  });

  it('is refused for networks of one depth, and where it is none', async () => {
    const words = ['train', ...SMALL, '--model', 'resnet18', '--depth', '4'];
    expectOneLineError(await refused(...words), /resnet18 has one depth only; --depth is for convnet, convnet-affine/);
    expectOneLineError(
      await refused('train', ...SMALL, '--depth', '0'),
      /--depth.*Allowed: a whole number from 1 to 100/,
    );
  });

  it('is a thing that sweeps differ in, also where one of them does not say it', () => {
    const [usual, deep] = [folder.path('usual'), folder.path('deep')];
    openSweep(usual, [configuration]);
    openSweep(deep, [{ ...configuration, depth: 4 }]);
    expect(() => openSweep(usual, [{ ...configuration, depth: 4 }])).toThrow(/depth not given, not 4/);
    expect(() => openSweep(deep, [configuration])).toThrow(/depth 4, not not given/);
  });

  it('is told with the network', async () => {
    expect(networkTitle({ model: 'convnet', width: 8 })).toBe('convnet width 8');
    expect(networkTitle({ model: 'convnet', width: 8, depth: 4 })).toBe('convnet width 8 depth 4');
    const inspection = await json(...'engine inspect --width 1 --depth 1 --batch 2 --threads 1 --steps 1'.split(' '));
    expect(inspection).toMatchObject({ width: 1, depth: 1 });
  });
});
