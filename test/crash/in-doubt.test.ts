/** The connection drops after the server took the push and before it said so; and then the process dies, or the server. */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check, ledgerRows, observe } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { askElsewhere, crashFixture, expectOldOrNew, NOBODY, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, write } from '../support/repository.ts';
import { serveGit } from '../support/server.ts';

/** Serves the fixture's remote; `onTaken` runs when a push is done and its answer is being cut off. */
async function serveCutting(fixture: Fixture, onTaken: () => void): Promise<void> {
  const server = await serveGit({
    root: fixture.root,
    cutAnswer: (request) => {
      const isPush = request.method === 'POST' && request.url!.includes('git-receive-pack');
      if (isPush) request.socket.once('close', onTaken);
      return isPush;
    },
  });
  onTestFinished(() => server.close());
  git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/origin.git`);
}

/** Publishes, and dies when the server has taken the push and its answer is cut. */
async function dieWhenTaken(fixture: Fixture, inputs: Record<string, string> = {}) {
  let child: ChildProcess | undefined;
  await serveCutting(fixture, () => child?.kill('SIGKILL'));
  const died = await publishDocs(fixture, inputs, {
    onStart: (started) => {
      child = started;
    },
  });
  expect(died.signal).toBe('SIGKILL');
  expect(ledgerRows(fixture.workspace)[0]).toMatchObject({ state: 'PUSHING' });
}

test('a process that dies between the server taking the push and its answer is settled as committed', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  await dieWhenTaken(fixture);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(post.log).toContain('was left at PUSHING: roll forward');
  expect(post.outputs).toMatchObject({ state: 'COMMITTED', pushed: 'true' });
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test('others who push on top before it is asked change nothing: the commit is found below theirs', async () => {
  const fixture = crashFixture();
  await dieWhenTaken(fixture);
  moveRemote(fixture, { 'a.txt': 'theirs\n' });
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(post.outputs).toMatchObject({ state: 'COMMITTED', pushed: 'true' });
  expect(git(fixture.bare, 'rev-parse', 'main~')).toBe(post.outputs['commit-sha']);
  expect(git(fixture.workspace, 'rev-parse', 'HEAD')).toBe(post.outputs['commit-sha']);
  check(fixture);
});

test('a remote that cannot be asked afterwards leaves it in doubt with 66, untouched, until it can', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  await dieWhenTaken(fixture);
  const url = git(fixture.workspace, 'remote', 'get-url', 'origin');
  askElsewhere(fixture, NOBODY);
  const left = observe(fixture);
  const asked = await publishDocs(fixture, { mode: 'recover' });
  expect(asked.exitCode).toBe(66);
  expect(asked.outputs).toMatchObject({ changed: 'false', reason: expect.stringContaining('is in doubt') });
  expect(asked.summary).toContain('ROLLBACK_FAILED (exit code 66)');
  expect(asked.log).toContain('Run again once the remote answers');
  expect(observe(fixture)).toEqual(left);
  const next = await publishDocs(fixture, { 'task-id': 'TASK-2' });
  expect(next.exitCode).toBe(66);
  const [{ id } = {}] = ledgerRows(fixture.workspace);
  expect(next.outputs).toMatchObject({ state: 'PUSHING', 'transaction-id': id, branch: 'main' });
  expect(next.summary).toMatch(new RegExp(`\\| transaction \\| ${id} \\|\n\\| task \\| TASK-1 \\|`));
  const verified = await publishDocs(fixture, { mode: 'verify' });
  expect(verified.exitCode).toBe(66);
  expect(verified.outputs).toMatchObject({ state: 'PUSHING', 'transaction-id': id, branch: 'main' });
  askElsewhere(fixture, url);
  const settled = await publishDocs(fixture, { mode: 'recover' });
  expect(settled.exitCode, settled.log).toBe(0);
  expect(settled.outputs).toMatchObject({ state: 'COMMITTED', changed: 'true' });
  expect(git(fixture.workspace, 'rev-parse', 'origin/main')).toBe(settled.outputs['commit-sha']);
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test('a replayed commit whose answer is cut, in a process that dies there, is found and followed', async () => {
  const fixture = crashFixture();
  const theirs = moveRemote(fixture, { 'a.txt': 'theirs\n' });
  await dieWhenTaken(fixture);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(post.outputs).toMatchObject({ state: 'COMMITTED' });
  expect(git(fixture.bare, 'rev-list', '--parents', '-1', 'main')).toBe(
    `${post.outputs['commit-sha']} ${theirs}`,
  );
  expect(git(fixture.workspace, 'rev-parse', 'HEAD')).toBe(post.outputs['commit-sha']);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  check(fixture);
});

test('a commit that the remote refuses when it is pushed again is rolled back, and the next run says so', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const died = await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after ledger PUSHING' } });
  expect(died.signal).toBe('SIGKILL');
  const hook = join(fixture.bare, 'hooks/pre-receive');
  write(fixture.bare, { 'hooks/pre-receive': '#!/bin/sh\necho not today\nexit 1\n' });
  chmodSync(hook, 0o755);
  const [{ id } = {}] = ledgerRows(fixture.workspace);
  const next = await publishDocs(fixture, { mode: 'check', 'fail-on-change': 'false' });
  expect(next.exitCode, next.log).toBe(0);
  expect(next.log).toMatch(
    new RegExp(
      `Transaction ${id} is settled: ROLLED_BACK, the process died, and the remote refused its commit: .*pre-receive`,
    ),
  );
  expect(next.summary).toMatch(/\| settled \| \S+ &#40;TASK-1&#41;&#58; ROLLED_BACK, .* refused/);
  rmSync(hook);
  expect(observe(fixture)).toEqual(before);
});

test.each([
  ['answers 503 twice', 2, 0],
  ['answers 503 for good', Number.POSITIVE_INFINITY, 65],
])(
  'a server that %s at the push is asked again with a reason, and the code is right',
  async (_, times, code) => {
    const fixture = crashFixture();
    const before = observe(fixture);
    let refused = 0;
    const server = await serveGit({
      root: fixture.root,
      intercept: (request, response) => {
        const isPush = request.url!.includes('service=git-receive-pack');
        if (!isPush || refused >= times) return false;
        refused += 1;
        response.writeHead(503).end();
        return true;
      },
    });
    onTestFinished(() => server.close());
    git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/origin.git`);
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(code);
    expect(step.log).toMatch(
      /error: 503. The same commit will be pushed again. Attempt 2 of 5 follows in \d+ ms\./,
    );
    expect(expectOldOrNew(fixture, before)).toBe(code === 0 ? 'new' : 'old');
  },
);
