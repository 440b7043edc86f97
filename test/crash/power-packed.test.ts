/** Branches that are in packed-refs, as after git gc: a branch that moves is a new file, which a power cut leaves empty. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { expectOldOrNew, runPost } from '../support/crash.ts';
import { isRoot, sh } from '../support/filesystems.ts';
import { cutPowerLater, onOwnDisk } from '../support/power.ts';
import { operate, publishDocs } from '../support/publish.ts';

test.skipIf(!isRoot).each(['true', 'false'])(
  'a power cut in a rollback leaves the old state: push %s (needs root)',
  async (push) => {
    const { fixture, disk } = onOwnDisk(true);
    const before = observe(fixture);
    sh('echo "exit 1" > "$HOOK"; chmod +x "$HOOK"', { HOOK: join(fixture.bare, 'hooks/update') });
    const died = await publishDocs(
      fixture,
      { push },
      { env: { ATOMIC_FUSE: push === 'true' ? 'before ledger ROLLED_BACK' : 'before ledger COMMITTED' } },
    );
    expect(died.signal).toBe('SIGKILL');
    cutPowerLater(disk);
    const post = await runPost(fixture);
    expect(post.exitCode, post.log).toBe(0);
    expectOldOrNew(fixture, before);
  },
);

test.skipIf(!isRoot).each(['stage', 'edit'])(
  'a power cut while an operation runs that does %s is undone (needs root)',
  async (what) => {
    const { fixture, disk } = onOwnDisk(true);
    const before = observe(fixture);
    const run = `echo changed > a.txt; ${what === 'stage' ? 'git add a.txt' : ':'}`;
    const died = await operate(fixture, run, {}, { env: { ATOMIC_FUSE: 'before remove index.op-exec' } });
    expect(died.signal, died.log).toBe('SIGKILL');
    cutPowerLater(disk);
    const post = await runPost(fixture, { target: '' });
    expect(post.exitCode, post.log).toBe(0);
    expect(observe(fixture)).toEqual(before);
  },
);
