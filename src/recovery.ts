/**
 * Recovery (clause 12): what the ledger's last record and the facts say must be done with a transaction that
 * has no terminal state. `decide` is the whole table, and pure.
 */
import type { Publication, State } from './ledger.ts';
import type { Place } from './target.ts';

export interface Facts {
  /** Which generation stands at the target, by content. */
  target: Place;
  /** Which one stands in staging, where an exchange leaves the old tree. */
  staged: Place;
  /** Where the local branch is; `none` without a commit. */
  branch: 'base' | 'commit' | 'other' | 'none';
  /** Where the remote branch is: at what it held before, at or beyond our commit, elsewhere. */
  remote: 'before' | 'commit' | 'other' | 'unreachable' | 'none';
}

export type Decision =
  /** Undo what was done, last effect first: `ROLLED_BACK`. */
  | 'roll back'
  /** The commit point is passed: finish. */
  | 'roll forward'
  /** Nobody knows yet: push the same commit again, which is idempotent. */
  | 'push again'
  /** Neither side can be told, or someone else changed something: touch nothing, 66. */
  | 'in doubt'
  /** The state is terminal: remove what is left. */
  | 'clean up';

export function decide(record: { state: State; publication: Publication | null }, facts: Facts): Decision {
  switch (record.state) {
    case 'COMMITTED':
    case 'ROLLED_BACK':
      return 'clean up';
    case 'INTENT':
    case 'SEALED':
      return 'roll back'; // Nothing but staging exists; the target was not touched, whatever it holds.
    case 'PUBLISHING':
    case 'ROLLING_BACK':
      return undo(record.publication, facts);
    case 'PUBLISHED':
      if (facts.remote === 'none' && facts.branch === 'commit') return 'roll forward';
      return undo(record.publication, facts);
    case 'PUSHING':
      if (facts.remote === 'commit') return 'roll forward';
      if (facts.remote === 'before') return 'push again';
      if (facts.remote === 'other') return undo(record.publication, facts);
      return 'in doubt';
  }
}

/** Undoing is safe when every participant is old or new, and the old tree is where it can be put back from. */
function undo(publication: Publication | null, { target, staged, branch }: Facts): Decision {
  if (branch === 'other') return 'in doubt';
  const isFirst = publication === 'rename';
  const isOld = isFirst ? target === 'absent' : target === 'old';
  const canGoBack = target === 'new' && (isFirst || publication === 'two-step' || staged === 'old');
  const isBetween = publication === 'two-step' && target === 'absent';
  return isOld || canGoBack || isBetween ? 'roll back' : 'in doubt';
}
