/** HEAD, and what git has under way in a working tree: a merge, a rebase and the like. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as disk from './disk.ts';
import type { Git } from './git.ts';
import { commitAt, type Layout, readCurrentBranch } from './layout.ts';

/** What git leaves in its directory while a merge, a rebase and the like are under way. */
const UNFINISHED = [
  ...['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD'],
  ...[
    'MERGE_AUTOSTASH',
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

/** Where git notes the stash it has made of what was uncommitted, and would apply at the end. */
const AUTOSTASHES = ['MERGE_AUTOSTASH', 'rebase-merge/autostash', 'rebase-apply/autostash'];

/** Forgets what is under way. What was set aside for it goes to the list of stashes, as git does when it is told to quit. */
export async function leaveUnfinished(git: Git, { gitDirectory }: Layout): Promise<void> {
  for (const name of AUTOSTASHES) {
    const noted = disk.ignoreMissing(() => readFileSync(join(gitDirectory, name), 'utf8'));
    const stash = noted && (await commitAt(git, noted.trim()));
    if (stash) await git.run(['update-ref', '--create-reflog', '-m', 'autostash', 'refs/stash', stash]);
  }
  for (const name of UNFINISHED) {
    const path = join(gitDirectory, name);
    if (existsSync(path)) await disk.remove(path);
  }
}

/** What a transaction that began on a detached HEAD has for its branch. */
export const DETACHED = 'HEAD';

interface Head {
  /** Full name, or `DETACHED`. */
  branch: string;
  /** The commit of a detached HEAD. */
  commit: string;
}

/** Brings HEAD back to where it was; `why` stands in its log. */
export async function returnToBranch(
  git: Git,
  { branch, commit }: Head,
  why: string,
  signal?: AbortSignal,
): Promise<void> {
  const current = (await readCurrentBranch(git)) ?? DETACHED;
  if (current === branch) return;
  const to = branch === DETACHED ? ['update-ref', '--no-deref'] : ['symbolic-ref'];
  await git.run([...to, '-m', why, 'HEAD', branch === DETACHED ? commit : branch], { signal });
}

/**
 * Brings the branch back to its commit. Where it is gone, others may stand in its way, as `main/x` in that of `main`: what they lead
 * to is kept by refs whose names start with `aside`. Returns those, also where another process has made them before it died.
 */
export async function returnBranch(
  git: Git,
  { branch, commit }: Head,
  why: string,
  aside: string,
): Promise<string[]> {
  const now = await commitAt(git, branch);
  if (now === '') await makeWay(git, branch, aside);
  const isOther = (await git.try(['symbolic-ref', '--quiet', branch])).exitCode === 0;
  if (now !== commit || isOther) {
    // Not of the branch that the operation has made it another name of.
    const move = ['update-ref', '--no-deref', '-m', why, branch, commit];
    await git.run([...move, ...(now ? [now] : [])]);
  }
  return (await git.run(['for-each-ref', '--format=%(refname)', `${aside}*`])).split('\n').filter(Boolean);
}

/** Puts refs whose names start with `aside` in the place of branches that have a part of the name of `branch`. */
async function makeWay(git: Git, branch: string, aside: string): Promise<void> {
  const list = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads'];
  const lines = (await git.run(list, { encoding: 'latin1' })).split('\n');
  const name = Buffer.from(branch).toString('latin1');
  const moves = lines.flatMap((line) => {
    const [id, ref = ''] = line.split(' ');
    if (!ref.startsWith(`${name}/`) && !name.startsWith(`${ref}/`)) return [];
    const kept = aside + ref.slice('refs/heads/'.length).replace(/[%/]/g, encodeURIComponent);
    // Not what it may be another name of.
    return [`update ${kept}\0${id}\0\0option no-deref\0delete ${ref}\0${id}\0`];
  });
  if (moves.length === 0) return;
  await git.run(['update-ref', '--stdin', '-z'], { input: Buffer.from(moves.join(''), 'latin1') });
}

/** A HEAD that git cannot read is no repository to git: it says again what it said. */
export async function mendHead({ gitDirectory }: Layout, { branch, commit }: Head): Promise<void> {
  const path = join(gitDirectory, 'HEAD');
  const text = disk.ignoreMissing(() => readFileSync(path, 'utf8')) ?? '';
  if (/^(ref: refs\/|[0-9a-f]{40})/.test(text)) return;
  await disk.replaceFile(path, `${branch === DETACHED ? commit : `ref: ${branch}`}\n`, `${path}.lock`);
}
