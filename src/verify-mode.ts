/** Mode `verify` from its inputs to its outputs; what is compared is in verification.ts. */
import { relative } from 'node:path';
import { asTransactionError, TransactionError } from './errors.ts';
import type { Place, VerifyInputs } from './inputs.ts';
import { commitLink } from './links.ts';
import { checksums } from './manifest.ts';
import { count } from './quantities.ts';
import { oneLine, type Report, writeChecksums } from './report.ts';
import { conclude, sessionAt, settledRows } from './settlement.ts';
import { EMPTY_SUMMARY, renderSummary, type Summary } from './summary.ts';
import { totalBytes } from './tree.ts';
import { type Verified, verify } from './verification.ts';

/** The lock is held meanwhile where there is a ledger: nobody publishes what is being read. Returns the exit code. */
export async function verifyMode(inputs: VerifyInputs, report: Report, signal: AbortSignal): Promise<number> {
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
  const said = verified?.commit === '' ? 'its manifest says' : 'its manifest and its commit say';
  const headline = failure?.message ?? `The published tree is what ${said}.`;
  // What is in doubt is the one to look at; what was settled is not what was verified.
  const isOpen = failure?.code === 'ROLLBACK_FAILED';
  const none = { 'transaction-id': '', 'commit-sha': '', 'base-sha': '', branch: '', pushed: false };
  const exitCode = conclude(report, session.settled, failure, {
    ...(isOpen ? {} : none),
    reason: oneLine(headline),
    ...facts,
  });
  if (verified) report.say(`VERIFIED: ${count(verified.tree.length, 'file')}, as published.`);
  report.summarize(
    renderSummary({
      ...EMPTY_SUMMARY,
      failure,
      success: 'VERIFIED',
      headline,
      facts: [
        ['target', relative(inputs.workspace, inputs.target)],
        ...(verified ? namesOf(verified) : []),
        ...settledRows(session.settled),
      ],
      outputs: Object.entries(facts).map(([name, value]) => [name, String(value)]),
      phases: report.phases,
      tree: verified?.tree ?? [],
    }),
  );
  return exitCode;
}

/** What published a tree, in the words of the summary of a publish. */
function namesOf({ provenance, commit }: Verified): Summary['facts'] {
  const rows: Summary['facts'] = [
    ['transaction', provenance.transactionId],
    ['task', provenance.taskId],
    ['commit', { markdown: commitLink(commit, undefined) }],
    ['base', { markdown: commitLink(provenance.baseCommit ?? '', undefined) }],
  ];
  return rows.filter(([, value]) => typeof value === 'string' || value.markdown !== '');
}

/** The outputs of a tree that is as it was published. */
function factsOf({ tree, manifest, provenance, commit, target }: Verified, { temp }: Place, report: Report) {
  return {
    'transaction-id': provenance.transactionId,
    'commit-sha': commit,
    'base-sha': provenance.baseCommit ?? '',
    target,
    'manifest-path': manifest.path,
    'manifest-sha256': manifest.sha256,
    checksums: report.keep('checksums', () =>
      writeChecksums(temp, manifest.sha256, checksums(tree, manifest)),
    ),
    files: tree.length,
    bytes: totalBytes(tree),
  };
}
