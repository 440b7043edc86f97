/** What the user did after an operation died is not lost by the recovery, whichever way it goes. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveRemote } from '../support/checkouts.ts';
import { runPost } from '../support/crash.ts';
import { asUser, isRoot } from '../support/filesystems.ts';
import { at, FILES } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { git, gitSucceeds, makeFixture, write } from '../support/repository.ts';

const DIE = 'kill -9 $PPID; sleep 1';

/** True where a file below `root`, or an object of the clone, holds the text. */
function isFound(root: string, text: string): boolean {
  const script = `grep -rl ${text} . ; git -c safe.directory='*' cat-file --batch-all-objects --batch --buffer | grep -a ${text}; true`;
  return execFileSync('bash', ['-c', script], { cwd: root, encoding: 'latin1' }) !== '';
}

test('a repository that the user has cloned since to where a file was is not removed without a copy', async () => {
  const fixture = makeFixture({ files: { ...FILES, tool: 'tool\n' } });
  const { workspace } = fixture;
  const died = await operate(fixture, `rm tool; ${DIE}`, { 'transaction-id': 'dead' });
  expect(died.signal).toBe('SIGKILL');
  const place = join(workspace, 'tool');
  git(workspace, 'init', '--quiet', place);
  write(place, { committed: 'committed\n' });
  git(place, 'add', 'committed');
  git(place, 'commit', '--quiet', '--message', 'unpushed');
  write(place, { 'not-committed': 'precious\n' });
  const post = await runPost(fixture, { target: '' });
  expect([0, 66]).toContain(post.exitCode);
  expect(isFound(workspace, 'precious'), post.log).toBe(true);
});

test.runIf(isRoot)(
  'one ignored file that cannot be read does not keep the others from being kept',
  async () => {
    const fixture = makeFixture({ files: { ...FILES, conf: 'default\n' } });
    const { workspace } = fixture;
    const options = asUser(fixture);
    const run = `git rm -q conf; echo conf >> .gitignore; ${DIE}`;
    const died = await operate(fixture, run, { 'transaction-id': 'dead' }, options);
    expect(died.signal).toBe('SIGKILL');
    write(workspace, { 'conf/made-by-a-container': 'other\n', 'conf/mine': 'precious\n' });
    execFileSync('chown', ['-R', '65534:65534', join(workspace, 'conf')]);
    chownSync(join(workspace, 'conf/made-by-a-container'), 0, 0);
    chmodSync(join(workspace, 'conf/made-by-a-container'), 0o600);
    const post = await runPost(fixture, { target: '' }, options);
    expect([0, 66]).toContain(post.exitCode);
    if (post.exitCode === 66) return;
    const kept = 'refs/atomic/dead/emergency:conf/mine';
    expect(gitSucceeds(workspace, '-c', 'safe.directory=*', 'cat-file', '-e', kept), post.log).toBe(true);
  },
);

test('what the user has staged since the push of an operation that died stays staged, as a publish of a target leaves it', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  const died = await operate(
    fixture,
    'echo x > a.txt',
    {},
    { env: { ATOMIC_FUSE: 'before ledger COMMITTED' } },
  );
  expect(died.signal).toBe('SIGKILL');
  write(workspace, { 'b.txt': 'staged\n', 'new.txt': 'new\n' });
  git(workspace, 'add', 'b.txt', 'new.txt');
  write(workspace, { 'b.txt': 'and changed again\n' });
  const before = git(workspace, 'status', '--porcelain');
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(git(workspace, 'status', '--porcelain')).toBe(before);
  expect(git(workspace, 'show', ':b.txt')).toBe('staged');
});

test('the way back of a branch that became another name of a second one leaves the second one where it is', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  git(workspace, 'branch', 'mine', git(workspace, 'commit-tree', '-p', 'HEAD', '-m', 'mine', 'HEAD^{tree}'));
  const mine = git(workspace, 'rev-parse', 'mine');
  const step = await operate(fixture, 'git symbolic-ref refs/heads/main refs/heads/mine; exit 1');
  expect(step.exitCode, step.log).toBe(65);
  expect(git(workspace, 'rev-parse', 'mine')).toBe(mine);
  expect(gitSucceeds(workspace, 'symbolic-ref', '--quiet', 'refs/heads/main')).toBe(false);
  expect(at(fixture, 'a.txt')).toBe('a\n');
});

test('what others pushed meanwhile is not staged as taken back where the working tree could not follow', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  moveRemote(fixture, { 'b.txt': 'theirs\n', 'theirs.txt': 'theirs\n' });
  const died = await operate(
    fixture,
    'echo x > a.txt',
    {},
    { env: { ATOMIC_FUSE: 'before ledger COMMITTED' } },
  );
  expect(died.signal).toBe('SIGKILL');
  write(workspace, { 'b.txt': 'mine\n' });
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(at(fixture, 'b.txt')).toBe('mine\n');
  // A later step commits what it has staged, and nothing else.
  write(workspace, { 'later.txt': 'later\n' });
  git(workspace, 'add', 'later.txt');
  git(workspace, 'commit', '--quiet', '--message', 'later');
  expect(git(workspace, 'show', '--name-status', '--format=', 'HEAD'), post.log).toBe('A\tlater.txt');
});
