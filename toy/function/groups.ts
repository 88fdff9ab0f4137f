/** Which coordinates of a user's function form a scale-invariant group. */
import { UsageError } from '../../src/system/usage-error.js';
import { isReserved } from './expression.js';
import type { ToyGroup } from './toy-function.js';

/** Enough for every example; the Hessian of all of them is derived entry by entry. */
const MAXIMUM_COORDINATES = 32;

/** Coordinates in the order of a point's numbers, and the groups that they form. */
export interface Layout {
  readonly coordinates: readonly string[];
  readonly groups: readonly ToyGroup[];
}

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const SYNTAX = 'groups are names of coordinates such as x1,y1;x2,y2';

function declaredGroups(text: string): string[][] {
  const groups = text.split(';').map((group) => group.split(',').map((name) => name.trim()));
  for (const name of groups.flat()) {
    if (!NAME.test(name)) throw new UsageError(`${JSON.stringify(name.slice(0, 40))} is not a coordinate; ${SYNTAX}`);
    if (isReserved(name)) throw new UsageError(`${name} is a constant or function, not a coordinate; ${SYNTAX}`);
  }
  return groups;
}

/** Group i is the names that end in the number i, in alphabetical order, so that x comes before y. */
function groupsByNumber(names: readonly string[]): [string, string[]][] {
  const groups = new Map<number, string[]>();
  for (const name of names.toSorted()) {
    const number = NAME.test(name) ? /\d+$/.exec(name)?.[0] : undefined;
    if (number === undefined)
      throw new UsageError(
        `${JSON.stringify(name)} does not end in the number of its group; name it so, or declare the ${SYNTAX}`,
      );
    groups.set(Number(number), [...(groups.get(Number(number)) ?? []), name]);
  }
  return [...groups].toSorted(([a], [b]) => a - b).map(([number, members]) => [String(number), members]);
}

function checkNames(coordinates: readonly string[], used: readonly string[]): void {
  const twice = coordinates.find((name, i) => coordinates.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`the coordinate ${twice} is in the groups twice; allowed: once`);
  const unknown = used.find((name) => !coordinates.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`${JSON.stringify(unknown)} is in no group; allowed: ${coordinates.join(', ')}, pi and e`);
  const idle = coordinates.find((name) => !used.includes(name));
  if (idle !== undefined) throw new UsageError(`the coordinate ${idle} of the groups is not in the expression`);
  if (coordinates.length === 0)
    throw new UsageError('the expression has no coordinates; allowed: such as x1^2/(x1^2+y1^2)');
  if (coordinates.length > MAXIMUM_COORDINATES)
    throw new UsageError(`there are ${coordinates.length} coordinates; allowed: up to ${MAXIMUM_COORDINATES}`);
}

/**
 * The groups of an expression with the coordinates `used`: those declared (`x1,y1;x2,y2`, named 1, 2, ...), or by the
 * numbers that the names end in. Fails (UsageError) unless every coordinate is in exactly one group and in use.
 */
export function layoutOf(used: readonly string[], declared?: string): Layout {
  const named: [string, string[]][] =
    declared === undefined
      ? groupsByNumber(used)
      : declaredGroups(declared).map((members, i) => [String(i + 1), members]);
  const coordinates = named.flatMap(([, members]) => members);
  checkNames(coordinates, used);
  let end = 0;
  const groups = named.map(([name, members]) => {
    const start = end;
    end += members.length;
    return { name, start, end };
  });
  return { coordinates, groups };
}
