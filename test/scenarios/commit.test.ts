import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe, snapshot } from '../support/check.ts';
import { publishDocs } from '../support/publish.ts';
import { git, gitSucceeds, makeFixture, write } from '../support/repository.ts';

const OLD = { 'docs/one.md': 'old\n', 'docs/gone.md': 'gone\n' };

test('a publish replaces the directory, commits it with its trailers and pushes it', async () => {
  const fixture = makeFixture({ files: OLD });
  const base = git(fixture.workspace, 'rev-parse', 'HEAD');
  const step = await publishDocs(fixture, { 'agent-id': 'codegen-7', 'commit-node': 'site/docs' });
  expect(step.log).toContain('COMMITTED');
  expect(step.exitCode).toBe(0);
  expect(Object.keys(snapshot(join(fixture.workspace, 'docs')))).toEqual([
    'atomic-manifest.json',
    'guide/two.md',
    'one.md',
  ]);
  const head = git(fixture.workspace, 'rev-parse', 'HEAD');
  expect(git(fixture.bare, 'rev-parse', 'main')).toBe(head);
  expect(git(fixture.workspace, 'rev-parse', 'HEAD^')).toBe(base);
  expect(git(fixture.workspace, 'diff', '--name-only', base, head)).toBe(
    'docs/atomic-manifest.json\ndocs/gone.md\ndocs/guide/two.md\ndocs/one.md',
  );
  expect(git(fixture.workspace, 'status', '--porcelain', '--ignored')).toBe('');
  expect(step.outputs).toMatchObject({
    state: 'COMMITTED',
    'exit-code': '0',
    changed: 'true',
    'commit-sha': head,
    'base-sha': base,
    branch: 'main',
    pushed: 'true',
    files: '2',
    bytes: '8',
    publication: 'exchange',
  });
  const message = git(fixture.workspace, 'log', '-1', '--format=%B');
  write(fixture.root, { message });
  expect(
    git(fixture.workspace, 'interpret-trailers', '--parse', join(fixture.root, 'message')).split('\n'),
  ).toEqual([
    'Task-ID: TASK-1',
    'CommitNode: site/docs',
    'Agent-ID: codegen-7',
    `Transaction-ID: ${step.outputs['transaction-id']}`,
    expect.stringMatching(/^Transaction-Timestamp: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    `Manifest-SHA256: ${step.outputs['manifest-sha256']}`,
  ]);
  check(fixture);
});

test("the user's staged and unstaged changes elsewhere are the same before and after, byte for byte", async () => {
  const fixture = makeFixture({ files: { ...OLD, 'a.txt': 'a\n', 'b.txt': 'b\n', 'z/c.txt': 'c\n' } });
  const { workspace } = fixture;
  write(workspace, { 'a.txt': 'staged\n', 'new.txt': 'new\n' });
  git(workspace, 'add', 'a.txt', 'new.txt');
  git(workspace, 'rm', '--quiet', '--cached', 'z/c.txt');
  write(workspace, { 'a.txt': 'unstaged on top\n', 'b.txt': 'unstaged\n', 'untracked.txt': 'u\n' });
  const elsewhere = () => ({
    index: git(workspace, 'ls-files', '--stage', '--debug', '--', ':(exclude)docs'),
    status: git(workspace, 'status', '--porcelain'),
    files: ['a.txt', 'b.txt', 'z/c.txt', 'untracked.txt'].map((path) =>
      readFileSync(join(workspace, path), 'utf8'),
    ),
  });
  const before = elsewhere();
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(0);
  expect(elsewhere()).toEqual(before);
  expect(git(workspace, 'diff', '--name-only', 'HEAD^', 'HEAD', '--', ':(exclude)docs')).toBe('');
  check(fixture);
});

test('modes, inner symlinks, ignored outputs and attributes reach the commit', async () => {
  const fixture = makeFixture({
    files: { '.gitignore': '*.log\n', '.gitattributes': '*.txt text eol=lf\n' },
  });
  const run = `cd "$ATOMIC_STAGING"; echo '#!/bin/sh' > tool; chmod 755 tool; ln -s tool link; echo x > build.log; printf 'a\\r\\n' > crlf.txt`;
  const step = await publishDocs(fixture, { run });
  expect(step.exitCode).toBe(0);
  const tree = git(fixture.workspace, 'ls-tree', '-r', '--format=%(objectmode) %(path)', 'HEAD', 'docs/');
  expect(tree.split('\n')).toEqual([
    '100644 docs/atomic-manifest.json',
    '100644 docs/build.log',
    '100644 docs/crlf.txt',
    '120000 docs/link',
    '100755 docs/tool',
  ]);
  expect(git(fixture.workspace, 'cat-file', 'blob', 'HEAD:docs/crlf.txt')).toBe('a');
  check(fixture);
});

test('artifacts, contents and preserved files make up the new directory together', async () => {
  const fixture = makeFixture({
    files: { 'docs/CNAME': 'example.org\n', 'docs/archive/v1/a.md': 'v1\n', 'docs/old.md': 'old\n' },
  });
  const { workspace } = fixture;
  write(workspace, {
    'build/x.js': 'x\n',
    'build/sub/y.js': 'y\n',
    'notes/n1.txt': '1\n',
    'notes/deep/n2.txt': '2\n',
    'one.bin': '1',
  });
  chmodSync(join(workspace, 'build/x.js'), 0o755);
  symlinkSync('x.js', join(workspace, 'build/latest.js'));
  const step = await publishDocs(fixture, {
    run: '',
    artifacts: 'build => js\nnotes/**/*.txt => notes\none.bin\none.bin => copy/two.bin',
    contents: '{"VERSION": "2\\n"}',
    preserve: 'CNAME\narchive/**',
  });
  expect(step.log).not.toContain('::error');
  expect(snapshot(join(workspace, 'docs'))).toMatchObject({
    CNAME: '644 example.org\n',
    VERSION: '644 2\n',
    'archive/v1/a.md': '644 v1\n',
    'copy/two.bin': '644 1',
    'js/latest.js': 'link x.js',
    'js/sub/y.js': '644 y\n',
    'js/x.js': '755 x\n',
    'notes/deep/n2.txt': '644 2\n',
    'notes/n1.txt': '644 1\n',
    'one.bin': '644 1',
  });
  expect(snapshot(join(workspace, 'docs'))).not.toHaveProperty(['old.md']);
  check(fixture);
});

test('what the target held beside git can still be had from the pre-op checkpoint', async () => {
  const fixture = makeFixture({ files: { ...OLD, '.gitignore': '*.log\n' } });
  write(fixture.workspace, {
    'docs/one.md': 'edited by hand\n',
    'docs/untracked.md': 'u\n',
    'docs/ignored.log': 'log\n',
  });
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(0);
  const ref = `refs/atomic/${step.outputs['transaction-id']}/pre-op`;
  expect(git(fixture.workspace, 'show', `${ref}:docs/one.md`)).toBe('edited by hand');
  expect(git(fixture.workspace, 'show', `${ref}:docs/untracked.md`)).toBe('u');
  expect(git(fixture.workspace, 'show', `${ref}:docs/ignored.log`)).toBe('log');
  check(fixture);
});

test('fixed id and SOURCE_DATE_EPOCH give the same commit id in two different directories', async () => {
  const commits = [];
  for (const _ of [1, 2]) {
    const fixture = makeFixture({ files: OLD });
    const when = { GIT_AUTHOR_DATE: '@1 +0000', GIT_COMMITTER_DATE: '@1 +0000' };
    Object.assign(process.env, when);
    const tree = git(fixture.workspace, 'rev-parse', 'HEAD^{tree}');
    const identity = ['-c', 'user.name=Mona', '-c', 'user.email=mona@example.org'];
    write(fixture.root, {
      commit: `tree ${tree}\nauthor Mona <m@example.org> 1 +0000\ncommitter Mona <m@example.org> 1 +0000\n\nfirst\n`,
    });
    const first = git(
      fixture.workspace,
      ...identity,
      'hash-object',
      '-t',
      'commit',
      '-w',
      join(fixture.root, 'commit'),
    );
    git(fixture.workspace, 'reset', '--quiet', '--hard', first);
    git(fixture.workspace, 'push', '--quiet', '--force', 'origin', 'main');
    const step = await publishDocs(
      fixture,
      { 'transaction-id': 'release-7' },
      { env: { SOURCE_DATE_EPOCH: '1700000000' } },
    );
    expect(step.exitCode).toBe(0);
    commits.push(step.outputs['commit-sha']);
    check(fixture);
  }
  expect(commits[0]).toBe(commits[1]);
});

test('nothing changed ends with exit code 0, changed=false and no commit', async () => {
  const fixture = makeFixture();
  expect((await publishDocs(fixture)).outputs['changed']).toBe('true');
  const before = observe(fixture);
  const step = await publishDocs(fixture, { 'task-id': 'TASK-2' });
  expect(step.exitCode).toBe(0);
  expect(step.outputs).toMatchObject({
    state: 'COMMITTED',
    changed: 'false',
    pushed: 'false',
    'commit-sha': '',
  });
  expect(observe(fixture)).toEqual(before);
  // What stands there is described all the same, for a step that attests it.
  const manifest = step.outputs['manifest-path']!;
  expect(manifest).toBe(join(fixture.workspace, 'docs/atomic-manifest.json'));
  execFileSync('sha256sum', ['--check', '--strict', step.outputs['checksums']!], {
    cwd: join(fixture.workspace, 'docs'),
  });
  expect(readFileSync(step.outputs['checksums']!, 'utf8')).toContain(step.outputs['manifest-sha256']);
  check(fixture);
});

test('a commit that an earlier run left unpushed is not "nothing changed"', async () => {
  const fixture = makeFixture();
  expect((await publishDocs(fixture, { push: 'false' })).exitCode).toBe(0);
  const unpushed = git(fixture.workspace, 'rev-parse', 'HEAD');
  const step = await publishDocs(fixture);
  expect(step.outputs).toMatchObject({ changed: 'true', pushed: 'true' });
  expect(gitSucceeds(fixture.bare, 'merge-base', '--is-ancestor', unpushed, 'main')).toBe(true);
  check(fixture);
});

test('a task id with a line break is refused: trailers cannot be forged', async () => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { 'task-id': 'TASK-1\nManifest-SHA256: 0' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toMatch(
    /^input task-id holds "TASK-1\\nManifest-SHA256: 0"; it may hold one line/,
  );
  expect(observe(fixture)).toEqual(before);
});

test('hooks, signing, aliases, fsmonitor and editors of the repository do not run', async () => {
  const fixture = makeFixture({ files: OLD });
  const { workspace, root } = fixture;
  const trap = join(root, 'trapped');
  const program = join(root, 'trap.sh');
  write(root, { 'trap.sh': `#!/bin/sh\necho "$0" >> ${trap}\nexit 1\n` });
  chmodSync(program, 0o755);
  for (const hook of [
    'pre-commit',
    'commit-msg',
    'post-commit',
    'pre-push',
    'reference-transaction',
    'post-index-change',
    'prepare-commit-msg',
  ]) {
    write(workspace, { [`.git/hooks/${hook}`]: `#!/bin/sh\necho ${hook} >> ${trap}\nexit 1\n` });
    chmodSync(join(workspace, '.git/hooks', hook), 0o755);
  }
  for (const [key, value] of [
    ['commit.gpgSign', 'true'],
    ['gpg.program', program],
    ['core.fsmonitor', program],
    ['core.editor', program],
    ['core.pager', program],
    ['alias.add', `!${program}`],
    ['alias.push', `!${program}`],
    ['credential.helper', `!${program}`],
    ['core.hooksPath', join(workspace, '.git/hooks')],
    ['trailer.task-id.command', program],
    ['trailer.x.command', program],
  ]) {
    git(workspace, 'config', key!, value!);
  }
  const env = {
    GIT_EDITOR: program,
    EDITOR: program,
    GIT_DIR: '/nonexistent',
    GIT_INDEX_FILE: '/nonexistent',
    GIT_AUTHOR_NAME: 'Mallory',
  };
  const step = await publishDocs(fixture, {}, { env });
  expect(step.log).not.toContain('::error');
  expect(step.exitCode).toBe(0);
  expect(() => readFileSync(trap)).toThrow('ENOENT');
  expect(git(workspace, 'log', '-1', '--format=%an %cn %G?')).toBe(
    'github-actions[bot] github-actions[bot] N',
  );
  for (const key of ['core.fsmonitor', 'core.hooksPath']) git(workspace, 'config', '--unset', key);
  check(fixture);
});

test('a second transaction on another directory starts from the first', async () => {
  const fixture = makeFixture({ files: OLD });
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  const step = await publishDocs(fixture, { target: 'api/v1', 'task-id': 'TASK-2' });
  expect(step.outputs['publication']).toBe('rename');
  expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe('3');
  check(fixture);
  check(fixture, 'api/v1');
});
