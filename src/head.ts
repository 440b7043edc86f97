/** HEAD, and what git has under way in a working tree: a merge, a rebase and the like. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as disk from './disk.ts';
import type { Git } from './git.ts';
import { type Layout, readCurrentBranch } from './layout.ts';

/** What git leaves in its directory while a merge, a rebase and the like are under way. */
const UNFINISHED = [
  ...['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD'],
  ...[
    'REVERT_HEAD',
    'REBASE_HEAD',
    'BISECT_LOG',
    'BISECT_START',
    'sequencer',
    'rebase-merge',
    'rebase-apply',
  ],
];

/** The name of what is under way, or `undefined`. */
export function findUnfinished({ gitDirectory }: Layout): string | undefined {
  return UNFINISHED.find((name) => existsSync(join(gitDirectory, name)));
}

/** Forgets what is under way. */
export async function leaveUnfinished({ gitDirectory }: Layout): Promise<void> {
  for (const name of UNFINISHED) {
    const path = join(gitDirectory, name);
    if (existsSync(path)) await disk.remove(path);
  }
}

/** Brings HEAD back on `branch`; `why` stands in its log. */
export async function returnToBranch(
  git: Git,
  branch: string,
  why: string,
  signal?: AbortSignal,
): Promise<void> {
  if ((await readCurrentBranch(git)) === branch) return;
  await git.run(['symbolic-ref', '-m', why, 'HEAD', branch], { signal });
}

/** A HEAD that git cannot read is no repository to git: it names `branch` again. */
export async function mendHead({ gitDirectory }: Layout, branch: string): Promise<void> {
  const path = join(gitDirectory, 'HEAD');
  const text = disk.ignoreMissing(() => readFileSync(path, 'utf8')) ?? '';
  if (/^(ref: refs\/|[0-9a-f]{40})/.test(text)) return;
  await disk.remove(`${path}.lock`);
  await disk.createFile(`${path}.lock`, `ref: ${branch}\n`);
  await disk.rename(`${path}.lock`, path);
}
