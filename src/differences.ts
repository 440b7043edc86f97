/** What a publish changes, file by file, and how people are told (clauses 2 and 18). */
import { quote } from './paths.ts';
import { type Change, isAbsent } from './replay.ts';
import { sameContent, type Tree } from './tree.ts';

export interface Difference {
  path: string;
  how: 'added' | 'changed' | 'removed';
}

/** What a check has found, and how it is told; `there` is what was compared with. */
export interface Compared {
  differences: Difference[];
  say: (found: readonly Difference[], there: string) => string;
}

/** How many paths a message names. */
const LISTED = 10;

/** What makes `after` of `before`; the path `except` is left aside. */
export function treeDifferences(before: Tree, after: Tree, except: string): Difference[] {
  const old = new Map(before.map((entry) => [entry.path, entry]));
  old.delete(except);
  const found: Difference[] = [];
  for (const entry of after) {
    if (entry.path === except) continue;
    const known = old.get(entry.path);
    old.delete(entry.path);
    if (!known) found.push({ path: entry.path, how: 'added' });
    else if (!sameContent(known, entry)) found.push({ path: entry.path, how: 'changed' });
  }
  return [...found, ...[...old.keys()].map((path) => ({ path, how: 'removed' }) as const)];
}

/** The same for what git says. */
export function changeDifferences(changes: readonly Change[]): Difference[] {
  return changes.map(({ path, before, after }) => {
    const how = isAbsent(before) ? 'added' : isAbsent(after) ? 'removed' : 'changed';
    return { path, how };
  });
}

/** As `2 added, 1 changed, 0 removed`. */
export function countDifferences(found: readonly Difference[]): string {
  const kinds = ['added', 'changed', 'removed'] as const;
  return kinds.map((kind) => `${found.filter(({ how }) => how === kind).length} ${kind}`).join(', ');
}

/** The first of them by name, and how many more there are. */
export function listDifferences(found: readonly Difference[]): string {
  return firstOf(
    found.map(({ path, how }) => `${quote(path)} ${how}`),
    ', ',
  );
}

/** The same in a sentence: from what they differ. */
export function sayDifferences(found: readonly Difference[], there: string): string {
  const files = found.length === 1 ? '1 file differs' : `${found.length} files differ`;
  return `${files} from ${there}: ${listDifferences(found)}`;
}

/** The first of a list, and how many more there are. */
export function firstOf(texts: readonly string[], separator: string): string {
  const more = texts.length - LISTED;
  return texts.slice(0, LISTED).join(separator) + (more > 0 ? ` and ${more} more` : '');
}
