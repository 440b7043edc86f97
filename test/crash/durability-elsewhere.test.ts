/**
 * What clause 3 and ADR 18 say of disks beyond a publish with a push (durability.test.ts): a directory alone, an operation
 * in place, a replay, and a gate that says no. Read from a trace of the system calls.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveRemote } from '../support/checkouts.ts';
import { crashFixture } from '../support/crash.ts';
import { operate, publishDocs } from '../support/publish.ts';
import type { Fixture } from '../support/repository.ts';
import type { StepOptions, StepResult } from '../support/runner.ts';
import { CAN_TRACE, injecting } from '../support/strace.ts';

const TRACED = 'syncfs,rename,renameat,renameat2,execve,unlink,unlinkat,rmdir';

/** The calls of a step, one line each, in the order in which they began. */
async function traced(
  { root }: Fixture,
  run: (options: Partial<StepOptions>) => Promise<StepResult>,
  exitCode = 0,
): Promise<string[]> {
  const file = join(root, 'trace');
  const wrapper = ['strace', '-f', '-y', '-qq', '-s', '300', '-e', `trace=${TRACED}`, '-o', file];
  const step = await run({ wrapper });
  expect(step.exitCode, step.log).toBe(exitCode);
  return readFileSync(file, 'utf8').split('\n');
}

/** That a file system of which `place` is a part is synced after the last `from` before `to`, and before `to`. */
function expectBarrier(calls: string[], from: RegExp, place: RegExp, to: RegExp): void {
  const end = calls.findIndex((call) => to.test(call));
  expect(end, `${to}`).toBeGreaterThan(0);
  const start = calls.slice(0, end).findLastIndex((call) => from.test(call));
  expect(start, `${from}`).toBeGreaterThanOrEqual(0);
  const barriers = calls.slice(start, end).filter((call) => / syncfs\(/.test(call));
  expect(
    barriers.some((call) => place.test(call)),
    barriers.join('\n'),
  ).toBe(true);
}

test.skipIf(!CAN_TRACE)(
  'a directory alone has staging on disk before the exchange (needs ptrace)',
  async () => {
    const fixture = crashFixture();
    const calls = await traced(fixture, (options) => publishDocs(fixture, { commit: 'false' }, options));
    expectBarrier(calls, /script\.sh"/, /\.docs\.atomic-[^/>]*>/, /renameat2.*\/docs".*RENAME_EXCHANGE/);
  },
);

test.skipIf(!CAN_TRACE)(
  'an operation in place has its way back on disk before it runs, and its commit before a ref names it (needs ptrace)',
  async () => {
    const fixture = crashFixture();
    const calls = await traced(fixture, (options) => operate(fixture, 'echo A > a.txt', {}, options));
    expectBarrier(calls, /update-ref.*\/pre-op"/, /\/\.git>/, /script\.sh"/);
    expectBarrier(calls, /"commit-tree"/, /\/\.git>/, /update-ref.*\/commit"/);
  },
);

test.skipIf(!CAN_TRACE)(
  'an operation that is undone has the branch and the index on disk before the way back is forgotten (needs ptrace)',
  async () => {
    const fixture = crashFixture();
    const run = 'echo A > a.txt; git -c user.name=A -c user.email=a@example.org commit -q -a -m own';
    const no = { 'consistency-command': 'false', 'consistency-result': 'not-given' };
    const calls = await traced(fixture, (options) => operate(fixture, run, no, options), 63);
    const back = calls.findLastIndex((call) => /rename.*\.git\/index"/.test(call));
    const gone = calls.findIndex((call, at) => at > back && /(unlink|rmdir)\S*\(.*tx-/.test(call));
    expect(calls.slice(back, gone).some((call) => / syncfs\(.*\/\.git>/.test(call))).toBe(true);
  },
);

test.skipIf(!CAN_TRACE)(
  'a commit that is made again is on disk before a ref names it (needs ptrace)',
  async () => {
    const fixture = crashFixture();
    moveRemote(fixture, { 'a.txt': 'theirs\n' });
    const calls = await traced(fixture, (options) => publishDocs(fixture, {}, options));
    expectBarrier(calls, /"commit-tree"/, /\/\.git>/, /update-ref.*\/post-op"/);
  },
);

test.skipIf(!CAN_TRACE)('a publish that a gate refuses waits for no disk (needs ptrace)', async () => {
  const fixture = crashFixture();
  const inputs = { 'consistency-command': 'false' };
  const step = await publishDocs(fixture, inputs, { wrapper: injecting('syncfs', 'error=EIO', 1) });
  expect(step.exitCode, step.log).toBe(63);
});
