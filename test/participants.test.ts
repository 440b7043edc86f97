/** Clause 19: further systems join a transaction, in the order and at the times that docs/security/atomic-commits.md says. */
import { expect, test } from 'vitest';
import { AtomicCommitCoordinator } from '../src/coordinator.ts';
import type { Participant } from '../src/participant.ts';
import { git, makeFixture } from './support/repository.ts';

function rehearse(refuses: string) {
  const { workspace } = makeFixture({ files: { 'docs/old.md': 'old\n' } });
  const first = git(workspace, 'rev-parse', 'HEAD');
  const calls: string[] = [];
  const join = (name: string): Participant => {
    const call = (what: string) => async () => {
      const isMoved = git(workspace, 'rev-parse', 'HEAD') === first ? '' : ' after the branch';
      const isPublished = git(workspace, 'status', '--porcelain', 'docs') === '' ? '' : ' published';
      calls.push(`${name} ${what}${isPublished}${isMoved}`);
      if (`${name} ${what}` === refuses) throw new Error('no');
    };
    return {
      prepare: call('prepare'),
      commit: call('commit'),
      rollback: call('rollback'),
      complete: call('complete'),
    };
  };
  const options = { workspace, target: `${workspace}/docs`, participants: [join('a'), join('b')] };
  return { calls, coordinator: new AtomicCommitCoordinator(options) };
}

async function publish(coordinator: AtomicCommitCoordinator): Promise<void> {
  try {
    await coordinator.begin('TASK-1');
    await coordinator.stageChanges([{ path: 'page.md', content: 'text' }]);
    await coordinator.commit('docs: publish page');
  } catch (error) {
    await coordinator.rollback(error);
  } finally {
    coordinator.close();
  }
}

test('all are prepared before one commits, after the publication and before the branch', async () => {
  const { calls, coordinator } = rehearse('nothing');
  await publish(coordinator);
  expect(coordinator.record?.state).toBe('COMMITTED');
  expect(calls).toEqual([
    ...['a prepare', 'b prepare', 'a commit published', 'b commit published'],
    ...['a complete after the branch', 'b complete after the branch'],
  ]);
});

test.each([
  ['b prepare', ['a prepare', 'b prepare']],
  ['b commit', ['a prepare', 'b prepare', 'a commit published', 'b commit published']],
])('when %s says no all are rolled back in reverse', async (refuses, before) => {
  const { calls, coordinator } = rehearse(refuses);
  await publish(coordinator);
  expect(coordinator.record?.state).toBe('ROLLED_BACK');
  const published = before.length > 2 ? ' published' : '';
  expect(calls).toEqual([
    ...before,
    ...[`b rollback${published}`, `a rollback${published}`],
    ...['a complete', 'b complete'],
  ]);
});
