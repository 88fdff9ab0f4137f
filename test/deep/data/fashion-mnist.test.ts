import { describe, expect, it } from 'vitest';
import { checksum } from '../../../deep/data/image-set.js';
import { openData } from '../../../deep/data/open.js';

const { train, test, ...rest } = openData('fashion-mnist');

const labelCounts = (labels: Uint8Array): number[] =>
  Array.from({ length: 10 }, (_, label) => labels.filter((value) => value === label).length);

describe('the embedded Fashion-MNIST', () => {
  it('has 2,000 training and 500 test images of 3x32x32', () => {
    expect(rest).toMatchObject({ name: 'fashion-mnist', classes: 10 });
    const shape = { channels: 3, height: 32, width: 32 };
    expect(train).toMatchObject({ count: 2000, ...shape });
    expect(test).toMatchObject({ count: 500, ...shape });
    for (const { count, pixels, labels } of [train, test]) {
      expect(pixels.length).toBe(count * 3 * 32 * 32);
      expect(labels.length).toBe(count);
    }
  });

  it('has the labels of the files, counted by another program', () => {
    expect(labelCounts(train.labels)).toEqual([194, 216, 202, 195, 186, 200, 194, 215, 198, 200]);
    expect(labelCounts(test.labels)).toEqual([55, 52, 65, 46, 57, 39, 47, 47, 44, 48]);
    // An ankle boot, two T-shirts, a dress ...: the first labels of Fashion-MNIST.
    expect([...train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  });

  it('is centred on black, the same in all channels', () => {
    for (const { count, pixels } of [train, test]) {
      let border = 0;
      let different = 0;
      let lit = 0;
      for (let image = 0; image < count; image += 1) {
        for (let place = 0; place < 1024; place += 1) {
          const [row, column] = [Math.floor(place / 32), place % 32];
          const [red, green, blue] = [0, 1, 2].map((channel) => pixels[(image * 3 + channel) * 1024 + place]!);
          if (red !== green || red !== blue) different += 1;
          if (Math.min(row, column) < 2 || Math.max(row, column) > 29) border += red!;
          else if (red! > 0) lit += 1;
        }
      }
      expect({ border, different }).toEqual({ border: 0, different: 0 });
      // About half of the pixels of Fashion-MNIST are not black.
      expect(lit / (count * 784)).toBeGreaterThan(0.4);
    }
  });

  it('has the checksum that another program computed, and another when a pixel or a label differs', () => {
    const sum = checksum({ ...rest, train, test });
    expect(sum).toBe('87ba4d4f3e06e87c00201805beaf07c0d78c7d5e27701c74c350c3b35c4b7f81');
    const pixels = train.pixels.slice();
    pixels[5000] = pixels[5000]! ^ 1;
    expect(checksum({ ...rest, train: { ...train, pixels }, test })).not.toBe(sum);
    const labels = test.labels.slice();
    labels[499] = (labels[499]! + 1) % 10;
    expect(checksum({ ...rest, train, test: { ...test, labels } })).not.toBe(sum);
  });
});
