import { z } from 'zod';

/**
 * What the files of a run may say, written down a second time without the program's readers: a file that a reader takes and its
 * oracle does not is wrongly accepted.
 */

const number = z.union([z.number(), z.literal(['NaN', 'Infinity', '-Infinity']).transform(Number)]);
const notNegative = number.refine((value) => !(value < 0));
const Group = z.strictObject({
  name: z.string(),
  share: number.refine((value) => !(value < 0 || value > 1 + 1e-9)),
  egn: notNegative,
  ess: number,
  radial: number.optional(),
});
const Step = z.strictObject({
  step: z.number(),
  loss: number,
  accuracy: number.refine((value) => !(value < 0 || value > 1)),
  elr: number,
  egn: notNegative,
  ess: number,
  norm: notNegative,
  radial: number.optional(),
  angle: number.optional(),
  groups: z.array(Group),
});

const wholeLines = (bytes: Buffer): string[] => bytes.toString('utf8').split('\n').slice(0, -1);

/** Whether all whole lines are steps 0, 1, 2 ... of the same groups, none behind one that is not finite. */
export function areSteps(bytes: Buffer): boolean {
  let groups: string | undefined;
  let isOver = false;
  return wholeLines(bytes).every((line, place) => {
    let step: z.infer<typeof Step>;
    try {
      step = Step.parse(JSON.parse(line));
    } catch {
      return false;
    }
    const names = JSON.stringify(step.groups.map(({ name }) => name));
    const fits = !isOver && step.step === place && names === (groups ?? names);
    groups = names;
    isOver = !Number.isFinite(step.loss) || !Number.isFinite(step.egn);
    return fits;
  });
}

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(value as string);

/**
 * Whether a value is built as one that the program wrote: the same fields, numbers for numbers. Lists may have any length,
 * and `null` may stand where the other has or had something.
 */
export function isBuiltAs(value: unknown, written: unknown): boolean {
  if (value === null || written === null) return true;
  if (isNumber(written)) return isNumber(value);
  if (typeof written !== 'object') return typeof value === typeof written;
  if (typeof value !== 'object') return false;
  if (Array.isArray(written))
    return Array.isArray(value) && value.every((each) => written.length === 0 || isBuiltAs(each, written[0]));
  const [names, wanted] = [Object.keys(value).sort(), Object.keys(written).sort()];
  return names.join() === wanted.join() && names.every((name) => isBuiltAs(at(value, name), at(written, name)));
}

const at = (record: object, name: string): unknown => (record as Record<string, unknown>)[name];

/** Whether every byte behind the header of a safetensors file belongs to exactly one tensor, as long as its shape says. */
export function isTiled(bytes: Buffer): boolean {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, never>;
  const covered = new Uint8Array(bytes.length - 8 - length);
  const sizes: Readonly<Record<string, number>> = { F32: 4, I32: 4, F16: 2, BF16: 2, F64: 8, I64: 8, U8: 1, BOOL: 1 };
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const {
      dtype,
      shape,
      data_offsets: [from, to],
    } = entry as {
      dtype: string;
      shape: number[];
      data_offsets: [number, number];
    };
    if (shape.reduce((product, n) => product * n, 1) * (sizes[dtype] ?? Number.NaN) !== to - from) return false;
    if (to > covered.length) return false;
    for (let i = from; i < to; i += 1) covered[i]! += 1;
  }
  return covered.every((times) => times === 1);
}
