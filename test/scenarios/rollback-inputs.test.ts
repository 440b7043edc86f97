/** Inputs of mode rollback do what they say, or are refused by name: none is passed over without a word. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { crashFixture } from '../support/crash.ts';
import { at, FILES, rollBack } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';

async function makeFirst(run = 'echo A > a.txt') {
  const fixture = makeFixture({ files: FILES });
  expect((await operate(fixture, run, { 'transaction-id': 'first' })).exitCode).toBe(0);
  return fixture;
}
const PATHS = { 'rollback-to': 'first', 'rollback-scope': 'paths', 'rollback-paths': 'a.txt' };

describe('a rollback', () => {
  test.each([
    ['run', 'true', 'mode is rollback'],
    ['artifacts', 'dir', 'mode is rollback'],
    ['contents', '{"a":"1"}', 'mode is rollback'],
    ['consistency-command', 'false', 'mode is rollback'],
    ['message-command', 'false', 'mode is rollback'],
    ['validation-command', 'false', 'mode is rollback'],
    ['rollback-paths', 'a.txt', 'rollback-scope is operation'],
  ])('refuses %s, which it would pass over', async (name, value, why) => {
    const fixture = await makeFirst();
    const step = await rollBack(fixture, { [name]: value });
    expect(step.exitCode).toBe(65);
    const words = `input ${name} holds ${JSON.stringify(value)}; it may hold nothing while ${why}`;
    expect(step.outputs['reason']).toContain(words);
    expect(at(fixture, 'a.txt')).toBe('A\n');
  });

  test('of single files refuses a tag: nothing is committed', async () => {
    const step = await rollBack(await makeFirst(), { ...PATHS, tag: 'v1' });
    expect(step.outputs['reason']).toContain(
      'input tag holds "v1"; it may hold nothing while rollback-scope',
    );
  });

  test.each([
    ['consistency-result', 'failure', 63],
    ['message-result', 'skipped', 64],
  ])('ends with a no that %s hands in', async (name, value, exitCode) => {
    const fixture = await makeFirst();
    expect((await rollBack(fixture, { [name]: value })).exitCode).toBe(exitCode);
    expect(at(fixture, 'a.txt')).toBe('A\n');
  });

  test('goes on with a yes, and shows it among the gates', async () => {
    const step = await rollBack(await makeFirst(), { 'consistency-result': 'success' });
    expect(step.exitCode).toBe(0);
    expect(step.summary).toContain('| consistency | consistency-result | ✅ yes |');
  });
});

test('scope paths commits nothing, also with history phases', async () => {
  const fixture = await makeFirst();
  const head = git(fixture.workspace, 'rev-parse', 'main');
  const step = await rollBack(fixture, { ...PATHS, history: 'phases' });
  expect(step.outputs).toMatchObject({ 'exit-code': '0', 'commit-sha': '' });
  expect(git(fixture.workspace, 'rev-parse', 'main')).toBe(head);
});

test('an emergency works, also with history phases', async () => {
  const inputs = { 'rollback-to': 'first', 'rollback-scope': 'emergency', history: 'phases' };
  const step = await rollBack(await makeFirst(), inputs);
  expect(step.exitCode, step.log).toBe(0);
});

test('scope phase of a target and a commit is refused: what that published is not known', async () => {
  const fixture = crashFixture();
  const { outputs } = await publishDocs(fixture);
  const inputs = { target: 'docs', 'rollback-scope': 'phase', 'rollback-to': outputs['commit-sha']! };
  const step = await rollBack(fixture, inputs);
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('what that published is not known in this clone');
});

test.each(['.', './', 'dir/.', 'dir//c.txt', './dir/'])(
  'rollback-paths "%s" is what git makes of it',
  async (path) => {
    const fixture = await makeFirst('echo C > dir/c.txt');
    const step = await rollBack(fixture, { ...PATHS, 'rollback-paths': path });
    expect(step.exitCode, step.log).toBe(0);
    expect(at(fixture, 'dir/c.txt')).toBe('c\n');
  },
);

test.each(['..', '../a.txt', 'dir/../../a.txt', '/a.txt'])(
  'rollback-paths "%s" is refused by name',
  async (path) => {
    const step = await rollBack(await makeFirst(), { ...PATHS, 'rollback-paths': path });
    expect(step.exitCode).toBe(65);
    expect(step.outputs['reason']).toContain(`input rollback-paths holds "${path}"; it may hold files`);
  },
);

test('what stood in another worktree is not put into this one', async () => {
  const fixture = makeFixture({ files: FILES });
  const linked = join(fixture.root, 'linked');
  git(fixture.workspace, 'worktree', 'add', '--quiet', '-b', 'other', linked);
  write(linked, { 'a.txt': 'mine, there\n' });
  await operate({ workspace: linked }, 'echo B > b.txt; exit 1', { 'transaction-id': 'failed' });
  const step = await rollBack(fixture, { 'rollback-to': 'failed' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe(`transaction failed ran in the working tree "${linked}"`);
  expect(at(fixture, 'a.txt')).toBe('a\n');
});

test('a transaction whose revert was reverted stands again, and is the latest', async () => {
  const fixture = makeFixture({ files: FILES });
  await operate(fixture, 'echo B > b.txt', { 'transaction-id': 'zero' });
  await operate(fixture, 'echo A > a.txt', { 'transaction-id': 'first' });
  expect((await rollBack(fixture, { 'transaction-id': 'undo' })).exitCode).toBe(0);
  expect((await rollBack(fixture, { 'rollback-to': 'undo', 'task-id': 'REDO' })).exitCode).toBe(0);
  expect(at(fixture, 'a.txt')).toBe('A\n');
  const step = await rollBack(fixture, { 'task-id': 'AGAIN' });
  expect(step.exitCode, step.log).toBe(0);
  expect({ a: at(fixture, 'a.txt'), b: at(fixture, 'b.txt') }).toEqual({ a: 'a\n', b: 'B\n' });
});

test('an emergency says in the summary where what stood there is kept; a second one has nothing to change', async () => {
  const fixture = await makeFirst();
  write(fixture.workspace, { 'a.txt': 'precious\n', 'new.txt': 'precious\n' });
  const emergency = { 'rollback-to': 'main~1', 'rollback-scope': 'emergency', 'transaction-id': 'one' };
  const step = await rollBack(fixture, emergency);
  expect(step.outputs['changed']).toBe('true');
  const see = 'git diff --stat HEAD refs/atomic/one/emergency';
  expect(step.outputs['reason']).toBe(
    `rolled back to main~1; what stood there is kept in this clone (${see})`,
  );
  expect(step.summary).toContain('what stood there is kept');
  expect(git(fixture.workspace, ...see.split(' ').slice(1))).toMatch(/a\.txt[\s\S]*new\.txt/);
  const safe = git(fixture.workspace, 'rev-parse', 'HEAD');
  const again = await rollBack(fixture, { ...emergency, 'rollback-to': safe, 'transaction-id': 'two' });
  expect(again.outputs).toMatchObject({
    changed: 'false',
    reason: `rolled back to ${safe}, where all was already`,
  });
});
