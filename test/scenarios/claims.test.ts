/** What the code does where a document said another thing, or nothing. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerRows } from '../support/check.ts';
import { askElsewhere, crashFixture, NOBODY } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';
import { CAN_TRACE, injecting, ONE_THREAD } from '../support/strace.ts';

test('staging is open to its user alone (clause 5)', async () => {
  const fixture = crashFixture();
  const run =
    'stat --format=%a "$(git rev-parse --show-toplevel)"/.docs.atomic-T1; echo x > "$ATOMIC_STAGING/x"';
  const step = await publishDocs(fixture, { run, 'transaction-id': 'T1' });
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).toMatch(/^ *(\| )?700$/m);
});

test.skipIf(!CAN_TRACE)(
  'a disk that is full at the barrier is 62, and not 65 (ADR 18, needs ptrace)',
  async () => {
    for (const error of ['ENOSPC', 'EDQUOT']) {
      const step = await publishDocs(
        crashFixture(),
        {},
        { wrapper: injecting('syncfs', `error=${error}`, 1) },
      );
      expect(step.exitCode, step.log).toBe(62);
    }
  },
);

test.skipIf(!CAN_TRACE)(
  'a run that could not clean up ends with 0, and its row is not settled (docs/audit.md, needs ptrace)',
  async () => {
    const fixture = crashFixture();
    const fault = injecting('unlinkat', 'error=EIO', 8);
    const step = await publishDocs(fixture, {}, { env: ONE_THREAD, wrapper: fault });
    expect(step.exitCode, step.log).toBe(0);
    expect(ledgerRows(fixture.workspace).at(-1)).toMatchObject({ state: 'COMMITTED', settled: 0 });
  },
);

test('a command finds the token by which a job asks for an OIDC token (docs/examples.md)', async () => {
  const run = 'echo "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" > "$ATOMIC_STAGING/x"';
  const fixture = crashFixture();
  await publishDocs(fixture, { run }, { env: { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'oidc' } });
  expect(git(fixture.bare, 'show', 'main:docs/x')).toBe('oidc');
});

test('the last publish of each target keeps its checkpoints, whatever their number is (ADR 17)', async () => {
  const fixture = makeFixture();
  for (const target of ['a', 'b', 'c', 'd']) await publishDocs(fixture, { target, checkpoints: '1' });
  const refs = git(fixture.workspace, 'for-each-ref', '--format=%(refname)', 'refs/atomic').split('\n');
  expect(new Set(refs.map((name) => name.split('/')[2])).size).toBe(4);
});

test('without a commit nothing of what is replaced is kept, and the ledger of a repository is in it (README, architecture)', async () => {
  const fixture = crashFixture();
  write(fixture.workspace, { 'docs/mine.md': 'mine\n' });
  expect((await publishDocs(fixture, { commit: 'false' })).exitCode).toBe(0);
  expect(git(fixture.workspace, 'for-each-ref', 'refs/atomic')).toBe('');
  expect(statSync(join(fixture.workspace, '.git/atomic/ledger.sqlite')).isFile()).toBe(true);
});

test('an attempt that sent nothing is counted as one (clause 10)', async () => {
  const fixture = crashFixture();
  git(fixture.workspace, 'config', 'remote.origin.url', NOBODY);
  askElsewhere(fixture, fixture.bare);
  const step = await publishDocs(fixture, { 'push-attempts': '1' });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.log).not.toMatch(/Attempt 2/);
});

test('an id whose transaction was rolled back may be used again (action.yml: transaction-id)', async () => {
  const fixture = crashFixture();
  const id = { 'transaction-id': 'same' };
  expect((await publishDocs(fixture, { ...id, 'consistency-command': 'false' })).exitCode).toBe(63);
  expect((await publishDocs(fixture, id)).exitCode).toBe(0);
});

test('outside of a workflow the commit node is "local" (action.yml: commit-node)', async () => {
  const fixture = crashFixture();
  const env = { GITHUB_REPOSITORY: '', GITHUB_WORKFLOW: '', GITHUB_JOB: '' };
  expect((await publishDocs(fixture, {}, { env })).exitCode).toBe(0);
  expect(git(fixture.bare, 'log', '-1', '--format=%(trailers:key=CommitNode,valueonly)', 'main')).toBe(
    'local\n',
  );
});

test('remote may be a place instead of a name (action.yml: remote)', async () => {
  const fixture = crashFixture();
  const step = await publishDocs(fixture, { remote: fixture.bare });
  expect(step.exitCode, step.log).toBe(0);
});
