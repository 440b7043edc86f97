/** The modes, and what each run leaves for the runner: outputs, summary, exit code (clauses 2.2, 14 and 18). */
import * as core from '@actions/core';
import type { Coordinator, Outcome } from './base-coordinator.ts';
import { asTransactionError, EXIT_CODES, TransactionError } from './errors.ts';
import { GitHub } from './github.ts';
import { type Inputs, type Place, readInputs, readMode, readPlace, readVerifyInputs } from './inputs.ts';
import { publish } from './publish.ts';
import { isInPlace, type Record } from './record.ts';
import { type OutputValue, oneLine, Report, renderSummary, writeChecksums } from './report.ts';
import { recoverMode } from './settlement.ts';
import { totalBytes } from './tree.ts';
import { verifyMode } from './verify-mode.ts';

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
  // A rollback in place changes files and makes no commit.
  const sha = (failed || !outcome.changed ? undefined : record?.commit_sha) ?? base;
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
  const outputs: [string, OutputValue][] = [
    ['state', state],
    ['exit-code', EXIT_CODES[exitName]],
    ['reason', failure ? oneLine(failure.message) : (record?.reason ?? '')],
    ['transaction-id', inputs?.transactionId ?? ''],
    ['changed', changed],
    ['commit-sha', changed ? (record?.commit_sha ?? '') : ''],
    ['base-sha', record?.base_sha ?? ''],
    ['branch', record?.branch?.replace('refs/heads/', '') ?? ''],
    ['pushed', pushed],
    ['target', record?.target ?? inputs?.target ?? ''],
    [
      'manifest-path',
      isDescribed ? report.keep('manifest', () => coordinator.keepManifest(inputs!.temp)) : '',
    ],
    ['manifest-sha256', isDescribed ? coordinator.manifestSha256 : ''],
    [
      'checksums',
      isDescribed
        ? report.keep('checksums', () =>
            writeChecksums(inputs!.temp, inputs!.transactionId, coordinator.checksums),
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
