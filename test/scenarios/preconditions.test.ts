/** Clause 6: a target that can never be replaced as one unit is refused before anything is written. */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { observe, snapshot } from '../support/check.ts';
import { expectPublished } from '../support/checkouts.ts';
import { pathWithout } from '../support/filesystems.ts';
import { publishDocs } from '../support/publish.ts';
import { expectRefusal, published, TARGET } from '../support/refusal.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

describe('a target that can never be replaced as one unit', () => {
  test('a target that is a file is refused', async () => {
    await expectRefusal(published(), 'site/docs/page.txt', /is a file, not a directory/);
  });

  test('a target below a file is refused', async () => {
    await expectRefusal(published(), 'site/docs/page.txt/below', /is not a directory/);
  });

  test('a target that is a symlink is refused, and what it points to is left alone', async () => {
    const fixture = published();
    symlinkSync('docs', join(fixture.workspace, 'site/latest'));
    await expectRefusal(fixture, 'site/latest', /is a symlink/);
  });

  test('a target that is a symlink to nothing is refused', async () => {
    const fixture = published();
    symlinkSync('nowhere', join(fixture.workspace, 'site/latest'));
    await expectRefusal(fixture, 'site/latest', /is a symlink/);
  });

  test('a target outside the workspace is refused', async () => {
    const fixture = published();
    write(fixture.root, { 'elsewhere/page.txt': 'theirs\n' });
    await expectRefusal(fixture, '../elsewhere', /is outside the workspace/);
  });

  test('a target that leaves the workspace through a symlink in its path is refused', async () => {
    const fixture = published();
    write(fixture.root, { 'elsewhere/docs/page.txt': 'theirs\n' });
    symlinkSync('../elsewhere', join(fixture.workspace, 'outside'));
    await expectRefusal(fixture, 'outside/docs', /is outside the workspace/);
    expect(snapshot(join(fixture.root, 'elsewhere'))).toEqual({ 'docs/page.txt': '644 theirs\n' });
  });

  test('the workspace itself is refused as the target', async () => {
    await expectRefusal(published(), '.', /is the workspace itself/);
  });

  test.each(['.git', '.git/hooks', '.git/published', '.GIT/hooks'])(
    'the target %s, inside the git directory, is refused',
    async (target) => {
      await expectRefusal(published(), target, /is inside a git directory/);
    },
  );

  test('a target that is the working tree of another repository is refused', async () => {
    const fixture = published();
    git(fixture.workspace, 'init', '--quiet', 'site/theirs');
    await expectRefusal(fixture, 'site/theirs', /holds a git repository/);
  });

  test.each([
    { kind: 'with a commit', commits: true },
    { kind: 'without a commit yet', commits: false },
  ])('a target that holds another repository $kind somewhere below is refused', async ({ commits }) => {
    const fixture = published();
    const vendored = join(fixture.workspace, TARGET, 'vendor/lib');
    git(fixture.root, 'init', '--quiet', vendored);
    if (commits) git(vendored, 'commit', '--quiet', '--allow-empty', '--message', 'theirs');
    await expectRefusal(fixture, TARGET, /holds a git repository/);
  });

  test.each([
    { kind: 'file', make: (path: Buffer) => writeFileSync(path, 'theirs\n') },
    { kind: 'directory', make: (path: Buffer) => mkdirSync(path) },
  ])('a target that holds a $kind whose name is no UTF-8 is refused', async ({ make }) => {
    const { workspace } = published();
    const theirs = Buffer.from(join(workspace, TARGET, 'th\xe9'), 'latin1');
    make(theirs);
    const before = git(workspace, 'status', '--porcelain');
    const inputs = { 'task-id': 'T-1', target: TARGET, contents: '{"a": "b"}', 'consistency-result': 'PASS' };
    const step = await runStep({ workspace, inputs });
    expect(step.exitCode, step.log).toBe(61);
    expect(step.log).toMatch(/site\/docs" holds "th.", a name that is not valid UTF-8/);
    expect(existsSync(theirs)).toBe(true);
    expect(git(workspace, 'status', '--porcelain')).toBe(before);
  });
});

/** Where git expects a directory and finds something else: the commit would lose it. */
const IN_THE_WAY: Record<string, [what: RegExp, target: string, make: (fixture: Fixture) => void]> = {
  'a submodule': [/is below "module", which is a submodule of the base commit/, 'module/new', addModule],
  'a submodule that is not checked out': [
    /is below "module", which is a submodule of the base commit/,
    'module/new/docs',
    (fixture) => {
      addModule(fixture);
      git(fixture.workspace, 'submodule', '--quiet', 'deinit', 'module');
    },
  ],
  'a repository that the base commit does not know': [
    /is below "site\/theirs", which is a git working tree of its own/,
    'site/theirs/new',
    ({ workspace }) => git(workspace, 'init', '--quiet', 'site/theirs'),
  ],
  'a file of the base commit': [
    /is below "site\/kept.txt", which is a file of the base commit/,
    'site/kept.txt/docs',
    ({ workspace }) => {
      rmSync(join(workspace, 'site/kept.txt')); // The user's own change, not committed.
      mkdirSync(join(workspace, 'site/kept.txt'));
    },
  ],
};

function addModule({ workspace }: Fixture): void {
  const { bare } = makeFixture();
  git(workspace, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', bare, 'module');
  git(workspace, 'commit', '--quiet', '--message', 'module');
  git(workspace, 'push', '--quiet', 'origin', 'main');
}

describe.each(Object.entries(IN_THE_WAY))('a target below %s', (_, [what, target, make]) => {
  test.each(['publish', 'check'])('is refused by mode %s', async (mode) => {
    const fixture = published();
    make(fixture);
    await expectRefusal(fixture, target, what, { inputs: { mode } });
  });
});

test('a new target beside files and below directories of the base commit is published', async () => {
  await expectPublished(published(), { target: 'site/docs/deep/new' });
});

describe('a machine without an exchange of directories', () => {
  test('is refused when atomicity is strict, and the message says what to install or to set', async () => {
    const PATH = pathWithout('perl');
    const remedy = /perl is not installed.*Install perl.*journaled/;
    await expectRefusal(published(), TARGET, remedy, { env: { PATH } });
  });
});

test.skipIf(process.platform !== 'linux')('a machine without sync is told what to install', async () => {
  const fixture = published();
  const before = observe(fixture);
  const step = await publishDocs(fixture, {}, { env: { PATH: pathWithout('sync') } });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toBe('sync is not installed');
  expect(step.log).toContain('Install it: coreutils');
  expect(observe(fixture)).toEqual(before);
});
