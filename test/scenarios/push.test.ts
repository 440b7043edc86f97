import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';
import { type GitServer, type ServerOptions, serveGit } from '../support/server.ts';
import { CAN_TRACE } from '../support/strace.ts';

/** A clone of a repository behind a real git server on loopback that asks for the token `secret-1`. */
async function makeServed(options: Partial<ServerOptions> = {}): Promise<Fixture & { server: GitServer }> {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  const server = await serveGit({ root: fixture.root, token: 'secret-1', ...options });
  onTestFinished(() => server.close());
  git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/origin.git`);
  return { ...fixture, server };
}

const hook = (fixture: Fixture, name: string, script: string) => {
  write(fixture.bare, { [`hooks/${name}`]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(fixture.bare, 'hooks', name), 0o755);
};

test.skipIf(!CAN_TRACE)(
  'the token pushes over HTTP without standing in arguments, configuration or log (needs ptrace)',
  async () => {
    const fixture = await makeServed();
    const trace = join(fixture.root, 'processes');
    const step = await publishDocs(
      fixture,
      { token: 'secret-1' },
      {
        env: { GITHUB_SERVER_URL: fixture.server.url },
        wrapper: ['strace', '-f', '-qq', '-s', '4096', '-e', 'trace=execve', '-o', trace],
      },
    );
    expect(step.log).not.toContain('::error');
    expect(step.exitCode).toBe(0);
    expect(step.outputs['pushed']).toBe('true');
    expect(git(fixture.bare, 'rev-parse', 'main')).toBe(step.outputs['commit-sha']);
    const encoded = Buffer.from('x-access-token:secret-1').toString('base64');
    for (const secret of ['secret-1', encoded]) {
      expect(readFileSync(trace, 'utf8')).not.toContain(secret);
      expect(readFileSync(join(fixture.workspace, '.git/config'), 'utf8')).not.toContain(secret);
      expect(step.log.replace('::add-mask::secret-1', '')).not.toContain(secret);
    }
    check(fixture);
  },
);

test('a header that checkout persisted is replaced by the token, and used when there is no token', async () => {
  for (const [token, persisted] of [
    ['secret-1', 'stale'],
    ['', 'secret-1'],
  ] as const) {
    const fixture = await makeServed();
    const basic = Buffer.from(`x-access-token:${persisted}`).toString('base64');
    git(
      fixture.workspace,
      'config',
      `http.${fixture.server.url}/.extraheader`,
      `AUTHORIZATION: basic ${basic}`,
    );
    const step = await publishDocs(fixture, { token }, { env: { GITHUB_SERVER_URL: fixture.server.url } });
    expect(step.exitCode).toBe(0);
    expect(fixture.server.authorizations.filter((value) => value?.includes(','))).toEqual([]);
  }
});

test('the token is sent to the server of the run and to no other', async () => {
  const fixture = await makeServed({ token: undefined as never });
  const step = await publishDocs(
    fixture,
    { token: 'secret-1' },
    { env: { GITHUB_SERVER_URL: 'https://github.example' } },
  );
  expect(step.exitCode).toBe(0);
  expect(fixture.server.authorizations.every((value) => value === undefined)).toBe(true);
});

test.each(['pre-receive', 'update'])(
  'a push that a %s hook rejects puts everything back and shows what the hook said',
  async (name) => {
    const fixture = await makeServed();
    hook(fixture, name, 'echo "policy: not on Sundays" >&2; exit 1');
    const before = observe(fixture);
    const step = await publishDocs(
      fixture,
      { token: 'secret-1' },
      { env: { GITHUB_SERVER_URL: fixture.server.url } },
    );
    expect(step.exitCode).toBe(65);
    expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', pushed: 'false', 'commit-sha': '' });
    expect(Number(step.outputs['rollback-ms'])).toBeGreaterThanOrEqual(0);
    expect(step.log).toContain('policy: not on Sundays');
    expect(step.outputs['reason']).toMatch(
      /^"origin" refused the push to "refs\/heads\/main": .*hook declined$/,
    );
    expect(observe(fixture)).toEqual(before);
    check(fixture);
  },
);

test('a wrong token is refused before anything is published', async () => {
  const fixture = await makeServed();
  const before = observe(fixture);
  const step = await publishDocs(
    fixture,
    { token: 'wrong' },
    { env: { GITHUB_SERVER_URL: fixture.server.url } },
  );
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('remote "origin" cannot be asked');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test.each([
  ['an empty token', '', ''],
  ['a token for another server', 'secret-1', 'https://github.example'],
])('with %s it is said that none went along', async (_, token, server) => {
  const fixture = await makeServed();
  const env = { GITHUB_SERVER_URL: server || fixture.server.url };
  const step = await publishDocs(fixture, { token }, { env });
  expect(step.exitCode).toBe(65);
  expect(step.log).toContain('No token went along: input token is empty, or the remote is on another server');
});

test('a token that may read but not push puts everything back', async () => {
  const fixture = await makeServed({
    intercept: (request, response) => {
      const isPush = request.url!.includes('git-receive-pack');
      if (isPush) response.writeHead(403).end('forbidden');
      return isPush;
    },
  });
  const before = observe(fixture);
  const step = await publishDocs(
    fixture,
    { token: 'secret-1' },
    { env: { GITHUB_SERVER_URL: fixture.server.url } },
  );
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('403');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a server that is gone leaves everything as it was', async () => {
  const fixture = await makeServed();
  await fixture.server.close();
  const before = observe(fixture);
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(65);
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a server that goes between the comparison and the push puts everything back', async () => {
  const fixture = await makeServed({ token: undefined as never });
  const stop = await serveGit({
    root: fixture.root,
    intercept: (_, response) => {
      void fixture.server.close().then(() => response.end('stopped'));
      return true;
    },
  });
  onTestFinished(() => stop.close());
  const before = observe(fixture);
  const node = process.execPath;
  const step = await publishDocs(fixture, {
    'validation-command': `"${node}" -e 'await fetch("${stop.url}")' --input-type=module`,
  });
  expect(step.exitCode).toBe(65);
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('with on-conflict fail a remote that moved is 65, and target, index, branch and remote are what they were', async () => {
  const fixture = await makeServed();
  moveRemote(fixture, { 'src/input.txt': 'theirs\n' });
  const before = observe(fixture);
  const step = await publishDocs(
    fixture,
    { token: 'secret-1', 'on-conflict': 'fail' },
    { env: { GITHUB_SERVER_URL: fixture.server.url } },
  );
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('the remote moved');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('with on-conflict fail a remote that moves during the push keeps their commit and loses nothing here', async () => {
  const fixture = await makeServed();
  const other = join(fixture.root, 'other');
  git(fixture.root, 'clone', '--quiet', fixture.bare, other);
  const before = observe(fixture);
  const step = await publishDocs(
    fixture,
    {
      token: 'secret-1',
      'on-conflict': 'fail',
      'validation-command': `cd "${other}" && git -c user.name=x -c user.email=x@example.org commit --quiet --allow-empty -m theirs && git push --quiet`,
    },
    { env: { GITHUB_SERVER_URL: fixture.server.url } },
  );
  expect(step.exitCode).toBe(65);
  expect(git(fixture.bare, 'log', '-1', '--format=%s', 'main')).toBe('theirs');
  expect(observe(fixture)).toEqual({ ...before, remote: expect.any(String) });
  check(fixture);
});

test('a run that comes to nothing does not wait for a remote that does not answer', async () => {
  let asked = 0;
  const intercept = () => {
    asked += 1;
    return true; // And no answer, ever.
  };
  const fixture = await makeServed({ intercept });
  const before = observe(fixture);
  const run =
    'cd "$ATOMIC_STAGING" && for n in $(seq 3000); do echo $n > $n; done && ln -s /etc/passwd outside';
  const step = await publishDocs(
    fixture,
    { token: 'secret-1', run },
    { env: { GITHUB_SERVER_URL: fixture.server.url } },
  );
  expect(step.exitCode, step.log).toBe(65);
  expect(asked).toBe(1);
  expect(step.log).not.toContain('cannot be asked');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a question to the remote that fails while the seal is made is asked again', async () => {
  let asked = 0;
  const intercept: ServerOptions['intercept'] = (_, response) => {
    asked += 1;
    if (asked > 1) return false;
    response.writeHead(503).end();
    return true;
  };
  const fixture = await makeServed({ intercept });
  const step = await publishDocs(
    fixture,
    { token: 'secret-1' },
    { env: { GITHUB_SERVER_URL: fixture.server.url } },
  );
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).not.toContain('Attempt 2');
  check(fixture);
});

test('a remote with several push URLs is refused: one may take the commit and another refuse it', async () => {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  const before = observe(fixture);
  const mirror = join(fixture.root, 'mirror.git');
  git(fixture.root, 'clone', '--quiet', '--bare', fixture.bare, mirror);
  for (const url of [fixture.bare, mirror])
    git(fixture.workspace, 'config', '--add', 'remote.origin.pushurl', url);
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('input remote holds "origin", which has several push URLs');
  expect(observe(fixture)).toEqual(before);
  expect(git(mirror, 'rev-parse', 'main')).toBe(git(fixture.bare, 'rev-parse', 'main'));
});

test('a remote that has the same URL twice is one place', async () => {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  git(fixture.workspace, 'config', '--add', 'remote.origin.url', fixture.bare);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
});
