/** The modes, and the last word of a run that meets a bug (clauses 2 and 14). */
import * as core from '@actions/core';
import type { Coordinator, Outcome } from './base-coordinator.ts';
import { finish } from './ending.ts';
import { asTransactionError, EXIT_CODES, REPORT_IT, TransactionError } from './errors.ts';
import { GitHub } from './github.ts';
import {
  type Inputs,
  type Place,
  readInputs,
  readMode,
  readPlaceToSettle,
  readVerifyInputs,
} from './inputs.ts';
import { publish } from './publish.ts';
import { isTerminal } from './record.ts';
import { Report } from './report.ts';
import { recoverMode } from './settlement.ts';
import { verifyMode } from './verify-mode.ts';

/** Runs the mode the inputs name. Returns the exit code; never rejects for a user's mistake. */
export async function main(signal: AbortSignal): Promise<number> {
  const report = new Report();
  try {
    if (readMode() === 'recover') return await recoverMode(keepSecret(readPlaceToSettle()), report, signal);
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

/** The last word of a run that met a bug outside of any protocol: what helps to mend it, and still the outputs. */
export function bug(error: unknown): number {
  const report = new Report();
  const { code, message, next = REPORT_IT } = asTransactionError(error, 'this is a bug in Atomic Publish');
  // Nobody was there to meet it: it has its stack in the log, also where it is one of the system's.
  const details = { cause: error, bug: error instanceof Error ? error : undefined };
  const record = running?.record;
  if (!record || isTerminal(record)) {
    return finish(report, undefined, undefined, new TransactionError(code, message, { ...details, next }));
  }
  const later = 'The post step, the next run or mode recover settles it.';
  const failure = new TransactionError('ROLLBACK_FAILED', message, { ...details, next: later });
  return finish(report, undefined, running, failure);
}
