import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { quantitiesOf } from '../../../src/logged/logged-columns.js';
import { readLog } from '../../../src/logged/read-log.js';
import { readTensorboardLog } from '../../../src/logged/tensorboard-log.js';
import { Event, maskedChecksum } from '../../../src/logged/tensorboard-schema.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const csv = (name: string, ...lines: string[]): string => {
  const path = folder.path(name);
  writeFileSync(path, lines.join('\n'));
  return path;
};

/** Writes an event file with a scalar "loss". */
function writeScalars(path: string, steps: readonly number[], values: readonly number[]): void {
  const records = steps.map((step, i) => {
    const event = { step, summary: { value: [{ tag: 'loss', simple_value: values[i] }] } };
    const data = Event.encode(Event.create(event)).finish();
    const record = Buffer.alloc(data.length + 16);
    record.writeBigUInt64LE(BigInt(data.length));
    record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
    record.set(data, 12);
    record.writeUInt32LE(maskedChecksum(data), data.length + 12);
    return record;
  });
  writeFileSync(path, Buffer.concat(records));
}

const FIXTURES = 'test/fixtures/logs';
const LOSSES = [0, 1, 2, 3, 4].map((step) => Math.fround(2 / (1 + step)));

describe('a CSV log', () => {
  it('has its quantities found by their usual names, and steps of its own or in the order of lines', async () => {
    const numbered = csv('numbered.csv', 'step,train/loss,lr,note', '0,2,0.1,a', '10,1.5,0.1,"b, c"');
    expect(await readLog(numbered)).toEqual({ step: [0, 10], loss: [2, 1.5], lr: [0.1, 0.1] });
    expect(await readLog(csv('plain.csv', 'Loss,grad_norm', '2,3', 'NaN,inf'))).toEqual({
      ...{ step: [0, 1], loss: [2, Number.NaN], gradientNorm: [3, Number.POSITIVE_INFINITY] },
    });
  });

  it('takes columns and numbers that are given, and the steps at which all were logged', async () => {
    const path = csv('sparse.csv', 'step,a,b', '0,2,', '1,1.9,5', '2,1.8,', '3,1.7,6');
    expect(await readLog(path, { loss: 'a', norm: 'b', lr: 0.5 })).toEqual({
      ...{ step: [1, 3], loss: [1.9, 1.7], norm: [5, 6], lr: [0.5, 0.5] },
    });
  });

  it.each([
    ['no loss', ['a,b', '1,2'], {}, /--loss must name the column of the training loss in .*; allowed: "a", "b"$/],
    ['no such column', ['loss', '1'], { lr: 'rate' }, /has no column of numbers "rate"; allowed: "loss", or a number$/],
    ['no such loss', ['loss', '1'], { loss: '3' }, /has no column of numbers "3"; allowed: "loss"$/],
    ['semicolons', ['step;loss', '0;1'], {}, /in .*; allowed: a log with numbers .*commas\)$/],
    ['one name twice', ['loss,lr,loss', '1,2,3'], {}, /has two columns "loss"; allowed: one of a name$/],
    ['places for both kinds of steps', ['loss,elr', '1,1'], { lr: 1, elr: 1 }, /give the ones or the others$/],
    ['a norm and its square', ['loss', '1'], { gradientNorm: 1, gradientSquare: 1 }, /; give only one$/],
    ['nothing together', ['step,loss,lr', '0,1,', '1,,2'], {}, /no step of .* has all of "loss", "lr"/],
  ])('with %s is refused in one line', async (_, lines, places, message) => {
    const path = csv('refused.csv', ...lines);
    await expect(readLog(path, places)).rejects.toThrow(message);
    await expect(readLog(path, places)).rejects.toThrow(UsageError);
  });

  it('has what was given in place of what has a usual name for the same', async () => {
    const path = csv('both.csv', 'step,loss,lr,elr,egn,norm,grad_norm,squares', '0,2,0.1,7,8,3,4,16');
    expect(await readLog(path, { lr: 0.5 })).toEqual({
      ...{ step: [0], loss: [2], lr: [0.5], norm: [3], gradientNorm: [4] },
    });
    expect(await readLog(path, { gradientSquare: 'squares' })).toEqual({
      ...{ step: [0], loss: [2], lr: [0.1], norm: [3], gradientSquare: [16] },
    });
    expect(await readLog(path, { elr: 0.2 })).toEqual({ step: [0], loss: [2], elr: [0.2], egn: [8] });
  });

  it.each([
    ['loss', ['loss,lr', '2,0.1', '1.9,0.1', '1;8,0.1'], /"loss": "1;8" in row 3 is no number/],
    ['lr', ['loss,lr', '2,0.1', '1.9,O.1', '1.8,0.1'], /column "lr": "O\.1" in row 2 is no number/],
    ['a place', ['loss,rate', '2,0.1', '1.9,0.1', '1.8,#'], /"rate": "#" in row 3 is no number/],
  ])('with a value of its %s that is no number is refused', async (_, lines, message) => {
    const path = csv('value.csv', ...lines);
    const places = lines[0]!.includes('rate') ? { lr: 'rate' } : {};
    await expect(readLog(path, places)).rejects.toThrow(message);
  });

  it('may have such a value where nobody looks for it, and columns of texts by usual names', async () => {
    const path = csv('others.csv', 'loss,norm,other', '2,batch,1', '1.9,batch,2', '1.8,batch,x', '1.7,,4');
    expect(await readLog(path)).toEqual({ step: [0, 1, 2, 3], loss: [2, 1.9, 1.8, 1.7] });
  });

  it('may have fields without a value, as trackers and tables write them, and a number sign in a text', async () => {
    const path = csv(
      'missing.csv',
      '# of a tracker',
      'step,loss,lr,note',
      '0,2,0.1,run #3',
      '1,n/a,NA,x',
      '2,1,None,',
      '3,1,0.1,',
    );
    expect(await readLog(path)).toEqual({ step: [0, 3], loss: [2, 1], lr: [0.1, 0.1] });
  });

  it('of a training that was restarted has what was logged last, and says how much that replaced', async () => {
    // From step 20 again, beyond where it had come.
    const beyond = csv('beyond.csv', 'step,loss', '0,9', '10,8', '20,7', '30,6', '20,5', '30,4', '40,3');
    expect(await readLog(beyond)).toEqual({ step: [0, 10, 20, 30, 40], loss: [9, 8, 5, 4, 3], replaced: 2 });
    // Not yet as far, and at other steps: what the weights have forgotten does not count.
    const behind = csv('behind.csv', 'step,loss', '0,9', '10,8', '20,7', '30,6', '40,5', '15,4', '25,3');
    expect(await readLog(behind)).toEqual({ step: [0, 10, 15, 25], loss: [9, 8, 4, 3], replaced: 3 });
    const twice = csv('twice.csv', 'step,loss', '0,9', '10,8', '20,7', '10,6', '20,5', '10,4');
    expect(await readLog(twice)).toEqual({ step: [0, 10], loss: [9, 4], replaced: 4 });
  });

  it('with steps that do not rise, or lines of unequal length, is damaged', async () => {
    await expect(readLog(csv('again.csv', 'step,loss', '0,1', '0,2'))).rejects.toThrow(
      /the steps of .* do not rise from line to line: 0 follows 0; allowed: one training, in order$/,
    );
    await expect(readLog(csv('ragged.csv', 'step,loss', '0,1', '1'))).rejects.toThrow(/is no CSV file: /);
    await expect(readLog(folder.path('nowhere.csv'))).rejects.toThrow(/does not exist/);
  });
});

describe("a log of TensorBoard's own writer", () => {
  it.each(['scalars', 'simple'])('has its scalars read, as tensors and as simple values: %s', async (name) => {
    expect(await readLog(`${FIXTURES}/${name}`)).toMatchObject({ step: [0, 1, 2, 3, 4], loss: LOSSES });
  });

  it('gives the same from its file alone, and to a reader of only a part, as while training goes on', async () => {
    const file = `${FIXTURES}/simple/events.out.tfevents.1.example`;
    expect((await readLog(file)).loss).toEqual(LOSSES);
    const bytes = readFileSync(file);
    mkdirSync(folder.path('part'));
    const part = `${folder.path('part')}/events.out.tfevents.2`;
    for (let end = bytes.length - 1; end > bytes.length - 40; end -= 7) {
      writeFileSync(part, bytes.subarray(0, end));
      expect([...readTensorboardLog(part)[0]!.values]).toEqual(LOSSES.slice(0, 4));
    }
  });

  it('of a training that was restarted has what the later file logged, and says how much that replaced', async () => {
    const directory = folder.path('restarted');
    mkdirSync(directory);
    writeScalars(`${directory}/events.out.tfevents.1`, [0, 10, 20, 30, 30], [9, 8, 7, 6, 5]);
    // At other steps, as from a checkpoint between two that were logged, and not yet as far.
    writeScalars(`${directory}/events.out.tfevents.2`, [15, 25], [4, 3]);
    expect(await readLog(directory)).toEqual({ step: [0, 10, 15, 25], loss: [9, 8, 4, 3], replaced: 3 });
  });

  it('is refused in one line with any byte of it changed', async () => {
    const file = `${FIXTURES}/simple/events.out.tfevents.1.example`;
    const bytes = readFileSync(file);
    const changed = folder.path('events.out.tfevents.3');
    copyFileSync(file, changed);
    for (let place = 0; place < bytes.length; place += 1) {
      const other = Buffer.from(bytes);
      other[place]! ^= 1 << (place % 8);
      writeFileSync(changed, other);
      await expect(readLog(changed), `byte ${place}`).rejects.toThrow(
        /is no event file, or damaged: .* at byte \d+ is wrong$/,
      );
    }
  });

  it('is refused where the folder has none', async () => {
    mkdirSync(folder.path('empty'));
    await expect(readLog(folder.path('empty'))).rejects.toThrow(
      /has no TensorBoard event file; allowed: a folder that has one$/,
    );
    // TensorBoard is given the folder above those of the trainings.
    await expect(readLog(FIXTURES)).rejects.toThrow(/; allowed: the folders in it .* such as .*fixtures\/logs\/\w+$/);
  });
});

it('quantities of one log are those of the steps that all have', () => {
  const columns = [
    { name: 'loss', steps: [0, 1, 2, 3], values: [4, 3, 2, 1] },
    { name: 'weight_norm', steps: [1, 3, 5], values: [7, 8, 9] },
  ];
  expect(quantitiesOf(columns, {}, 'log')).toEqual({ step: [1, 3], loss: [3, 1], norm: [7, 8] });
});
