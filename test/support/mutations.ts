/** Documents that are nearly right: changes in the members of a JSON value, in its text, and in bytes. */
import fc from 'fast-check';

type Holder = { [name: string]: unknown };
type Place = string[];

type Mutation =
  | { kind: 'replace'; place: Place; value: unknown }
  | { kind: 'remove'; place: Place }
  | { kind: 'add'; place: Place; name: string; value: unknown }
  | { kind: 'copy'; from: Place; to: Place };

/** Every place in a document, as the names that lead there. */
function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, member]) => placesOf(member, [...at, name]))];
}

/** What only a text can say, by the string that stands for it in a value. */
const RAW: Record<string, string> = {
  '@deep': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  '@deeper': `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  '@huge': '1e400',
  '@long': '9'.repeat(400),
  '@zero': '-0',
  '@half': '"\\ud800"',
  '@proto': '{"__proto__":{"result":"PASS","level":"none"}}',
  '@text': '{"toString":1,"valueOf":null}',
};

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', ''];

/** Changes of `document`; `values` and `names` are some that mean something in it. */
export function mutationsOf(
  document: unknown,
  { values, names }: { values: readonly unknown[]; names: readonly string[] },
): fc.Arbitrary<Mutation> {
  const place = fc.constantFrom(...placesOf(document).filter(({ length }) => length > 0));
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...values, null, true, 0, -1, 1.5, '', [], {}) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(RAW)) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  );
  const name = fc.oneof(
    fc.constantFrom(...names, ...NAMES),
    fc.constantFrom(...names).map((once) => `@twice:${once}`),
    fc.string({ maxLength: 5 }),
  );
  return fc.oneof(
    fc.record({ kind: fc.constant('replace' as const), place, value }),
    fc.record({ kind: fc.constant('remove' as const), place }),
    fc.record({ kind: fc.constant('add' as const), place, name, value }),
    fc.record({ kind: fc.constant('copy' as const), from: place, to: place }),
  );
}

const PLAIN = { writable: true, enumerable: true, configurable: true };

/** A copy of `document` after all `steps`; one that finds nothing to change changes nothing. */
export function mutated(document: unknown, steps: readonly Mutation[]): unknown {
  const copy = structuredClone(document);
  const at = (place: Place) =>
    place.reduce<unknown>((holder, name) => (holder as Holder | null)?.[name], copy);
  const set = (place: Place, value: unknown) => {
    const holder = at(place.slice(0, -1));
    if (typeof holder !== 'object' || holder === null) return;
    // JSON has no lists with names.
    if (Array.isArray(holder) && !/^\d+$/.test(place.at(-1)!)) return;
    Object.defineProperty(holder, place.at(-1)!, { value, ...PLAIN });
  };
  for (const step of steps) {
    if (step.kind === 'replace') set(step.place, structuredClone(step.value));
    else if (step.kind === 'add') set([...step.place, step.name], structuredClone(step.value));
    else if (step.kind === 'copy') set(step.to, structuredClone(at(step.from)));
    else {
      const holder = at(step.place.slice(0, -1));
      if (Array.isArray(holder)) holder.splice(Number(step.place.at(-1)), 1);
      else if (typeof holder === 'object' && holder !== null)
        Reflect.deleteProperty(holder, step.place.at(-1)!);
    }
  }
  return copy;
}

/** Puts into a text what only a text can say. */
export function withRaw(text: string): string {
  return text
    .replace(/"(@\w+)"(?!\s*:)/g, (all, name: string) => RAW[name] ?? all)
    .replace(/"@twice:((?:[^"\\]|\\.)*)"(?=\s*:)/g, '"$1"');
}

/** What is cut out of bytes and put into them, at a place between 0 and 1. */
interface Edit {
  at: number;
  remove: number;
  insert: Uint8Array;
}

const SYNTAX = ['"', '\\', '{', '}', '[', ']', ',', ':', '\n', '\ufeff', '\\u0000', '0', 'e9', '-', '"a":1,'];

export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat({ max: 5 }),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.constantFrom(...SYNTAX).map((text): Uint8Array => new TextEncoder().encode(text)),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

export function edited(bytes: Buffer, all: readonly Edit[]): Buffer {
  return all.reduce((now, { at, remove, insert }) => {
    const from = Math.floor(at * now.length);
    return Buffer.concat([now.subarray(0, from), insert, now.subarray(from + remove)]);
  }, bytes);
}
