/** The action's inputs and environment as one typed, validated value. Defaults stand in action.yml alone. */
import { randomUUIDv7 } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, posix, resolve } from 'node:path';
import * as core from '@actions/core';
import { TransactionError } from './errors.ts';
import type { GitHubPlace } from './github.ts';
import { checkInputs } from './input-checks.ts';
import {
  choice,
  count,
  duration,
  flag,
  get,
  given,
  identity,
  invalid,
  line,
  path,
  requiredDuration,
} from './input-values.ts';
import { isObject, parseJson } from './json.ts';
import type { CoordinatorOptions } from './options.ts';
import { shortQuote } from './paths.ts';
import { oneLine } from './report.ts';

export interface GateInput {
  /** `undefined`: not given. Empty: given as nothing, which is a no. */
  result: string | undefined;
  command: string | undefined;
}

export interface Artifact {
  source: string;
  /** Relative to the target; `undefined`: where the source stands. */
  destination: string | undefined;
}

/** What the coordinator is told, and what else the action has to know. */
export interface Inputs
  extends Omit<CoordinatorOptions, 'credentials' | 'signal' | 'say' | 'step' | 'progress' | 'participants'> {
  taskId: string;
  /** True without a target: the operation edits the working tree in place. */
  isInPlace: boolean;
  /** A transaction, a checkpoint or a commit; `undefined`: the latest transaction. */
  rollbackTo: string | undefined;
  /** Relative to the top level. */
  rollbackPaths: string[];
  /** In a check: a difference is 63. */
  failOnChange: boolean;
  run: string | undefined;
  shell: string;
  artifacts: Artifact[];
  contents: Map<string, string>;
  preserve: string[];
  consistency: GateInput;
  message: GateInput;
  validationCommand: string | undefined;
  commitMessage: string | undefined;
  statusContext: string | undefined;
  token: string;
  serverUrl: string;
  gateTimeoutMs: number;
  runTimeoutMs: number | undefined;
  /** The runner's temp directory. */
  temp: string;
}

/** The modes of clause 2. */
const MODES = ['publish', 'check', 'verify', 'rollback', 'recover'] as const;

/** How action.yml says "nobody gave this result": an empty one was given, and is a no. */
const NOT_GIVEN = 'not-given';

function github(): GitHubPlace | undefined {
  const { GITHUB_API_URL, GITHUB_REPOSITORY } = process.env;
  const token = get('token');
  if (!GITHUB_REPOSITORY || token === '') return undefined;
  return { apiUrl: GITHUB_API_URL ?? 'https://api.github.com', repository: GITHUB_REPOSITORY, token };
}

function artifacts(): Artifact[] {
  return core.getMultilineInput('artifacts').map((text) => {
    const [source = '', destination, ...rest] = text.split('=>').map((part) => part.trim());
    if (source === '' || destination === '' || rest.length > 0) {
      throw invalid('artifacts', text, 'lines of the form: source, or source => destination');
    }
    return { source, destination: destination?.replace(/^\.\/|\/$/g, '') };
  });
}

function contents(): Map<string, string> {
  const text = get('contents');
  if (text === '') return new Map();
  const may = 'a JSON object of paths and texts such as {"a.txt": "text"}';
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch (error) {
    throw invalid('contents', text, `${may} (${oneLine((error as Error).message)})`);
  }
  if (!isObject(parsed)) throw invalid('contents', text, may);
  const entries = Object.entries(parsed);
  for (const [name, content] of entries) {
    path('contents', name);
    if (typeof content !== 'string') throw invalid('contents', `${name}: ${JSON.stringify(content)}`, may);
  }
  return new Map(entries as [string, string][]);
}

function rollbackPaths(): string[] {
  return core.getMultilineInput('rollback-paths').map((text) => {
    const name = posix.normalize(text).replace(/(?<=.)\/+$/, '');
    if (name !== '..' && !name.startsWith('../') && !name.startsWith('/')) return name;
    throw invalid('rollback-paths', text, 'files and directories relative to the top level');
  });
}

function generatedAt(now: Date): string {
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  if (epoch && !/^\d{1,11}$/.test(epoch)) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `SOURCE_DATE_EPOCH holds ${shortQuote(epoch)}; it may hold whole seconds since 1970`,
      { next: 'Leave it out for the time of the run.' },
    );
  }
  const moment = epoch ? new Date(Number(epoch) * 1000) : now;
  return moment.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function commitNode(): string {
  const { GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB } = process.env;
  return [GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB].filter(Boolean).join('/') || 'local';
}

function runUrl(): string | null {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = process.env;
  if (!GITHUB_REPOSITORY || !GITHUB_RUN_ID) return null;
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}

const SCOPES = ['phase', 'operation', 'paths', 'emergency'] as const;

/** Which mode to run. Throws 65 for an unknown one. */
export function readMode(): (typeof MODES)[number] {
  return choice('mode', MODES);
}

/** What every mode needs: where it works and how it reaches the remote. */
export type Place = Pick<
  Inputs,
  | 'workspace'
  | 'workingDirectory'
  | 'target'
  | 'commit'
  | 'token'
  | 'serverUrl'
  | 'github'
  | 'lockTimeoutMs'
  | 'temp'
>;

const isDirectory = (path: string) => existsSync(path) && statSync(path).isDirectory();

/** Reads what every mode needs. Throws 65. `target` is the working directory where it is not given. */
export function readPlace(): Place {
  const place = readPlaceToSettle();
  const named = get('working-directory');
  if (isDirectory(resolve(place.workspace, named))) return place;
  throw invalid('working-directory', named, 'a directory that exists, relative to the workspace');
}

/**
 * The same for a recovery, which needs the repository alone: what died may have moved its working directory away, and the
 * nearest one above it stands in.
 */
export function readPlaceToSettle(): Place {
  const workspace = resolve(process.env['GITHUB_WORKSPACE'] ?? process.cwd());
  const named = resolve(workspace, get('working-directory'));
  let workingDirectory = named;
  while (!isDirectory(workingDirectory)) workingDirectory = dirname(workingDirectory);
  if (!flag('commit') && get('target') === '') {
    throw invalid('target', '', 'the directory to replace: with commit false the ledger stands beside it');
  }
  return {
    workspace,
    workingDirectory,
    target: resolve(named, get('target')),
    commit: flag('commit'),
    token: get('token'),
    serverUrl: process.env['GITHUB_SERVER_URL'] ?? 'https://github.com',
    github: github(),
    lockTimeoutMs: requiredDuration('lock-timeout'),
    temp: process.env['RUNNER_TEMP'] || tmpdir(),
  };
}

export type VerifyInputs = Place & Pick<Inputs, 'manifest'>;

/** Reads what `verify` needs. Throws 65. */
export function readVerifyInputs(): VerifyInputs {
  if (get('target') === '') throw invalid('target', '', 'the published directory to verify');
  return { ...readPlace(), manifest: manifestName() };
}

function manifestName(): string {
  const name = get('manifest');
  if (name.includes('/') || name === '') throw invalid('manifest', name, 'one file name');
  return path('manifest', name);
}

/** Reads and checks everything `publish`, `check` and `rollback` need. Throws 65, or 63 for a missing consistency gate. */
export function readInputs(now: Date): Inputs {
  const place = readPlace();
  const transactionId = given('transaction-id') ?? randomUUIDv7();
  if (!/^(?!.*\.\.)(?!.*\.lock$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9]$/.test(transactionId)) {
    throw invalid('transaction-id', transactionId, '2 to 64 letters, digits, "-", "_" and single "."');
  }
  const manifest = manifestName();
  const author = identity('author');
  const mode = readMode();
  const scope = choice('rollback-scope', SCOPES);
  const inputs: Inputs = {
    taskId: line('task-id', given('task-id') ?? (mode === 'check' ? 'check' : '')),
    agentId: line('agent-id', given('agent-id') ?? process.env['GITHUB_ACTOR'] ?? author.name),
    commitNode: line('commit-node', given('commit-node') ?? commitNode()),
    transactionId,
    generatedAt: generatedAt(now),
    runUrl: runUrl(),
    ...place,
    isInPlace: get('target') === '',
    history: choice('history', ['single', 'phases'] as const),
    rollbackTo: given('rollback-to'),
    rollbackPaths: rollbackPaths(),
    isCheck: mode === 'check',
    failOnChange: flag('fail-on-change'),
    scope: mode === 'rollback' ? scope : null,
    run: given('run'),
    shell: get('shell'),
    artifacts: artifacts(),
    contents: contents(),
    preserve: core.getMultilineInput('preserve'),
    atomicity: choice('atomicity', ['strict', 'journaled'] as const),
    consistency: gate('consistency'),
    message: gate('message'),
    validationCommand: given('validation-command'),
    manifest,
    commitMessage: given('message'),
    author,
    branch: given('branch'),
    push: flag('push'),
    remote: get('remote'),
    onConflict: choice('on-conflict', ['replay', 'fail'] as const),
    dependsOn: core.getMultilineInput('depends-on'),
    pushAttempts: count('push-attempts'),
    tag: given('tag')?.replace(/^refs\/tags\//, ''),
    sign: choice('sign', ['none', 'github'] as const),
    packing: choice('pack', ['fast', 'small'] as const),
    statusContext: given('status-context'),
    jobServerUrl: place.token !== '' && place.token === get('job-token') ? place.serverUrl : undefined,
    checkpoints: count('checkpoints'),
    gateTimeoutMs: requiredDuration('gate-timeout'),
    runTimeoutMs: duration('run-timeout'),
  };
  checkInputs(inputs);
  return inputs.isCheck ? { ...inputs, ...NOTHING_SENT } : inputs;
}

/** A check takes what a publish takes, and leaves alone what says how to send it. */
const NOTHING_SENT = { push: false, tag: undefined, sign: 'none', statusContext: undefined } as const;

function gate(name: 'consistency' | 'message'): GateInput {
  const result = get(`${name}-result`);
  return { result: result === NOT_GIVEN ? undefined : result, command: given(`${name}-command`) };
}
