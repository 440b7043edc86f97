/**
 * What Git LFS keeps outside of git (clause 10). A commit holds pointers, and where it arrives they must lead
 * somewhere. git-lfs sends their contents from a hook, and no hook runs on our behalf.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { TransactionError } from './errors.ts';
import { type Git, gitError } from './git.ts';
import type { Layout } from './layout.ts';
import { quote } from './paths.ts';
import { pushUrl } from './push-rights.ts';

interface Delivery {
  remote: string;
  /** Full name. */
  branch: string;
  commit: string;
  /** What the remote branch holds; empty: nothing. */
  expected: string;
}

/** Sends the contents that `commit` and its ancestors need and the remote branch does not. Throws 65, or 62. */
export async function sendLargeFiles(
  git: Git,
  { commonDirectory }: Layout,
  { remote, branch, commit, expected }: Delivery,
  signal: AbortSignal | undefined,
): Promise<void> {
  const storage = (await git.setting('lfs.storage')) || 'lfs';
  // The filter that makes a pointer leaves its content here: without the directory there is none to send. What `~` is depends on
  // the version of git-lfs.
  const places = [storage, storage.replace(/^~(?=\/)/, homedir())];
  if (!places.some((place) => existsSync(resolve(commonDirectory, place, 'objects')))) return;
  const args = ['lfs', 'pre-push', remote, (await pushUrl(git, remote)) || remote]; // It may be a URL itself.
  const input = `${branch} ${commit} ${branch} ${expected || '0'.repeat(commit.length)}\n`;
  const result = await git.try(args, { input, signal }); // It tries again by itself.
  if (result.exitCode === 0) return;
  const lines = `${result.stdout}\n${result.stderr}`
    .split('\n')
    .filter((line) => !/^(hint:|Uploading|$)/.test(line));
  const { code, message, tail } = gitError(args, { ...result, stderr: lines.join('\n') });
  throw new TransactionError(code, `what Git LFS keeps could not be sent to ${quote(remote)}: ${message}`, {
    tail,
    next: 'Check that git-lfs is installed, that the server has Git LFS, and that the content is in this clone.',
  });
}
