/** The stand-in of GitHub, driven with plain requests: what the tests of the API rely on. */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Fault, type GitHubOptions, type GitHubServer, serveGitHub } from './github.ts';
import { type Fixture, git, gitSucceeds, makeFixture, write } from './repository.ts';

const TOKEN = 'ghs_secret';
const UNKNOWN = '0123456789012345678901234567890123456789';

interface Site {
  github: GitHubServer;
  fixture: Fixture;
  /** The branch's commit when the test began, and its tree. */
  base: string;
  tree: string;
}

async function serve(options: Partial<GitHubOptions> = {}): Promise<Site> {
  const fixture = makeFixture();
  const github = await serveGitHub({ bare: fixture.bare, token: TOKEN, ...options });
  onTestFinished(() => github.close());
  const [base, tree] = [
    git(fixture.bare, 'rev-parse', 'main'),
    git(fixture.bare, 'rev-parse', 'main^{tree}'),
  ];
  return { github, fixture, base, tree };
}

interface Reply {
  status: number;
  headers: Headers;
  body: Body;
}

/** The members of the answers that these tests look at; which ones are there depends on the operation. */
interface Body {
  sha: string;
  url: string;
  message: string;
  context: string;
  author: { date: string };
  object: { sha: string };
  verification: { payload: string };
  errors: { field: string }[];
  total_count: number;
  check_runs: { id: number }[];
}

async function call(
  { github }: Site,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
): Promise<Reply> {
  const response = await fetch(`${github.apiUrl}/repos/octo/site/${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Creates a commit on the branch's commit by the API. */
async function commit(site: Site, more: object = {}): Promise<Reply> {
  return call(site, 'POST', 'git/commits', {
    message: 'by the API',
    tree: site.tree,
    parents: [site.base],
    ...more,
  });
}

function read(site: Site, object: string): string {
  return git(site.fixture.bare, 'cat-file', 'commit', object);
}

test('a commit whose author GitHub chooses is signed, and git reads it', async () => {
  const site = await serve();
  const { status, body, headers } = await commit(site, { message: 'subject\n\nTask-ID: A-1\n' });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(body.url);
  expect(body.verification).toMatchObject({ verified: true, reason: 'valid' });
  const [head, message] = read(site, body.sha).split(/\n\n(?=subject)/);
  expect(
    head!
      .replaceAll(/(?<=> )\d{10}/g, 'TIME')
      .split('\n')
      .slice(0, 5),
  ).toEqual([
    `tree ${site.tree}`,
    `parent ${site.base}`,
    'author github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com> TIME +0000',
    'committer GitHub <noreply@github.com> TIME +0000',
    'gpgsig -----BEGIN PGP SIGNATURE-----',
  ]);
  expect(message).toBe('subject\n\nTask-ID: A-1');
  expect(body.verification.payload).toContain(`\n\nsubject\n\nTask-ID: A-1\n`);
  expect(git(site.fixture.bare, 'fsck', '--strict', '--no-dangling')).toBe('');
  expect(git(site.fixture.bare, 'rev-parse', 'main')).toBe(site.base);
  expect(site.github.violations).toEqual([]);
});

test('a commit with an author is not signed and keeps its date', async () => {
  const site = await serve();
  const author = { name: 'Mona', email: 'mona@example.org', date: '2026-01-02T03:04:05+02:00' };
  const { body } = await commit(site, { author, parents: [] });
  expect(body.verification).toMatchObject({ verified: false, reason: 'unsigned', signature: null });
  expect(body.author.date).toBe('2026-01-02T01:04:05Z');
  expect(read(site, body.sha)).toBe(
    `tree ${site.tree}\nauthor Mona <mona@example.org> 1767315845 +0200\n` +
      'committer Mona <mona@example.org> 1767315845 +0200\n\nby the API',
  );
  expect(site.github.violations).toEqual([]);
});

test('a commit of a tree or parent that is not there is refused', async () => {
  const site = await serve();
  expect(await commit(site, { tree: UNKNOWN })).toMatchObject({
    status: 422,
    body: { message: 'Tree SHA does not exist', status: '422' },
  });
  for (const parent of [UNKNOWN, site.tree, 'main']) {
    const { status, body } = await commit(site, { parents: [parent] });
    expect([status, body.message]).toEqual([422, 'Parent SHA does not exist or is not a commit object']);
  }
  expect(site.github.violations).toEqual([]);
});

test('a ref moves forward, and back by force only', async () => {
  const site = await serve();
  const { sha } = (await commit(site)).body;
  const moved = await call(site, 'PATCH', 'git/refs/heads%2Fmain', { sha });
  expect(moved).toMatchObject({
    status: 200,
    body: { ref: 'refs/heads/main', object: { sha, type: 'commit' } },
  });
  expect(git(site.fixture.bare, 'rev-parse', 'main')).toBe(sha);

  const back = await call(site, 'PATCH', 'git/refs/heads/main', { sha: site.base });
  expect([back.status, back.body.message]).toEqual([422, 'Update is not a fast forward']);
  const forced = await call(site, 'PATCH', 'git/refs/heads/main', { sha: site.base, force: true });
  expect(forced.status).toBe(200);
  expect(git(site.fixture.bare, 'rev-parse', 'main')).toBe(site.base);

  const absent = await call(site, 'PATCH', 'git/refs/heads/none', { sha });
  expect([absent.status, absent.body.message]).toEqual([422, 'Reference does not exist']);
  const nothing = await call(site, 'PATCH', 'git/refs/heads/main', { sha: UNKNOWN });
  expect([nothing.status, nothing.body.message]).toEqual([422, 'Object does not exist']);
  expect(site.github.violations).toEqual([]);
});

test('a ref is read, or not found', async () => {
  const site = await serve();
  for (const ref of ['heads/main', 'heads%2Fmain']) {
    const { status, body } = await call(site, 'GET', `git/ref/${ref}`);
    expect([status, body.object.sha]).toEqual([200, site.base]);
  }
  for (const ref of ['heads/none', 'heads/main~0', 'main']) {
    expect((await call(site, 'GET', `git/ref/${ref}`)).status).toBe(404);
  }
  expect(site.github.violations).toEqual([]);
});

test('check runs are filtered, the newest first, page by page', async () => {
  const site = await serve();
  const { checkRuns, violations } = site.github;
  checkRuns.set(site.base, [
    { name: 'build', conclusion: 'failure' },
    { name: 'build' },
    { name: 'build', suite: 2, status: 'in_progress', app: { id: 7, slug: 'other' } },
    { name: 'lint', status: 'queued' },
  ]);
  const list = async (query: string) => {
    const { body } = await call(site, 'GET', `commits/${site.base}/check-runs?${query}`);
    return [body.total_count, body.check_runs.map(({ id }) => id)];
  };
  expect(await list('')).toEqual([3, [4, 3, 2]]);
  expect(await list('filter=all')).toEqual([4, [4, 3, 2, 1]]);
  expect(await list('check_name=build')).toEqual([2, [3, 2]]);
  expect(await list('check_name=build&app_id=15368&filter=all')).toEqual([2, [2, 1]]);
  expect(await list('status=queued')).toEqual([1, [4]]);
  expect(await list('filter=all&per_page=3&page=2')).toEqual([4, [1]]);
  const first = await call(site, 'GET', 'commits/main/check-runs?per_page=2&check_name=build&filter=all');
  expect(first.body.check_runs[0]).toMatchObject({
    status: 'in_progress',
    conclusion: null,
    completed_at: null,
  });
  expect(first.headers.get('link')).toMatch(/check-runs\?.*page=2>; rel="next", <.*page=2>; rel="last"$/);

  const unknown = await call(site, 'GET', `commits/${UNKNOWN}/check-runs`);
  expect([unknown.status, unknown.body.message]).toEqual([422, `No commit found for SHA: ${UNKNOWN}`]);
  expect(violations).toEqual([]);
});

test('a status is recorded for a commit that is there', async () => {
  const site = await serve();
  const status = {
    state: 'success',
    context: 'atomic',
    description: 'published',
    target_url: 'https://x.example/1',
  };
  expect((await call(site, 'POST', `statuses/${site.base}`, status)).status).toBe(201);
  expect((await call(site, 'POST', `statuses/${site.base}`, { state: 'pending' })).body.context).toBe(
    'default',
  );
  expect(site.github.statuses).toEqual([
    { sha: site.base, ...status },
    { sha: site.base, state: 'pending', context: 'default', description: null, target_url: null },
  ]);
  const unknown = await call(site, 'POST', `statuses/${UNKNOWN}`, { state: 'success' });
  expect([unknown.status, unknown.body.message]).toEqual([422, `No commit found for SHA: ${UNKNOWN}`]);
  const long = await call(site, 'POST', `statuses/${site.base}`, {
    state: 'error',
    description: 'x'.repeat(141),
  });
  expect([long.status, long.body.errors[0]!.field]).toEqual([422, 'description']);
  expect(site.github.statuses).toHaveLength(2);
  expect(site.github.violations).toEqual([]);
});

test('a request needs the token, by either scheme, and the right repository', async () => {
  const site = await serve();
  const ref = (headers: Record<string, string>) =>
    call(site, 'GET', 'git/ref/heads/main', undefined, headers);
  expect((await ref({ authorization: `token ${TOKEN}` })).status).toBe(200);
  expect((await ref({})).body).toMatchObject({ message: 'Requires authentication', status: '401' });
  expect((await ref({ authorization: 'Bearer other' })).body.message).toBe('Bad credentials');
  const other = await fetch(`${site.github.apiUrl}/repos/octo/other/git/ref/heads/main`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(other.status).toBe(404);
  expect(site.github.violations).toEqual([]);
});

test('git pushes to the same repository, and what was pushed can be committed', async () => {
  const site = await serve();
  const { workspace, bare } = site.fixture;
  write(workspace, { 'docs/index.md': 'new\n' });
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'second');
  const basic = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
  // Not by `git`, which would keep this process from answering.
  const push = (...options: string[]) => {
    const args = [...options, 'push', '--quiet', site.github.remote, 'HEAD:refs/heads/temporary'];
    const child = spawn('git', args, {
      cwd: workspace,
      env: { PATH: process.env['PATH'] ?? '', GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null' },
    });
    return new Promise((done) => child.once('close', done));
  };
  expect(await push()).not.toBe(0);
  expect(await push('-c', `http.extraHeader=Authorization: Basic ${basic}`)).toBe(0);
  const tree = git(workspace, 'rev-parse', 'HEAD^{tree}');
  expect(git(bare, 'rev-parse', 'temporary^{tree}')).toBe(tree);
  const { body } = await commit(site, { tree });
  expect((await call(site, 'PATCH', 'git/refs/heads/main', { sha: body.sha })).status).toBe(200);
  expect(git(bare, 'show', 'main:docs/index.md')).toBe('new');
  expect(site.github.requests.map(({ operation, status }) => [operation, status])).toEqual([
    ['git/create-commit', 201],
    ['git/update-ref', 200],
  ]);
});

test.each<[string, Exclude<Fault, string>, object]>([
  ['401', { status: 401 }, { status: 401, body: { message: 'Bad credentials', status: '401' } }],
  ['403', { status: 403 }, { status: 403, body: { message: 'Resource not accessible by integration' } }],
  ['404', { status: 404 }, { status: 404, body: { message: 'Not Found' } }],
  ['409', { status: 409, body: { message: 'Reference cannot be updated' } }, { status: 409 }],
  [
    '502 as a page',
    { status: 502, body: '<html>Unicorn!</html>' },
    { status: 502, body: '<html>Unicorn!</html>' },
  ],
])('a planned %s is answered and nothing is done', async (_, fault, expected) => {
  const site = await serve({ fault: () => fault });
  expect(await call(site, 'PATCH', 'git/refs/heads/main', { sha: site.base })).toMatchObject(expected);
  expect(site.github.requests[0]!.status).toBe(expected['status' as keyof typeof expected]);
  expect(site.github.violations).toEqual([]);
});

test('a planned rate limit has its headers and ends when the fault does', async () => {
  const site = await serve();
  site.github.fault = ({ operation }) => {
    if (operation !== 'git/create-commit' || site.github.requests.length > 2) return undefined;
    return site.github.requests.length === 1
      ? { status: 429, headers: { 'retry-after': '1' } }
      : { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767315845' } };
  };
  expect((await commit(site)).headers.get('retry-after')).toBe('1');
  expect((await commit(site)).headers.get('x-ratelimit-reset')).toBe('1767315845');
  expect((await commit(site)).status).toBe(201);
});

test('a connection is cut before the work, or after it', async () => {
  const site = await serve();
  const { sha } = (await commit(site)).body;
  site.github.fault = () => 'cut';
  await expect(call(site, 'PATCH', 'git/refs/heads/main', { sha })).rejects.toThrow('fetch failed');
  expect(git(site.fixture.bare, 'rev-parse', 'main')).toBe(site.base);
  site.github.fault = () => 'cut-after';
  await expect(call(site, 'PATCH', 'git/refs/heads/main', { sha })).rejects.toThrow('fetch failed');
  expect(git(site.fixture.bare, 'rev-parse', 'main')).toBe(sha);
  expect(site.github.requests.map(({ status }) => status)).toEqual([201, undefined, undefined]);
});

test('a late answer is late, its work is not', async () => {
  const site = await serve({ fault: () => ({ delayMs: 400 }) });
  const started = performance.now();
  const reply = commit(site);
  await expect.poll(() => site.github.requests.length).toBe(1);
  expect(site.github.requests[0]!.status).toBeUndefined();
  const { sha } = (await reply).body;
  expect(performance.now() - started).toBeGreaterThanOrEqual(390);
  expect(gitSucceeds(site.fixture.bare, 'cat-file', '-e', sha)).toBe(true);
});

test.each<[string, string, string, unknown, string]>([
  ['no message', 'POST', 'git/commits', { tree: UNKNOWN }, "body must have required property 'message'"],
  ['a misspelled member', 'POST', 'git/commits', { message: '', tree: UNKNOWN, parent: [] }, '"parent"'],
  [
    'a wrong type',
    'PATCH',
    'git/refs/heads/main',
    { sha: UNKNOWN, force: 'no' },
    'body/force must be boolean',
  ],
  ['no body', 'POST', `statuses/${UNKNOWN}`, undefined, 'body is missing'],
  [
    'an unknown state',
    'POST',
    `statuses/${UNKNOWN}`,
    { state: 'done' },
    'body/state must be equal to one of',
  ],
  [
    'an unknown filter',
    'GET',
    'commits/main/check-runs?filter=newest',
    undefined,
    'query/filter must be equal',
  ],
  ['an unknown parameter', 'GET', 'commits/main/check-runs?name=x', undefined, '"name"'],
  [
    'a page that is no number',
    'GET',
    'commits/main/check-runs?page=x',
    undefined,
    'query/page must be integer',
  ],
])('a request with %s is a violation', async (_, method, path, body, violation) => {
  const site = await serve();
  const reply = await call(site, method, path, body);
  expect([reply.status, reply.body.message]).toEqual([500, site.github.violations.join('\n')]);
  expect(site.github.violations).toEqual([expect.stringContaining(violation)]);
});

test('an operation that is not in the description is a violation', async () => {
  const site = await serve();
  expect((await call(site, 'DELETE', 'git/refs/heads/main')).status).toBe(404);
  expect(site.github.violations[0]).toContain('is no operation of the description');
});

test('an answer that GitHub would not give is a violation', async () => {
  const site = await serve();
  site.github.checkRuns.set(site.base, [{ name: 'build', status: 'done', startedAt: 'yesterday' }]);
  await call(site, 'GET', `commits/${site.base}/check-runs`);
  expect(site.github.violations).toEqual([
    expect.stringMatching(/^checks\/list-for-ref: answer 200\/check_runs\/0\/status must be equal to one of/),
    expect.stringMatching(/^checks\/list-for-ref: answer 200\/check_runs\/0\/started_at must match format/),
  ]);
});

test('a ref that git does not let go is a conflict', async () => {
  const site = await serve();
  const { sha } = (await commit(site)).body;
  writeFileSync(join(site.fixture.bare, 'hooks/reference-transaction'), '#!/bin/sh\nexit 1\n', {
    mode: 0o755,
  });
  const { status } = await call(site, 'PATCH', 'git/refs/heads/main', { sha });
  expect([status, git(site.fixture.bare, 'rev-parse', 'main')]).toEqual([409, site.base]);
  expect(site.github.violations).toEqual([]);
});

test('a stand-in that fails itself says so', async () => {
  const site = await serve();
  rmSync(site.fixture.bare, { recursive: true });
  expect((await commit(site)).status).toBe(500);
  expect(site.github.violations[0]).toContain('the stand-in failed');
});
