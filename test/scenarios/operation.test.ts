/** An operation without a target edits the working tree in place: all of it is committed, or everything is put back. */
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ledgerRows } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { EDIT, FILES, makeDirty, see } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { git, gitSucceeds, makeFixture } from '../support/repository.ts';

test('what the command changed in place is one commit, pushed, and nothing else is in it', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace, bare } = fixture;
  makeDirty(fixture);
  const before = see(fixture);
  const step = await operate(
    fixture,
    'sed -i s/a/A/ a.txt; echo new > made.txt; rm README.md; chmod +x src/input.txt; git add --all',
  );
  expect(step.exitCode, step.log).toBe(0);
  const sha = step.outputs['commit-sha']!;
  expect(git(bare, 'rev-parse', 'main')).toBe(sha);
  expect(git(workspace, 'rev-parse', 'HEAD')).toBe(sha);
  expect(git(workspace, 'diff-tree', '-r', '--name-status', 'HEAD~', 'HEAD').split('\n').sort()).toEqual([
    'A\tmade.txt',
    'D\tREADME.md',
    'M\ta.txt',
    'M\tsrc/input.txt',
  ]);
  expect(git(workspace, 'status', '--porcelain', '--ignored')).toBe(before.status);
  expect(git(workspace, 'show', ':b.txt')).toBe('staged');
  const trailers = git(workspace, 'log', '-1', '--format=%(trailers:only,unfold)');
  expect(trailers).toMatch(/^Task-ID: TASK-1$/m);
  expect(step.outputs).toMatchObject({ changed: 'true', files: '3', pushed: 'true', branch: 'main' });
  const manifest = JSON.parse(readFileSync(step.outputs['manifest-path']!, 'utf8'));
  expect(manifest.subject.map(({ name }: { name: string }) => name)).toEqual([
    'a.txt',
    'made.txt',
    'src/input.txt',
  ]);
});

const NO: [string, Record<string, string>, number][] = [
  ['the command fails', { run: 'FAIL' }, 65],
  ['the consistency gate says no', { 'consistency-command': 'false' }, 63],
  ['the message gate says no', { 'message-command': 'false' }, 64],
  ['the validation fails', { 'validation-command': 'false' }, 65],
];

describe('everything is put back bit for bit, and what was removed is kept', () => {
  test.each(NO)('when %s', async (_, inputs, code) => {
    const fixture = makeFixture({ files: FILES });
    makeDirty(fixture);
    const before = see(fixture);
    const run = inputs['run'] === 'FAIL' ? `${EDIT}\nexit 3` : EDIT;
    const step = await operate(fixture, run, { ...inputs, run });
    expect(step.exitCode, step.log).toBe(code);
    expect(step.outputs['state']).toBe('ROLLED_BACK');
    expect(see(fixture)).toEqual(before);
    const { id } = ledgerRows(fixture.workspace)[0]!;
    expect(git(fixture.workspace, 'show', `refs/atomic/${id}/emergency:made.txt`)).toBe('new');
    expect(git(fixture.workspace, 'show', `refs/atomic/${id}/pre-op:untracked.txt`)).toBe('untracked');
    expect(lstatSync(join(fixture.workspace, 'new.sh')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(fixture.workspace, 'link'))).toBe('a.txt');
  });

  const USER = '-c user.name=Agent -c user.email=agent@example.org';
  test.each([
    ['made commits', `echo x > x.txt; git add x.txt; git ${USER} commit -q -m own; echo y > y.txt; exit 1`],
    [
      'switched branches',
      `git checkout -q -b other; echo x > x.txt; git add x.txt; git ${USER} commit -q -m own; exit 1`,
    ],
    ['detached HEAD', 'git checkout -q --detach; echo x > a.txt; exit 1'],
    [
      'left a merge in progress',
      `git ${USER} stash -q; git checkout -q -b other; echo o > a.txt; git ${USER} commit -qam o; git checkout -q main; echo m > a.txt; git ${USER} commit -qam m; git ${USER} merge other; exit 1`,
    ],
    [
      'left a merge in progress and ended well',
      `git ${USER} stash -q; git checkout -q -b other; echo o > a.txt; git ${USER} commit -qam o; git checkout -q main; echo m > a.txt; git ${USER} commit -qam m; git ${USER} merge other || true`,
    ],
    ['reset the branch', 'git reset -q --hard; git clean -qfd; exit 1'],
    ['deleted the index', 'rm .git/index; exit 1'],
    [
      'changed what is ignored',
      'printf "*.tmp\\n" > .gitignore; echo x > x.tmp; echo y > ignored/new; exit 1',
    ],
  ])('when an operation that fails %s', async (_, run) => {
    const fixture = makeFixture({ files: FILES });
    makeDirty(fixture);
    const before = see(fixture);
    const step = await operate(fixture, run);
    expect(step.exitCode, step.log).toBe(65);
    const after = see(fixture);
    if (run.includes('ignored/new')) delete after.files['ignored/new']; // In what was ignored before: left alone.
    expect(after).toEqual(before);
    expect(existsSync(join(fixture.workspace, '.git/MERGE_HEAD'))).toBe(false);
    // What the operation had made of it is at the tip of what is kept, not somewhere below.
    const { id } = ledgerRows(fixture.workspace)[0]!;
    if (run.includes('.git/index')) return; // It had made nothing.
    const kept = [`refs/atomic/${id}/pre-op`, `refs/atomic/${id}/emergency`];
    expect(git(fixture.workspace, 'diff', '--name-only', ...kept)).not.toBe('');
  });
});

test('an operation that changed nothing is nothing to commit', async () => {
  const fixture = makeFixture({ files: FILES });
  makeDirty(fixture);
  const before = see(fixture);
  const step = await operate(fixture, 'true');
  expect(step.outputs).toMatchObject({ changed: 'false', 'exit-code': '0', 'commit-sha': '' });
  expect(see(fixture)).toEqual(before);
});

test('with history phases PRE-OP, the commits of the operation, OP-EXEC and POST-OP stand on the branch', async () => {
  const fixture = makeFixture({ files: FILES });
  makeDirty(fixture);
  const { status } = see(fixture);
  const run =
    'echo 1 > one.txt; git add one.txt; git -c user.name=Agent -c user.email=agent@example.org commit -q -m "step one"; echo 2 > two.txt';
  const step = await operate(fixture, run, { history: 'phases', message: 'feat: two files' });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'log', '--format=%s', 'main').split('\n')).toEqual([
    'POST-OP: feat: two files',
    'OP-EXEC: feat: two files',
    'step one',
    'PRE-OP: feat: two files',
    'first',
  ]);
  const phases = git(fixture.bare, 'log', '--format=%(trailers:key=Phase,valueonly,separator=)', 'main');
  expect(phases.split('\n')).toEqual(['POST-OP', 'OP-EXEC', '', 'PRE-OP', '']);
  expect(git(fixture.bare, 'diff', '--name-only', 'main~4', 'main').split('\n')).toEqual([
    'one.txt',
    'two.txt',
  ]);
  expect(git(fixture.workspace, 'rev-parse', 'HEAD')).toBe(step.outputs['commit-sha']);
  expect(git(fixture.workspace, 'status', '--porcelain', '--ignored')).toBe(status);
});

test('a remote that moved elsewhere is followed, with each commit of the phases', async () => {
  for (const history of ['single', 'phases']) {
    const fixture = makeFixture({ files: FILES });
    moveRemote(fixture, { 'theirs.txt': 'theirs\n' });
    const step = await operate(fixture, 'echo A > a.txt', { history });
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe(history === 'single' ? '3' : '5');
    expect(git(fixture.workspace, 'rev-parse', 'HEAD')).toBe(git(fixture.bare, 'rev-parse', 'main'));
    expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
    expect(readFileSync(join(fixture.workspace, 'theirs.txt'), 'utf8')).toBe('theirs\n');
    expect(gitSucceeds(fixture.workspace, 'diff', '--quiet', 'HEAD')).toBe(true);
  }
});
