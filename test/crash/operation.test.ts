/** Death in an operation in place: the working tree, index, HEAD and branch as before, or all of it committed. */
import { expect, test } from 'vitest';
import { checkRepository, ledgerRows } from '../support/check.ts';
import { keep, pointsOf, runPost } from '../support/crash.ts';
import { EDIT, FILES, makeDirty, see } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { copyOf, type Fixture, git, makeFixture, write } from '../support/repository.ts';

const USER = '-c user.name=Agent -c user.email=agent@example.org';
/** It also switches branches and commits. */
const RUN = `git checkout -q -b mine\n${EDIT}\ngit ${USER} commit -q -m own\necho more > more.txt\ngit checkout -q main -- a.txt\nsed -i s/a/A/ a.txt`;

function makeTemplate(): Fixture {
  const fixture = makeFixture({ files: FILES });
  makeDirty(fixture);
  return fixture;
}

function expectOldOrNew(fixture: Fixture, before: ReturnType<typeof see>, where: string): 'old' | 'new' {
  const { workspace, bare } = fixture;
  checkRepository(fixture);
  const after = see(fixture);
  const row = ledgerRows(workspace).at(-1);
  if (row?.['state'] !== 'COMMITTED') {
    expect(after, where).toEqual(before);
    return 'old';
  }
  expect(after.branch, where).toBe(row['commit_sha']);
  expect(git(bare, 'rev-parse', 'main'), where).toBe(row['commit_sha']);
  expect(after.head).toBe('ref: refs/heads/main\n');
  expect(after.files, where).toMatchObject({
    'a.txt': '644 A\n',
    'made.txt': '644 new\n',
    'more.txt': '644 more\n',
  });
  expect(git(workspace, 'show', 'HEAD:made.txt')).toBe('new');
  return 'new';
}

test.each([
  ['single', 9],
  ['phases', 13],
])(
  'an operation with history %s that dies at any effect is old or new after the next step',
  async (history, every) => {
    const template = makeTemplate();
    const points = await pointsOf((env) => operate(copyOf(template), RUN, { history }, { env }));
    expect(points.length).toBeGreaterThan(80);
    const sides = new Set<string>();
    for (let at = 0; at < points.length; at += every) {
      const fixture = copyOf(template);
      const before = see(fixture);
      const died = await operate(fixture, RUN, { history }, { env: { ATOMIC_FUSE: String(at + 1) } });
      expect(died.signal, points[at]).toBe('SIGKILL');
      const post = await runPost(fixture, { target: '' });
      expect(post.exitCode, `${points[at]}\n${post.log}`).toBe(0);
      sides.add(expectOldOrNew(fixture, before, points[at]!));
    }
    expect(sides).toEqual(new Set(['old', 'new']));
  },
  900_000,
);

test('what was done since an operation died goes with it, and the recovery says where it is kept', async () => {
  const fixture = makeTemplate();
  const { workspace } = fixture;
  const died = await operate(fixture, 'kill -9 $PPID; sleep 1');
  expect(died.signal).toBe('SIGKILL');
  write(workspace, { 'later.txt': 'later\n' });
  git(workspace, 'add', 'later.txt');
  git(workspace, 'commit', '--quiet', '--message', 'later');
  const { id } = ledgerRows(workspace)[0]!;
  const next = await runPost(fixture, { target: '' });
  expect(next.exitCode, next.log).toBe(0);
  const ref = `refs/atomic/${id}/emergency`;
  const see = `git diff --stat refs/atomic/${id}/pre-op ${ref}`;
  expect(next.log).toContain(`is kept in this clone (${see})`);
  expect(git(workspace, ...see.split(' ').slice(1))).toContain('later.txt');
  expect(next.summary).toContain('is kept in this clone');
  expect(git(workspace, 'show', `${ref}:later.txt`)).toBe('later');
});

test('a recovery that dies once all is back, and before it says so, leaves nothing to undo', async () => {
  const fixture = makeTemplate();
  const before = see(fixture);
  await operate(fixture, RUN, {}, { env: { ATOMIC_FUSE: 'before ledger PUSHING' } });
  const died = await runPost(fixture, { target: '' }, { env: { ATOMIC_FUSE: 'before ledger ROLLED_BACK' } });
  expect(died.signal).toBe('SIGKILL');
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(expectOldOrNew(fixture, before, 'the second recovery')).toBe('old');
});

test('a recovery that dies itself puts the same working tree back in the end, and loses nothing on the way', async () => {
  const fixture = makeTemplate();
  const before = see(fixture);
  const died = await operate(fixture, RUN, {}, { env: { ATOMIC_FUSE: 'before ledger PUSHING' } });
  expect(died.signal).toBe('SIGKILL');
  const crashAgain = keep(fixture);
  const points = await pointsOf((env) => runPost(fixture, { target: '' }, { env }));
  for (let at = 0; at < points.length; at += 10) {
    crashAgain();
    await runPost(fixture, { target: '' }, { env: { ATOMIC_FUSE: String(at + 1) } });
    for (const _ of ['once', 'twice']) {
      const post = await runPost(fixture, { target: '' });
      expect(post.exitCode, `${points[at]}\n${post.log}`).toBe(0);
      expect(expectOldOrNew(fixture, before, points[at]!)).toBe('old');
    }
    const { id } = ledgerRows(fixture.workspace)[0]!;
    const kept = git(fixture.workspace, 'log', '--format=%H', '-1', `refs/atomic/${id}/emergency`);
    const trees = git(fixture.workspace, 'log', '--format=%H', kept).split('\n');
    const holds = trees.some((commit) =>
      git(fixture.workspace, 'ls-tree', '--name-only', commit).includes('more.txt'),
    );
    expect(holds, points[at]).toBe(true);
  }
}, 900_000);
