/** Files recognised by what an earlier transaction has noted of them (docs/adr/0015). */
import { expect, test } from 'vitest';
import { type PublishedFile, recognize, stampOf } from '../src/recognition.ts';
import type { Entry } from '../src/tree.ts';

const AT = 1_700_000_000;
const entry = (path: string, more: Partial<Entry> = {}): Entry => ({
  ...{ path, mode: '100644', size: 3, sha256: '', dev: 1, ino: 2, uid: 0, gid: 0 },
  ...{ mtimeS: AT, mtimeNs: 5, ctimeS: AT, ctimeNs: 7, seenAtMs: (AT + 10) * 1000 },
  ...more,
});
const published = (path: string): PublishedFile => ({
  ...{ path, size: 3, sha256: `of ${path}` },
  stamp: stampOf(entry(path)),
});

test('a file is recognised when all of it is as it was, among those that came and went', () => {
  const found = recognize(['a', 'c', 'd', 'f'].map(published).values());
  const asked = ['b', 'c', 'd', 'e', 'f', 'g'].map((path) => found(entry(path)));
  expect(asked).toEqual([undefined, 'of c', 'of d', undefined, 'of f', undefined]);
});

test.each<Partial<Entry>>([
  ...[
    { size: 4 },
    { dev: 2 },
    { ino: 3 },
    { mtimeS: AT - 1 },
    { mtimeNs: 6 },
    { ctimeS: AT + 1 },
    { ctimeNs: 8 },
  ],
])('a file of which anything is different is not: %j', (more) => {
  expect(recognize([published('a')].values())(entry('a', more))).toBeUndefined();
});

test.each([
  ['within the tick in which it was hashed', 7_000_000, AT * 1000 + 106, false],
  ['a tenth of a second before', 7_000_000, AT * 1000 + 108, true],
  ['in the same two seconds, where there are no others', 0, AT * 1000 + 2099, false],
  ['two seconds before, where there are no others', 0, AT * 1000 + 2101, true],
])('what changed %s may be recognised: %s', (_, ctimeNs, seenAtMs, may) => {
  const one = entry('a', { ctimeNs, mtimeS: AT - 100, seenAtMs });
  expect(stampOf(one) !== null).toBe(may);
  const file = { ...published('a'), stamp: stampOf(one) };
  expect(recognize([file].values())(one)).toBe(may ? 'of a' : undefined);
});
