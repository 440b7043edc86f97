/** One transaction as the ledger holds it (clauses 12 and 15). */

/**
 * The last record decides, together with the facts, what recovery does (clause 12). `ROLLING_BACK` is the
 * decision to undo after a push was refused for good; the last two are terminal.
 */
export type State =
  | 'INTENT'
  | 'SEALED'
  | 'PUBLISHING'
  | 'PUBLISHED'
  | 'PUSHING'
  | 'ROLLING_BACK'
  | 'COMMITTED'
  | 'ROLLED_BACK';

export type History = 'single' | 'phases';

export type RollbackScope = 'phase' | 'operation' | 'paths' | 'emergency';

export type Publication = 'exchange' | 'rename' | 'two-step';

/** One transaction as the ledger holds it. Paths are absolute; `null` is "not yet" or "not at all". */
export interface Record {
  id: string;
  state: State;
  task_id: string;
  agent_id: string;
  commit_node: string;
  run_url: string | null;
  pid: number;
  began_at: string;
  ended_at: string | null;
  exit_code: number | null;
  reason: string | null;
  /** 1 once everything private of it is removed, after the terminal state. */
  settled: 0 | 1;
  /** 1 once its checkpoints and its list of files are gone, which came after the last `checkpoints`. */
  pruned: 0 | 1;
  target: string;
  /** The private directory beside the target; everything private of this transaction on that mount is in it. Empty: the
   * transaction edits the working tree in place, and `target` is its top level. */
  staging: string;
  /** Where in it the new tree stands, and after an exchange the old one. */
  staged: string;
  manifest: string;
  publication: Publication | null;
  /** The highest parent directory of the target that this transaction created. */
  created_parent: string | null;
  /** Digest of the tree that was published before (`digestOf`); empty: there was none. */
  old_digest: string | null;
  manifest_sha256: string | null;
  /** Full name of the branch's ref, with `commit: true`. */
  branch: string | null;
  /** Snapshots of the working tree before and after an operation in place. */
  preop_sha: string | null;
  opexec_sha: string | null;
  /** `phases`: PRE-OP, OP-EXEC and POST-OP stand as commits on the branch. */
  history: History;
  /** Of a rollback on request: what it goes back to (clause 11). */
  scope: RollbackScope | null;
  /** The transaction that this one reverts. */
  reverts: string | null;
  /** The commit the outputs were made from. */
  base_sha: string | null;
  /** What the branch held in this clone before; empty: it did not exist. */
  branch_sha: string | null;
  /** The commit that was made on the base, to which the local branch moves before the push. */
  local_sha: string | null;
  /** The commit that is to be on the branch in the end: after a replay, or signed, another than `local_sha`. */
  commit_sha: string | null;
  /** Full name of the tag's ref. */
  tag: string | null;
  /** Where the user's index was saved, and SHA-256 of what replaced it. */
  saved_index: string | null;
  index_sha256: string | null;
  /** With `push: true`. */
  remote: string | null;
  /** What the remote branch held before the push; empty: it did not exist. */
  remote_sha: string | null;
  /** The ref on the remote that carries the objects of a commit to be signed; removed in the end. */
  temporary_ref: string | null;
}

const NOT_YET = {
  ended_at: null,
  exit_code: null,
  reason: null,
  settled: 0,
  pruned: 0,
  publication: null,
  created_parent: null,
  old_digest: null,
  manifest_sha256: null,
  preop_sha: null,
  opexec_sha: null,
  local_sha: null,
  commit_sha: null,
  saved_index: null,
  index_sha256: null,
  remote_sha: null,
  temporary_ref: null,
} as const;

type Known = Omit<Record, keyof typeof NOT_YET | 'state' | 'pid' | 'began_at'>;

/** A transaction at its intent: what is known then, and of everything else "not yet". */
export function intent(known: Known): Record {
  return { ...known, ...NOT_YET, state: 'INTENT', pid: process.pid, began_at: new Date().toISOString() };
}

/** The short name of its branch; empty: it has none. */
export function branchOf(record: Readonly<Record> | undefined): string {
  return record?.branch?.replace('refs/heads/', '') ?? '';
}

/** True for a transaction without a target: it covers the whole working tree. */
export function isInPlace({ staging }: Pick<Record, 'staging'>): boolean {
  return staging === '';
}

/** True while the target, and each ref of the user, is what it was. */
export function isOnlyStaged({ state }: Pick<Record, 'state'>): boolean {
  return state === 'INTENT' || state === 'SEALED';
}

/** True once it has ended, one way or the other. */
export function isTerminal({ state }: Pick<Record, 'state'>): boolean {
  return state === 'COMMITTED' || state === 'ROLLED_BACK';
}
