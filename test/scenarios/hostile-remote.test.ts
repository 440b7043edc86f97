/** A remote that lies, talks to the runner, leads elsewhere, or answers with what is no answer. */
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { crashFixture, expectOldOrNew, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, write } from '../support/repository.ts';
import { type ServerOptions, serveGit } from '../support/server.ts';

const hook = ({ bare }: Fixture, name: string, script: string) => {
  write(bare, { [`hooks/${name}`]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(bare, 'hooks', name), 0o755);
};

async function serve(options: ServerOptions) {
  const server = await serveGit(options);
  onTestFinished(() => server.close());
  return server;
}

test('a remote that says it took the push, and did not, is not believed: 66, and the next run settles it', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  hook(fixture, 'post-receive', 'read old new ref; git update-ref "$ref" "$old"');
  const step = await publishDocs(fixture, { 'push-attempts': '1' });
  expect(step.exitCode, step.log).toBe(66);
  expect(step.outputs).toMatchObject({ pushed: 'false', 'commit-sha': '' });
  rmSync(join(fixture.bare, 'hooks/post-receive'));
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test('what a remote says cannot speak to the runner', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const lines = [
    '::set-output name=state::forged',
    '##[error]forged',
    '\\r::warning::forged',
    '\\033[2J::stop-commands::x',
  ];
  hook(fixture, 'pre-receive', `${lines.map((line) => `printf '${line}\\n' >&2`).join('\n')}\nexit 1`);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(65);
  const forged = step.log
    .split(/\r\n|\n|\r/)
    .filter((line) => /^\s*::(set-output|warning::|stop)|##\[/.test(line));
  expect(forged).toEqual([]);
  expect(step.log).toContain('forged');
  expect(observe(fixture)).toEqual(before);
});

test.each([
  ['a page', '<html>sign in</html>', 'text/html'],
  ['nothing', '', 'application/x-git-receive-pack-advertisement'],
  ['sixteen megabytes of no protocol', 'x'.repeat(16 << 20), 'application/x-git-upload-pack-advertisement'],
  [
    'a name that steers the terminal',
    `001e# service=git-upload-pack\n0000003f${'0'.repeat(40)} refs/heads/\u001b[2J\n0000`,
    'application/x-git-upload-pack-advertisement',
  ],
])('a remote that answers with %s is refused before anything is published', async (_, body, type) => {
  const fixture = crashFixture();
  const server = await serve({
    root: fixture.root,
    intercept: (_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(body);
      return true;
    },
  });
  git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/origin.git`);
  const before = observe(fixture);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(65);
  expect(step.log).not.toContain('\u001b[2J');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a server that leads to another one does not take the token there', async () => {
  const fixture = crashFixture();
  const other = await serve({ root: fixture.root });
  const server = await serve({
    root: fixture.root,
    token: 'secret-1',
    intercept: (request, response) => {
      response.writeHead(302, { location: `${other.url}${request.url}` }).end();
      return true;
    },
  });
  git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/origin.git`);
  const before = observe(fixture);
  const options = { env: { GITHUB_SERVER_URL: server.url } };
  const step = await publishDocs(fixture, { token: 'secret-1' }, options);
  expect(step.exitCode, step.log).toBe(65);
  expect(observe(fixture)).toEqual(before);
  expect(server.authorizations.some((value) => value !== undefined)).toBe(true);
  expect(other.authorizations.filter((value) => value !== undefined)).toEqual([]);
});
