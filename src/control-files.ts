/**
 * What git does in a repository is steered by a few small files in its directory: its configuration, what is
 * ignored, and how files are converted. An operation may change them, and then git would write other bytes than it
 * read, or look into another tree: they are put back before anything else is.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as disk from './disk.ts';
import type { Layout } from './layout.ts';

function controlFiles({ gitDirectory, commonDirectory }: Layout): string[] {
  const common = ['config', 'info/exclude', 'info/attributes', 'info/sparse-checkout'];
  return [...common.map((name) => join(commonDirectory, name)), join(gitDirectory, 'config.worktree')];
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
    return { path, content: bytes.toString('base64'), mode: statSync(path).mode & 0o777 };
  });
  return JSON.stringify(saved);
}

/** Puts the control files back, and no other: what others have written into the text is not theirs to say. Twice is once. */
export async function restoreControlFiles(text: string, layout: Layout): Promise<void> {
  const own = new Set(controlFiles(layout));
  for (const { path, content, mode } of JSON.parse(text) as Saved[]) {
    if (!own.has(path)) continue;
    const bytes = content === null ? undefined : Buffer.from(content, 'base64');
    const now = read(path);
    if (bytes === undefined ? now === undefined : now?.equals(bytes)) continue;
    if (bytes === undefined) {
      await disk.remove(path);
      continue;
    }
    if (!existsSync(dirname(path))) continue; // The directory went with what was in it: git needs neither.
    const lock = `${join(realpathSync(dirname(path)), basename(path))}.lock`; // Clones may share a directory by a link.
    await disk.remove(lock);
    await disk.createFile(lock, bytes, mode);
    await disk.rename(lock, path);
  }
}
