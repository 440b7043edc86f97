/** Mode `recover` and the post step: what a crash left is settled (clause 12), and what a mode that is no transaction says. */
import { asTransactionError, EXIT_CODES, type TransactionError } from './errors.ts';
import { type Place, readPlaceToSettle } from './inputs.ts';
import { LockTaken } from './lock.ts';
import { defaults } from './options.ts';
import { count } from './quantities.ts';
import { branchOf, type Record } from './record.ts';
import { type OutputValue, oneLine, Report } from './report.ts';
import { Session } from './session.ts';
import { EMPTY_SUMMARY, renderSummary } from './summary.ts';

const POST_WAITS_MS = 5000;

/**
 * Settles what `main` left, also when it was killed. Nearly silent when there is nothing to do. It does not wait long for the
 * lock: who holds it settles what `main` left before anything else, and `main` itself may have waited in vain.
 */
export async function post(signal: AbortSignal): Promise<number> {
  let place: Place;
  try {
    place = readPlaceToSettle();
  } catch {
    return EXIT_CODES.COMMITTED; // Input that `main` refused: it has said so, and begun nothing.
  }
  const report = new Report();
  return settle(
    sessionAt({ ...place, lockTimeoutMs: Math.min(place.lockTimeoutMs, POST_WAITS_MS) }, report, signal),
    report,
    true,
  );
}

/** Mode `recover`. Returns the exit code. */
export async function recoverMode(place: Place, report: Report, signal: AbortSignal): Promise<number> {
  return settle(sessionAt(place, report, signal), report, false);
}

/** Settles what a crash left. `isQuiet`: where there is nothing, without a summary, and no repository is no failure. */
async function settle(session: Session, report: Report, isQuiet: boolean): Promise<number> {
  let failure: TransactionError | undefined;
  try {
    if (isQuiet && (await session.isNowhere())) {
      report.say('Nothing to settle: there is no repository here.'); // And `main` has said so.
      return EXIT_CODES.COMMITTED;
    }
    if (await session.hasHistory()) await session.open();
  } catch (error) {
    if (isQuiet && error instanceof LockTaken) {
      report.say(
        'Another transaction in this repository is running. What is left here it settles, or the next run.',
      );
      return EXIT_CODES.COMMITTED;
    }
    failure = asTransactionError(error, 'recovery failed');
  } finally {
    session.close();
  }
  tell(report, session.settled, isQuiet, failure);
  return conclude(report, session.settled, failure);
}

/** The summary: each transaction that was settled, and what could not be. */
function tell(
  report: Report,
  settled: readonly Readonly<Record>[],
  isQuiet: boolean,
  failure: TransactionError | undefined,
): void {
  const many = count(settled.length, 'transaction');
  const headline =
    failure?.message ?? (settled.length > 0 ? `${many} settled.` : 'There was nothing to settle.');
  if (isQuiet && !failure && settled.length === 0) return;
  if (settled.length === 0 && !failure) report.say(headline);
  report.summarize(
    renderSummary({
      ...EMPTY_SUMMARY,
      failure,
      success: 'SETTLED',
      headline,
      facts: settledRows(settled),
    }),
  );
}

/** What recovery has ended, as rows of a summary. */
export function settledRows(settled: readonly Readonly<Record>[]): [string, string][] {
  return settled
    .filter(({ ended_at }) => ended_at !== null)
    .slice(0, 50)
    .map(({ id, task_id, state, reason }) => ['settled', `${id} (${task_id}): ${state}, ${reason}`]);
}

/** A session for a mode that begins no transaction. */
export function sessionAt(place: Place, report: Report, signal: AbortSignal): Session {
  const credentials = { serverUrl: place.serverUrl, token: place.token };
  return new Session({ ...defaults(), ...place, credentials, signal, say: report.say });
}

/** Sets the outputs of a mode that is no transaction; `more` stands in place of what was settled. */
export function conclude(
  report: Report,
  settled: readonly Readonly<Record>[],
  failure?: TransactionError,
  more: { [name: string]: OutputValue } = {},
): number {
  const last = settled.at(-1);
  const exitName = failure?.code ?? 'COMMITTED';
  const commit = last?.state === 'COMMITTED' ? last.commit_sha : null;
  const outputs = {
    state: last?.state ?? '',
    'exit-code': EXIT_CODES[exitName],
    reason: failure ? oneLine(failure.message) : `${count(settled.length, 'transaction')} settled`,
    'transaction-id': last?.id ?? '',
    changed: settled.some(({ ended_at }) => ended_at !== null),
    'commit-sha': commit ?? '',
    'base-sha': last?.base_sha ?? '',
    branch: branchOf(last),
    pushed: commit !== null && last?.remote != null,
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
