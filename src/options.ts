/** What a coordinator can be told (clause 19). The action fills all of it from its inputs. */
import { randomUUIDv7 } from 'node:crypto';
import { MACHINE } from './commit-object.ts';
import type { Credentials } from './git.ts';
import type { GitHubPlace } from './github.ts';
import type { Identity } from './input-values.ts';
import type { Packing } from './outputs.ts';
import type { Participant } from './participant.ts';
import type { PushPolicy } from './push.ts';
import type { History, RollbackScope } from './record.ts';
import type { Atomicity } from './target.ts';
import type { Progress } from './tree.ts';

/** Everything about a transaction but its task. All but `workspace` and `target` have defaults. */
export interface CoordinatorOptions {
  /** Boundary of everything: the target must be inside. Absolute. */
  workspace: string;
  workingDirectory: string;
  /** Absolute path of the directory to replace. */
  target: string;
  transactionId: string;
  agentId: string;
  commitNode: string;
  /** RFC 3339, UTC, whole seconds: the one moment of this transaction. */
  generatedAt: string;
  runUrl: string | null;
  atomicity: Atomicity;
  /** Name of the manifest inside the target. */
  manifest: string;
  commit: boolean;
  /** Of an operation in place. */
  history: History;
  /** Ends in a comparison (mode `check`): nothing is published, no branch moves. */
  isCheck: boolean;
  /** Of a rollback on request; `null`: of none. */
  scope: RollbackScope | null;
  author: Identity;
  /** Short name; `undefined`: the checked-out one. */
  branch: string | undefined;
  push: boolean;
  remote: string;
  onConflict: PushPolicy['onConflict'];
  /** Globs, relative to the working directory. */
  dependsOn: readonly string[];
  pushAttempts: number;
  /** Short name of a tag to make with the commit. */
  tag: string | undefined;
  sign: PushPolicy['sign'];
  /** Origin of the server when the token is the one the job was given, which may not push everything. */
  jobServerUrl: string | undefined;
  packing: Packing;
  /** For signed commits and check runs; `undefined` outside of a workflow, or without a token. */
  github: GitHubPlace | undefined;
  credentials: Credentials | undefined;
  /** How many transactions keep their checkpoints. */
  checkpoints: number;
  lockTimeoutMs: number;
  signal: AbortSignal | undefined;
  /** One line for the log. */
  say: (message: string) => void;
  /** Wraps each step of the protocol: log group, duration. */
  step: <T>(name: string, perform: () => Promise<T>) => Promise<T>;
  /** Makes what is told how far long work has come; `doing` names the work. */
  progress: ((doing: string) => Progress) | undefined;
  /** Further systems that join: prepared first, committed before the branch, undone in reverse. */
  participants: readonly Participant[];
}

/** What the caller did not choose. */
export function defaults(): Omit<CoordinatorOptions, 'workspace' | 'workingDirectory' | 'target'> {
  return {
    transactionId: randomUUIDv7(),
    agentId: 'unknown',
    commitNode: 'local',
    generatedAt: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
    runUrl: null,
    atomicity: 'strict',
    manifest: 'atomic-manifest.json',
    commit: true,
    history: 'single',
    isCheck: false,
    scope: null,
    author: MACHINE,
    branch: undefined,
    push: false,
    remote: 'origin',
    onConflict: 'replay',
    dependsOn: [],
    pushAttempts: 10,
    tag: undefined,
    sign: 'none',
    jobServerUrl: undefined,
    packing: 'fast',
    github: undefined,
    credentials: undefined,
    checkpoints: 20,
    lockTimeoutMs: 120_000,
    signal: undefined,
    say: () => {},
    step: (_name, perform) => perform(),
    progress: undefined,
    participants: [],
  };
}

/** Only the boundary and the target must be given. */
export type GivenOptions = Pick<CoordinatorOptions, 'workspace' | 'target'> & Partial<CoordinatorOptions>;
