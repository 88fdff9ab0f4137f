import { truncateSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { writeImages } from '../../../bench/fuzz/scenarios.js';
import { checkData } from '../../../deep/data/check.js';
import { locateData } from '../../../deep/data/locate.js';
import { absentClasses, notesOnNamed } from '../../../deep/data/notes.js';
import { openData } from '../../../deep/data/open.js';
import { writeCifar } from '../../cifar.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

describe('notes on a data set', () => {
  it('name the classes without an image', async () => {
    const name = `mnist:${folder.path('idx')}`;
    writeImages(folder.path('idx'));
    const { train, classes } = openData(name);
    // Eight images, of labels 0 to 7.
    expect(absentClasses(train, classes)).toEqual([8, 9]);
    const lines = [`${folder.path('idx')}: no training image has label 8, 9`];
    expect(notesOnNamed(name, train)).toEqual(lines);
    expect(await checkData(locateData(name)!)).toMatchObject({ problems: [], notes: lines });
  });

  it('name CIFAR files of unequal length', () => {
    const directory = writeCifar(folder.path('cifar'), 4);
    const name = `cifar10:${directory}`;
    expect(notesOnNamed(name, openData(name).train)).toEqual([]);
    // Cut off between two images, the file is in order by itself.
    truncateSync(`${directory}/data_batch_3.bin`, 3 * 3073);
    expect(notesOnNamed(name, openData(name).train)).toEqual([
      `${directory}/data_batch_3.bin has 3 images, ${directory}/data_batch_1.bin has 4: was it cut off?`,
    ]);
  });

  it('are none on the embedded images', () => {
    expect(notesOnNamed('fashion-mnist', openData('fashion-mnist').train)).toEqual([]);
  });
});
