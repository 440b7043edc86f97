/** What the ledger and the history of HEAD say of transactions: who reverts whom, and who changed what (clause 11). */
import type { Git } from './git.ts';
import { commitAt } from './layout.ts';
import { treeDiff } from './replay.ts';
import type { Session } from './session.ts';

/** The transaction that reverts another and still stands, by the ledger or the history of HEAD; empty when none does. */
export async function revertOf(session: Session, id: string): Promise<string> {
  const { git } = session;
  let by = session.ledger!.findRevertOf(id)?.id ?? '';
  if (by === '') {
    const commit = await commitOf(git, id, 'Reverts-Transaction');
    by = commit === '' ? '' : await trailerOf(git, commit, 'Transaction-ID');
  }
  return by === '' || by === id || (await revertOf(session, by)) !== '' ? '' : by;
}

/** The commit in the history of HEAD that carries a transaction's id as trailer `key`; empty when none does. */
export async function commitOf(git: Git, id: string, key = 'Transaction-ID'): Promise<string> {
  const format = `--format=%H %(trailers:key=${key},valueonly,separator=%x20)`;
  const search = ['log', '--no-show-signature', format, '--fixed-strings', `--grep=${key}: ${id}`];
  const result = await git.try([...search, 'HEAD']); // The search finds longer ids, too, and what only speaks of one.
  const lines = result.stdout.toString().split('\n');
  return lines.find((line) => line.split(' ').slice(1).includes(id))?.split(' ')[0] ?? '';
}

export async function trailerOf(git: Git, commit: string, key: string): Promise<string> {
  const format = `--format=%(trailers:key=${key},valueonly,unfold)`;
  return (await git.run(['log', '-1', '--no-show-signature', format, commit])).trim();
}

/** What a transaction stood on, by its last commit: of one with phases that is before PRE-OP. Empty: not known here. */
export async function baseOf(git: Git, commit: string, id: string): Promise<string> {
  if ((await trailerOf(git, commit, 'Phase')) === '') return commitAt(git, `${commit}^`);
  const search = ['log', '-1', '--no-show-signature', '--format=%H', '--fixed-strings', '--all-match'];
  const first = await git.run([...search, `--grep=Transaction-ID: ${id}`, '--grep=Phase: PRE-OP', commit]);
  return first === '' ? '' : commitAt(git, `${first}^`);
}

/** The transaction whose commit is the last that changed `path` between `commit` and HEAD; empty: none, or not known. */
export async function changedBy(git: Git, path: string, commit: string): Promise<string> {
  const isInHead = (await treeDiff(git, commit, 'HEAD')).some((change) => change.path === path);
  if (!isInHead) return ''; // The change is in the working tree.
  const format = '--format=%(trailers:key=Transaction-ID,valueonly,separator=%x20)';
  // At the edge of a shallow clone a commit seems to have changed everything.
  const log = ['--literal-pathspecs', 'log', '-1', '--min-parents=1', '--no-show-signature', format];
  const { stdout } = await git.try([...log, `${commit}..HEAD`, '--', path]);
  return /^[\w.-]+$/.exec(stdout.toString().trim())?.[0] ?? '';
}
