/** Mode `recover` and the post step: what a crash left is settled (clause 12), and what a mode that is no transaction says. */
import { asTransactionError, EXIT_CODES, type TransactionError } from './errors.ts';
import { type Place, readPlace } from './inputs.ts';
import { defaults } from './options.ts';
import type { Record } from './record.ts';
import { type OutputValue, oneLine, Report, renderSummary } from './report.ts';
import { Session } from './session.ts';

/** Settles what `main` left, also when it was killed. Silent when there is nothing to do. */
export async function post(signal: AbortSignal): Promise<number> {
  let place: Place;
  try {
    place = readPlace();
  } catch {
    return EXIT_CODES.COMMITTED; // Input that `main` refused: it has said so, and begun nothing.
  }
  return recoverMode(place, new Report(), signal);
}

/** Mode `recover`, and `post`. Quiet and quick when there is nothing. Returns the exit code. */
export async function recoverMode(place: Place, report: Report, signal: AbortSignal): Promise<number> {
  const session = sessionAt(place, report, signal);
  try {
    if (await session.hasHistory()) await session.open();
    return conclude(report, session.settled);
  } catch (error) {
    const failure = asTransactionError(error, 'recovery failed');
    report.summarize(
      renderSummary({
        exitName: failure.code,
        success: '',
        headline: failure.message,
        facts: [],
        phases: [],
        verdicts: [],
        tail: failure.tail,
        tree: [],
        next: failure.next,
      }),
    );
    return conclude(report, session.settled, failure);
  } finally {
    session.close();
  }
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
  for (const { id, state } of settled.filter((record) => record.ended_at !== null)) {
    report.say(`Transaction ${id} is settled: ${state}.`);
  }
  const commit = last?.state === 'COMMITTED' ? last.commit_sha : null;
  const outputs = {
    state: last?.state ?? '',
    'exit-code': EXIT_CODES[exitName],
    reason: failure ? oneLine(failure.message) : `${settled.length} transactions settled`,
    'transaction-id': last?.id ?? '',
    changed: false,
    'commit-sha': commit ?? '',
    'base-sha': last?.base_sha ?? '',
    branch: last?.branch?.replace('refs/heads/', '') ?? '',
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
