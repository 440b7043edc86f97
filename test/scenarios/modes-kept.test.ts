/** Modes and groups of what a publish replaces, and of what the way back of an operation writes again. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asNobody, isRoot, sh } from '../support/filesystems.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { published, TARGET } from '../support/refusal.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';
import { CAN_TRACE } from '../support/strace.ts';

const FILES = { 'docs/one.md': 'old\n', 'docs/kept.md': 'kept\n', 'a.txt': 'a\n' };
const modeOf = ({ workspace }: Fixture, path: string) =>
  (lstatSync(join(workspace, path)).mode & 0o7777).toString(8);
const under = (mask: string) => ({ wrapper: ['bash', '-c', `umask ${mask}; exec "$@"`, 'sh'] });

test.skipIf(!isRoot)(
  'a target that is shared with a group (chmod g+s) is that after a publish (needs root)',
  async () => {
    const fixture = makeFixture({ files: FILES });
    const docs = join(fixture.workspace, 'docs');
    chownSync(docs, 0, 4321);
    chmodSync(docs, 0o2775);
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(0);
    expect(modeOf(fixture, 'docs')).toBe('2775');
    expect(lstatSync(docs)).toMatchObject({ uid: 0, gid: 4321 });
  },
);

test.each([
  ['664', '022'],
  ['664', '077'],
  ['755', '077'],
])('a preserved file of mode %s keeps it under umask %s', async (mode, mask) => {
  const fixture = makeFixture({ files: FILES });
  chmodSync(join(fixture.workspace, 'docs/kept.md'), Number.parseInt(mode, 8));
  const step = await publishDocs(fixture, { preserve: 'kept.md' }, under(mask));
  expect(step.exitCode, step.log).toBe(0);
  expect(modeOf(fixture, 'docs/kept.md')).toBe(mode);
});

test.skipIf(!isRoot)(
  'a member of its group who publishes a target of another user leaves it to the group (needs root)',
  async () => {
    const fixture = published();
    const user = asNobody(fixture);
    const target = join(fixture.workspace, TARGET);
    sh('chown -R 1234:4321 "$T"; chmod -R g+w "$T"; chmod 2775 "$T"; chmod 777 "$T/.."', { T: target });
    const wrapper = ['setpriv', '--reuid=65534', '--regid=65534', '--groups=4321'];
    const step = await publishDocs(fixture, { target: TARGET, push: 'false' }, { ...user, wrapper });
    expect(step.exitCode, step.log).toBe(0);
    expect(modeOf(fixture, TARGET)).toBe('2775');
    expect(lstatSync(target).gid).toBe(4321);
  },
);

test('a new file has what the umask leaves of the mode of its source', async () => {
  const fixture = makeFixture({ files: FILES });
  write(fixture.workspace, { 'build/new.md': 'new\n' });
  chmodSync(join(fixture.workspace, 'build/new.md'), 0o666);
  const step = await publishDocs(fixture, { run: '', artifacts: 'build' }, under('022'));
  expect(step.exitCode, step.log).toBe(0);
  expect(modeOf(fixture, 'docs/new.md')).toBe('644');
});

test('the index of a shared repository is for its group after a failed operation, too', async () => {
  const fixture = makeFixture({ files: FILES });
  git(fixture.workspace, 'config', 'core.sharedRepository', 'group');
  execFileSync('chmod', ['-R', 'g+rwX', fixture.workspace]);
  const step = await operate(fixture, 'echo n > new.txt; git add new.txt; exit 1');
  expect(step.exitCode, step.log).toBe(65);
  expect(modeOf(fixture, '.git/index')).toBe('664');
});

test.each([
  ['664', '022'],
  ['644', '077'],
])('a configuration of mode %s has it again after a failed operation under umask %s', async (mode, mask) => {
  const fixture = makeFixture({ files: FILES });
  chmodSync(join(fixture.workspace, '.git/config'), Number.parseInt(mode, 8));
  const step = await operate(fixture, 'git config user.name x; exit 1', {}, under(mask));
  expect(step.exitCode, step.log).toBe(65);
  expect(modeOf(fixture, '.git/config')).toBe(mode);
});

test.skipIf(!isRoot)(
  'nobody else may read what is kept of a private configuration while an operation runs (needs root)',
  async () => {
    const fixture = makeFixture({ files: FILES });
    chmodSync(fixture.root, 0o755);
    chmodSync(join(fixture.workspace, '.git/config'), 0o600);
    const look = 'setpriv --reuid=65534 --regid=65534 --clear-groups cat .git/atomic/tx-*/before > seen';
    const step = await operate(fixture, `ls .git/atomic/tx-*/before; ${look} || echo no > seen`);
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.workspace, 'show', 'HEAD:seen')).toBe('no');
  },
);

describe.skipIf(!CAN_TRACE)('a file system that refuses modes, as vfat does (needs ptrace)', () => {
  const refuse = ['-e', 'trace=fchmod', '-e', 'inject=fchmod:error=EPERM'];
  const options = { wrapper: ['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', ...refuse] };

  test('is published to', async () => {
    const step = await publishDocs(makeFixture({ files: FILES }), {}, options);
    expect(step.exitCode, step.log).toBe(0);
  });

  test.each([
    ['committed', 'echo b > a.txt', 0, 'b'],
    ['undone', 'echo b > a.txt; git add a.txt; git config user.name x; exit 3', 65, 'a'],
  ])('has an operation in place %s', async (_, run, code, content) => {
    const fixture = makeFixture({ files: FILES });
    const step = await operate(fixture, run, {}, options);
    expect(step.exitCode, step.log).toBe(code);
    expect(git(fixture.workspace, 'show', ':a.txt')).toBe(content);
  });
});
