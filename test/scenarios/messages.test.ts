/** What a failure says names the input, the path, the commit that is at fault, and nothing that it must not say. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { crashFixture } from '../support/crash.ts';
import { rollBack } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { git, makeFixture } from '../support/repository.ts';

const annotationOf = (log: string) => /^::error .*$/m.exec(log)?.[0] ?? '';

describe('a remote with credentials', () => {
  test.each([
    ['https://x-access-token:ghp_secret@example.org/a.git', 'https://***@example.org/a.git'],
    ['https://ghp_secret@example.org/a.git', 'https://***@example.org/a.git'],
    ['http::http://ghp_secret@example.org/a.git', 'http::http://***@example.org/a.git'],
    ['ssh://git:ghp_secret@example.org/a.git', 'ssh://***@example.org/a.git'],
  ])('%j is refused, and not said', async (remote, shown) => {
    const fixture = crashFixture();
    const before = observe(fixture);
    const step = await publishDocs(fixture, { remote });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toContain(
      `input remote holds "${shown}"; it may hold a URL without credentials`,
    );
    expect(step.log + step.summary + JSON.stringify(step.outputs)).not.toContain('ghp_secret');
    expect(observe(fixture)).toEqual(before);
  });

  test('is not one where a user is named and no password', async () => {
    const fixture = crashFixture();
    git(fixture.workspace, 'config', 'core.sshCommand', 'false');
    const step = await publishDocs(fixture, { remote: 'ssh://git@127.0.0.1:9/a.git' });
    expect(step.outputs['reason']).not.toContain('input remote');
  });
});

test.each(['Reverts-Transaction', 'reverts-transaction'])(
  'no message says %s of its commit: rollback and verify would believe it',
  async (key) => {
    const fixture = crashFixture();
    const before = observe(fixture);
    const step = await operate(fixture, 'echo b > b', { message: `docs: b\n\n${key}: tx-1` });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toContain(`input message holds the trailer "${key}: tx-1"`);
    expect(observe(fixture)).toEqual(before);
  },
);

test.each([
  ['consistency-command', 63],
  ['message-command', 64],
  ['validation-command', 65],
])('the last lines of a %s that fails stand in annotation and summary', async (command, code) => {
  const step = await publishDocs(crashFixture(), {
    [command]: 'for n in 1 2 3 4 5 6; do echo "why $n"; done; exit 3',
  });
  expect(step.exitCode, step.log).toBe(code);
  const annotation = annotationOf(step.log);
  expect(annotation).toContain('%0A  | why 2%0A');
  expect(annotation).toContain('%0A  | why 6%0A');
  expect(annotation).not.toContain('why 1');
  expect(step.summary).toContain('why 1');
});

test('the reason why a server refuses a tag stands in the annotation', async () => {
  const fixture = crashFixture();
  const hook = join(fixture.bare, 'hooks/update');
  const refuse = 'case $1 in refs/tags/*) echo "no tags today" >&2; exit 1;; esac';
  execFileSync('sh', ['-c', `printf '#!/bin/sh\\n%s\\n' "$1" > "$2"; chmod +x "$2"`, 'sh', refuse, hook]);
  const step = await publishDocs(fixture, { tag: 'v9' });
  expect(step.exitCode, step.log).toBe(65);
  expect(annotationOf(step.log)).toContain('no tags today');
});

test('the log says how the target was published', async () => {
  const fixture = crashFixture();
  expect((await publishDocs(fixture)).log).toContain('\nPublished by exchange.\n');
  expect((await publishDocs(fixture, { target: 'new' })).log).toContain('\nPublished by rename.\n');
});

test('a conflict names the commit, what it changed, and that others changed more', async () => {
  const fixture = makeFixture({ files: { 'docs/old.md': 'old\n' } });
  moveRemote(fixture, { 'docs/first.md': '1\n' });
  moveRemote(fixture, { 'docs/second.md': '2\n' });
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(65);
  const commit = git(fixture.bare, 'rev-parse', 'main');
  const reason = step.outputs['reason']!;
  expect(reason).toContain(`commit ${commit} by`);
  expect(reason).toContain(
    'changed "docs/second.md", and commits before it "docs/first.md", inside the target',
  );
});

test('a conflict of an operation is not said to be inside of a target', async () => {
  const fixture = crashFixture();
  moveRemote(fixture, { 'a.txt': 'theirs\n' });
  const step = await operate(fixture, 'echo ours > a.txt');
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('changed "a.txt", which this transaction changes, too');
});

test.each(['.git', '.git/config', '.git/hooks/*', 'sub/../.GIT', 'link'])(
  'artifacts %j are in a git directory, and refused',
  async (artifacts) => {
    const fixture = crashFixture();
    execFileSync('sh', ['-c', 'mkdir sub; ln -s .git link; mkdir -p .git/hooks; echo x > .git/hooks/x'], {
      cwd: fixture.workspace,
    });
    const step = await publishDocs(fixture, { run: '', artifacts });
    expect(step.exitCode, step.log).toBe(65);
    const isThere = artifacts !== 'sub/../.GIT';
    const why = isThere ? 'which is in a git directory' : '';
    expect(step.outputs['reason']).toContain(`input artifacts holds "${artifacts}", ${why}`);
  },
);

test.each([
  ['target', 'a\nb', 'input target holds "a\\nb"; it may hold a directory in the workspace'],
  [
    'author',
    '. <a@example.org>',
    'input author holds ". <a@example.org>"; it may hold a name and an address',
  ],
])('input %s that holds %j is refused by its name', async (name, value, said) => {
  const step = await publishDocs(crashFixture(), { [name]: value });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain(said);
  expect(step.log).toContain('Nothing was changed.');
});

test('a name that is not UTF-8, of an operation, is refused by what it is', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const step = await operate(fixture, `printf x > "$(printf 'a\\377')"`);
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('is refused: it is not valid UTF-8');
  expect(observe(fixture)).toEqual(before);
});

test('a rollback elsewhere than on its branch does not ask for a target', async () => {
  const fixture = crashFixture();
  expect((await publishDocs(fixture, { branch: 'pages' })).exitCode).toBe(0);
  const step = await rollBack(fixture, { target: 'docs', branch: 'pages' });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain(
    'in a rollback the branch to move must be the one that is checked out',
  );
  expect(step.log).not.toContain('give target');
});
