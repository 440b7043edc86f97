/** What a transaction leaves for the runner and for people: outputs, summary, exit code (clauses 2, 14 and 18). */
import { relative } from 'node:path';
import type { Coordinator, Outcome } from './base-coordinator.ts';
import { EXIT_CODES, TransactionError } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { commitLink, runLink } from './links.ts';
import { count, duration, size } from './quantities.ts';
import { branchOf, isInPlace, type Record } from './record.ts';
import { type OutputValue, oneLine, type Report, writeChecksums } from './report.ts';
import { settledRows } from './settlement.ts';
import { renderSummary, type Summary } from './summary.ts';
import { totalBytes } from './tree.ts';

/** Tells how the transaction ended, in every way there is. `undefined`: it had none of them yet. Returns the exit code. */
export function finish(
  report: Report,
  inputs: Inputs | undefined,
  coordinator: Coordinator | undefined,
  outcome: Outcome | TransactionError,
): number {
  const failure = outcome instanceof TransactionError ? outcome : undefined;
  const exitName = failure?.code ?? 'COMMITTED';
  const record = coordinator && (coordinator.record ?? whatIsLeft(coordinator, failure));
  const tree = coordinator?.tree ?? [];
  const success = outcome instanceof TransactionError ? undefined : outcome;
  const isCheck = inputs?.isCheck ?? false;
  const changed = success?.changed ?? (coordinator?.differences.length ?? 0) > 0;
  // A rollback in place makes no commit.
  const pushed = changed && record?.remote != null && record.commit_sha !== null;
  // A target that was up to date is described by the manifest it has.
  const isDescribed = success && coordinator?.manifestSha256 && record && (changed || !isInPlace(record));
  // Nothing begun is nothing changed: the same as rolled back. In doubt, the ledger's last record stands.
  const state = success?.state ?? (exitName === 'ROLLBACK_FAILED' ? (record?.state ?? '') : 'ROLLED_BACK');
  const outputs: [string, OutputValue][] = [
    ['state', state],
    ['exit-code', EXIT_CODES[exitName]],
    ['reason', failure ? oneLine(failure.message) : (record?.reason ?? '')],
    ['transaction-id', record?.id ?? inputs?.transactionId ?? ''],
    ['changed', changed],
    ['commit-sha', changed ? (record?.commit_sha ?? '') : ''],
    ['base-sha', record?.base_sha ?? ''],
    ['branch', branchOf(record)],
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
    [
      'rollback-ms',
      coordinator?.rollbackMs === undefined || isCheck ? '' : Math.round(coordinator.rollbackMs),
    ],
  ];
  report.setOutputs(outputs);

  const restored = failure ? whatWasRestored(failure, coordinator) : '';
  const headline = failure?.message ?? headlineOf(coordinator, inputs!, changed);
  if (failure) report.fail(failure, restored);
  else if (isCheck && changed) report.warn(`Check: ${record?.reason}.`);
  else if (isCheck) report.say(`Check: ${record?.reason}.`);
  else report.say(`COMMITTED${changed && record?.commit_sha ? ` ${record.commit_sha}` : ''}: ${headline}`);
  report.summarize(
    renderSummary({
      failure,
      success: isCheck
        ? `CHECKED, ${changed ? 'differences were found' : 'up to date'}`
        : `COMMITTED${changed ? '' : ', nothing to change'}`,
      headline,
      restored,
      facts: record && inputs ? factsOf(coordinator, record, inputs, success?.changed ?? false) : [],
      message: success?.changed && !isCheck && record?.commit_sha ? coordinator!.message : '',
      phases: report.phases,
      verdicts: report.verdicts,
      tree,
      outputs: outputs.map(([name, value]) => [name, String(value)]),
    }),
  );
  return EXIT_CODES[exitName];
}

/** A path as people name it who work in the workspace. */
function named(path: string, { workspace }: Inputs): string {
  const own = relative(workspace, path);
  return own === '' ? 'the working tree' : own.startsWith('..') ? path : own;
}

function headlineOf(coordinator: Coordinator | undefined, inputs: Inputs, changed: boolean): string {
  const record = coordinator?.record;
  if (!coordinator || !record) return 'Nothing had to be done.';
  if (inputs.isCheck) return `Nothing was changed: ${record.reason}.`;
  if (record.scope !== null && record.reverts === null) return `Restored: ${record.reason}.`;
  if (!changed)
    return isInPlace(record) ? 'The operation changed nothing.' : 'What is published is up to date.';
  const where = record.commit_sha === null ? '' : `, on ${branchOf(record)}`;
  const there = record.remote === null ? where : `${where} and on ${record.remote}`;
  if (record.reverts !== null) return `Transaction ${record.reverts} is reverted${there}.`;
  const { tree, removed } = coordinator;
  const gone = removed.length === 0 ? '' : ` and ${removed.length} removed`;
  const files = `${count(tree.length, 'file')} (${size(totalBytes(tree))})${gone}`;
  if (isInPlace(record)) return `Committed what the operation changed, ${files}${there}.`;
  return `Published ${files} in ${named(record.target, inputs)}${there}.`;
}

function whatWasRestored(failure: TransactionError, coordinator: Coordinator | undefined): string {
  if (failure.code === 'ROLLBACK_FAILED') return 'The original state could not be restored or decided.';
  if (coordinator?.rollbackMs === undefined || coordinator.options.isCheck) return 'Nothing was changed.';
  const { kept, record } = coordinator;
  // What a command has itself changed in the target is not undone.
  const [place, since] =
    record && isInPlace(record) ? ['Working tree', ''] : ['Target', ' before the publish'];
  const what = record?.branch ? `${place}, index and branch are as they were` : `${place} is as it was`;
  const where = kept === '' ? '' : ` What was taken away is kept in this clone (${kept}).`;
  return `${what}${since} (restored in ${duration(coordinator.rollbackMs)}).${where}`;
}

/** The transaction of an earlier run that kept this one from beginning: it is the one to look at. */
function whatIsLeft(
  { session }: Coordinator,
  failure: TransactionError | undefined,
): Readonly<Record> | undefined {
  if (failure?.code !== 'ROLLBACK_FAILED') return undefined;
  return session.settled.findLast(({ ended_at }) => ended_at === null);
}

/** The rows under the verdict. */
function factsOf(
  { session, removed }: Coordinator,
  record: Readonly<Record>,
  inputs: Inputs,
  changed: boolean,
): Summary['facts'] {
  const facts: [string, Summary['facts'][number][1]][] = [];
  const isCommitted = changed && record.commit_sha !== null && record.state === 'COMMITTED';
  if (!isCommitted) facts.push(['transaction', record.id]); // Else the trailers say it.
  if (!isCommitted && !inputs.isCheck) facts.push(['task', record.task_id]);
  const pushUrl = isCommitted && record.remote !== null ? session.pushUrl : undefined;
  const link = (name: string, sha: string | null) => {
    const markdown = commitLink(sha ?? '', pushUrl);
    if (markdown !== '') facts.push([name, { markdown }]);
  };
  facts.push(['target', named(record.target, inputs)]);
  if (record.branch !== null) {
    const pushed = isCommitted && record.remote !== null ? `, pushed to ${record.remote}` : '';
    facts.push(['branch', `${branchOf(record)}${pushed}`]);
  }
  if (isCommitted) link('commit', record.commit_sha);
  link('base', record.base_sha);
  if (isCommitted && record.tag !== null) facts.push(['tag', record.tag.replace('refs/tags/', '')]);
  const [first, ...more] = removed;
  if (first !== undefined)
    facts.push(['removed', `${first}${more.length === 0 ? '' : ` and ${more.length} more`}`]);
  const isPublished = changed && !inputs.isCheck && record.publication !== null;
  if (isPublished) facts.push(['published by', record.publication]);
  facts.push(...settledRows(session.settled));
  const run = runLink();
  if (run !== '') facts.push(['run', { markdown: run }]);
  return facts;
}
