/** A repository, or a part of the working tree, that is on another disk than the rest, and the power is cut. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { snapshot } from '../support/check.ts';
import { crashFixture, runPost } from '../support/crash.ts';
import { isRoot, mount, moveWorkspace, sh } from '../support/filesystems.ts';
import { cutPower, makeDisk, syncDisk } from '../support/power.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

interface Apart {
  fixture: Fixture;
  disks: string[];
  cut: () => void;
}

/** The working tree on one disk, its repository on another. */
function repositoryApart(): Apart {
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
  return { fixture: { ...plain, workspace }, disks, cut: () => disks.forEach(cutPower) };
}

/** The working tree on one disk, its directory `docs` on another. */
function directoryApart(): Apart {
  const plain = crashFixture();
  const [tree, inside] = ['tree', 'inside'].map((name) => makeDisk(plain.root, name)) as [string, string];
  const fixture = moveWorkspace(plain, tree);
  const docs = join(fixture.workspace, 'docs');
  sh('cp -a "$DOCS/." "$DISK/"', { DOCS: docs, DISK: inside });
  mount(docs, '--bind', inside);
  git(fixture.workspace, 'update-index', '--refresh');
  const cut = () => {
    [tree, inside].forEach(cutPower);
    mount(docs, '--bind', inside);
  };
  return { fixture, disks: [tree, inside], cut };
}

const APART: [string, () => Apart][] = [
  ['the repository is elsewhere', repositoryApart],
  ['a directory is elsewhere', directoryApart],
];

const files = ({ workspace }: Fixture) =>
  Object.fromEntries(Object.entries(snapshot(workspace)).filter(([path]) => !path.startsWith('.git')));
const RUN = 'echo changed | tee a.txt > docs/one.md; echo new | tee new.txt > docs/new.md';

test.skipIf(!isRoot).each(APART)(
  'what an operation in place has made is on disk after exit code 0, where %s (needs root)',
  async (_, apart) => {
    const { fixture, disks, cut } = apart();
    disks.forEach(syncDisk);
    const step = await operate(fixture, RUN);
    expect(step.exitCode, step.log).toBe(0);
    const before = files(fixture);
    cut();
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(files(fixture)).toEqual(before);
  },
);

test.skipIf(!isRoot).each(APART)(
  'what an operation in place has put back is on disk after it was undone, where %s (needs root)',
  async (_, apart) => {
    const { fixture, disks, cut } = apart();
    write(fixture.workspace, {
      'a.txt': "the user's\n",
      'docs/one.md': "the user's\n",
      'mine.txt': 'mine\n',
    });
    disks.forEach(syncDisk);
    const before = files(fixture);
    const step = await operate(fixture, `${RUN}; rm mine.txt; sync`, { 'consistency-command': 'exit 1' });
    expect(step.exitCode, step.log).toBe(63);
    expect(files(fixture)).toEqual(before);
    cut();
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(files(fixture)).toEqual(before);
  },
);

test.skipIf(!isRoot)(
  'what a replay has brought to the working tree is on disk after exit code 0 (needs root)',
  async () => {
    const { fixture, disks, cut } = repositoryApart();
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
    cut();
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(files(fixture)).toEqual(before);
  },
);

test.skipIf(!isRoot)(
  'what a rollback of files has put back is on disk after exit code 0 (needs root)',
  async () => {
    const { fixture, disks, cut } = repositoryApart();
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
    cut();
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(files(fixture)).toEqual(before);
  },
);
