/** JSON as files have it: of two fields of one name, JSON.parse would silently take the last. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}:[\],]/g;

/** The first name that an object of a valid JSON text has twice; undefined if there is none. */
export function repeatedName(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = JSON.parse(last) as string;
      const names = open.at(-1)!;
      if (names.has(name)) return name;
      names.add(name);
    }
    last = token;
  }
  return undefined;
}

/** What a text says as JSON. Throws (Error) where it is none, or an object in it has a name twice. */
export function parseStrictJson(text: string, revive?: (key: string, value: unknown) => unknown): unknown {
  const value: unknown = JSON.parse(text, revive);
  const name = repeatedName(text);
  if (name !== undefined) throw new Error(`it has ${JSON.stringify(name)} twice`);
  return value;
}
