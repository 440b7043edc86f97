/** What others have among the objects (ADR 20): folders of another user, names that are no objects, another disk, git's own cleaning. */

import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Git } from '../../src/git.ts';
import { findRepository } from '../../src/layout.ts';
import type { Transaction } from '../../src/participant.ts';
import { Quarantine } from '../../src/quarantine.ts';
import { crashFixture, runPost } from '../support/crash.ts';
import { asUser, fill, isRoot, mount, mountExt4, moveWorkspace, sh, unfill } from '../support/filesystems.ts';
import { at, FILES, rollBack } from '../support/operation.ts';
import { cutPower, makeDisk, syncDisk } from '../support/power.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, gitSucceeds, makeFixture, write } from '../support/repository.ts';

const DIE = 'kill -9 $PPID; sleep 1';
const objectsOf = ({ workspace }: Fixture) => join(workspace, '.git/objects');

async function quarantineIn(workspace: string): Promise<Quarantine> {
  const plain = new Git(workspace);
  const transaction = { record: { id: 'one' } } as Transaction;
  return new Quarantine(transaction, plain, (await findRepository(plain))!);
}

test('nothing but finished objects is released', async () => {
  const fixture = makeFixture();
  const quarantine = await quarantineIn(fixture.workspace);
  const blob = await quarantine.git.run(['hash-object', '-w', '--stdin'], { input: 'one\n' });
  const folder = blob.slice(0, 2);
  write(quarantine.directory, {
    [`${folder}/tmp_obj_abc`]: 'unfinished',
    'documents/letter.txt': 'mine',
    'info/alternates': '/nowhere',
    'pack/tmp_pack_abc': 'unfinished',
  });
  sh('mkfifo "$D/pack/pack-00.keep"', { D: quarantine.directory });
  const before = readdirSync(objectsOf(fixture));
  await quarantine.release();
  expect(readdirSync(join(objectsOf(fixture), folder))).toEqual([blob.slice(2)]);
  expect(readdirSync(objectsOf(fixture)).filter((name) => !before.includes(name) && name !== folder)).toEqual(
    [],
  );
  expect(readdirSync(join(objectsOf(fixture), 'pack'))).toEqual([]);
  expect(existsSync(join(objectsOf(fixture), 'info/alternates'))).toBe(false);
  await quarantine.remove();
});

test.each(['no', 'an empty', 'another'])(
  'an object comes into its place where %s folder is',
  async (what) => {
    const fixture = makeFixture();
    const quarantine = await quarantineIn(fixture.workspace);
    const blob = await quarantine.git.run(['hash-object', '-w', '--stdin'], { input: 'one\n' });
    const place = join(objectsOf(fixture), blob.slice(0, 2));
    if (what !== 'no') mkdirSync(place);
    if (what === 'another') writeFileSync(join(place, 'f'.repeat(38)), '');
    await quarantine.release();
    await quarantine.remove();
    expect(git(fixture.workspace, 'cat-file', 'blob', blob)).toBe('one');
    expect(readdirSync(place)).toHaveLength(what === 'another' ? 2 : 1);
  },
);

test.each(['a symlink', 'a file'])(
  '%s that a command puts in the place of what stands apart is taken away',
  async (what) => {
    const fixture = makeFixture({ files: FILES });
    const other = join(fixture.root, 'other');
    write(other, { 'documents/letter.txt': 'mine', 'aa/note.txt': 'mine' });
    const make = what === 'a file' ? 'echo x > $d' : `ln -s ${other} $d`;
    const step = await operate(
      fixture,
      `d=$(ls -d .git/objects/atomic-*); rm -rf $d; ${make}; echo A > a.txt`,
    );
    expect(step.exitCode, step.log).toBe(0);
    expect(readdirSync(other).sort()).toEqual(['aa', 'documents']);
    expect(readdirSync(join(other, 'aa'))).toEqual(['note.txt']);
    git(fixture.workspace, 'fsck', '--full', '--strict');
  },
);

test.each([
  ['a pipe called as a .keep', 'mkfifo .git/objects/pack/pack-1.keep'],
  ['a pipe in the place of an object', `mkdir -p .git/objects/ab; mkfifo .git/objects/ab/${'0'.repeat(38)}`],
  ['what never ends', `mkdir -p .git/objects/ab; ln -s /dev/zero .git/objects/ab/${'0'.repeat(38)}`],
])('%s keeps neither a run nor recovery waiting', async (_, make) => {
  const fixture = makeFixture({ files: FILES });
  expect((await operate(fixture, `${make}; echo A > a.txt; ${DIE}`)).signal).toBe('SIGKILL');
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(at(fixture, 'a.txt')).toBe('a\n');
  const step = await operate(fixture, 'echo B > b.txt');
  expect(step.exitCode, step.log).toBe(0);
});

test.skipIf(!isRoot)('a socket that is mounted below the working tree (needs root)', async () => {
  const fixture = makeFixture({ files: { ...FILES, 'ignored/x.sock': '' } });
  const socket = join(fixture.root, 'x.sock');
  const server = createServer().listen(socket);
  await once(server, 'listening');
  const there = { HERE: socket, THERE: join(fixture.workspace, 'ignored/x.sock') };
  sh('mount --bind "$HERE" "$THERE"', there);
  try {
    const step = await operate(fixture, 'echo A > a.txt');
    expect(step.exitCode, step.log).toBe(0);
  } finally {
    sh('umount --lazy "$THERE"', there);
    server.close();
  }
});

test.skipIf(!isRoot).each([
  ['is kept', 'echo A > a.txt', 0, 'A\n'],
  ['goes back', 'echo A > a.txt; exit 1', 65, 'a\n'],
])(
  'a folder of root where an object would go: what an operation does %s (needs root)',
  async (_, run, code, a) => {
    const fixture = makeFixture({ files: FILES });
    const user = asUser(fixture);
    // All of them: which objects git makes is not for this test to know.
    sh(
      'for n in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do for m in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do mkdir -p "$D/$n$m"; touch "$D/$n$m/x"; chown -R 0:0 "$D/$n$m"; done; done',
      {
        D: objectsOf(fixture),
      },
    );
    const step = await operate(fixture, run, {}, user);
    expect(step.exitCode, step.log).toBe(code);
    expect(at(fixture, 'a.txt')).toBe(a);
    git(fixture.workspace, '-c', 'safe.directory=*', 'fsck', '--connectivity-only');
  },
);

test.skipIf(!isRoot)(
  'a folder of objects that the user may not list does not stop recovery (needs root)',
  async () => {
    const fixture = makeFixture({ files: FILES });
    const user = asUser(fixture);
    sh('mkdir -p "$D"; chmod 0700 "$D"; chown 0:0 "$D"', { D: join(objectsOf(fixture), 'ff') });
    expect((await operate(fixture, `echo A > a.txt; ${DIE}`, {}, user)).signal).toBe('SIGKILL');
    const post = await runPost(fixture, { target: '' }, user);
    expect(post.exitCode, post.log).toBe(0);
    expect(at(fixture, 'a.txt')).toBe('a\n');
  },
);

test.skipIf(!isRoot).each([
  ['objects', 'a publish'],
  ['objects', 'an operation'],
  ['objects/pack', 'a publish'],
])(
  'with %s on another disk %s that has ended with 0 outlives a power cut (needs root)',
  async (place, kind) => {
    const plain = crashFixture();
    const [tree, elsewhere] = [makeDisk(plain.root, 'tree'), makeDisk(plain.root, 'elsewhere')];
    const fixture = moveWorkspace(plain, tree);
    const moved = join(fixture.workspace, '.git', place);
    sh('cp -a "$FROM/." "$TO/"', { FROM: moved, TO: elsewhere });
    rmSync(moved, { recursive: true });
    symlinkSync(elsewhere, moved);
    git(fixture.workspace, 'update-index', '--refresh');
    for (const disk of [tree, elsewhere]) syncDisk(disk);
    const step = kind === 'a publish' ? await publishDocs(fixture) : await operate(fixture, 'echo A > a.txt');
    expect(step.exitCode, step.log).toBe(0);
    for (const disk of [tree, elsewhere]) cutPower(disk);
    git(fixture.workspace, 'fsck', '--full');
    expect(gitSucceeds(fixture.workspace, 'gc', '--quiet')).toBe(true);
  },
);

test('scope emergency keeps what a failed operation of the same id has kept', async () => {
  const fixture = makeFixture({ files: FILES });
  const failed = await operate(fixture, 'echo work > agent.txt; exit 1', { 'transaction-id': 'run-1' });
  expect(failed.exitCode).toBe(65);
  const inputs = { 'transaction-id': 'run-1', 'rollback-scope': 'emergency', 'rollback-to': 'HEAD' };
  const step = await rollBack(fixture, inputs);
  expect(step.exitCode, step.log).toBe(0);
  const args = ['log', '--all', '-m', '--format=%H', '-S', 'work', '--', 'agent.txt'];
  expect(git(fixture.workspace, ...args)).not.toBe('');
});

test('a folder has the mode that git gives it in a shared repository', async () => {
  const fixture = makeFixture();
  git(fixture.workspace, 'config', 'core.sharedRepository', 'group');
  const quarantine = await quarantineIn(fixture.workspace);
  const blob = await quarantine.git.run(['hash-object', '-w', '--stdin'], { input: 'one\n' });
  await quarantine.release();
  await quarantine.remove();
  expect(statSync(join(objectsOf(fixture), blob.slice(0, 2))).mode & 0o070).toBe(0o070);
});

test.skipIf(!isRoot)('packs at a mount point (needs root)', async () => {
  const fixture = crashFixture();
  mount(join(objectsOf(fixture), 'pack'), '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs');
  const step = await publishDocs(fixture, { push: 'false' });
  expect(step.exitCode, step.log).toBe(0);
  const failed = await operate(fixture, 'echo A > docs/one.md; exit 3', { push: 'false' });
  expect(failed.exitCode, failed.log).toBe(65);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
});

test.skipIf(!isRoot).each(['bytes', 'inodes'] as const)(
  'what a publish that has ended left goes also where there are no %s (needs root)',
  async (resource) => {
    const plain = crashFixture();
    const [disk, temp] = [join(plain.root, 'disk'), join(plain.root, 'temp')];
    mountExt4(disk, { megabytes: 24, inodes: 512 });
    unfill(disk);
    const fixture = moveWorkspace(plain, disk);
    await publishDocs(fixture, {}, { temp });
    const env = { ATOMIC_FUSE: 'before remove tx-second' };
    const inputs = { 'transaction-id': 'second', contents: '{"one.md":"two"}', run: '' };
    const died = await publishDocs(fixture, inputs, { env, temp });
    expect(died.signal, died.log).toBe('SIGKILL');
    sh(fill(disk, resource, 0));
    const post = await runPost(fixture, {}, { temp });
    unfill(disk);
    expect(post.exitCode, post.log).toBe(0);
  },
);
