/** Floating-point types of other widths, as 32-bit numbers. All little-endian. */

const EXPONENT_BIAS = 15;
const MANTISSA = 1024;

/** IEEE 754 half precision: a sign, five bits of exponent, ten of mantissa. Every value is one of single precision. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * (mantissa / MANTISSA) * 2 ** (1 - EXPONENT_BIAS);
  return sign * (1 + mantissa / MANTISSA) * 2 ** (exponent - EXPONENT_BIAS);
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function halfs(bytes: Uint8Array): Float32Array {
  const from = view(bytes);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => halfValue(from.getUint16(2 * i, true)));
}

/** The upper half of a number of single precision. */
function brainFloats(bytes: Uint8Array): Float32Array {
  const from = view(bytes);
  const bits = Uint32Array.from({ length: bytes.length / 2 }, (_, i) => from.getUint16(2 * i, true) << 16);
  return new Float32Array(bits.buffer);
}

/** Rounded to nearest; beyond single precision they become infinite. */
function doubles(bytes: Uint8Array): Float32Array {
  const from = view(bytes);
  return Float32Array.from({ length: bytes.length / 8 }, (_, i) => from.getFloat64(8 * i, true));
}

/** Conversions by the name that the safetensors format gives the type. */
export const CONVERTED_TYPES: Readonly<Record<string, (bytes: Uint8Array) => Float32Array>> = {
  F16: halfs,
  BF16: brainFloats,
  F64: doubles,
};
