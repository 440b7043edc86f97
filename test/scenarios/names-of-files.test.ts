/** Names that git takes in its own way, or that text cannot hold. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';

test.each(['.gitmodules', '.GitModules', 'sub/.gitmodules', 'GITMOD~1', 'gi7eba~2'])(
  'a symlink %s, which git takes into no index, is refused',
  async (name) => {
    const fixture = makeFixture();
    const before = git(fixture.bare, 'rev-parse', 'main');
    const to = name.startsWith('sub/') ? '../one.md' : 'one.md';
    const run = `cd "$ATOMIC_STAGING"; mkdir sub; echo one > one.md; ln -s ${to} ${name}`;
    const step = await publishDocs(fixture, { run });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toContain(`"${name}" is refused: git takes no symlink of that name`);
    expect(git(fixture.bare, 'rev-parse', 'main')).toBe(before);
  },
);

test('a file .gitmodules is published as any other', async () => {
  const fixture = makeFixture();
  const step = await publishDocs(fixture, { run: 'echo "# none" > "$ATOMIC_STAGING/.gitmodules"' });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'show', 'main:docs/.gitmodules')).toBe('# none');
});

/** The base holds a file with a name that is no UTF-8; on the disk it is gone already. */
function withOddName(): Fixture {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  const { workspace } = fixture;
  execFileSync('bash', ['-c', "echo x > $'docs/\\xff.md'"], { cwd: workspace });
  git(workspace, 'add', 'docs');
  git(workspace, 'commit', '--quiet', '--message', 'odd');
  git(workspace, 'push', '--quiet', 'origin', 'main');
  execFileSync('bash', ['-c', "rm $'docs/\\xff.md'"], { cwd: workspace });
  return fixture;
}
const REASON = 'path "docs/\ufffd.md" is refused: it is not valid UTF-8';

/** The same, with the whole of the target gone from the disk: what holds the base is not compared with it. */
function withoutTarget(): Fixture {
  const fixture = withOddName();
  rmSync(join(fixture.workspace, 'docs'), { recursive: true });
  return fixture;
}

test('where the target is gone from the disk it is refused before anything is published and validated', async () => {
  const fixture = withoutTarget();
  const seen = join(fixture.root, 'seen');
  const step = await publishDocs(fixture, { 'validation-command': `touch "${seen}"` });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toBe(REASON);
  expect(existsSync(seen), 'it was published, and validated').toBe(false);
});

test('and so it is where the branch is not checked out', async () => {
  const fixture = withoutTarget();
  git(fixture.workspace, 'checkout', '--quiet', '--detach');
  const step = await publishDocs(fixture, { branch: 'main' });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toBe(REASON);
});

test.each([
  ['', withOddName],
  [', also where the target is gone from the disk', withoutTarget],
])('mode check refuses it, as the publish does%s', async (_, make) => {
  const fixture = make();
  const step = await publishDocs(fixture, { mode: 'check', 'fail-on-change': 'false' });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toBe(REASON);
});
