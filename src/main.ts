/** The modes, and what each run leaves for the runner: outputs, summary, exit code (clauses 2.2, 14 and 18). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Coordinator, Outcome } from './base-coordinator.ts';
import { asTransactionError, EXIT_CODES, TransactionError } from './errors.ts';
import { GitHub } from './github.ts';
import {
  type Inputs,
  type Place,
  readInputs,
  readMode,
  readPlace,
  readVerifyInputs,
  type VerifyInputs,
} from './inputs.ts';
import { checksums } from './manifest.ts';
import { defaults } from './options.ts';
import { publish } from './publish.ts';
import { isInPlace, type Record } from './record.ts';
import { Report, renderSummary } from './report.ts';
import { Session } from './session.ts';
import { totalBytes } from './tree.ts';
import { type Verified, verify } from './verification.ts';

/** Runs the mode the inputs name. Returns the exit code; never rejects for a user's mistake. */
export async function main(signal: AbortSignal): Promise<number> {
  const report = new Report();
  try {
    if (readMode() === 'recover') return await recoverMode(keepSecret(readPlace()), report, signal);
    if (readMode() === 'verify') return await verifyMode(keepSecret(readVerifyInputs()), report, signal);
    const inputs = keepSecret(readInputs(new Date()));
    const { coordinator, outcome } = await publish(inputs, report, signal, (begun) => {
      running = begun;
    });
    const exitCode = finish(report, inputs, coordinator, outcome);
    await setStatus(report, inputs, coordinator, outcome);
    return exitCode;
  } catch (error) {
    if (!(error instanceof TransactionError)) throw error;
    return finish(report, undefined, undefined, error);
  }
}

/**
 * Sets the commit status of clause 10: success on the commit that carries the outputs, failure on the base. The
 * transaction has ended by then, so that what fails here is a warning.
 */
async function setStatus(
  report: Report,
  { statusContext: context, github: place, taskId, runUrl }: Inputs,
  coordinator: Coordinator,
  outcome: Outcome | TransactionError,
): Promise<void> {
  if (context === undefined || place === undefined) return;
  const { record } = coordinator;
  const base = record?.base_sha ?? (await coordinator.session.readBase().catch(() => undefined))?.sha;
  if (base === undefined) return;
  const failed = outcome instanceof TransactionError;
  const sha = failed || !outcome.changed ? base : record!.commit_sha!;
  const description = failed ? `${EXIT_CODES[outcome.code]} ${outcome.code}` : `COMMITTED for ${taskId}`;
  const status = {
    state: failed ? 'failure' : 'success',
    context,
    description: description.slice(0, 140),
  } as const;
  try {
    const github = new GitHub(place, { say: report.say, signal: AbortSignal.timeout(STATUS_MS) });
    await github.setStatus(sha, runUrl ? { ...status, target_url: runUrl } : status);
  } catch (error) {
    report.warn(`The commit status could not be set: ${(error as Error).message}`);
  }
}

/** A status is worth this much waiting and no more: also a cancelled run has to end. */
const STATUS_MS = 20_000;

/** What the runner keeps from `main`, by which the same bundle knows that it is `post`. */
const MAIN_RAN = 'main-ran';

/** True in the run the runner makes after the job's steps. The first call of the first run makes it so. */
export function isPost(): boolean {
  if (core.getState(MAIN_RAN) !== '') return true;
  core.saveState(MAIN_RAN, 'true');
  return false;
}

/** Settles what `main` left, also when it was killed (clause 12). Silent when there is nothing to do. */
export async function post(signal: AbortSignal): Promise<number> {
  let place: Place;
  try {
    place = readPlace();
  } catch {
    return EXIT_CODES.COMMITTED; // Input that `main` refused: it has said so, and begun nothing.
  }
  return recoverMode(place, new Report(), signal);
}

function keepSecret<T extends Place>(place: T): T {
  if (place.token !== '') core.setSecret(place.token);
  return place;
}

/** The transaction that is under way, for the last word of a run that meets a bug. */
let running: Coordinator | undefined;

/** The last word of a run that met a bug: everything that helps to mend it, and still the outputs. */
export function bug(error: unknown): number {
  const report = new Report();
  report.say(`node ${process.version} on ${process.platform} ${process.arch}`);
  report.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const said = asTransactionError(error, 'this is a bug in Atomic Publish');
  const state = running?.record?.state;
  if (state === undefined || state === 'COMMITTED' || state === 'ROLLED_BACK') {
    return finish(report, undefined, undefined, said);
  }
  const next = 'The post step, the next run or mode recover settles it.';
  return finish(
    report,
    undefined,
    running,
    new TransactionError('ROLLBACK_FAILED', said.message, { cause: error, next }),
  );
}

function finish(
  report: Report,
  inputs: Inputs | undefined,
  coordinator: Coordinator | undefined,
  outcome: Outcome | TransactionError,
): number {
  const failure = outcome instanceof TransactionError ? outcome : undefined;
  const exitName = failure?.code ?? 'COMMITTED';
  const record = coordinator?.record;
  const tree = coordinator?.tree ?? [];
  const success = outcome instanceof TransactionError ? undefined : outcome;
  const isCheck = inputs?.isCheck ?? false;
  const changed = success?.changed ?? (coordinator?.differences.length ?? 0) > 0;
  // A rollback in place makes no commit.
  const pushed = changed && record?.remote != null && record.commit_sha !== null;
  // A target that was up to date is described by the manifest it has.
  const isDescribed = success && coordinator?.manifestSha256 && record && (changed || !isInPlace(record));
  // Nothing begun is nothing changed: the same as rolled back. In doubt, the ledger's last record stands.
  const state =
    success?.state ?? (exitName === 'ROLLBACK_FAILED' ? (record?.state ?? '') : ('ROLLED_BACK' as const));
  const outputs: [string, string | number | boolean][] = [
    ['state', state],
    ['exit-code', EXIT_CODES[exitName]],
    ['reason', failure?.message.replaceAll(/\s*\n\s*/g, ' ') ?? record?.reason ?? ''],
    ['transaction-id', inputs?.transactionId ?? ''],
    ['changed', changed],
    ['commit-sha', changed ? (record?.commit_sha ?? '') : ''],
    ['base-sha', record?.base_sha ?? ''],
    ['branch', record?.branch?.replace('refs/heads/', '') ?? ''],
    ['pushed', pushed],
    ['target', record?.target ?? inputs?.target ?? ''],
    [
      'manifest-path',
      isDescribed ? keep(report, 'manifest', () => coordinator.keepManifest(inputs!.temp)) : '',
    ],
    ['manifest-sha256', isDescribed ? coordinator.manifestSha256 : ''],
    [
      'checksums',
      isDescribed
        ? keep(report, 'checksums', () =>
            writeChecksums(inputs!, inputs!.transactionId, coordinator.checksums),
          )
        : '',
    ],
    ['files', tree.length],
    ['bytes', totalBytes(tree)],
    ['publication', changed && !isCheck ? (record?.publication ?? '') : ''],
    ['rollback-ms', coordinator?.rollbackMs === undefined ? '' : Math.round(coordinator.rollbackMs)],
  ];
  report.setOutputs(outputs);

  const restored = failure ? whatWasRestored(failure, coordinator) : '';
  if (failure) report.fail(failure, restored);
  else if (isCheck && changed) report.warn(`Check: ${record?.reason}.`);
  else if (isCheck) report.say(`Check: ${record?.reason}.`);
  else
    report.say(
      changed && record?.commit_sha !== null
        ? `COMMITTED ${record?.commit_sha}`
        : `COMMITTED: ${record?.reason ?? 'nothing to change'}.`,
    );
  const facts = outputs.slice(0, -1).filter(([, value]) => value !== '' && value !== false);
  report.summarize(
    renderSummary({
      exitName,
      success: isCheck
        ? `CHECKED, ${changed ? 'differences were found' : 'up to date'}`
        : `COMMITTED${changed ? '' : ', nothing to change'}`,
      headline: failure ? `${failure.message}. ${restored}` : headlineOf(record, changed, isCheck),
      facts: facts.map(([name, value]) => [name, String(value)]),
      phases: report.phases,
      verdicts: report.verdicts,
      tail: failure?.tail ?? [],
      tree,
      next: failure?.next,
    }),
  );
  return EXIT_CODES[exitName];
}

function headlineOf(record: Readonly<Record> | undefined, changed: boolean, isCheck: boolean): string {
  if (isCheck) return `Nothing was changed: ${record?.reason}.`;
  if (!changed) return 'What is published is up to date.';
  return record?.scope && record.commit_sha === null ? `Restored: ${record.reason}.` : 'Published.';
}

function whatWasRestored(failure: TransactionError, coordinator: Coordinator | undefined): string {
  if (failure.code === 'ROLLBACK_FAILED') return 'The original state could not be restored or decided.';
  if (coordinator?.rollbackMs === undefined || coordinator.options.isCheck) return 'Nothing was changed.';
  const what = coordinator.record && isInPlace(coordinator.record) ? 'Working tree' : 'Target';
  return `${what}, index and branch are as they were (restored in ${Math.round(coordinator.rollbackMs)} ms).`;
}

function writeChecksums({ temp }: Place, name: string, lines: string): string {
  const path = join(temp, `SHA256SUMS-${name}`);
  writeFileSync(path, lines);
  return path;
}

/** Returns what `write` does; that it cannot is a warning, for the transaction has ended. */
function keep(report: Report, what: string, write: () => string): string {
  try {
    return write();
  } catch (error) {
    report.warn(`The ${what} could not be written: ${(error as Error).message}`);
    return '';
  }
}

/** Mode `recover`, and `post`: settles what a crash left. Quiet and quick when there is nothing. */
async function recoverMode(place: Place, report: Report, signal: AbortSignal): Promise<number> {
  const session = sessionAt(place, report, signal);
  try {
    if (!(await session.hasHistory())) return settled(report, []);
    await session.open();
    return settled(report, session.settled);
  } catch (error) {
    return settled(report, session.settled, asTransactionError(error, 'recovery failed'));
  } finally {
    session.close();
  }
}

function sessionAt(place: Place, report: Report, signal: AbortSignal): Session {
  const credentials = { serverUrl: place.serverUrl, token: place.token };
  return new Session({ ...defaults(), ...place, credentials, signal, say: report.say });
}

/** Mode `verify`. The lock is held meanwhile where there is a ledger: nobody publishes what is being read. */
async function verifyMode(inputs: VerifyInputs, report: Report, signal: AbortSignal): Promise<number> {
  const session = sessionAt(inputs, report, signal);
  let outcome: Verified | TransactionError;
  try {
    if (await session.hasHistory()) await report.step('Recover', () => session.open());
    outcome = await verify(inputs, session, report, signal);
  } catch (error) {
    outcome = asTransactionError(
      error,
      signal.aborted ? 'the run was cancelled' : 'the target was not verified',
    );
  } finally {
    session.close();
  }
  const failure = outcome instanceof TransactionError ? outcome : undefined;
  const verified = outcome instanceof TransactionError ? undefined : outcome;
  const facts = { target: inputs.target, ...(verified && factsOf(verified, inputs, report)) };
  const headline = failure?.message ?? 'The published tree is what its manifest and its commit say.';
  const exitCode = settled(report, session.settled, failure, {
    ...{ 'transaction-id': '', 'commit-sha': '', 'base-sha': '', branch: '', pushed: false },
    reason: headline,
    ...facts,
  });
  if (verified) report.say(`VERIFIED: ${verified.tree.length} files as they were published.`);
  report.summarize(
    renderSummary({
      exitName: failure?.code ?? 'COMMITTED',
      success: 'VERIFIED',
      headline,
      facts: Object.entries(facts).flatMap(([name, value]) => (value === '' ? [] : [[name, String(value)]])),
      phases: report.phases,
      verdicts: [],
      tail: failure?.tail ?? [],
      tree: verified?.tree ?? [],
      next: failure?.next,
    }),
  );
  return exitCode;
}

/** The outputs of a tree that is as it was published. */
function factsOf({ tree, manifest, provenance, commit, target }: Verified, place: Place, report: Report) {
  return {
    'transaction-id': provenance.transactionId,
    'commit-sha': commit,
    'base-sha': provenance.baseCommit ?? '',
    target,
    'manifest-path': manifest.path,
    'manifest-sha256': manifest.sha256,
    checksums: keep(report, 'checksums', () =>
      writeChecksums(place, manifest.sha256, checksums(tree, manifest)),
    ),
    files: tree.length,
    bytes: totalBytes(tree),
  };
}

/** Sets the outputs of a mode that is no transaction; `more` stands in place of what was settled. */
function settled(
  report: Report,
  records: readonly Readonly<Record>[],
  failure?: TransactionError,
  more: { [name: string]: string | number | boolean } = {},
): number {
  const last = records.at(-1);
  const exitName = failure?.code ?? 'COMMITTED';
  for (const { id, state } of records.filter((record) => record.ended_at !== null)) {
    report.say(`Transaction ${id} is settled: ${state}.`);
  }
  const outputs = {
    state: last?.state ?? '',
    'exit-code': EXIT_CODES[exitName],
    reason: failure?.message ?? `${records.length} transactions settled`,
    'transaction-id': last?.id ?? '',
    changed: false,
    'commit-sha': last?.state === 'COMMITTED' ? (last.commit_sha ?? '') : '',
    'base-sha': last?.base_sha ?? '',
    branch: last?.branch?.replace('refs/heads/', '') ?? '',
    pushed: last?.state === 'COMMITTED' && last.remote !== null,
    target: last?.target ?? '',
    'manifest-path': '',
    'manifest-sha256': '',
    checksums: '',
    files: 0,
    bytes: 0,
    publication: '',
    'rollback-ms': '',
  };
  report.setOutputs(Object.entries({ ...outputs, ...more }));
  if (failure) report.fail(failure, '');
  return EXIT_CODES[exitName];
}
