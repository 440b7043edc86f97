/** One push (clause 10): the branch, and the tag with it, by compare-and-swap; and how it ended as far as can be told. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAnswered } from './backoff.ts';
import type { CommandResult } from './command.ts';
import { ignoreMissing } from './disk.ts';
import { TransactionError } from './errors.ts';
import { type Git, gitError } from './git.ts';
import type { GitHubPlace } from './github.ts';
import type { Packing } from './outputs.ts';
import { quote } from './paths.ts';
import type { Record } from './record.ts';

/** What to do when the remote does not simply take the push. */
export interface PushPolicy {
  attempts: number;
  onConflict: 'replay' | 'fail';
  /** Globs relative to the top level: what the outputs were made from. */
  dependsOn: readonly string[];
  sign: 'none' | 'github';
  github: GitHubPlace | undefined;
  packing: Packing;
  /** Where the remote's pushes went when the run began; `undefined`: it is not known. */
  url: string | undefined;
}

/** How one attempt ended, as far as it can be known from here. */
export type Answer =
  /** The server said no. */
  | { kind: 'refused'; why: string; error: TransactionError }
  /** Neither this attempt nor an earlier one of the same commit sent anything. */
  | { kind: 'unsent'; error: TransactionError }
  /** It may have landed, or may yet. */
  | { kind: 'unknown'; error: TransactionError }
  | { kind: 'accepted'; error?: undefined };

interface Push {
  remote: string;
  /** Full names. */
  branch: string;
  tag: string | null;
  commit: string;
  /** What the remote branch must hold for the push to count; empty: nothing. */
  expected: string;
  /** Directory of git's own traces, one of each attempt to push this commit. */
  traces: string;
  signal: AbortSignal | undefined;
}

const listTraces = (traces: string) =>
  (ignoreMissing(() => readdirSync(traces)) ?? []).map((name) => readFileSync(join(traces, name), 'utf8'));

/** Whether any push of the commit, also of a process that died, got as far as sending. */
export function wasSent(traces: string): boolean {
  // git starts pack-objects once it has read the remote's refs and is about to send: before that nothing left.
  return listTraces(traces).some((trace) => trace.includes('"pack-objects"'));
}

export async function push(git: Git, attempt: Push): Promise<Answer> {
  const { remote, branch, tag, commit, expected, traces, signal } = attempt;
  const earlier = listTraces(traces).length;
  const trace = join(traces, String(earlier + 1));
  const lease = `--force-with-lease=${branch}:${expected}`;
  const refspecs = [branch, ...(tag === null ? [] : [tag])].map((ref) => `${commit}:${ref}`); // A tag is never forced.
  const args = ['push', '--porcelain', '--atomic', '--no-verify', lease, remote, ...refspecs];
  const result = await git.try(args, { signal, env: { GIT_TRACE2_EVENT: trace } });
  if (result.exitCode === 0) return { kind: 'accepted' };
  const why = refusal(result.stdout.toString());
  if (why !== undefined) return { kind: 'refused', why, error: refused(attempt, why, result) };
  const error = gitError(args, result);
  if (isAnswered(error.message)) return { kind: 'refused', why: error.message, error };
  // A trace that git could not write to its end tells nothing.
  const isWhole = ignoreMissing(() => readFileSync(trace, 'utf8'))?.includes('"event":"atexit"') ?? false;
  return { kind: isWhole && !wasSent(traces) ? 'unsent' : 'unknown', error };
}

/** How git servers, and the API of GitHub with its rulesets, say that it is not this push but any that they refuse. */
const POLICY = /declined|protected|prohibited|denied|rule violation|must be made|status check/i;

export function isPolicy(why: string): boolean {
  return POLICY.test(why);
}

/** The reason of a refused ref; of several that which is not only "the other one was refused". */
function refusal(report: string): string | undefined {
  const reasons = [...report.matchAll(/^!\t[^\t]*\t\[(?:remote )?rejected\] \((.*)\)$/gm)].map(
    ([, why]) => why!,
  );
  return reasons.find((why) => !/atomic (push|transaction) failed/.test(why)) ?? reasons[0];
}

function refused({ remote, branch }: Push, why: string, result: CommandResult): TransactionError {
  return new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `${quote(remote)} refused the push to ${quote(branch)}: ${why}`,
    {
      tail: result.stderr.trim().split('\n').filter(Boolean).slice(-20),
      next: /stale info|fetch first|non-fast-forward/.test(why)
        ? 'The remote moved meanwhile. Check out the branch as it is now and run again.'
        : 'See what the remote said: a hook, a protected branch or a missing permission. Then run again.',
    },
  );
}

/** 66 for a push that may have landed, or may yet; `last` is what ended the waiting. */
export function inDoubt(
  { id, commit_sha: commit, branch, remote }: Readonly<Record>,
  last: TransactionError | undefined,
): TransactionError {
  if (last?.code === 'ROLLBACK_FAILED') return last;
  return new TransactionError(
    'ROLLBACK_FAILED',
    `transaction ${id} is in doubt: the push of ${commit} to ${quote(branch!)} on ${quote(remote!)} was not confirmed, and it may yet land${last ? `: ${last.message}` : ''}`,
    {
      cause: last,
      tail: last?.tail ?? [],
      next:
        'Nothing was undone. The next run in this clone, or mode recover there, asks the remote again and settles it. ' +
        'In a fresh clone there is nothing to settle: the branch has the commit, or it has not.',
    },
  );
}
