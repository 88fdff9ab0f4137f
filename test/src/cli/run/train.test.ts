import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openData } from '../../../../deep/data/open.js';
import { CompiledEngine } from '../../../../deep/engine/compiled.js';
import { convNet } from '../../../../deep/models/convnet.js';
import { startTraining } from '../../../../deep/training/train.js';
import { decodeSafetensors, encodeSafetensors } from '../../../../src/system/safetensors.js';
import { writeCifar } from '../../../cifar.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../../cli.js';
import { fixturePath, openFixture } from '../../../deep/fixture.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const cifar = writeCifar(folder.path('cifar'), 4);

interface Line {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly elr: number;
  readonly norm: number;
}

const SMALL = ['--width', '2', '--train-images', '40', '--batch', '16', '--threads', '1'];
const train = (...words: string[]) => regimes('train', ...words);

async function lines(...words: string[]): Promise<Line[]> {
  const { code, out, err } = await train(...words, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('regimes train, as JSON lines', () => {
  it('has the fields that scripts depend on, in their order, a line a step', async () => {
    const { out } = await train('--elr', '1e-3', ...SMALL, '--steps', '2', '--log', 'step', '--json');
    const texts = out.trim().split('\n');
    expect(texts.length).toBe(2);
    for (const [i, text] of texts.entries()) {
      const line = JSON.parse(text);
      expect(Object.keys(line)).toEqual(['step', 'loss', 'accuracy', 'elr', 'egn', 'ess', 'norm', 'groups']);
      expect(line.step).toBe(i);
      expect(line.groups.length).toBe(4);
      for (const group of line.groups) expect(Object.keys(group)).toEqual(['name', 'share', 'egn', 'ess']);
      expect(line.ess / (line.elr * line.egn)).toBeCloseTo(1, 12);
      // The learning rate is rounded to float32.
      expect(line.elr / 1e-3).toBeCloseTo(1, 6);
    }
  });

  it('has the means of the steps of an epoch, a line an epoch', async () => {
    const common = ['--elr', '1e-3', ...SMALL, '--epochs', '2'];
    const [steps, epochs] = await Promise.all([lines(...common, '--log', 'step'), lines(...common)]);
    // 40 images in batches of 16: three steps an epoch.
    expect(steps.length).toBe(6);
    expect(epochs.map(({ step }) => step)).toEqual([0, 3]);
    for (const [i, epoch] of epochs.entries()) {
      const [a, b, c] = steps.slice(3 * i, 3 * i + 3) as [Line, Line, Line];
      expect(epoch.loss).toBeCloseTo((a.loss + b.loss + c.loss) / 3, 12);
      expect(epoch.accuracy).toBeCloseTo((a.accuracy + b.accuracy + c.accuracy) / 3, 12);
    }
  });

  it('starts from a checkpoint on the images of a folder in their order, as the library does', async () => {
    const init = fixturePath('convnet-w4/init.safetensors');
    const given = ['--elr', '0.01', '--width', '4', '--batch', '6', '--steps', '4', '--threads', '1'];
    const found = await lines(
      '--data',
      `cifar10:${cifar}`,
      '--init',
      init,
      '--order',
      'sequential',
      '--log',
      'step',
      ...given,
    );
    const model = convNet({ width: 4 });
    const initial = openFixture('convnet-w4').initialWeights(model);
    const options = { rate: { kind: 'elr', value: 0.01 }, batch: 6, seed: 99, order: 'sequential', initial } as const;
    const training = startTraining(new CompiledEngine({ threads: 1 }), model, openData(`cifar10:${cifar}`), options);
    for (const line of found) {
      const { loss, accuracy, norm } = await training.step();
      expect(line).toMatchObject({ loss, accuracy, norm });
    }
    await training.dispose();
    // The norm of the point of the sphere as PyTorch has it.
    expect(found[0]!.norm).toBeCloseTo(4.460623315, 6);
  });

  it('is for people without --json', async () => {
    const { code, out } = await train('--elr', '1e-3', ...SMALL, '--steps', '3');
    expect(code).toBe(0);
    expect(out).toMatch(/^step 0 {2}loss \d\S* {2}accuracy \S+ {2}EGN \S+ {2}ESS \S+ {2}shares 0\.\d+ [^\n]+\n$/);
  });
});

describe('a run that is kept', () => {
  it('is the same byte for byte with the same seed, and another with another', async () => {
    const keep = async (name: string, seed: string) => {
      const out = folder.path(name);
      const { code } = await train(
        '--elr',
        '1e-2',
        ...SMALL,
        '--steps',
        '4',
        '--seed',
        seed,
        '--out',
        out,
        '--log',
        'none',
      );
      expect(code).toBe(0);
      const [metrics, weights] = ['metrics.jsonl', 'weights.safetensors'].map((file) => readFileSync(`${out}/${file}`));
      return {
        metrics: metrics!,
        weights: weights!,
        manifest: JSON.parse(readFileSync(`${out}/manifest.json`, 'utf8')),
      };
    };
    const [first, again, other] = await Promise.all([keep('first', '1'), keep('again', '1'), keep('other', '2')]);
    expect(again.metrics.equals(first.metrics)).toBe(true);
    expect(again.weights.equals(first.weights)).toBe(true);
    expect(other.metrics.equals(first.metrics)).toBe(false);
    expect(other.weights.equals(first.weights)).toBe(false);
    expect(first.manifest).toMatchObject({
      status: 'finished',
      configuration: { elr: 0.01, seed: 1, steps: 4, trainImages: 40 },
      randomLoss: again.manifest.randomLoss,
      outcome: { test: again.manifest.outcome.test },
    });
    expect(first.metrics.toString().trim().split('\n').length).toBe(4);
    expect(decodeSafetensors(first.weights).size).toBe(14);
  });

  it('goes on where --init takes up its weights', async () => {
    const out = folder.path('whole');
    const common = [
      '--elr',
      '1e-3',
      '--width',
      '2',
      '--data',
      `cifar10:${cifar}`,
      '--batch',
      '20',
      '--order',
      'sequential',
      '--threads',
      '1',
    ];
    const [whole] = await Promise.all([
      lines(...common, '--steps', '2', '--log', 'step'),
      train(...common, '--steps', '1', '--out', out, '--log', 'none'),
    ]);
    const [next] = await lines(...common, '--steps', '1', '--init', `${out}/weights.safetensors`, '--log', 'step');
    // The same images and weights; the radius is measured anew from rounded weights.
    expect(next!.loss).toBeCloseTo(whole[1]!.loss, 4);
  });
});

describe('bad input is one line on stderr and code 2, and nothing is written', () => {
  const init = folder.path('init.safetensors');
  const tensors = decodeSafetensors(readFileSync(fixturePath('convnet-w4/init.safetensors')));
  const broken = folder.path('broken.safetensors');
  writeFileSync(init, encodeSafetensors(tensors));
  writeFileSync(broken, 'not a checkpoint');
  const withNaN = folder.path('nan.safetensors');
  const weight = tensors.get('linear_layers.2.bias')!;
  const bias = { ...weight, data: (weight.data as Float32Array).map((value, i) => (i === 3 ? Number.NaN : value)) };
  writeFileSync(withNaN, encodeSafetensors(new Map([...tensors, ['linear_layers.2.bias', bias]])));
  const missing = folder.path('missing.safetensors');
  writeFileSync(missing, encodeSafetensors(new Map([...tensors].slice(1))));
  const out = folder.path('nothing');
  const elr = ['--elr', '1e-3'];

  it.each<[string[], RegExp]>([
    [['--elr', '0'], /elr.*greater than 0/],
    [['--elr', 'abc'], /elr.*greater than 0/],
    [['--elr', '-1'], /elr.*greater than 0/],
    [[], /required option '--elr/],
    [[...elr, '--model', 'vgg'], /model.*convnet/],
    [[...elr, '--engine', 'gpu'], /engine.*cpu, webgpu, cuda, tensorflow, eager, auto/],
    [[...elr, '--order', 'random'], /order.*shuffled, sequential/],
    [[...elr, '--width', '0'], /width.*from 1 on/],
    [[...elr, '--data', 'imagenet'], /unknown data set imagenet; allowed: fashion-mnist/],
    [[...elr, '--data', `cifar10:${folder.path('nowhere')}`], /nowhere is not a folder/],
    [[...elr, '--train-images', '2001'], /2001 images requested; the data set has 2000/],
    [[...elr, '--batch', '41', '--train-images', '40'], /--batch 41 is more than .* 40 training images/],
    [[...elr, '--steps', '3', '--epochs', '1'], /--steps and --epochs exclude each other/],
    [
      [...elr, '--init', folder.path('no-file')],
      /no-file cannot be read \(ENOENT: [a-z ]+\); --init wants a safetensors file/,
    ],
    [[...elr, '--init', broken], /broken.safetensors: not a safetensors file/],
    [[...elr, '--init', init, '--width', '8'], /conv_layers.0.weight has shape \[4,3,3,3\].*wants \[8,3,3,3\]/],
    [[...elr, '--init', missing, '--width', '4'], /has no tensor conv_layers.0.weight/],
    [[...elr, '--init', withNaN, '--width', '4'], /linear_layers.2.bias holds numbers that are not finite/],
  ])('train %j', async (words, message) => {
    expectOneLineError(await refused('train', ...words, '--out', out, '--json'), message);
    expect(existsSync(out)).toBe(false);
  });

  it.each<[string[], RegExp]>([
    [['--elr', '0'], /elr.*greater than 0/],
    [[...elr, '--init', broken], /broken.safetensors: not a safetensors file/],
  ])('train %j, as a process', async (words, message) => {
    expectOneLineError(await train(...words, '--out', out, '--json'), message);
    expect(existsSync(out)).toBe(false);
  });

  it('train --out where a file is', async () => {
    const file = folder.path('file');
    writeFileSync(file, 'mine');
    const result = await refused('train', ...elr, ...SMALL, '--steps', '1', '--out', file, '--json');
    expectOneLineError(result, /file is not a folder/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describe('a run that fails', () => {
  it('is one line on stderr, code 1, and keeps what it recorded', async () => {
    const out = folder.path('failed');
    // Weights so large that their convolutions overflow float32.
    const model = convNet({ width: 2 });
    const huge = new Map(
      model.tensors.map(({ name, shape, initial }) => {
        const data = initial({ uniform: () => 0.75, below: () => 0, gaussian: () => 1 });
        return [name, { shape, data: name === 'conv_layers.0.weight' ? data.map(() => 3e38) : data }];
      }),
    );
    const init = folder.path('huge.safetensors');
    writeFileSync(init, encodeSafetensors(huge));
    const { code, err } = await train(
      '--elr',
      // With such a norm the learning rate of a usual ELR would not be a 32-bit number, which is refused at once.
      '1e-42',
      ...SMALL,
      '--steps',
      '3',
      '--init',
      init,
      '--out',
      out,
      '--json',
    );
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/\nerror: .*not finite.*\n$/) });
    // Before it, that the last layer is not as the file has it.
    expect(err).toMatch(
      /^\S+huge\.safetensors: linear_layers\.2\.weight has norm [\d.]+ and starts as 10 [^\n]+\n[^\n]+\n$/,
    );
    const manifest = JSON.parse(readFileSync(`${out}/manifest.json`, 'utf8'));
    expect(manifest).toMatchObject({ status: 'failed', failure: 'loss or gradient is not finite at step 0' });
    expect(readFileSync(`${out}/metrics.jsonl`, 'utf8').split('\n').length).toBe(2);
  });
});

describe('a checkpoint of another program', () => {
  const original = decodeSafetensors(readFileSync(fixturePath('convnet-w4/init.safetensors')));
  const from = (file: string): string[] => [
    ...['--elr', '1e-3', '--width', '4', ...SMALL.slice(2), '--steps', '1', '--log', 'step', '--init', file],
  ];
  const first = async (file: string): Promise<Line> => (await lines(...from(file)))[0]!;

  it('may hold tensors of other types that the model does not need', async () => {
    // As PyTorch writes it: eight bytes of I64 after everything else.
    const bytes = encodeSafetensors(original);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const end = bytes.length - 8 - length;
    header['conv_layers.1.num_batches_tracked'] = { dtype: 'I64', shape: [], data_offsets: [end, end + 8] };
    const text = Buffer.from(JSON.stringify(header));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.length));
    const file = folder.path('tracked.safetensors');
    writeFileSync(file, Buffer.concat([size, text, bytes.subarray(8 + length), Buffer.alloc(8)]));
    expect(await first(file)).toEqual(await first(fixturePath('convnet-w4/init.safetensors')));
  });

  it('starts with its last layer rescaled to norm 10, and a line says so', async () => {
    const name = 'linear_layers.2.weight';
    const { shape, data } = original.get(name)!;
    const smaller = new Map(original).set(name, { shape, data: (data as Float32Array).map((value) => 0.3 * value) });
    const file = folder.path('smaller.safetensors');
    writeFileSync(file, encodeSafetensors(smaller));
    const { out, err } = await train(...from(file), '--json');
    // The fixture's has norm 10.
    expect(err).toMatch(/weight has norm 3 and starts as 10 W \/ \|W\|; --init-scale 3 starts it as it is\n$/);
    const [given, rescaled] = [await first(fixturePath('convnet-w4/init.safetensors')), JSON.parse(out) as Line];
    // Float32 rounding of the weights, carried to the loss.
    expect(Math.abs(rescaled.loss / given.loss - 1)).toBeLessThan(1e-5);
  });
});

describe('a finished run', () => {
  it('is not written over', async () => {
    const out = folder.path('finished');
    const words = ['--elr', '1e-3', ...SMALL, '--steps', '2', '--log', 'none', '--out', out];
    expect((await train(...words)).code).toBe(0);
    const before = readFileSync(`${out}/metrics.jsonl`);
    expectOneLineError(await train(...words), /finished run.*another --out/);
    expect(readFileSync(`${out}/metrics.jsonl`)).toEqual(before);
  });
});
