/** The remote moved while a publish ran: followed where that is safe, refused by name where it is not. */
import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, ledgerRows, observe, snapshot } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';

/** Someone else's clone of the same repository. */
function makeOther(fixture: Fixture): string {
  const other = join(temporaryDirectory(), 'other');
  git(fixture.root, 'clone', '--quiet', fixture.bare, other);
  return other;
}

/** A command that pushes `files` from another clone, for the moment in which the validation runs. */
function pushCommand(other: string, path: string, content: string): string {
  const user = '-c user.name=Theo -c user.email=theo@example.org';
  return [
    `cd "${other}"`,
    `mkdir -p "$(dirname "${path}")"`,
    `printf '%s' '${content}' > "${path}"`,
    'git add --all',
    `git ${user} commit --quiet -m "their change"`,
    'git push --quiet',
  ].join(' && ');
}

const published = { 'docs/one.md': 'old\n', 'a.txt': 'a\n', 'b.txt': 'b\n' };

/** What must hold after a replay: their head below ours, and this clone as if it had fast-forwarded. */
function expectReplayed(fixture: Fixture, theirs: string, sha: string | undefined): void {
  const { workspace, bare } = fixture;
  expect(git(bare, 'rev-parse', 'main')).toBe(sha);
  expect(git(bare, 'rev-list', '--parents', '-1', 'main')).toBe(`${sha} ${theirs}`);
  expect(git(workspace, 'rev-parse', 'HEAD')).toBe(sha);
  expect(git(workspace, 'rev-parse', 'refs/remotes/origin/main')).toBe(sha);
  const changed = git(bare, 'diff-tree', '-r', '--name-only', theirs, sha!).split('\n');
  expect(changed.every((path) => path.startsWith('docs/'))).toBe(true);
  check(fixture);
}

test('a remote that moved elsewhere before the run is followed: commit, index and working tree are on its head', async () => {
  const fixture = makeFixture({ files: published });
  const theirs = moveRemote(fixture, { 'a.txt': 'theirs\n', 'new/file.txt': 'new\n' });
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).toContain(`The commit was made again on ${theirs}`);
  expectReplayed(fixture, theirs, step.outputs['commit-sha']);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  expect(readFileSync(join(fixture.workspace, 'a.txt'), 'utf8')).toBe('theirs\n');
  expect(readFileSync(join(fixture.workspace, 'new/file.txt'), 'utf8')).toBe('new\n');
  // A later run sees nothing to do, and nothing that is not committed.
  const again = await publishDocs(fixture, { 'task-id': 'TASK-2' });
  expect(again.outputs).toMatchObject({ changed: 'false', 'exit-code': '0' });
});

test('a remote that moves elsewhere during the run is followed, and what was removed there is gone here', async () => {
  const fixture = makeFixture({ files: published });
  const other = makeOther(fixture);
  const script = `${pushCommand(other, 'c.txt', 'c')} && git rm --quiet b.txt && git -c user.name=T -c user.email=t@example.org commit --quiet -m gone && git push --quiet`;
  const step = await publishDocs(fixture, { 'validation-command': script });
  expect(step.exitCode, step.log).toBe(0);
  expectReplayed(fixture, git(other, 'rev-parse', 'HEAD'), step.outputs['commit-sha']);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  expect(snapshot(fixture.workspace)).toMatchObject({ 'c.txt': '644 c' });
  expect(snapshot(fixture.workspace)).not.toHaveProperty(['b.txt']);
  expect(step.outputs['base-sha']).not.toBe(git(other, 'rev-parse', 'HEAD'));
});

test('what the user has staged and changed elsewhere is the same before and after a replay', async () => {
  const fixture = makeFixture({ files: { ...published, 'mine.txt': 'mine\n', 'staged.txt': 's\n' } });
  const { workspace } = fixture;
  write(workspace, { 'mine.txt': 'changed\n', 'staged.txt': 'staged\n', 'untracked.txt': 'u\n' });
  git(workspace, 'add', 'staged.txt');
  const theirs = moveRemote(fixture, { 'a.txt': 'theirs\n' });
  const before = git(workspace, 'status', '--porcelain');
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expectReplayed(fixture, theirs, step.outputs['commit-sha']);
  expect(git(workspace, 'status', '--porcelain')).toBe(before);
  expect(git(workspace, 'show', ':staged.txt')).toBe('staged');
  expect(readFileSync(join(workspace, 'mine.txt'), 'utf8')).toBe('changed\n');
});

test.each([
  ['changed in the target', 'docs/one.md'],
  ['added to the target', 'docs/deep/new.md'],
])(
  'a remote that %s is 65 before anything is published, and names commit, author and path',
  async (_, path) => {
    const fixture = makeFixture({ files: published });
    const theirs = moveRemote(fixture, { [path]: 'theirs\n' });
    const before = observe(fixture);
    const step = await publishDocs(fixture);
    expect(step.exitCode).toBe(65);
    expect(step.outputs['reason']).toBe(
      `the remote moved: commit ${theirs} by "Mona" ("theirs") changed "${path}", inside the target`,
    );
    expect(step.outputs['state']).toBe('ROLLED_BACK');
    expect(observe(fixture)).toEqual(before);
    check(fixture);
  },
);

test('a remote that changes the target during the run keeps its change: 65, and everything here is put back', async () => {
  const fixture = makeFixture({ files: published });
  const other = makeOther(fixture);
  const before = observe(fixture);
  const script = pushCommand(other, 'docs/one.md', 'theirs');
  const step = await publishDocs(fixture, { 'validation-command': script });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toMatch(
    /by "Theo" \("their change"\) changed "docs\/one.md", inside the target$/,
  );
  expect(git(fixture.bare, 'show', 'main:docs/one.md')).toBe('theirs');
  expect(observe(fixture)).toEqual({ ...before, remote: expect.any(String) });
  check(fixture);
});

test('a file in the place of a parent of a new target is a change of the target', async () => {
  const fixture = makeFixture();
  moveRemote(fixture, { site: 'a file\n' });
  const before = observe(fixture, 'site/docs');
  const step = await publishDocs(fixture, { target: 'site/docs' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('changed "site", inside the target');
  expect(observe(fixture, 'site/docs')).toEqual(before);
  check(fixture, 'site/docs');
});

test('a change of the target that was taken back again is no change', async () => {
  const fixture = makeFixture({ files: published });
  moveRemote(fixture, { 'docs/one.md': 'theirs\n' });
  const theirs = moveRemote(fixture, { 'docs/one.md': 'old\n' });
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expectReplayed(fixture, theirs, step.outputs['commit-sha']);
});

test('outputs made from a file that changed on the remote are stale, whatever else moved', async () => {
  const inputs = { 'depends-on': 'src/**\n!src/**/*.md' };
  const fresh = makeFixture({ files: published });
  const theirs = moveRemote(fresh, { 'src/deep/notes.md': 'notes\n', 'a.txt': 'theirs\n' });
  const step = await publishDocs(fresh, inputs);
  expect(step.exitCode, step.log).toBe(0);
  expectReplayed(fresh, theirs, step.outputs['commit-sha']);

  const stale = makeFixture({ files: published });
  moveRemote(stale, { 'src/input.txt': 'newer\n' });
  const before = observe(stale);
  const refused = await publishDocs(stale, inputs);
  expect(refused.exitCode).toBe(65);
  expect(refused.outputs['reason']).toMatch(
    /changed "src\/input.txt", which depends-on names: the outputs are stale$/,
  );
  expect(observe(stale)).toEqual(before);
  check(stale);
});

test('depends-on is read from the working directory', async () => {
  const files = { 'app/src/in.txt': 'in\n', 'src/in.txt': 'in\n', 'app/docs/one.md': 'old\n' };
  const inputs = { 'working-directory': 'app', 'depends-on': 'src/**' };
  const fixture = makeFixture({ files });
  moveRemote(fixture, { 'src/in.txt': 'elsewhere\n' });
  const step = await publishDocs(fixture, inputs);
  expect(step.exitCode, step.log).toBe(0);
  check(fixture, 'app/docs');
  moveRemote(fixture, { 'app/src/in.txt': 'newer\n' });
  const stale = await publishDocs(fixture, { ...inputs, 'task-id': 'TASK-2', contents: '{"x": "y"}' });
  expect(stale.outputs['reason']).toContain('changed "app/src/in.txt", which depends-on names');
});

test('on-conflict fail is 65 at once, before anything is published', async () => {
  const fixture = makeFixture({ files: published });
  moveRemote(fixture, { 'a.txt': 'theirs\n' });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { 'on-conflict': 'fail', 'validation-command': 'false' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('the remote moved');
  expect(step.log).not.toContain('::group::Publish');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a history that was rewritten on the remote is refused, also when nothing of the target changed', async () => {
  const fixture = makeFixture({ files: published });
  const tree = git(fixture.bare, 'rev-parse', 'main^{tree}');
  git(
    fixture.bare,
    'update-ref',
    'refs/heads/main',
    git(fixture.bare, 'commit-tree', '-m', 'rewritten', tree),
  );
  const before = observe(fixture);
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('which does not contain the base commit');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a user who changes during the push what moved on the remote keeps it: committed, with a warning', async () => {
  const fixture = makeFixture({ files: published });
  // The hook runs after the last look at the working tree and before the remote takes the commit.
  const hook = `#!/bin/sh\nprintf 'mine\\n' > "${fixture.workspace}/a.txt"\n`;
  const theirs = moveRemote(fixture, { 'a.txt': 'theirs\n' });
  write(fixture.bare, { 'hooks/pre-receive': hook });
  chmodSync(join(fixture.bare, 'hooks/pre-receive'), 0o755);
  const base = git(fixture.workspace, 'rev-parse', 'HEAD');
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).toMatch(
    /Warning: committed, but the working tree cannot follow "refs\/heads\/main" to .*a\.txt/,
  );
  const sha = step.outputs['commit-sha'];
  expect(git(fixture.bare, 'rev-list', '--parents', '-1', 'main')).toBe(`${sha} ${theirs}`);
  // Nor does the branch: what others changed would be taken back by the next commit.
  expect(git(fixture.workspace, 'rev-parse', 'HEAD^')).toBe(base);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe(' M a.txt');
  expect(readFileSync(join(fixture.workspace, 'a.txt'), 'utf8')).toBe('mine\n');
  expect(ledgerRows(fixture.workspace)[0]).toMatchObject({ state: 'COMMITTED', settled: 1 });
});

test('a link that becomes a directory is followed, and nothing behind the link is touched', async () => {
  const fixture = makeFixture({ files: published });
  const { workspace } = fixture;
  const outside = join(fixture.root, 'outside');
  write(outside, { x: '' });
  symlinkSync(outside, join(workspace, 'd'));
  git(workspace, 'add', 'd');
  git(workspace, 'commit', '--quiet', '--message', 'link');
  git(workspace, 'push', '--quiet', 'origin', 'main');
  const theirs = moveRemote(fixture, { d: null, 'd/x': 'theirs\n' });
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expectReplayed(fixture, theirs, step.outputs['commit-sha']);
  expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('');
  expect(readFileSync(join(workspace, 'd/x'), 'utf8')).toBe('theirs\n');
  expect(git(workspace, 'status', '--porcelain')).toBe('');
});

test('depends-on takes the name of a directory', async () => {
  const fixture = makeFixture({ files: published });
  moveRemote(fixture, { 'src/input.txt': 'newer\n' });
  const step = await publishDocs(fixture, { 'depends-on': './src/' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('changed "src/input.txt", which depends-on names');
  check(fixture);
});
