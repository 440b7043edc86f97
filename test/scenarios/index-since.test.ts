/** What the user stages while a run is under way, or between its death and its recovery, stays staged. */
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveRemote } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';

const make = () => makeFixture({ files: { 'docs/one.md': 'old\n', 'docs/two.md': 'old\n', 'a.txt': 'a\n' } });

/** As `git clone --no-checkout` leaves it. */
function withoutIndex(): Fixture {
  const fixture = make();
  rmSync(join(fixture.workspace, '.git/index'));
  write(fixture.workspace, { 'mine.txt': 'mine\n' });
  return fixture;
}

/** What the remote does while a commit is pushed. */
function hook({ bare }: Fixture, script: string): void {
  const unset = 'unset $(git rev-parse --local-env-vars) GIT_QUARANTINE_PATH';
  writeFileSync(join(bare, 'hooks/pre-receive'), `#!/bin/bash\n${unset}\n${script}\n`, { mode: 0o755 });
}

const staged = ({ workspace }: Fixture) => git(workspace, 'ls-files', '--stage');

test('an index that the user makes where there was none, while a push is refused, is not removed', async () => {
  const fixture = withoutIndex();
  const { workspace } = fixture;
  const stage = `git -C '${workspace}' read-tree HEAD && git -C '${workspace}' add mine.txt`;
  hook(fixture, `${stage}\nexit 1`);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(65);
  expect(staged(fixture)).toContain('\tmine.txt');
});

test('an index of ours where there was none goes with a refused push', async () => {
  const fixture = withoutIndex();
  hook(fixture, 'exit 1');
  expect((await publishDocs(fixture)).exitCode).toBe(65);
  expect(staged(fixture)).toBe('');
});

test('an index that the user makes where there was none, after a run has died, is not removed by its recovery', async () => {
  const fixture = withoutIndex();
  await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after rename index.lock' } });
  git(fixture.workspace, 'read-tree', 'HEAD');
  git(fixture.workspace, 'add', 'mine.txt');
  const step = await publishDocs(fixture, { mode: 'recover' });
  expect(step.exitCode, step.log).toBe(0);
  expect(staged(fixture)).toContain('\tmine.txt');
});

test('an index of ours that git has only looked at since goes, too', async () => {
  const fixture = withoutIndex();
  const { workspace } = fixture;
  await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after rename index.lock' } });
  utimesSync(join(workspace, 'docs/one.md'), 1, 1);
  git(workspace, 'status', '--porcelain'); // It notes the time.
  const step = await publishDocs(fixture, { mode: 'recover' });
  expect(step.exitCode, step.log).toBe(0);
  expect(staged(fixture)).toBe('');
});

const STAGED: [string, string][] = [
  ['another content', 'echo mine > docs/one.md; git add docs/one.md'],
  ['a file of its own', 'echo mine > docs/new.md; git add docs/new.md; echo more >> docs/new.md'],
  ['what is to be added some day', 'echo mine > docs/new.md; git add --intent-to-add docs/new.md'],
  ['a file taken out', 'git rm --quiet --cached docs/guide/two.md'],
  ['the content of before', 'git reset --quiet HEAD~1 -- docs/one.md'],
  ['a mark', 'git update-index --assume-unchanged docs/one.md'],
];
test.each([
  ['true', 'after ledger PUSHING', ['reset', '--quiet', '--hard', 'HEAD~1']],
  ['true', 'after ledger COMMITTED', ['reset', '--quiet', '--mixed', 'HEAD~1']],
  ['true', 'before ledger COMMITTED', ['checkout', '--quiet', '--force', '-B', 'main', 'HEAD~1']],
  ['false', 'after ledger COMMITTED', ['reset', '--quiet', '--hard', 'HEAD~1']],
])(
  'with push %s, after a death %s, a branch that was set back since (git %j) comes back with its index',
  async (push, point, command) => {
    const fixture = make();
    await publishDocs(fixture, { push }, { env: { ATOMIC_FUSE: point } });
    git(fixture.workspace, ...command);
    const step = await publishDocs(fixture, { push, mode: 'recover' });
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.workspace, 'ls-tree', '--name-only', 'HEAD', 'docs/')).toContain(
      'atomic-manifest.json',
    );
    expect(git(fixture.workspace, 'diff', '--cached', '--name-status')).toBe('');
  },
);

test.each([[['reset', '--quiet']], [['add', 'a.txt']]])(
  'where there was no index, after a death and git %j, nothing of a publish that is undone stays staged',
  async (command) => {
    const fixture = withoutIndex();
    await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after rename index.lock' } });
    git(fixture.workspace, ...command);
    const step = await publishDocs(fixture, { mode: 'recover' });
    expect(step.exitCode, step.log).toBe(0);
    expect(staged(fixture)).toContain('\ta.txt');
    expect(staged(fixture)).not.toContain('atomic-manifest.json');
    expect(git(fixture.workspace, 'diff', '--cached', '--name-only', '--', 'docs')).toBe('');
  },
);

test.each([
  'after remove index.before',
  'before create index.before',
  'after ledger COMMITTED',
  'before rename index.lock',
])(
  'an index that was not in place is after a recovery that has died %s, and what is staged elsewhere stays',
  async (point) => {
    const fixture = make();
    const die = (at: string, mode: string) =>
      publishDocs(fixture, { mode, push: 'false' }, { env: { ATOMIC_FUSE: at } });
    await die('before rename index.lock', 'publish');
    rmSync(join(fixture.workspace, '.git/index.lock'));
    write(fixture.workspace, { 'mine.txt': 'mine\n' });
    git(fixture.workspace, 'add', 'mine.txt');
    await die(point, 'recover');
    rmSync(join(fixture.workspace, '.git/index.lock'), { force: true });
    const step = await publishDocs(fixture, { mode: 'recover', push: 'false' });
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.workspace, 'diff', '--cached', '--name-status')).toBe('A\tmine.txt');
  },
);

test.each(STAGED)(
  '%s that is staged while a commit that is made again is pushed stays beside what others pushed',
  async (_, command) => {
    const fixture = make();
    const { workspace } = fixture;
    moveRemote(fixture, { 'theirs.txt': 'theirs\n' });
    hook(fixture, `cd '${workspace}'\n${command.replace('HEAD~1', 'HEAD')}\nexit 0`);
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(0);
    expect(step.log).not.toContain('Warning');
    expect(git(workspace, 'show', ':theirs.txt')).toBe('theirs');
    expect(git(workspace, 'diff', '--cached', '--name-status')).not.toContain('theirs');
  },
);

test.each(['--assume-unchanged', '--skip-worktree'])(
  'where the index of the publish was not in place yet, a file marked since (%s) is as it was published in the next commit',
  async (mark) => {
    const fixture = make();
    const inputs = { push: 'false' };
    await publishDocs(fixture, inputs, { env: { ATOMIC_FUSE: 'before rename index.lock' } });
    rmSync(join(fixture.workspace, '.git/index.lock'));
    git(fixture.workspace, 'update-index', mark, 'docs/one.md');
    const step = await publishDocs(fixture, { ...inputs, mode: 'recover' });
    expect(step.exitCode, step.log).toBe(0);
    git(fixture.workspace, 'commit', '--quiet', '--allow-empty', '--message', 'something else');
    expect(git(fixture.workspace, 'show', 'HEAD:docs/one.md')).toBe('one');
  },
);
