/**
 * What git does in a repository is steered by a few small files in its directory: its configuration, what is
 * ignored, and how files are converted. An operation may change them, and then git would write other bytes than it
 * read, or look into another tree: they are put back before anything else is.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** Puts the control files back. Twice is once. */
export async function restoreControlFiles(text: string): Promise<void> {
  for (const { path, content, mode } of JSON.parse(text) as Saved[]) {
    const bytes = content === null ? undefined : Buffer.from(content, 'base64');
    const now = read(path);
    if (bytes === undefined ? now === undefined : now?.equals(bytes)) continue;
    if (bytes === undefined) {
      await disk.remove(path);
      continue;
    }
    if (!existsSync(dirname(path))) continue; // The directory went with what was in it: git needs neither.
    await disk.remove(`${path}.lock`);
    await disk.createFile(`${path}.lock`, bytes, mode);
    await disk.rename(`${path}.lock`, path);
  }
}
