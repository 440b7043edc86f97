/** Branches that are in packed-refs, as after git gc: a branch that moves is a new file, which a power cut leaves empty. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { crashFixture, expectOldOrNew, runPost } from '../support/crash.ts';
import { isRoot, mount, mountExt4, moveWorkspace, sh } from '../support/filesystems.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git } from '../support/repository.ts';

function onOwnDisk(): { fixture: Fixture; disk: string } {
  const plain = crashFixture();
  git(plain.workspace, 'pack-refs', '--all');
  const disk = join(plain.root, 'disk');
  mountExt4(disk, { megabytes: 32, inodes: 4000 });
  const fixture = moveWorkspace(plain, disk);
  sh('sync --file-system "$DISK"', { DISK: disk });
  return { fixture, disk };
}

/** Another process syncs a file of its own, as a database does: names are on disk then, what is in new files is not. */
function cutPower(disk: string): void {
  sh('echo x > "$DISK/other"; sync "$DISK/other"', { DISK: disk });
  sh('cp --sparse=always "$DISK.img" "$DISK.cut"', { DISK: disk });
  mount(disk, '-o', 'loop', `${disk}.cut`);
}

const POINTS = [
  'before rename index.lock',
  'after rename index.lock',
  'before syncfs .git',
  'after syncfs .git',
  'before ledger PUSHING',
  'before git push',
  'after git push',
  'after ledger COMMITTED',
  'before ledger settled',
];

test.skipIf(!isRoot).each(POINTS)(
  'a power cut %s leaves the old state or the new one, from packed refs (needs root)',
  async (point) => {
    const { fixture, disk } = onOwnDisk();
    const before = observe(fixture);
    const died = await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: point } });
    expect(died.signal, point).toBe('SIGKILL');
    cutPower(disk);
    const post = await runPost(fixture);
    expect(post.exitCode, `${point}\n${post.log}`).toBe(0);
    expectOldOrNew(fixture, before);
  },
);

test.skipIf(!isRoot).each(['true', 'false'])(
  'a power cut in a rollback leaves the old state: push %s (needs root)',
  async (push) => {
    const { fixture, disk } = onOwnDisk();
    const before = observe(fixture);
    sh('echo "exit 1" > "$HOOK"; chmod +x "$HOOK"', { HOOK: join(fixture.bare, 'hooks/update') });
    const died = await publishDocs(
      fixture,
      { push },
      { env: { ATOMIC_FUSE: push === 'true' ? 'before ledger ROLLED_BACK' : 'before ledger COMMITTED' } },
    );
    expect(died.signal).toBe('SIGKILL');
    cutPower(disk);
    const post = await runPost(fixture);
    expect(post.exitCode, post.log).toBe(0);
    expectOldOrNew(fixture, before);
  },
);

test.skipIf(!isRoot).each(['stage', 'edit'])(
  'a power cut while an operation runs that does %s is undone (needs root)',
  async (what) => {
    const { fixture, disk } = onOwnDisk();
    const before = observe(fixture);
    const run = `echo changed > a.txt; ${what === 'stage' ? 'git add a.txt' : ':'}`;
    const died = await operate(fixture, run, {}, { env: { ATOMIC_FUSE: 'before remove index.op-exec' } });
    expect(died.signal, died.log).toBe('SIGKILL');
    cutPower(disk);
    const post = await runPost(fixture, { target: '' });
    expect(post.exitCode, post.log).toBe(0);
    expect(observe(fixture)).toEqual(before);
  },
);
