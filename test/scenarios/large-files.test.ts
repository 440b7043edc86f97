/** Files that Git LFS keeps: the commit holds pointers, and what they stand for is on the server first. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { cloneWith, commitElsewhere, expectPublished, FILES, moveRemote } from '../support/checkouts.ts';
import { pathWithout } from '../support/filesystems.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, temporaryDirectory } from '../support/repository.ts';
import { serveGit } from '../support/server.ts';

const hasLfs = spawnSync('git-lfs', ['version']).status === 0;
const SKIPPED = hasLfs ? '' : ' (skipped: git-lfs is not installed)';
const lfsTest = test.skipIf(!hasLfs);

const ATTRIBUTES = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' };
const CONTENT = 'large\n'.repeat(1000);
const ID = createHash('sha256').update(CONTENT).digest('hex');
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${ID}\nsize ${CONTENT.length}`;
const RUN = {
  run: `cd "$ATOMIC_STAGING"; echo small > one.md; for i in {1..1000}; do echo large; done > data.bin`,
};

/** Where git-lfs keeps a content, in a clone and in a bare repository that serves as remote. */
const storedAt = (directory: string, id = ID) =>
  join(directory, 'lfs/objects', id.slice(0, 2), id.slice(2, 4), id);

/** A clone with the filter of git-lfs, as `git lfs install` sets it up, but without its hooks. */
function makeClone(): Fixture {
  const fixture = cloneWith([], { ...FILES, ...ATTRIBUTES });
  useFilter(fixture.workspace);
  return fixture;
}

function useFilter(directory: string): void {
  git(directory, 'config', 'filter.lfs.process', 'git-lfs filter-process');
  git(directory, 'config', 'filter.lfs.clean', 'git-lfs clean -- %f');
  git(directory, 'config', 'filter.lfs.smudge', 'git-lfs smudge -- %f');
  git(directory, 'config', 'filter.lfs.required', 'true');
}

lfsTest.each([
  ['', {}],
  [', from where the settings keep it', { 'lfs.storage': 'kept', 'core.sharedRepository': 'group' }],
  [', from what may be the home directory', { 'lfs.storage': '~/kept' }],
])(`a pointer is committed, and its content is on the remote%s${SKIPPED}`, async (_, settings) => {
  const fixture = makeClone();
  for (const [key, value] of Object.entries(settings)) git(fixture.workspace, 'config', key, value);
  await expectPublished(fixture, { inputs: RUN });
  expect(git(fixture.bare, 'show', 'main:docs/data.bin')).toBe(POINTER);
  expect(readFileSync(storedAt(fixture.bare), 'utf8')).toBe(CONTENT);
  expect(readFileSync(join(fixture.workspace, 'docs/data.bin'), 'utf8')).toBe(CONTENT);
});

lfsTest(`a large file that moved on the remote arrives with its content${SKIPPED}`, async () => {
  const fixture = makeClone();
  const other = join(fixture.root, 'other');
  git(fixture.root, 'clone', '--quiet', fixture.bare, other);
  git(other, 'lfs', 'install', '--local');
  const theirs = moveRemote(fixture, { 'their.bin': 'their large file\n', 'a.txt': 'theirs\n' });
  await expectPublished(fixture, { theirs, inputs: RUN });
  expect(existsSync(storedAt(fixture.bare))).toBe(true);
  expect(readFileSync(join(fixture.workspace, 'their.bin'), 'utf8')).toBe('their large file\n');
});

lfsTest(
  `a large file whose content the remote has lost does not keep us from following${SKIPPED}`,
  async () => {
    const fixture = makeClone();
    const other = join(fixture.root, 'other');
    git(fixture.root, 'clone', '--quiet', fixture.bare, other);
    git(other, 'lfs', 'install', '--local');
    const theirs = moveRemote(fixture, { 'their.bin': 'their large file\n' });
    rmSync(join(fixture.bare, 'lfs'), { recursive: true });
    await expectPublished(fixture, { theirs });
    expect(readFileSync(join(fixture.workspace, 'their.bin'), 'utf8')).toMatch(/^version https:\/\/git-lfs/);
  },
);

interface LfsRequest {
  line: string;
  authorizations: string[];
}

/** An LFS server. Notes its requests, and the pushes of git, in the order in which they arrive. */
function makeApi() {
  const requests: LfsRequest[] = [];
  const stored = new Map<string, string>();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url!, `http://${request.headers.host}`);
    const id = url.pathname.split('/').at(-1)!;
    if (request.method === 'GET') return response.end(stored.get(id));
    if (request.method === 'PUT') return response.end(void stored.set(id, body));
    if (id !== 'batch') return response.writeHead(404).end();
    const { operation, objects } = JSON.parse(body);
    const actions = ({ oid }: { oid: string }) => ({ [operation]: { href: `${url.origin}/storage/${oid}` } });
    const answers = objects.map((object: { oid: string }) => ({ ...object, actions: actions(object) }));
    response.setHeader('content-type', 'application/vnd.git-lfs+json');
    return response.end(JSON.stringify({ transfer: 'basic', objects: answers }));
  };
  const api = (request: IncomingMessage, response: ServerResponse) => {
    const isLfs = /\/info\/lfs\/|^\/storage\//.test(request.url!);
    const isPush = request.url!.endsWith('/git-receive-pack');
    const authorizations = request.headersDistinct['authorization'] ?? [];
    if (isLfs || isPush) requests.push({ line: `${request.method} ${request.url}`, authorizations });
    if (isLfs) void handle(request, response);
    return isLfs;
  };
  return { api, requests, stored };
}

/** The clone's remote served over HTTP at `octo/site`, as the server the run's token is for. */
async function serve(fixture: Fixture, api?: ReturnType<typeof makeApi>['api']) {
  const server = await serveGit({
    root: dirname(fixture.bare),
    locate: (path) => path.replace(/^\/octo\/site(\.git)?\//, '/origin.git/'),
    ...(api && { api }),
  });
  onTestFinished(() => server.close());
  git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/octo/site`);
  return { url: server.url, env: { GITHUB_SERVER_URL: server.url } };
}

lfsTest(`the content is sent before the commit, and our token alone to its server${SKIPPED}`, async () => {
  const fixture = makeClone();
  const { api, requests, stored } = makeApi();
  const { url, env } = await serve(fixture, api);
  // What checkout leaves: a second header would have GitHub refuse the request.
  git(fixture.workspace, 'config', `http.${url}/.extraheader`, 'AUTHORIZATION: basic cGVyc2lzdGVk');
  const other = join(fixture.root, 'other');
  git(fixture.root, 'clone', '--quiet', fixture.bare, other);
  useFilter(other);
  const theirs = commitElsewhere(fixture, { 'their.bin': 'their large file\n' });
  stored.set(git(other, 'lfs', 'ls-files', '--long').slice(0, 64), 'their large file\n');
  const step = await publishDocs(fixture, { ...RUN, 'validation-command': theirs.push }, { env });
  expect(step.exitCode, step.log).toBe(0);
  expect(stored.get(ID)).toBe(CONTENT);
  const lines = requests.map(({ line }) => line);
  const push = lines.indexOf('POST /octo/site/git-receive-pack');
  expect(lines.slice(0, push)).toContain(`PUT /storage/${ID}`);
  expect(lines.slice(push)).toContainEqual(expect.stringMatching(/^GET \/storage\//));
  const header = `basic ${Buffer.from('x-access-token:ghs_job').toString('base64')}`;
  const sent = requests.filter(({ line }) => line.includes('/info/lfs/'));
  for (const { line, authorizations } of sent) expect(authorizations, line).toEqual([header]);
  expect(readFileSync(join(fixture.workspace, '.git/config'), 'utf8')).not.toContain('ghs_job');
  expect(git(fixture.workspace, 'rev-parse', 'HEAD^')).toBe(theirs.sha);
  expect(readFileSync(join(fixture.workspace, 'their.bin'), 'utf8')).toBe('their large file\n');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  check(fixture);
});

lfsTest(`a server without Git LFS is named before anything is published${SKIPPED}`, async () => {
  const fixture = makeClone();
  const { env } = await serve(fixture);
  const before = observe(fixture);
  const step = await publishDocs(fixture, RUN, { env });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('what Git LFS keeps could not be sent to "origin": ');
  expect(step.log).toContain('Check that git-lfs is installed, that the server has Git LFS,');
  expect(step.log).not.toContain('::group::Publish');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

lfsTest(`a pointer without its content is not published${SKIPPED}`, async () => {
  const fixture = makeClone();
  // As a checkout without LFS has it in the tree, and a generator may copy it from there.
  const contents = JSON.stringify({ 'data.bin': `${POINTER}\n`, 'more.bin': 'more' });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { run: '', contents });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('docs/data.bin');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

lfsTest(`where git-lfs is needed and missing nothing is published${SKIPPED}`, async () => {
  const fixture = makeClone();
  const before = observe(fixture);
  const step = await publishDocs(fixture, RUN, { env: { PATH: pathWithout('git-lfs') } });
  expect(step.exitCode).toBe(65);
  expect(step.log).toContain('git-lfs');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

lfsTest(`without a push nothing is sent${SKIPPED}`, async () => {
  const fixture = makeClone();
  const elsewhere = join(temporaryDirectory(), 'nothing');
  git(fixture.workspace, 'remote', 'set-url', 'origin', elsewhere);
  const step = await publishDocs(fixture, { ...RUN, push: 'false' });
  expect(step.exitCode, step.log).toBe(0);
  expect(existsSync(storedAt(join(fixture.workspace, '.git')))).toBe(true);
  check(fixture);
});

test('git-lfs is asked, too, where the remote is a URL', async () => {
  const fixture = cloneWith([], FILES);
  mkdirSync(join(fixture.workspace, '.git/lfs/objects'), { recursive: true });
  const [bin, said] = [join(fixture.root, 'bin'), join(fixture.root, 'said')];
  mkdirSync(bin);
  writeFileSync(join(bin, 'git-lfs'), `#!/bin/sh\necho "$@" > ${said}\n`, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env['PATH']}` };
  const step = await publishDocs(fixture, { remote: fixture.bare }, { env });
  expect(step.exitCode, step.log).toBe(0);
  expect(readFileSync(said, 'utf8')).toBe(`pre-push ${fixture.bare} ${fixture.bare}\n`);
});
