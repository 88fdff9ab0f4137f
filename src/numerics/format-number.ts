/** Numbers for people: `digits` significant ones, no trailing zeros, an exponent where the plain form is long. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const short = size < 1e5 && size >= 1e-3;
  return short ? String(Number(value.toPrecision(digits))) : trimExponent(value.toExponential(Math.min(2, digits - 1)));
}

const trimExponent = (text: string): string => text.replace(/\.?0+e/, 'e').replace('e+', 'e');
