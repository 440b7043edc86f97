/** The coordinator, used as docs/security/atomic-commits.md says. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AtomicCommitCoordinator } from '../../src/coordinator.ts';
import type { StagedFile } from '../../src/staging.ts';
import { check, ledgerRows, observe } from '../support/check.ts';
import { crashFixture } from '../support/crash.ts';

/** A transaction that must fail: returns why, once it is rolled back. */
async function failingWith(coordinator: AtomicCommitCoordinator, files: StagedFile[]): Promise<unknown> {
  try {
    await coordinator.begin('TASK-1');
    await coordinator.stageChanges(files);
    await coordinator.commit('docs: publish page');
    return undefined;
  } catch (error) {
    await coordinator.rollback(error);
    return error;
  } finally {
    coordinator.close();
  }
}

test('a transaction in which nothing was staged is refused, and does not empty the directory', async () => {
  const fixture = crashFixture();
  const { workspace } = fixture;
  const before = observe(fixture);
  const coordinator = new AtomicCommitCoordinator({ workspace, target: join(workspace, 'docs') });
  expect(await failingWith(coordinator, [])).toMatchObject({
    code: 'ATOMIC_COMMIT_FAILED',
    message: 'there is nothing to publish: no output is in $ATOMIC_STAGING',
  });
  expect(observe(fixture)).toEqual(before);
  expect(ledgerRows(workspace)).toMatchObject([{ state: 'ROLLED_BACK', exit_code: 65, settled: 1 }]);
  check(fixture);
});

test.each([true, false])(
  'with commit %s a participant completes after the terminal record',
  async (commit) => {
    const fixture = crashFixture();
    const { workspace } = fixture;
    const said: string[] = [];
    const say = (what: string) => async () => void said.push(`${what} at ${coordinator.record!.state}`);
    const database = {
      prepare: say('prepare'),
      commit: say('commit'),
      rollback: say('rollback'),
      complete: say('complete'),
    };
    const refuse = () => Promise.reject(new Error('no'));
    const broken = { ...database, prepare: refuse, rollback: async () => {}, complete: async () => {} };
    const participants = [database, broken];
    const target = join(workspace, 'docs');
    const coordinator = new AtomicCommitCoordinator({ workspace, target, commit, participants });
    const error = await failingWith(coordinator, [{ path: 'page.md', content: 'text' }]);
    expect(error).toMatchObject({ message: 'no' });
    // A process that dies in `complete` leaves a transaction that has ended: its `rollback` is not called any more.
    expect(said).toEqual(['prepare at SEALED', 'rollback at SEALED', 'complete at ROLLED_BACK']);
    expect(ledgerRows(workspace)).toMatchObject([{ state: 'ROLLED_BACK', settled: 1 }]);
  },
);
