/** Power cuts on a real ext4 in a file. What stands in that file while the file system is mounted is what a cut would leave. */
import { join } from 'node:path';
import { crashFixture } from './crash.ts';
import { mount, mountExt4, moveWorkspace, sh } from './filesystems.ts';
import { type Fixture, git } from './repository.ts';

const SIZE = { megabytes: 32, inodes: 4000 };

export const syncDisk = (disk: string) => sh('sync --file-system "$DISK"', { DISK: disk });

/** Makes an empty disk below `root`. */
export function makeDisk(root: string, name = 'disk'): string {
  const disk = join(root, name);
  mountExt4(disk, SIZE);
  return disk;
}

/** A fixture whose working tree is on a disk of its own, synced; `isPacked`: with its refs as git clone and git gc leave them. */
export function onOwnDisk(isPacked = false): { fixture: Fixture; disk: string } {
  const plain = crashFixture();
  if (isPacked) git(plain.workspace, 'pack-refs', '--all');
  const disk = makeDisk(plain.root);
  const fixture = moveWorkspace(plain, disk);
  syncDisk(disk);
  return { fixture, disk };
}

/** Cuts the power: what is mounted at `disk` from now on is what had reached the image by then. */
export function cutPower(disk: string): void {
  sh('cp --sparse=always "$DISK.img" "$DISK.cut"', { DISK: disk });
  mount(disk, '-o', 'loop', `${disk}.cut`);
}

/** Another process syncs a file of its own before, as a database does: names are on disk then, what is in new files is not. */
export function cutPowerLater(disk: string): void {
  sh('echo x > "$DISK/other"; sync "$DISK/other"', { DISK: disk });
  cutPower(disk);
}
