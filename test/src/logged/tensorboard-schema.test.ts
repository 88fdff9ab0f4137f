import { expect, it } from 'vitest';
import { maskedChecksum } from '../../../src/logged/tensorboard-schema.js';

/** TensorBoard's mask undone. */
const unmasked = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
};

it.each([
  // The check value of CRC-32C, and the test vectors of RFC 3720, B.4.
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['32 bytes of 0', Buffer.alloc(32), 0x8a9136aa],
  ['32 bytes of 255', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['nothing', Buffer.alloc(0), 0],
])('the checksum of %s is that of CRC-32C, masked', (_, bytes, expected) => {
  expect(unmasked(maskedChecksum(bytes))).toBe(expected);
});
