/** JSON that others hand in: what a gate or an input says is read so that nobody can read it otherwise. */

/** Deeper than any report is, and far from where a recursive reader runs out of stack. */
const DEEPEST = 500;

/**
 * Parses `text`. Throws a SyntaxError also for a name that stands twice in one object, of which `JSON.parse` takes the
 * last and others the first, and for nesting without end.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (countMembers(text) !== countValues(value)) throw new SyntaxError('a name stands twice in one object');
  return value;
}

export type Json = Record<string, unknown>;

/** True for what has members by name: no list, and not `null`. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How many members the objects in a valid text have: each has one colon outside of a string. */
function countMembers(text: string): number {
  let members = 0;
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isString && character === '\\') at += 1;
    else if (character === '"') isString = !isString;
    else if (isString) continue;
    else if (character === ':') members += 1;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > DEEPEST) throw new SyntaxError(`it is nested more than ${DEEPEST} levels deep`);
  }
  return members;
}

/** How many members the objects in a value have. */
function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const values = Object.values(value);
  return values.reduce<number>(
    (sum, one) => sum + countValues(one),
    Array.isArray(value) ? 0 : values.length,
  );
}
