/** A user's own changes while the commit is made again on a remote that moved: they stay, or nothing is published. */
import { chmodSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe, snapshot } from '../support/check.ts';
import { cloneWith, expectPublished, expectTheirs, FILES, moveRemote, THEIRS } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { git, write } from '../support/repository.ts';

const MINE = {
  'staged.txt': 's\n',
  'unstaged.txt': 'u\n',
  'both.txt': 'b\n',
  'mode.sh': 'm\n',
  'gone.txt': 'g\n',
};

const clone = () => cloneWith([], { ...FILES, ...MINE });

test('what is staged and what is not stays byte for byte', async () => {
  const fixture = clone();
  const { workspace } = fixture;
  write(workspace, { 'staged.txt': 'staged\n', 'both.txt': 'staged\n', 'added.txt': 'added\n' });
  git(workspace, 'add', 'staged.txt', 'both.txt', 'added.txt');
  git(workspace, 'rm', '--quiet', 'gone.txt');
  write(workspace, { 'both.txt': 'and changed\n', 'unstaged.txt': '\0changed\r\n', 'intended.txt': 'i\n' });
  git(workspace, 'add', '--intent-to-add', 'intended.txt');
  chmodSync(join(workspace, 'mode.sh'), 0o755);
  const mine = () => ({
    staged: git(workspace, 'diff', '--cached', '--binary', '--', ':!docs'),
    unstaged: git(workspace, 'diff', '--binary', '--', ':!docs'),
    status: git(workspace, 'status', '--porcelain'),
  });
  const before = mine();
  expect(before.status.split('\n')).toHaveLength(7);
  const theirs = moveRemote(fixture);
  await expectPublished(fixture, { theirs, status: before.status });
  expect(mine()).toEqual(before);
  expectTheirs(workspace);
});

const IN_THE_WAY: [string, string, (workspace: string) => void][] = [
  ['a change of a file that moved', 'a.txt', (at) => write(at, { 'a.txt': 'mine\n' })],
  [
    'a staged change of a file that moved',
    'a.txt',
    (at) => {
      write(at, { 'a.txt': 'mine\n' });
      git(at, 'add', 'a.txt');
    },
  ],
  ['a change of a file that was removed there', 'b.txt', (at) => write(at, { 'b.txt': 'mine\n' })],
  [
    'a file in the place of an added one',
    'deep/new/d.txt',
    (at) => write(at, { 'deep/new/d.txt': 'mine\n' }),
  ],
  ['a file in the place of an added directory', 'deep/new', (at) => write(at, { 'deep/new': 'mine\n' })],
  [
    'an ignored file in the place of an added one',
    'deep/new/d.txt',
    (at) => write(at, { 'deep/new/d.txt': 'mine\n', '.git/info/exclude': 'd.txt\n' }),
  ],
  [
    'a directory in the place of an added file',
    'deep/new/d.txt',
    (at) => write(at, { 'deep/new/d.txt/mine.txt': 'mine\n' }),
  ],
];

test.each(IN_THE_WAY)('%s is named, and nothing is published', async (_, path, change) => {
  const fixture = clone();
  const { workspace } = fixture;
  change(workspace);
  moveRemote(fixture);
  const files = () =>
    Object.entries(snapshot(workspace)).filter(([name]) => !/^\.git\/(atomic|objects|logs|refs)/.test(name));
  const before = { ...observe(fixture), files: files() };
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('the remote moved: the working tree could not follow it: ');
  expect(step.outputs['reason']).toContain(path);
  expect(step.log).toContain('Commit or stash what is in the way, or publish from a clean checkout.');
  expect(step.log).not.toContain('::group::Publish');
  expect({ ...observe(fixture), files: files() }).toEqual(before);
  check(fixture);
});

const THE_SAME: [string, (workspace: string) => void][] = [
  ['a file that was written again as it was', (at) => write(at, { 'a.txt': 'a\n' })],
  ['a file that was only touched', (at) => utimesSync(join(at, 'b.txt'), 0, 0)],
  ['a file that the user changed to what moved', (at) => write(at, { 'a.txt': 'theirs\n' })],
  [
    'a change the user staged that is the same',
    (at) => {
      write(at, { 'a.txt': 'theirs\n' });
      git(at, 'add', 'a.txt');
    },
  ],
  ['a file the user made that was added there', (at) => write(at, { 'deep/new/d.txt': 'new\n' })],
  ['a file the user removed that was removed there', (at) => rmSync(join(at, 'b.txt'))],
];

test.each(THE_SAME)('%s is in nobody’s way', async (_, change) => {
  const fixture = clone();
  change(fixture.workspace);
  const theirs = moveRemote(fixture);
  await expectPublished(fixture, { theirs });
  expectTheirs(fixture.workspace);
});

test('a change elsewhere than in the file that moved does not keep the others from following', async () => {
  const fixture = clone();
  const { workspace } = fixture;
  write(workspace, { 'unstaged.txt': 'mine\n', 'deep/mine.txt': 'mine\n' });
  const theirs = moveRemote(fixture, { ...THEIRS, 'deep/c.txt': 'theirs\n' });
  await expectPublished(fixture, { theirs, status: ' M unstaged.txt\n?? deep/mine.txt' });
  expect(readFileSync(join(workspace, 'unstaged.txt'), 'utf8')).toBe('mine\n');
  expectTheirs(workspace);
});
