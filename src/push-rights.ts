/** What can never be pushed, told as early as it can be known (clause 10): forks, workflows, files too large. */
import { readFileSync } from 'node:fs';
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import { quote } from './paths.ts';
import { treeDiff } from './replay.ts';
import type { Tree } from './tree.ts';

/** Events whose token can only read when the pull request comes from a fork. */
const READ_ONLY_EVENTS = /^pull_request(_review|_review_comment)?$/;
const WORKFLOWS = '.github/workflows/';
const MIB = 1024 * 1024;
const GITHUB = /^((https|ssh|git):\/\/)?([^/@]*@)?(www\.)?github\.com[/:]/;
/** github.com refuses larger files: https://docs.github.com/repositories (about large files). */
const LARGEST_ON_GITHUB = 100 * MIB;

interface PullRequestEvent {
  pull_request?: {
    head?: { repo?: { full_name?: string } | null };
    base?: { repo?: { full_name?: string } };
  };
}

/** Throws 65 in a run for a pull request from a fork: the job's token can only read then. */
export function refuseFork(): void {
  if (!READ_ONLY_EVENTS.test(process.env['GITHUB_EVENT_NAME'] ?? '')) return;
  const { pull_request: pull } = readEvent();
  const [head, base] = [pull?.head?.repo?.full_name, pull?.base?.repo?.full_name];
  if (base === undefined || head === base) return;
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `this run is for a pull request from a fork (${head ?? 'deleted meanwhile'}): its token cannot push to ${base}`,
    {
      next:
        'Publish in the run after the merge (on: push), and give this one mode: check. ' +
        'See docs/publishing.md, "Pull requests from forks".',
    },
  );
}

function readEvent(): PullRequestEvent {
  try {
    return JSON.parse(readFileSync(process.env['GITHUB_EVENT_PATH'] ?? '', 'utf8')) as PullRequestEvent;
  } catch {
    return {}; // No event, no fork: whether the token may push the server will say.
  }
}

export interface Limits {
  /** Where a push goes. */
  url: string;
  /** True when the job's token is what pushes: it may not change workflows. */
  noWorkflows: boolean;
  /** In bytes; `undefined`: not known. */
  largestFile: number | undefined;
}

/** Where pushes to a remote go, as all of git's configuration has it, distinct ones in lines; empty where it has no such remote. */
export async function pushUrl(git: Git, remote: string): Promise<string> {
  const { stdout } = await git.try(['remote', 'get-url', '--push', '--all', remote]);
  return [...new Set(stdout.toString().trim().split('\n'))].join('\n');
}

/**
 * Throws 65 where a command has made the remote another one than at `url`, meanwhile: what is pushed there nobody asked
 * for. `undefined`: where it was is not known.
 */
export async function requireSamePlace(git: Git, remote: string, url: string | undefined): Promise<void> {
  if (url === undefined || url === (await pushUrl(git, remote))) return;
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `remote ${quote(remote)} was given another URL while this transaction ran`,
    { next: `Nothing was pushed. See git remote get-url --push ${remote}, and let no command change it.` },
  );
}

/**
 * What the server at the end of `remote` is known to refuse. `jobServerUrl`: the server the job's token is for. Throws 65 where
 * there is no such remote, or several URLs, of which git pushes to one after the other.
 */
export async function readLimits(
  git: Git,
  remote: string,
  jobServerUrl: string | undefined,
): Promise<Limits> {
  const url = await pushUrl(git, remote);
  if (url === '' && !/[:/]/.test(remote)) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `there is no remote ${quote(remote)} in this repository`,
      {
        next: 'Add it (git remote add), name another by the input remote, or set push to false.',
      },
    );
  }
  if (url.includes('\n')) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `input remote holds ${quote(remote)}, which has several push URLs: one may take the commit and another refuse it`,
      { next: 'Give remote the name of one with a single URL, and mirror from there (git remote add).' },
    );
  }
  return {
    url,
    noWorkflows: jobServerUrl !== undefined && url.startsWith(`${jobServerUrl}/`),
    largestFile: GITHUB.test(url) ? LARGEST_ON_GITHUB : undefined,
  };
}

/** Throws 65 when GitHub would sign in another repository than the one that is pushed to. */
export function requireRepository({ url }: Limits, repository: string): void {
  const path = url
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
  if (path.endsWith(`/${repository.toLowerCase()}`) || path.endsWith(`:${repository.toLowerCase()}`)) return;
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `input sign holds "github", and the remote is not ${repository}, in which GitHub would sign`,
    { next: "Sign only what goes to the job's own repository, or set sign to none." },
  );
}

/** Throws 65 for a path, as git names it, that the job's token can never push. */
export function refuseWorkflow(path: string): void {
  if (!`${path}/`.startsWith(WORKFLOWS)) return;
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `${quote(path)} cannot be pushed: the job's token may not change workflows`,
    {
      next: "Give token an app's token with the workflows permission, or a personal one with the workflow scope.",
    },
  );
}

/** Throws 65 when `commit`, made on `base` with `outputs` below `target`, is one the server would refuse. */
export async function requirePushable(
  git: Git,
  { noWorkflows, largestFile }: Limits,
  { base, commit, target, outputs }: { base: string; commit: string; target: string; outputs: Tree },
): Promise<void> {
  const prefix = target === '' ? '' : `${target}/`;
  if (noWorkflows && WORKFLOWS.startsWith(prefix)) {
    for (const { path } of await treeDiff(git, base, commit)) refuseWorkflow(path);
  }
  for (const { path, size } of outputs) {
    if (largestFile === undefined || size <= largestFile) continue;
    // As git holds it: of a file that LFS keeps this is a pointer.
    const held = Number(await git.run(['cat-file', '-s', `${commit}:${prefix}${path}`]));
    if (held <= largestFile) continue;
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `${quote(path)} has ${held} bytes, and github.com takes files up to ${largestFile}`,
      { next: 'Track it with Git LFS, or publish it as a release asset.' },
    );
  }
}
