/** A HEAD of which another ref has the name, or that is another name itself. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { operate, publishDocs } from '../support/publish.ts';
import { git, makeFixture } from '../support/repository.ts';

test.each(['refs/heads/HEAD', 'refs/tags/HEAD', 'refs/HEAD', 'refs/remotes/HEAD/HEAD'])(
  'a publish to a branch without a commit leaves the branch %s leads to where it is',
  async (alias) => {
    const fixture = makeFixture();
    const { workspace } = fixture;
    const main = git(workspace, 'rev-parse', 'main');
    git(workspace, 'symbolic-ref', alias, 'refs/heads/main');
    git(workspace, 'symbolic-ref', 'HEAD', 'refs/heads/unborn');
    const step = await publishDocs(fixture, { push: 'false' });
    expect(git(workspace, 'rev-parse', 'refs/heads/main'), step.log).toBe(main);
    expect(git(workspace, 'symbolic-ref', 'HEAD')).toBe('refs/heads/unborn');
  },
);

test.each([
  [
    'a tag HEAD',
    (d: string) => git(d, 'update-ref', 'refs/tags/HEAD', git(d, 'commit-tree', '-m', 'x', 'main^{tree}')),
  ],
  [
    'a branch HEAD',
    (d: string) => git(d, 'update-ref', 'refs/heads/HEAD', git(d, 'commit-tree', '-m', 'x', 'main^{tree}')),
  ],
  [
    'a branch HEAD checked out',
    (d: string) => {
      git(d, 'update-ref', 'refs/heads/HEAD', 'main');
      git(d, 'symbolic-ref', 'HEAD', 'refs/heads/HEAD');
    },
  ],
  [
    'a tag HEAD and no warnings',
    (d: string) => {
      git(d, 'update-ref', 'refs/tags/HEAD', git(d, 'commit-tree', '-m', 'x', 'main^{tree}'));
      git(d, 'config', 'core.warnAmbiguousRefs', 'false');
    },
  ],
  [
    'a symref of a symref',
    (d: string) => {
      git(d, 'symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
      git(d, 'symbolic-ref', 'HEAD', 'refs/heads/alias');
    },
  ],
  ['packed refs', (d: string) => git(d, 'pack-refs', '--all', '--prune')],
  [
    'an odd branch',
    (d: string) => {
      git(d, 'checkout', '-q', '-b', 'ö\'é"$(x)&{}');
    },
  ],
  [
    'a ref that is a tag',
    (d: string) => {
      git(d, 'tag', '-a', '-m', 't', 'HEADS');
    },
  ],
])('HEAD with %s', async (_, change) => {
  const fixture = makeFixture();
  const { workspace } = fixture;
  change(workspace);
  const before = git(workspace, 'rev-parse', '-q', 'HEAD');
  const branch = git(workspace, 'symbolic-ref', 'HEAD');
  const step = await publishDocs(fixture, { push: 'false' });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(workspace, 'symbolic-ref', 'HEAD')).toBe(branch);
  expect(git(workspace, 'rev-parse', `${branch}^`)).toBe(before);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
});

test('a branch that is another name of the one checked out is not what is pushed', async () => {
  const fixture = makeFixture();
  const { workspace } = fixture;
  git(workspace, 'symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
  git(workspace, 'symbolic-ref', 'HEAD', 'refs/heads/alias');
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(step.outputs['branch']).toBe('main');
  expect(git(fixture.bare, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

test.each(['publish', 'operation', 'check'])(
  '%s: a branch whose name is no UTF-8 is not taken for another one',
  async (what) => {
    const fixture = makeFixture();
    const { workspace } = fixture;
    execFileSync('bash', ['-c', "git checkout --quiet -b $'caf\\xe9'"], { cwd: workspace });
    const refs = () =>
      execFileSync('git', ['for-each-ref', 'refs/heads'], { cwd: workspace }).toString('latin1');
    const before = refs();
    const inputs = { push: 'false' };
    const step =
      what === 'operation'
        ? await operate(fixture, 'echo more >> src/input.txt', inputs)
        : await publishDocs(fixture, {
            ...inputs,
            ...(what === 'check' && { mode: 'check', 'fail-on-change': 'false' }),
          });
    if (what !== 'check') {
      expect(step.exitCode, step.log).toBe(65);
      expect(step.outputs['reason']).toContain('has a name that is not valid UTF-8');
    } else expect(step.exitCode, step.log).toBe(0); // It moves none.
    expect(refs()).toBe(before);
  },
);
