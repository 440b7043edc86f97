/** A repository that is on another disk than its working tree, and the power is cut. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { snapshot } from '../support/check.ts';
import { crashFixture, runPost } from '../support/crash.ts';
import { isRoot } from '../support/filesystems.ts';
import { cutPower, makeDisk, syncDisk } from '../support/power.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

/** The working tree on one disk, its repository on another. */
function onTwoDisks(): { fixture: Fixture; disks: string[] } {
  const plain = crashFixture();
  const disks = ['tree', 'git'].map((name) => makeDisk(plain.root, name));
  const workspace = join(disks[0]!, 'work');
  git(
    plain.root,
    'clone',
    '--quiet',
    `--separate-git-dir=${join(disks[1]!, 'repository')}`,
    plain.bare,
    workspace,
  );
  return { fixture: { ...plain, workspace }, disks };
}

const files = ({ workspace }: Fixture) =>
  Object.fromEntries(Object.entries(snapshot(workspace)).filter(([path]) => !path.startsWith('.git')));
const RUN = 'echo changed > a.txt; echo new > new.txt';

test.skipIf(!isRoot)(
  'what an operation in place has made is on disk after exit code 0 (needs root)',
  async () => {
    const { fixture, disks } = onTwoDisks();
    disks.forEach(syncDisk);
    const step = await operate(fixture, RUN);
    expect(step.exitCode, step.log).toBe(0);
    const before = files(fixture);
    disks.forEach(cutPower);
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(files(fixture)).toEqual(before);
  },
);

test.skipIf(!isRoot)(
  'what an operation in place has put back is on disk after it was undone (needs root)',
  async () => {
    const { fixture, disks } = onTwoDisks();
    write(fixture.workspace, { 'a.txt': 'what the user wrote, and did not commit\n', 'mine.txt': 'mine\n' });
    disks.forEach(syncDisk);
    const before = files(fixture);
    const step = await operate(fixture, `${RUN}; rm mine.txt; sync`, { 'consistency-command': 'exit 1' });
    expect(step.exitCode, step.log).toBe(63);
    expect(files(fixture)).toEqual(before);
    disks.forEach(cutPower);
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(files(fixture)).toEqual(before);
  },
);

test.skipIf(!isRoot)(
  'what a replay has brought to the working tree is on disk after exit code 0 (needs root)',
  async () => {
    const { fixture, disks } = onTwoDisks();
    const other = join(fixture.root, 'other');
    git(fixture.root, 'clone', '--quiet', fixture.bare, other);
    write(other, { 'theirs.txt': 'theirs\n', 'README.md': 'changed\n' });
    git(other, 'add', '.');
    git(other, 'commit', '--quiet', '-m', 'theirs');
    git(other, 'push', '--quiet', 'origin', 'HEAD:main');
    disks.forEach(syncDisk);
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(0);
    const before = files(fixture);
    expect(Object.keys(before)).toContain('theirs.txt');
    disks.forEach(cutPower);
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(files(fixture)).toEqual(before);
  },
);

test.skipIf(!isRoot)(
  'what a rollback of files has put back is on disk after exit code 0 (needs root)',
  async () => {
    const { fixture, disks } = onTwoDisks();
    const { outputs } = await operate(fixture, RUN);
    disks.forEach(syncDisk);
    const inputs = {
      mode: 'rollback',
      'task-id': 'UNDO-1',
      'rollback-scope': 'paths',
      'rollback-paths': 'a.txt',
      'rollback-to': `${outputs['transaction-id']}/pre-op`,
    };
    const step = await runStep({ workspace: fixture.workspace, inputs });
    expect(step.exitCode, step.log).toBe(0);
    const before = files(fixture);
    expect(before['a.txt']).not.toContain('changed');
    disks.forEach(cutPower);
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(files(fixture)).toEqual(before);
  },
);
