/**
 * What git does in a repository is steered by a few small files in its directory: its configuration, what is
 * ignored, and how files are converted. An operation may change them, and then git would write other bytes than it
 * read, or look into another tree: they are put back before anything else is.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import * as disk from './disk.ts';
import type { Layout } from './layout.ts';
import { moveAside, type Place } from './nested.ts';
import { withoutCredentials } from './paths.ts';

function controlFiles({ gitDirectory, commonDirectory }: Layout): string[] {
  const common = ['config', 'info/exclude', 'info/attributes'];
  const own = ['config.worktree', 'info/sparse-checkout']; // Of this working tree.
  return [
    ...common.map((name) => join(commonDirectory, name)),
    ...own.map((name) => join(gitDirectory, name)),
  ];
}

interface Saved {
  path: string;
  /** Base64; `null`: there was no such file. */
  content: string | null;
  mode: number;
}

const read = (path: string) => disk.ignoreMissing(() => readFileSync(path));

/** What the control files hold, as text to keep. */
export function saveControlFiles(layout: Layout): string {
  const saved = controlFiles(layout).map((path): Saved => {
    const bytes = read(path);
    if (bytes === undefined) return { path, content: null, mode: 0 };
    return { path, content: bytes.toString('base64'), mode: disk.modeOf(path)! };
  });
  return JSON.stringify(saved);
}

interface Changed {
  path: string;
  now: Buffer | undefined;
  before: Buffer | undefined;
  mode: number;
}

/** The control files that are not as `text` says, and no other: what others have written into it is not theirs to say. */
function listChanged(text: string, layout: Layout): Changed[] {
  const own = new Set(controlFiles(layout));
  return (JSON.parse(text) as Saved[])
    .filter(({ path }) => own.has(path))
    .map(({ path, content, mode }) => {
      const before = content === null ? undefined : Buffer.from(content, 'base64');
      return { path, now: read(path), before, mode };
    })
    .filter(({ now, before }) => (before === undefined ? now !== undefined : !now?.equals(before)));
}

/** By what git shows a server who it is. */
const PROOF = /(extraheader\s*=).*/gi;

/** What stands in each of those, for people to read, as `latin1`: without what would be a secret where it is kept. */
export function changedControlFiles(text: string, layout: Layout): string[] {
  return listChanged(text, layout).flatMap(({ path, now }) => {
    if (now === undefined) return [];
    const shown = withoutCredentials(now.toString('latin1')).replace(PROOF, '$1 (left out)');
    return [`# ${Buffer.from(path).toString('latin1')}\n${shown}\n`];
  });
}

/** Moves aside directories that an operation has put in the place of files that git reads: they may hold something. */
export async function moveDirectoriesAside(layout: Layout, place: Place): Promise<void> {
  const { gitDirectory, commonDirectory, index } = layout;
  const others = [
    join(gitDirectory, 'HEAD'),
    join(gitDirectory, 'commondir'),
    join(commonDirectory, 'packed-refs'),
  ];
  const files = [...controlFiles(layout), index, ...others];
  for (const path of files.filter((one) => existsSync(`${one}/`))) {
    const name = Buffer.from(relative(place.root, path)).toString('latin1');
    await moveAside(place, name, 'a directory');
  }
}

/** Puts the control files back. Twice is once. */
export async function restoreControlFiles(text: string, layout: Layout): Promise<void> {
  for (const { path, before, mode } of listChanged(text, layout)) {
    if (before === undefined) {
      await disk.remove(path);
      continue;
    }
    const directory = dirname(path);
    if (!existsSync(`${directory}/`)) {
      if (!existsSync(layout.gitDirectory)) continue; // A linked worktree that was removed.
      await disk.remove(directory); // A file, or a link that leads nowhere.
      await disk.createDirectory(directory);
    }
    const lock = `${join(realpathSync(directory), basename(path))}.lock`; // Clones may share a directory by a link.
    await disk.replaceFile(path, before, lock, mode);
  }
}
