/**
 * Power cuts and dying disks, on a real ext4 in a file. What stands in that file while the file system is mounted
 * is what a power cut would leave: blocks that were never flushed are missing, the journal is not replayed.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { expectOldOrNew, runPost } from '../support/crash.ts';
import { isRoot } from '../support/filesystems.ts';
import { cutPower, onOwnDisk } from '../support/power.ts';
import { publishDocs } from '../support/publish.ts';

test.skipIf(!isRoot)(
  'a power cut right after exit code 0 leaves the new state, always (needs root)',
  async () => {
    const { fixture, disk } = onOwnDisk();
    const before = observe(fixture);
    expect((await publishDocs(fixture)).exitCode).toBe(0);
    cutPower(disk);
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(expectOldOrNew(fixture, before)).toBe('new');
  },
);

test.skipIf(!isRoot)(
  'a disk that dies and stays dead is 66, and old after it is back (needs root)',
  async () => {
    const { fixture, disk } = onOwnDisk();
    const before = observe(fixture);
    // EXT4_IOC_SHUTDOWN without a flush of the journal: from here on every call on that disk fails.
    const shutDown = `perl -e 'open F, "<", "${disk}"; my $flag = pack("L", 2); ioctl(F, 0x8004587d, $flag) or exit 9'`;
    const step = await publishDocs(
      fixture,
      { 'validation-command': shutDown },
      { temp: join(fixture.root, 'temp') },
    );
    expect(step.exitCode, step.log).toBe(66);
    cutPower(disk);
    const post = await runPost(fixture);
    expect(post.exitCode, post.log).toBe(0);
    expect(expectOldOrNew(fixture, before)).toBe('old');
  },
);
