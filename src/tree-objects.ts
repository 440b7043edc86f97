/**
 * git's tree objects of the outputs. `git write-tree` would make a file of each; of one that a pack holds already it
 * makes none. Its answer counts: where ours are not what git would write, it writes its own.
 */
import { type ObjectFormat, objectId } from './object-id.ts';
import { parentsOf } from './paths.ts';
import type { Entry, Tree } from './tree.ts';

export interface TreeObject {
  id: string;
  content: Buffer;
}

/** One line of a tree. */
interface Item {
  /** As git sorts: that of a directory ends in a slash. */
  name: string;
  mode: string;
  id: string;
}

interface Changes {
  /** Whether the base holds another entry there, or none. */
  isChanged: (entry: Entry) => boolean;
  /** Whether git alone knows the id. */
  isUnknown: (entry: Entry) => boolean;
  /** Paths that the base has and the outputs do not. */
  gone: readonly string[];
}

const DIRECTORY = '40000';
/** What git, by bytes, sorts in another way than code units do. */
const SORTS_DIFFERENTLY = /[\ud800-\uffff]/;

/** The trees of directories in which something changed, each once, but for those that git alone knows. `tree` is sorted. */
export function treeObjects(tree: Tree, format: ObjectFormat, changes: Changes): TreeObject[] {
  const objects = new Map<string, TreeObject>();
  const shrunk = new Set(changes.gone.flatMap(directoriesOf));
  let at = 0;

  /** Takes the entries below `directory`, which ends in a slash or is empty. Returns the tree's id; empty: it is not known. */
  const take = (directory: string): { id: string; isChanged: boolean } => {
    const items: Item[] = [];
    let isKnown = true;
    let isChanged = shrunk.has(directory);
    for (let entry = tree[at]; entry?.path.startsWith(directory); entry = tree[at]) {
      const end = entry.path.indexOf('/', directory.length) + 1;
      const path = end === 0 ? entry.path : entry.path.slice(0, end);
      const name = path.slice(directory.length);
      if (end === 0) {
        at += 1;
        isChanged ||= changes.isChanged(entry);
        isKnown &&= !changes.isUnknown(entry);
        items.push({ name, mode: entry.mode, id: entry.blob! });
      } else {
        const below = take(path);
        isChanged ||= below.isChanged;
        isKnown &&= below.id !== '';
        items.push({ name, mode: DIRECTORY, id: below.id });
      }
      isKnown &&= !SORTS_DIFFERENTLY.test(name);
    }
    if (!isKnown) return { id: '', isChanged };
    const content = contentOf(items);
    const id = objectId(format, content, 'tree');
    if (isChanged) objects.set(id, { id, content });
    return { id, isChanged };
  };

  take('');
  return [...objects.values()];
}

/** Every directory above a path, as `take` names them. */
const directoriesOf = (path: string) => ['', ...parentsOf(path).map((parent) => `${parent}/`)];

function contentOf(items: Item[]): Buffer {
  items.sort((one, other) => (one.name < other.name ? -1 : 1));
  const heads = items.map(({ name, mode }) => `${mode} ${mode === DIRECTORY ? name.slice(0, -1) : name}\0`);
  const ids = items.reduce((sum, { id }) => sum + id.length / 2, 0);
  const content = Buffer.allocUnsafe(ids + Buffer.byteLength(heads.join('')));
  let at = 0;
  for (const [index, { id }] of items.entries()) {
    at += content.write(heads[index]!, at);
    at += content.write(id, at, 'hex');
  }
  return content;
}
