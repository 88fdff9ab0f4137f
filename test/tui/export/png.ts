import { unzlibSync } from 'fflate';

/** A PNG of 8-bit RGB or RGBA as the standard has it (no interlacing), decoded here so that the encoder has no say. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of a pixel. */
  at(x: number, y: number): readonly [number, number, number];
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function unfilter(data: Uint8Array, height: number, stride: number, channels: number): Uint8Array {
  const pixels = new Uint8Array(height * stride);
  for (let row = 0; row < height; row++) {
    const kind = data[row * (stride + 1)]!;
    for (let i = 0; i < stride; i++) {
      const place = row * stride + i;
      const left = i >= channels ? pixels[place - channels]! : 0;
      const up = row > 0 ? pixels[place - stride]! : 0;
      const corner = row > 0 && i >= channels ? pixels[place - stride - channels]! : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind]!;
      pixels[place] = data[row * (stride + 1) + 1 + i]! + guess;
    }
  }
  return pixels;
}

export function decodePng(file: Uint8Array): Picture {
  if (SIGNATURE.some((byte, i) => file[i] !== byte)) throw new Error('not a PNG');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 8; at < file.length; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (name === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const [width, height, depth, color, interlaced] = [
    view.getUint32(16),
    view.getUint32(20),
    file[24],
    file[25],
    file[28],
  ];
  if (depth !== 8 || (color !== 2 && color !== 6) || interlaced !== 0) throw new Error('another kind of PNG');
  const channels = color === 6 ? 4 : 3;
  const pixels = unfilter(unzlibSync(Buffer.concat(parts)), height, width * channels, channels);
  return {
    width,
    height,
    at: (x, y) => {
      const place = (y * width + x) * channels;
      return [pixels[place]!, pixels[place + 1]!, pixels[place + 2]!];
    },
  };
}

/** Pixels of a rectangle that are darker than mid-grey. */
export function darkPixels(
  picture: Picture,
  [left, top, right, bottom]: readonly [number, number, number, number],
): number {
  let dark = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) if (picture.at(x, y).every((value) => value < 128)) dark++;
  return dark;
}
