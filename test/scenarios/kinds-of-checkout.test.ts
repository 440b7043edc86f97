/** Every kind of checkout publishes, and follows a remote that moved elsewhere meanwhile (clause 10). */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../support/check.ts';
import { cloneWith, expectPublished, expectTheirs, FILES, moveRemote } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, gitSucceeds, makeFixture, temporaryDirectory } from '../support/repository.ts';

/** How the checkout is made, and what must hold of it before and after. */
const KINDS: Record<string, { make: () => Fixture; stays?: (fixture: Fixture) => void }> = {
  'a full clone': {
    make: () => cloneWith([]),
    stays: ({ workspace }) => expect(existsSync(join(workspace, '.git/shallow'))).toBe(false),
  },
  'a shallow clone': {
    make: () => makeOlder('--depth=1'),
    stays: ({ workspace }) => {
      expect(git(workspace, 'rev-parse', '--is-shallow-repository')).toBe('true');
      expect(gitSucceeds(workspace, 'rev-parse', '--verify', 'HEAD~3')).toBe(false);
    },
  },
  'a partial clone': {
    make: () => makeOlder('--filter=blob:none'),
    stays: ({ workspace }) => {
      expect(git(workspace, 'config', 'remote.origin.partialclonefilter')).toBe('blob:none');
      expect(git(workspace, 'rev-list', '--objects', '--missing=print', 'HEAD')).toMatch(/^\?/m);
    },
  },
  'a linked worktree': {
    make: () => {
      const fixture = cloneWith([]);
      const { root, workspace: main } = fixture;
      git(main, 'checkout', '--quiet', '--detach');
      git(main, 'worktree', 'add', '--quiet', join(root, 'linked'), 'main');
      return { ...fixture, workspace: join(root, 'linked') };
    },
    stays: ({ root }) => expect(git(join(root, 'checkout'), 'status', '--porcelain')).toBe(''),
  },
  'a clone whose git directory is elsewhere': {
    make: () => cloneWith([`--separate-git-dir=${join(temporaryDirectory(), 'git')}`]),
  },
  'a worktree with a configuration of its own': {
    make: () => {
      const fixture = cloneWith([]);
      git(fixture.workspace, 'config', 'extensions.worktreeConfig', 'true');
      git(fixture.workspace, 'config', '--worktree', 'core.fileMode', 'true');
      return fixture;
    },
    stays: ({ workspace }) => expect(existsSync(join(workspace, '.git/config.worktree'))).toBe(true),
  },
  'a repository with ids of SHA-256': {
    make: () => cloneWith([], FILES, ['--object-format=sha256']),
    stays: ({ workspace }) => expect(git(workspace, 'rev-parse', 'HEAD')).toHaveLength(64),
  },
};

/** A clone with `option` of two commits, of which it needs the second alone. */
function makeOlder(option: string): Fixture {
  const fixture = cloneWith([]);
  moveRemote(fixture, { 'z.txt': 'z\n', 'README.md': 'newer\n' });
  const workspace = join(fixture.root, 'partly');
  git(fixture.root, 'clone', '--quiet', option, `file://${fixture.bare}`, workspace);
  return { ...fixture, workspace };
}

test.each(Object.entries(KINDS))('%s publishes', async (_, { make, stays }) => {
  const fixture = make();
  stays?.(fixture);
  await expectPublished(fixture);
  stays?.(fixture);
});

test.each(Object.entries(KINDS))('%s follows a remote that moved', async (_, { make, stays }) => {
  const fixture = make();
  const theirs = moveRemote(fixture);
  await expectPublished(fixture, { theirs });
  expectTheirs(fixture.workspace);
  stays?.(fixture);
});

test.each(Object.entries(KINDS))('%s is put back when the push is refused', async (_, { make }) => {
  const fixture = make();
  const { workspace, bare } = fixture;
  const before = [git(workspace, 'for-each-ref', 'refs/heads'), git(workspace, 'ls-files', '--stage')];
  git(bare, 'config', 'receive.denyUpdateCurrentBranch', 'refuse');
  git(bare, 'config', 'core.bare', 'false');
  const step = await publishDocs(fixture);
  git(bare, 'config', 'core.bare', 'true');
  expect(step.exitCode, step.log).toBe(65);
  expect([git(workspace, 'for-each-ref', 'refs/heads'), git(workspace, 'ls-files', '--stage')]).toEqual(
    before,
  );
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  expect(readFileSync(join(workspace, 'docs/one.md'), 'utf8')).toBe('old\n');
  check(fixture);
});

/** A repository with `module` as a submodule, of a repository of its own, below `module/`. */
function makeSuper(): { outer: Fixture; inner: Fixture } {
  const inner = makeFixture({ files: FILES });
  const outer = cloneWith([]);
  const local = ['-c', 'protocol.file.allow=always']; // git takes no submodule from a path otherwise.
  git(outer.workspace, ...local, 'submodule', '--quiet', 'add', inner.bare, 'module');
  git(outer.workspace, 'commit', '--quiet', '--message', 'module');
  git(outer.workspace, 'push', '--quiet');
  return { outer, inner: { ...inner, workspace: join(outer.workspace, 'module') } };
}

test.each(['as it is', 'that moved'])('in a submodule its own remote is published to, %s', async (how) => {
  const { outer, inner } = makeSuper();
  const theirs = how === 'that moved' ? moveRemote(inner) : undefined;
  const before = git(outer.workspace, 'rev-parse', 'HEAD');
  await expectPublished(inner, {
    theirs,
    inputs: { 'working-directory': 'module' },
    options: { workspace: outer.workspace },
  });
  expect(git(outer.workspace, 'rev-parse', 'HEAD')).toBe(before);
  expect(git(outer.bare, 'rev-parse', 'main')).toBe(before);
  expect(git(outer.workspace, 'status', '--porcelain')).toBe(' M module');
});

test('a submodule that moved on the remote stands in the commit as they moved it', async () => {
  const { outer, inner } = makeSuper();
  const theirModule = moveRemote(inner);
  const other = join(outer.root, 'mover');
  git(outer.root, 'clone', '--quiet', outer.bare, other);
  git(other, 'update-index', '--cacheinfo', `160000,${theirModule},module`);
  git(other, 'commit', '--quiet', '--message', 'module moved');
  git(other, 'push', '--quiet');
  // As after any pull: git leaves the module's own checkout where it was, and says so.
  await expectPublished(outer, { theirs: git(other, 'rev-parse', 'HEAD'), status: ' M module' });
  expect(git(outer.workspace, 'rev-parse', 'HEAD:module')).toBe(theirModule);
});

const MINOR = Number(/ 2\.(\d+)/.exec(git('/', 'version'))?.[1]);
const REFTABLE = MINOR >= 45 ? '' : ' (skipped: it takes git 2.45)';

test.skipIf(REFTABLE !== '')(`refs in a reftable move like others${REFTABLE}`, async () => {
  const fixture = cloneWith(['--ref-format=reftable']);
  await expectPublished(fixture, { theirs: moveRemote(fixture) });
  expect(git(fixture.workspace, 'rev-parse', '--show-ref-format')).toBe('reftable');
});

test('an empty repository has no branch to publish on, which is said before anything is staged', async () => {
  const root = temporaryDirectory();
  const fixture = { root, workspace: join(root, 'work'), bare: join(root, 'origin.git') };
  git(root, 'init', '--quiet', '--bare', '--initial-branch=main', fixture.bare);
  git(root, 'clone', '--quiet', fixture.bare, fixture.workspace);
  mkdirSync(join(fixture.workspace, 'docs'));
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe('branch "refs/heads/main" has no commit in this repository');
  expect(step.log).toContain('Check the branch out first, with at least one commit.');
  expect(step.log).not.toContain('::group::Produce');
  expect(git(fixture.bare, 'for-each-ref')).toBe('');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  check(fixture);
});

test('a working tree that core.worktree names, beside the one with .git, is published from', async () => {
  const fixture = makeFixture({ files: { 'wt/a': 'a' } });
  const { workspace } = fixture;
  git(workspace, 'config', 'core.worktree', '../wt');
  git(workspace, 'read-tree', '--reset', '-u', 'HEAD');
  const step = await publishDocs({ workspace: join(workspace, 'wt') });
  expect(step.exitCode, step.log).toBe(0);
});
