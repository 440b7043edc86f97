/**
 * git's tree objects of the outputs. `git write-tree` would make a file of each; of one that a pack holds already it
 * makes none. Its answer counts: where ours are not what git would write, it writes its own.
 */
import { type ObjectFormat, objectId } from './object-id.ts';
import type { Entry, Tree } from './tree.ts';

export interface TreeObject {
  id: string;
  content: Buffer;
}

interface Item {
  /** As git sorts: that of a directory ends in a slash. */
  name: Buffer;
  mode: string;
  id: string;
}

export interface Changes {
  /** Whether the base holds another entry there, or none. */
  isChanged: (entry: Entry) => boolean;
  /** Whether git alone knows the id. */
  isUnknown: (entry: Entry) => boolean;
  /** Paths that the base has and the outputs do not. */
  gone: readonly string[];
}

/** The trees of directories in which something changed, but for those whose ids are not known; each once. `tree` is sorted. */
export function treeObjects(tree: Tree, format: ObjectFormat, changes: Changes): TreeObject[] {
  const objects = new Map<string, TreeObject>();
  const shrunk = new Set(changes.gone.flatMap(directoriesOf));
  let at = 0;

  /** Takes the entries below `directory`, which ends in a slash or is empty. */
  const take = (directory: string): { id: string | undefined; isChanged: boolean } => {
    const items: Item[] = [];
    let isKnown = true;
    let isChanged = shrunk.has(directory);
    for (let entry = tree[at]; entry?.path.startsWith(directory); entry = tree[at]) {
      const slash = entry.path.indexOf('/', directory.length);
      if (slash < 0) {
        at += 1;
        isChanged ||= changes.isChanged(entry);
        isKnown &&= !changes.isUnknown(entry);
        items.push({ name: nameOf(entry.path, directory), mode: entry.mode, id: entry.blob! });
      } else {
        const below = entry.path.slice(0, slash + 1);
        const inner = take(below);
        isChanged ||= inner.isChanged;
        isKnown &&= inner.id !== undefined;
        items.push({ name: nameOf(below, directory), mode: '40000', id: inner.id ?? '' });
      }
    }
    if (!isKnown) return { id: undefined, isChanged };
    const content = contentOf(items);
    const id = objectId(format, content, 'tree');
    if (isChanged) objects.set(id, { id, content });
    return { id, isChanged };
  };

  take('');
  return [...objects.values()];
}

const NUL = Buffer.from([0]);

const nameOf = (path: string, directory: string) => Buffer.from(path.slice(directory.length));

/** Every directory above a path, as `take` names them. */
function directoriesOf(path: string): string[] {
  const names = path.split('/');
  return names.map((_, count) =>
    names
      .slice(0, count)
      .map((name) => `${name}/`)
      .join(''),
  );
}

function contentOf(items: Item[]): Buffer {
  items.sort((one, other) => Buffer.compare(one.name, other.name));
  return Buffer.concat(
    items.flatMap(({ name, mode, id }) => [
      Buffer.from(`${mode} `),
      mode === '40000' ? name.subarray(0, -1) : name,
      NUL,
      Buffer.from(id, 'hex'),
    ]),
  );
}
