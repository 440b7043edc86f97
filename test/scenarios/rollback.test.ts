/** Rollback on request: each scope is a transaction of its own, and nothing a user had is lost. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OperationCoordinator } from '../../src/operation-coordinator.ts';
import { checkRepository, ledgerRows } from '../support/check.ts';
import { at, FILES, makeDirty, rollBack, see } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { git, gitSucceeds, makeFixture, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

const EDIT = 'echo A > a.txt; echo new > made.txt; rm b.txt; chmod +x dir/c.txt';

test('a pushed operation is reverted by a new transaction that names it', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace, bare } = fixture;
  const first = await operate(fixture, EDIT);
  const step = await rollBack(fixture, { 'rollback-to': first.outputs['transaction-id']! });
  expect(step.exitCode, step.log).toBe(0);
  expect(step.outputs).toMatchObject({ state: 'COMMITTED', changed: 'true', pushed: 'true' });
  expect(git(bare, 'rev-parse', 'main')).toBe(step.outputs['commit-sha']);
  expect(git(bare, 'rev-parse', 'main^{tree}')).toBe(git(bare, 'rev-parse', 'main~2^{tree}'));
  const trailer = git(
    bare,
    'log',
    '-1',
    '--format=%(trailers:key=Reverts-Transaction,valueonly,separator=)',
    'main',
  );
  expect(trailer).toBe(first.outputs['transaction-id']);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  expect(at(fixture, 'a.txt')).toBe('a\n');
  expect(existsSync(join(workspace, 'made.txt'))).toBe(false);
  checkRepository(fixture);
});

test('a published directory is reverted, without naming it: the latest transaction is meant', async () => {
  const fixture = makeFixture({ files: { ...FILES, 'docs/one.md': 'old\n' } });
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  const step = await rollBack(fixture, {});
  expect(step.exitCode, step.log).toBe(0);
  expect(at(fixture, 'docs/one.md')).toBe('old\n');
  expect(git(fixture.bare, 'ls-tree', '-r', '--name-only', 'main', 'docs/')).toBe('docs/one.md');
  // Twice: the revert is not reverted, and there is nothing left to take back.
  const again = await rollBack(fixture, { 'task-id': 'UNDO-2' });
  expect(again.exitCode).toBe(65);
  expect(again.outputs['reason']).toContain('there is no committed transaction');
  checkRepository(fixture);
});

test('what was changed since is not taken back with it: 65, and everything stays', async () => {
  const fixture = makeFixture({ files: FILES });
  const first = await operate(fixture, EDIT);
  write(fixture.workspace, { 'made.txt': 'mine\n' });
  const before = see(fixture);
  const step = await rollBack(fixture, { 'rollback-to': first.outputs['transaction-id']! });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('"made.txt" was changed since');
  expect(see(fixture)).toEqual(before);
  checkRepository(fixture);
});

test('what a later transaction changed is not taken back with it, and that one is named', async () => {
  const fixture = makeFixture({ files: { ...FILES, 'docs/one.md': 'old\n' } });
  const first = await publishDocs(fixture);
  const second = await publishDocs(fixture, { run: 'echo two > "$ATOMIC_STAGING/one.md"' });
  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  const before = see(fixture);
  const to = first.outputs['transaction-id']!;
  const step = await rollBack(fixture, { 'rollback-to': to, 'working-directory': 'dir' });
  expect(step.exitCode).toBe(65);
  const later = second.outputs['transaction-id']!;
  expect(step.outputs['reason']).toMatch(new RegExp(`"docs/.*" was changed since by transaction ${later}$`));
  expect(step.log).toContain(`Roll ${later} back first`);
  expect(see(fixture)).toEqual(before);
});

test('what was reverted already is known by the history, in a clone without a ledger', async () => {
  const fixture = makeFixture({ files: FILES });
  const { 'transaction-id': id } = (await operate(fixture, EDIT)).outputs;
  expect((await rollBack(fixture, { 'rollback-to': id!, 'transaction-id': 'undo' })).exitCode).toBe(0);
  const fresh = join(fixture.root, 'fresh');
  git(fixture.root, 'clone', '--quiet', fixture.bare, fresh);
  const again = await rollBack({ ...fixture, workspace: fresh }, { 'rollback-to': id! });
  expect(again.exitCode).toBe(65);
  expect(again.outputs['reason']).toBe(`transaction ${id} was reverted by undo already`);
});

test('a failed operation can be looked at again, and taken back again', async () => {
  const fixture = makeFixture({ files: FILES });
  makeDirty(fixture);
  const before = see(fixture);
  const edit = 'echo A > a.txt; echo new > made.txt; rm b.txt';
  const failed = await operate(fixture, edit, { 'validation-command': 'false' });
  expect(failed.exitCode).toBe(65);
  const id = failed.outputs['transaction-id']!;
  const phase = await rollBack(fixture, { 'rollback-to': `${id}/op-exec`, 'rollback-scope': 'phase' });
  expect(phase.exitCode, phase.log).toBe(0);
  expect(phase.outputs).toMatchObject({ changed: 'true', 'commit-sha': '', pushed: 'false' });
  expect(at(fixture, 'made.txt')).toBe('new\n');
  expect(at(fixture, 'untracked.txt')).toBe('untracked\n');
  const back = await rollBack(fixture, {
    'rollback-to': id,
    'rollback-scope': 'operation',
    'task-id': 'UNDO-2',
  });
  expect(back.exitCode, back.log).toBe(0);
  expect(see(fixture)).toEqual(before);
  checkRepository(fixture);
});

test('single files come back from a checkpoint, and what stood there is kept', async () => {
  const fixture = makeFixture({ files: FILES });
  const first = await operate(fixture, EDIT);
  const { head, branch } = see(fixture);
  write(fixture.workspace, { 'a.txt': 'mine\n' });
  const inputs = {
    'rollback-to': first.outputs['transaction-id']!,
    'rollback-scope': 'paths',
    'rollback-paths': 'a.txt\ndir',
  };
  const step = await rollBack(fixture, { ...inputs, 'transaction-id': 'paths-1' });
  expect(step.exitCode, step.log).toBe(0);
  expect(at(fixture, 'a.txt')).toBe('a\n');
  expect(at(fixture, 'made.txt')).toBe('new\n');
  expect(git(fixture.workspace, 'show', 'refs/atomic/paths-1/pre-op:a.txt')).toBe('mine');
  expect(see(fixture)).toMatchObject({ head, branch });
  checkRepository(fixture);
});

test('emergency saves everything, uncommitted work included, and puts branch and tree at a safe commit', async () => {
  const fixture = makeFixture({ files: FILES });
  const safe = git(fixture.workspace, 'rev-parse', 'HEAD');
  expect((await operate(fixture, EDIT)).exitCode).toBe(0);
  write(fixture.workspace, {
    'a.txt': 'precious\n',
    'untracked.txt': 'precious, too\n',
    'x.log': 'ignored\n',
  });
  const step = await rollBack(fixture, {
    'rollback-to': safe,
    'rollback-scope': 'emergency',
    'transaction-id': 'emergency-1',
  });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.workspace, 'rev-parse', 'HEAD')).toBe(safe);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  expect(at(fixture, 'x.log')).toBe('ignored\n');
  expect(git(fixture.workspace, 'show', 'refs/atomic/emergency-1/emergency:a.txt')).toBe('precious');
  expect(git(fixture.workspace, 'show', 'refs/atomic/emergency-1/emergency:untracked.txt')).toBe(
    'precious, too',
  );
  checkRepository(fixture);
});

test('a phase of a committed transaction is not taken back, and the message says what is', async () => {
  const fixture = makeFixture({ files: FILES });
  expect((await operate(fixture, EDIT)).exitCode).toBe(0);
  const before = see(fixture);
  const step = await rollBack(fixture, { 'rollback-scope': 'phase' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('is committed: its last phase cannot be taken back');
  expect(step.log).toContain('Set rollback-scope to operation');
  expect(see(fixture)).toEqual(before);
});

test.each([
  [{ 'rollback-to': 'nothing-of-that-name' }, 'input rollback-to holds "nothing-of-that-name"'],
  [{ 'rollback-scope': 'paths' }, 'input rollback-paths is empty'],
  [{ 'rollback-scope': 'emergency' }, 'input rollback-to is empty'],
  [{ 'rollback-scope': 'all' }, 'input rollback-scope holds "all"'],
  [{ 'task-id': '' }, 'input task-id is empty'],
  [{}, 'there is no committed transaction in this clone that still stands'],
])('%j is refused with words', async (inputs, reason) => {
  const fixture = makeFixture({ files: FILES });
  const before = see(fixture);
  const step = await rollBack(fixture, inputs);
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain(reason);
  expect(see(fixture)).toEqual(before);
});

test.each(['operation', 'phase', 'paths', 'emergency'])(
  'a rollback of scope %s that dies halfway is undone by the next step, and can be done again',
  async (scope) => {
    const points = [
      'after git read-tree',
      'before ledger COMMITTED',
      'after git update-ref',
      'after git write-tree',
    ];
    for (const point of points) {
      const fixture = makeFixture({ files: FILES });
      const safe = git(fixture.workspace, 'rev-parse', 'HEAD');
      await operate(fixture, EDIT, { 'validation-command': 'false', 'transaction-id': 'op-1' });
      write(fixture.workspace, { 'a.txt': 'mine\n' });
      const before = see(fixture);
      const to = { 'rollback-to': scope === 'emergency' ? safe : 'op-1' };
      const inputs = {
        'rollback-scope': scope,
        ...to,
        ...(scope === 'paths' ? { 'rollback-paths': 'a.txt' } : {}),
      };
      const died = await rollBack(fixture, inputs, { ATOMIC_FUSE: point });
      expect(died.signal, `${point}: ${died.log}`).toBe('SIGKILL');
      const post = await runStep({
        workspace: fixture.workspace,
        inputs: { mode: 'rollback', 'task-id': 'UNDO-1' },
        state: { 'main-ran': 'true' },
      });
      expect(post.exitCode, post.log).toBe(0);
      expect(see(fixture), point).toEqual(before);
      expect((await rollBack(fixture, inputs)).exitCode, point).toBe(0);
      expect(git(fixture.workspace, 'status', '--porcelain'), point).not.toContain('mine');
      checkRepository(fixture);
    }
  },
);

test('only the last transactions keep their checkpoints, and all stay in the audit trail', async () => {
  const fixture = makeFixture({ files: FILES });
  for (let number = 0; number < 5; number += 1) {
    const step = await operate(fixture, `echo ${number} > a.txt`, {
      'transaction-id': `t-${number}`,
      checkpoints: '2',
    });
    expect(step.exitCode, step.log).toBe(0);
  }
  const kept = git(fixture.workspace, 'for-each-ref', '--format=%(refname)', 'refs/atomic').split('\n');
  expect([...new Set(kept.map((ref) => ref.split('/')[2]))]).toEqual(['t-3', 't-4']);
  expect(ledgerRows(fixture.workspace).map(({ id }) => id)).toEqual(['t-0', 't-1', 't-2', 't-3', 't-4']);
  expect(gitSucceeds(fixture.workspace, 'fsck', '--strict')).toBe(true);
});

test('what a publish replaced is kept however many runs are refused or find nothing to change', async () => {
  const fixture = makeFixture({ files: FILES });
  const publish = (id: string, more: Record<string, string>) =>
    publishDocs(fixture, { checkpoints: '2', 'transaction-id': id, ...more });
  const contents = (text: string) => ({ run: '', contents: JSON.stringify({ 'page.md': text }) });
  expect((await publish('t-0', contents('0\n'))).exitCode).toBe(0);
  write(fixture.workspace, { 'docs/mine.txt': 'my only copy\n' });
  for (const at of [1, 2]) expect((await publish(`t-${at}`, contents(`${at}\n`))).exitCode).toBe(0);
  for (const at of [0, 1, 2]) {
    expect((await publish(`no-${at}`, { 'consistency-command': 'false' })).exitCode).toBe(63);
    expect((await publish(`same-${at}`, contents('2\n'))).outputs['changed']).toBe('false');
  }
  expect(git(fixture.workspace, 'show', 'refs/atomic/t-1/pre-op:docs/mine.txt')).toBe('my only copy');
  expect(git(fixture.workspace, 'for-each-ref', 'refs/atomic/no-0')).toBe('');
  expect((await publish('t-3', contents('3\n'))).exitCode).toBe(0);
  expect(git(fixture.workspace, 'for-each-ref', 'refs/atomic/t-1')).toBe('');
});

test('a transaction that was reverted is not reverted again, and the revert can be', async () => {
  const fixture = makeFixture({ files: FILES });
  const first = await operate(fixture, EDIT, { 'transaction-id': 'first' });
  expect(first.exitCode).toBe(0);
  expect((await rollBack(fixture, { 'transaction-id': 'undo' })).exitCode).toBe(0);
  const again = await rollBack(fixture, { 'rollback-to': 'first', 'task-id': 'UNDO-2' });
  expect(again.exitCode).toBe(65);
  expect(again.outputs['reason']).toBe('transaction first was reverted by undo already');
  const redo = await rollBack(fixture, { 'rollback-to': 'undo', 'task-id': 'REDO' });
  expect(redo.exitCode, redo.log).toBe(0);
  expect(at(fixture, 'a.txt')).toBe('A\n');
  checkRepository(fixture);
});

test('a failed publish of a target is taken back to what it was, which it is already', async () => {
  const fixture = makeFixture({ files: { ...FILES, 'docs/one.md': 'old\n' } });
  const failed = await publishDocs(fixture, { 'consistency-command': 'false' });
  expect(failed.exitCode).toBe(63);
  write(fixture.workspace, { 'a.txt': 'mine\n' }); // Not the target's, and left alone.
  const before = see(fixture);
  const step = await rollBack(fixture, { 'rollback-to': failed.outputs['transaction-id']! });
  expect(step.exitCode, step.log).toBe(0);
  expect(step.outputs['changed']).toBe('false');
  expect(see(fixture)).toEqual(before);
});

test('a path that nobody has is refused, and one that is right already changes nothing', async () => {
  const fixture = makeFixture({ files: FILES });
  await operate(fixture, 'echo A > a.txt', { 'transaction-id': 'first' });
  const inputs = { 'rollback-to': 'first', 'rollback-scope': 'paths' };
  for (const path of ['nosuch', '../x']) {
    const step = await rollBack(fixture, { ...inputs, 'rollback-paths': path });
    expect(step.exitCode).toBe(65);
    expect(step.outputs['reason']).toContain(`input rollback-paths holds "${path}"`);
  }
  const step = await rollBack(fixture, { ...inputs, 'rollback-paths': 'dir/c.txt' });
  expect(step.outputs).toMatchObject({ 'exit-code': '0', changed: 'false' });
  expect(step.outputs['reason']).toBe('rolled back to first/pre-op, where all was already');
});

test('what was staged before an operation is staged again, also when it was unstaged since', async () => {
  const fixture = makeFixture({ files: FILES });
  makeDirty(fixture);
  const before = see(fixture);
  const failed = await operate(fixture, 'echo A > a.txt', { 'validation-command': 'false' });
  git(fixture.workspace, 'reset', '--quiet');
  const step = await rollBack(fixture, { 'rollback-to': failed.outputs['transaction-id']! });
  expect(step.exitCode, step.log).toBe(0);
  expect(see(fixture)).toEqual(before);
});

test('a checkpoint of another commit is not restored: 65, and everything stays', async () => {
  const fixture = makeFixture({ files: FILES });
  const failed = await operate(fixture, 'echo A > a.txt', { 'validation-command': 'false' });
  write(fixture.workspace, { 'a.txt': 'later\n' });
  git(fixture.workspace, 'commit', '--quiet', '--all', '--message', 'later');
  const before = see(fixture);
  for (const scope of ['operation', 'phase']) {
    const inputs = { 'rollback-to': failed.outputs['transaction-id']!, 'rollback-scope': scope };
    const step = await rollBack(fixture, inputs);
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toContain('was made on another commit');
    expect(see(fixture)).toEqual(before);
  }
});

test('a rollback whose mark cannot be written is undone: nothing else would say that it was done', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  const coordinator = new OperationCoordinator({ workspace, target: workspace, scope: 'paths' });
  try {
    const step = async () => {
      await coordinator.begin('UNDO-1', 'rollback');
      write(workspace, { 'a.txt': 'put back\n' });
      const ledger = coordinator.session.ledger!;
      const update = ledger.update.bind(ledger);
      ledger.update = async (id, changes) => {
        if (changes.state === 'COMMITTED') throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        await update(id, changes);
      };
      await coordinator.endRolledBack('rolled back', true);
    };
    const error = await step().catch((failure) => failure);
    expect(error).toMatchObject({ code: 'INSUFFICIENT_DISK_SPACE' });
    expect(await coordinator.rollback(error)).toBeUndefined();
  } finally {
    coordinator.close();
  }
  expect(at(fixture, 'a.txt')).toBe('a\n');
  expect(ledgerRows(workspace)).toMatchObject([{ state: 'ROLLED_BACK', exit_code: 62, settled: 1 }]);
  checkRepository(fixture);
});
