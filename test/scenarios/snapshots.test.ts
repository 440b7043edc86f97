/** The snapshots of an operation in place: how what it changed is kept, and what cannot be read. */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asUser, fill, isRoot, mountExt4, moveWorkspace, sh, unfill } from '../support/filesystems.ts';
import { FILES } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';

test('what a failed operation has changed is kept in a pack, and not in a file for each', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `file-${n}.txt`);
  const files = Object.fromEntries(names.map((name) => [name, `before ${name}\n`]));
  const fixture = makeFixture({ files });
  const { workspace } = fixture;
  const loose = () => Number(git(workspace, 'count-objects').split(' ')[0]);
  const before = loose();
  const run = `for file in file-*.txt; do echo "after $file" > $file; done; exit 3`;
  const step = await operate(fixture, run, { 'transaction-id': 'failed' });
  expect(step.exitCode).toBe(65);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  for (const name of names)
    expect(git(workspace, 'show', `refs/atomic/failed/emergency:${name}`)).toBe(`after ${name}`);
  expect(loose() - before).toBeLessThan(10); // Trees and commits.
});

test('a file of the operation that cannot be read to its end keeps the others neither from going back nor from being kept', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  const run = 'echo bad > bad.txt; echo other > b.txt; exit 3';
  const inject = ['-e', 'trace=read', '-e', 'inject=read:error=EIO'];
  const wrapper = ['strace', '-f', '-qq', '-P', join(workspace, 'bad.txt'), '-o', '/dev/null', ...inject];
  const step = await operate(fixture, run, { 'transaction-id': 'failed' }, { wrapper });
  expect(step.exitCode, step.log).toBe(65);
  expect(readFileSync(join(workspace, 'b.txt'), 'utf8')).toBe('b\n');
  expect(git(workspace, 'show', 'refs/atomic/failed/emergency:b.txt')).toBe('other');
});

const files = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}.bin`, 'x']));
const randomly = (count: number, bytes: number, prefix = 'f') =>
  `for n in $(seq 0 ${count - 1}); do head -c ${bytes} /dev/urandom > ${prefix}$n.bin; done`;

test.skipIf(!isRoot)(
  'beside a file that cannot be read a repository of the user is not taken for a link (needs root)',
  async () => {
    const fixture = makeFixture({ files: FILES });
    const { workspace } = fixture;
    git(workspace, 'init', '--quiet', 'own');
    write(workspace, { 'own/file.txt': 'mine\n' });
    git(join(workspace, 'own'), 'add', 'file.txt');
    git(join(workspace, 'own'), 'commit', '--quiet', '--message', 'mine');
    const user = asUser(fixture);
    const run = 'echo B > b.txt; echo s > z.txt; chmod 000 z.txt; exit 3';
    const step = await operate(fixture, run, { 'transaction-id': 'failed' }, user);
    expect(step.exitCode, step.log).toBe(65);
    const tree = git(workspace, '-c', 'safe.directory=*', 'ls-tree', '-r', 'refs/atomic/failed/emergency');
    expect(tree).toContain('b.txt');
    expect(tree).not.toContain('160000');
  },
);

test('in a partial clone a snapshot asks the remote for nothing', async () => {
  const fixture = makeFixture({ files: { ...FILES, ...files(9) } });
  const { workspace, bare, root } = fixture;
  git(bare, 'config', 'uploadpack.allowFilter', 'true');
  rmSync(workspace, { recursive: true });
  git(root, 'clone', '--quiet', '--filter=blob:none', `file://${bare}`, workspace);
  const log = join(root, 'asked');
  write(root, { asked: '', 'upload-pack': `#!/bin/sh\necho . >> '${log}'\nexec git-upload-pack "$@"\n` });
  chmodSync(join(root, 'upload-pack'), 0o755);
  git(workspace, 'config', 'remote.origin.uploadpack', join(root, 'upload-pack'));
  write(workspace, { 'a.txt': 'of the user\n' });
  const step = await operate(fixture, `${randomly(9, 100)}; exit 3`, { push: 'false' });
  expect(step.exitCode, step.log).toBe(65);
  expect(readFileSync(log, 'utf8')).toBe('');
});

test('where no file may grow as large as a pack, an operation is undone file by file', async () => {
  const fixture = makeFixture({ files: { ...FILES, ...files(30) } });
  const wrapper = ['bash', '-c', 'ulimit -f 4096; exec "$@"', 'sh'];
  const failed = await operate(fixture, `${randomly(30, 300_000)}; exit 3`, {}, { wrapper });
  expect(failed.exitCode, failed.log).toBe(65);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  const step = await operate(fixture, randomly(30, 300_000), {}, { wrapper });
  expect(step.exitCode, step.log).toBe(0);
});

test('a touched file whose line ends git would not give back is refused before the operation', async () => {
  const fixture = makeFixture({ files: { ...FILES, '.gitattributes': '*.txt text eol=lf\n' } });
  const { workspace } = fixture;
  write(workspace, { 'a.txt': 'aa\r\nb\r\n' });
  git(workspace, 'commit', '--quiet', '--all', '--message', 'line ends');
  sh('touch -d "5 seconds ago" "$FILE"', { FILE: join(workspace, 'a.txt') });
  const step = await operate(fixture, 'echo A > a.txt; exit 3', { push: 'false' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('CRLF would be replaced by LF');
  expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('aa\r\nb\r\n');
});

test.skipIf(!isRoot).each([
  ['a copy of what git has, larger than what is free', 'cat big.bin > other.bin', 10e6],
  [
    'more than fits into a pack, with files that can go',
    `${randomly(10, 700_000)}; ${randomly(10, 350_000, 'new')}`,
    10e6,
  ],
])('on a nearly full disk an operation that fails is undone: %s (needs root)', async (_, run, free) => {
  const plain = makeFixture({ files: { ...FILES, ...files(10), 'big.bin': 'x', 'other.bin': 'x' } });
  const disk = join(plain.root, 'disk');
  const temp = join(plain.root, 'temp');
  mountExt4(disk, { megabytes: 96, inodes: 2000 });
  unfill(disk);
  const fixture = moveWorkspace(plain, disk);
  const { workspace } = fixture;
  sh('cd "$AT"; for name in f*.bin; do head -c 700000 /dev/urandom > $name; done', { AT: workspace });
  sh('cd "$AT"; for name in big other; do head -c 16000000 /dev/urandom > $name.bin; done', {
    AT: workspace,
  });
  git(workspace, 'commit', '--quiet', '--all', '--message', 'large');
  const step = await operate(
    fixture,
    `${run}; sync\n${fill(disk, 'bytes', free)}\nexit 3`,
    { push: 'false' },
    { temp },
  );
  expect(step.exitCode, step.log).toBe(65);
  unfill(disk);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
});
