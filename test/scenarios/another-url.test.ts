/** A command gives the remote another URL: nothing is sent there, and nothing is published (threat-model, clause 3.13). */
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cloneWith, FILES } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';

const CONTENT = 'large\n'.repeat(1000);
const ID = createHash('sha256').update(CONTENT).digest('hex');
const RUN = `cd "$ATOMIC_STAGING"; for i in {1..1000}; do echo large; done > data.bin`;

function otherOf({ root, bare }: Fixture): string {
  const other = join(root, 'other.git');
  git(root, 'clone', '--quiet', '--bare', bare, other);
  return other;
}

test.each(['remote.origin.url', 'remote.origin.pushUrl'])(
  'a command that gives the remote another URL (%s) gets no large file sent there: 65',
  async (key) => {
    const fixture = cloneWith([], {
      ...FILES,
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    });
    const { workspace } = fixture;
    git(workspace, 'config', 'filter.lfs.process', 'git-lfs filter-process');
    git(workspace, 'config', 'filter.lfs.clean', 'git-lfs clean -- %f');
    git(workspace, 'config', 'filter.lfs.smudge', 'git-lfs smudge -- %f');
    git(workspace, 'config', 'filter.lfs.required', 'true');
    const other = otherOf(fixture);
    const step = await publishDocs(fixture, { run: `git config ${key} "${other}"; ${RUN}` });
    expect(step.exitCode, step.log).toBe(65);
    expect(existsSync(join(other, 'lfs/objects', ID.slice(0, 2), ID.slice(2, 4), ID))).toBe(false);
  },
);

test('a command that gives the remote another URL has nothing published: the validation never sees it', async () => {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  const other = otherOf(fixture);
  const seen = join(fixture.root, 'seen');
  const step = await publishDocs(fixture, {
    run: `git config remote.origin.url "${other}"; echo new > "$ATOMIC_STAGING/one.md"`,
    'validation-command': `cat docs/one.md > "${seen}"`,
  });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('another URL');
  expect(existsSync(seen), 'seen by the validation').toBe(false);
});

test.each(['fail', 'replay'])(
  'a command that gives the remote the URL of a moved one is told so (on-conflict %s), and nothing is fetched from there',
  async (how) => {
    const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
    const { root, workspace } = fixture;
    const other = otherOf(fixture);
    const clone = join(root, 'their');
    git(root, 'clone', '--quiet', other, clone);
    writeFileSync(join(clone, 'theirs.txt'), 'theirs\n');
    git(clone, 'add', '.');
    git(clone, 'commit', '--quiet', '-m', 'theirs');
    git(clone, 'push', '--quiet', 'origin', 'main');
    const theirs = git(clone, 'rev-parse', 'main');
    const step = await publishDocs(fixture, {
      run: `git config remote.origin.url "${other}"; echo new > "$ATOMIC_STAGING/one.md"`,
      'on-conflict': how,
    });
    expect(step.exitCode, step.log).toBe(65);
    expect.soft(step.outputs['reason']).toContain('another URL');
    expect.soft(() => git(workspace, 'cat-file', '-e', theirs)).toThrow();
  },
);

test('a command that gives the remote the URL of nobody is told so', async () => {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  const step = await publishDocs(fixture, {
    run: `git config remote.origin.url "${fixture.root}/nobody.git"; echo new > "$ATOMIC_STAGING/one.md"`,
  });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('another URL');
});
