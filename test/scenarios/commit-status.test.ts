/** `status-context`: success on the commit that carries the outputs, failure on the base (clause 10). */
import { once } from 'node:events';
import { chmodSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { observe, snapshot } from '../support/check.ts';
import type { Fault } from '../support/github.ts';
import { annotations } from '../support/publish.ts';
import { git, temporaryDirectory, write } from '../support/repository.ts';
import {
  COMMIT,
  checkSite,
  failing,
  MOVE,
  makeSite,
  requestsOf,
  type Site,
  STATUS,
} from '../support/site.ts';

const CONTEXT = { 'status-context': 'atomic/docs' };
const base = (site: Site) => git(site.workspace, 'rev-parse', 'HEAD');
const runUrl = ({ server }: Site) => `${server.url}/octo/site/actions/runs/1`;

/** Expects the one status that was set. */
function expectStatus(site: Site, sha: string, state: string, description: string): void {
  const context = CONTEXT['status-context'];
  expect(site.server.statuses).toEqual([{ sha, state, context, description, target_url: runUrl(site) }]);
  checkSite(site);
}

test.each(['none', 'github'])('a publish with sign: %s sets success on the new commit', async (sign) => {
  const site = await makeSite();
  const step = await site.publish({ ...CONTEXT, sign });
  expect(step.exitCode, step.log).toBe(0);
  expectStatus(site, step.outputs['commit-sha']!, 'success', 'COMMITTED for TASK-1');
  const calls = site.server.requests.map(({ operation }) => operation);
  expect(calls).toEqual(sign === 'github' ? [COMMIT, MOVE, STATUS] : [STATUS]);
});

test('a runner behind a proxy reaches GitHub through it', async () => {
  const site = await makeSite();
  const asked: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, client) => {
    asked.push(url);
    const server = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      server.pipe(client).pipe(server);
    });
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const apiUrl = site.server.apiUrl.replace('127.0.0.1', 'api.example'); // A name that only the proxy knows.
  const env = { GITHUB_API_URL: apiUrl, http_proxy: `http://127.0.0.1:${port}`, no_proxy: '127.0.0.1' };
  const step = await site.publish(CONTEXT, { env });
  expect(step.exitCode, step.log).toBe(0);
  expect(asked).toEqual([new URL(apiUrl).host]);
  expectStatus(site, step.outputs['commit-sha']!, 'success', 'COMMITTED for TASK-1');
});

test('a publish that has nothing to change sets success on the base', async () => {
  const site = await makeSite();
  expect((await site.publish()).exitCode).toBe(0);
  const step = await site.publish(CONTEXT);
  expect(step.outputs).toMatchObject({ 'exit-code': '0', changed: 'false' });
  expectStatus(site, base(site), 'success', 'COMMITTED for TASK-1');
});

test('a no that was handed in as a value sets failure on the base, and leaves nothing on the disk', async () => {
  const site = await makeSite();
  const whole = snapshot(site.root);
  const inputs = { ...CONTEXT, run: 'touch ran', 'consistency-result': 'failure' };
  const step = await site.publish(inputs, { temp: temporaryDirectory() });
  expect(step.exitCode).toBe(63);
  expect(snapshot(site.root)).toEqual(whole);
  expectStatus(site, base(site), 'failure', '63 CONSISTENCY_VALIDATION_FAILED');
});

test.each([
  ['a gate that says no', { 'consistency-command': 'exit 1' }, 63, 'CONSISTENCY_VALIDATION_FAILED'],
  ['a message that is refused', { 'message-command': 'exit 1' }, 64, 'MESSAGE_VALIDATION_FAILED'],
  ['a target that cannot be replaced', { target: 'README.md' }, 61, 'OUTPUT_NOT_WRITABLE'],
  ['a command that fails', { run: 'exit 1' }, 65, 'ATOMIC_COMMIT_FAILED'],
] as [string, Record<string, string>, number, string][])(
  '%s sets failure on the base',
  async (_, inputs, code, name) => {
    const site = await makeSite();
    const before = observe(site);
    const step = await site.publish({ ...CONTEXT, ...inputs });
    expect(step.exitCode, step.log).toBe(code);
    expect(observe(site)).toEqual(before);
    expectStatus(site, base(site), 'failure', `${code} ${name}`);
  },
);

test('a push that the remote rejects sets failure on the base', async () => {
  const site = await makeSite();
  const before = observe(site);
  write(site.bare, { 'hooks/pre-receive': '#!/bin/sh\nexit 1\n' });
  chmodSync(join(site.bare, 'hooks/pre-receive'), 0o755);
  const step = await site.publish(CONTEXT);
  expect(step.exitCode, step.log).toBe(65);
  expect(observe(site)).toEqual(before);
  expectStatus(site, before.branch, 'failure', '65 ATOMIC_COMMIT_FAILED');
});

const FAULTS: [string, Fault][] = [
  ['refuses with 403', { status: 403 }],
  ['does not find the commit of', { status: 422 }],
  ['fails to set with 500', { status: 500 }],
  ['cuts the connection on', 'cut'],
];

test.each(FAULTS)('a status that GitHub %s is a warning after a publish', async (_, fault) => {
  const site = await makeSite();
  site.server.fault = failing(STATUS, fault);
  const step = await site.publish(CONTEXT);
  expect(step.exitCode, step.log).toBe(0);
  expect(step.outputs).toMatchObject({ state: 'COMMITTED', pushed: 'true' });
  expect(step.log).toMatch(
    /^::warning title=Atomic Publish::The commit status could not be set: GitHub did not/m,
  );
  expect(git(site.bare, 'rev-parse', 'main')).toBe(step.outputs['commit-sha']);
  expect(site.server.statuses).toEqual([]);
  checkSite(site);
});

test('a status that cannot be set after a failure leaves the exit code of that failure', async () => {
  const site = await makeSite();
  site.server.fault = failing(STATUS, { status: 500 });
  const step = await site.publish({ ...CONTEXT, 'consistency-command': 'exit 1' });
  expect(step.exitCode, step.log).toBe(63);
  expect(annotations(step.log)).toEqual(['Atomic Publish: 63 CONSISTENCY_VALIDATION_FAILED']);
  expect(step.log).toContain('::warning title=Atomic Publish::The commit status could not be set');
  checkSite(site);
});

test('a task of any length fits into the description of a status', async () => {
  const site = await makeSite();
  const step = await site.publish({ ...CONTEXT, 'task-id': `T-${'ü'.repeat(300)}` });
  expect(step.exitCode, step.log).toBe(0);
  expect(site.server.statuses[0]!.description).toHaveLength(140);
  checkSite(site);
});

test('without status-context no status is set', async () => {
  const site = await makeSite();
  expect((await site.publish()).exitCode).toBe(0);
  expect(requestsOf(site, STATUS)).toEqual([]);
  checkSite(site);
});

test.each([
  [{ commit: 'false' }, {}, 'it may hold nothing while commit is false'],
  [{ token: '' }, {}, 'it may hold something only in a workflow of GitHub, with a token'],
  [{}, { GITHUB_REPOSITORY: '' }, 'it may hold something only in a workflow of GitHub, with a token'],
] as [Record<string, string>, Record<string, string>, string][])(
  'status-context with %j and %j is refused by the name of the input',
  async (inputs, env, why) => {
    const site = await makeSite();
    const step = await site.publish({ ...CONTEXT, run: 'touch ran', ...inputs }, { env });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toContain(`input status-context holds "atomic/docs"; ${why}`);
    expect(existsSync(join(site.workspace, 'ran'))).toBe(false);
    expect(site.server.requests).toEqual([]);
    checkSite(site);
  },
);
