/**
 * What is announced is on disk (clause 3): the order of writes and syncs of a publish, read from a recorded
 * system-call trace. A power cut keeps what was synced, so that this order is what it can leave.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { crashFixture } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { CAN_TRACE, injecting } from '../support/strace.ts';

interface Call {
  name: string;
  text: string;
}

const TRACED = 'pwrite64,write,fsync,fdatasync,syncfs,rename,renameat,renameat2,mkdir,execve,unlink';

async function record(): Promise<Call[]> {
  const fixture = crashFixture();
  const file = join(fixture.root, 'trace');
  const wrapper = ['strace', '-f', '-y', '-qq', '-s', '300', '-e', `trace=${TRACED}`, '-o', file];
  const step = await publishDocs(fixture, {}, { wrapper });
  expect(step.exitCode, step.log).toBe(0);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !line.includes('resumed>') || /sync|rename/.test(line))
    .map((line) => {
      const text = line.replace(/^\d+ +/, '');
      return { name: /^(?:<\.\.\. )?(\w+)/.exec(text)?.[1] ?? '', text };
    });
}

describe.skipIf(!CAN_TRACE)('a publish (needs ptrace)', () => {
  let calls: Call[];
  beforeEach(async () => {
    calls ??= await record();
  });

  const indexOf = (what: string, matches: (call: Call) => boolean, from = 0): number => {
    const index = calls.findIndex((call, at) => at >= from && matches(call));
    expect(index, what).toBeGreaterThanOrEqual(0);
    return index;
  };
  const isLedgerWrite = ({ name, text }: Call) => name === 'pwrite64' && text.includes('ledger.sqlite-wal>');
  const isLedgerSync = ({ name, text }: Call) =>
    /^f(data)?sync$/.test(name) && text.includes('ledger.sqlite-wal>');
  const isBarrier = ({ name }: Call) => name === 'syncfs';
  const exchange = () =>
    indexOf('the exchange', ({ text }) => text.includes('RENAME_EXCHANGE') && /[^.]docs"/.test(text));
  const push = () => indexOf('the push', ({ name, text }) => name === 'execve' && text.includes('"push"'));
  const branch = () =>
    indexOf('the branch', ({ name, text }) => name.startsWith('rename') && text.includes('refs/heads/main"'));
  /** True when every ledger write before `at` was followed by its sync before `at`. */
  const ledgerIsSynced = (at: number) => {
    const written = calls.slice(0, at).findLastIndex(isLedgerWrite);
    return written >= 0 && calls.slice(written, at).some(isLedgerSync);
  };

  test('has the intent on disk before staging exists', () => {
    const mkdir = indexOf(
      'staging',
      ({ name, text }) => name === 'mkdir' && /\.docs\.atomic-[^/]*"/.test(text),
    );
    expect(ledgerIsSynced(mkdir)).toBe(true);
  });

  test('has staging on disk before the exchange, and the announcement too', () => {
    const written = calls
      .slice(0, exchange())
      .findLastIndex(({ name, text }) => name === 'write' && /\.docs\.atomic-[^>]*\/tree\/docs\//.test(text));
    expect(written).toBeGreaterThan(0);
    const announced = calls.slice(0, exchange()).findLastIndex(isLedgerWrite);
    const barriers = calls.slice(written, announced).filter(isBarrier);
    expect(barriers.some(({ text }) => text.includes('.docs.atomic-'))).toBe(true);
    expect(ledgerIsSynced(exchange())).toBe(true);
  });

  test('has both parents of the exchange on disk before the ledger says that it happened', () => {
    const announced = indexOf('PUBLISHED', isLedgerWrite, exchange());
    const synced = calls
      .slice(exchange(), announced)
      .filter(({ name }) => name === 'fsync')
      .map(({ text }) => text);
    expect(synced.some((text) => /\/work>/.test(text))).toBe(true);
    expect(synced.some((text) => /\.docs\.atomic-[^/>]*\/tree>/.test(text))).toBe(true);
  });

  test('has objects, branch and index on disk before the push, and the announcement too', () => {
    const index = indexOf(
      'the index',
      ({ name, text }) => name.startsWith('rename') && text.includes('.git/index"'),
      branch(),
    );
    expect(index).toBeLessThan(push());
    expect(calls.slice(index, push()).some(isBarrier)).toBe(true);
    expect(ledgerIsSynced(push())).toBe(true);
  });

  test('has the objects on disk before a ref names the commit, and that before the exchange', () => {
    const starts = (program: string) => (call: Call) => call.name === 'execve' && call.text.includes(program);
    const commit = indexOf('commit-tree', starts('"commit-tree"'));
    const ref = indexOf('the ref', starts('/op-exec"'));
    expect(ref).toBeLessThan(exchange());
    const barriers = calls.slice(commit, ref).filter(isBarrier);
    expect(barriers.some(({ text }) => text.includes('/objects/atomic-'))).toBe(true);
  });

  test('writes its mark after the remote was asked, on disk before the old tree is removed', () => {
    const asked = calls.findLastIndex(({ name, text }) => name === 'execve' && text.includes('"ls-remote"'));
    expect(asked).toBeGreaterThan(push());
    const mark = indexOf('COMMITTED', isLedgerWrite, asked);
    const removed = indexOf(
      'clean-up',
      ({ name, text }) => name === 'unlink' && /\.docs\.atomic-/.test(text),
      asked,
    );
    expect(mark).toBeLessThan(removed);
    expect(ledgerIsSynced(removed)).toBe(true);
  });
});

test.skipIf(!CAN_TRACE).each(['check', 'publish'])(
  'where nothing is published, mode %s waits for no disk (needs ptrace)',
  async (mode) => {
    const fixture = crashFixture();
    expect((await publishDocs(fixture)).exitCode).toBe(0);
    const step = await publishDocs(fixture, { mode }, { wrapper: injecting('syncfs', 'error=EIO', 1) });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs['changed']).toBe('false');
  },
);
