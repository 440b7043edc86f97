/** The runner's cancellation: SIGINT to the node process alone, SIGTERM 7.5 s later, the end after 10 s. */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { check, ledgerRows, observe } from '../support/check.ts';
import { crashFixture, expectOldOrNew, runPost } from '../support/crash.ts';
import { GENERATE, publishDocs } from '../support/publish.ts';
import { isStopped } from '../support/race.ts';
import { git, write } from '../support/repository.ts';

/** Cancels a step, as the runner does, once `seen` stands in its log. */
function cancelAt(seen: string): (child: ChildProcess) => void {
  return (child) => {
    let log = '';
    const watch = (text: string) => {
      log += text;
      if (!log.includes(seen)) return;
      child.stdout?.off('data', watch);
      const later = [
        [0, 'SIGINT'],
        [7500, 'SIGTERM'],
        [10_000, 'SIGKILL'],
      ] as const;
      const timers = later.map(([ms, signal]) => globalThis.setTimeout(() => child.kill(signal), ms));
      child.once('close', () => timers.forEach(clearTimeout));
    };
    child.stdout?.on('data', watch);
  };
}

const MANY = `for i in $(seq 100); do mkdir "$ATOMIC_STAGING/$i"; for j in $(seq 100); do echo "$i $j" > "$ATOMIC_STAGING/$i/$j.md"; done; done`;

test.each([
  ['the generator', 'started', { run: `${GENERATE}\necho started; sleep 60 & sleep 60` }],
  ['a gate', 'started', { 'consistency-command': 'echo started; trap "" TERM INT; sleep 60' }],
  ['the validation', 'started', { 'validation-command': 'echo started; sleep 60' }],
  ['the seal of 10,000 files', '::group::Seal', { run: MANY }],
  ['the work of git on 10,000 files', '::group::Prepare', { run: MANY }],
  ['the commit of 10,000 files', '::group::Commit', { run: MANY }],
])(
  'a run cancelled during %s rolls back and ends with 65 before the runner kills it',
  async (_, seen, inputs) => {
    const fixture = crashFixture();
    const before = observe(fixture);
    const step = await publishDocs(fixture, inputs, { onStart: cancelAt(seen) });
    expect(step.exitCode, step.log.slice(-2000)).toBe(65);
    expect(step.outputs['reason']).toBe('the run was cancelled (SIGINT)');
    expect(observe(fixture)).toEqual(before);
    check(fixture);
  },
);

test.each(['SIGTERM', 'SIGHUP'] as const)('a run that gets %s and no more rolls back, 65', async (signal) => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const onStart = (child: ChildProcess) => {
    child.stdout?.on('data', (text: string) => text.includes('started') && child.kill(signal));
  };
  const step = await publishDocs(fixture, { run: `${GENERATE}\necho started; sleep 60` }, { onStart });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toBe(`the run was cancelled (${signal})`);
  expect(observe(fixture)).toEqual(before);
});

/** A server hook that notes when it starts and sleeps. */
function slowHook(bare: string, name: string, seconds: number): string {
  const started = join(bare, 'hook-started');
  write(bare, { [`hooks/${name}`]: `#!/bin/sh\ntouch "${started}"\nsleep ${seconds}\n` });
  chmodSync(join(bare, 'hooks', name), 0o755);
  return started;
}

test('a run cancelled while the server thinks waits for its answer and ends committed', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const started = slowHook(fixture.bare, 'pre-receive', 2);
  const step = await publishDocs(
    fixture,
    {},
    {
      onStart: async (child) => {
        while (!existsSync(started)) await setTimeout(20);
        child.kill('SIGINT');
      },
    },
  );
  expect(step.exitCode).toBe(0);
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test('a push that outlasts a cancelled run is never behind our back: post settles it', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const started = slowHook(fixture.bare, 'pre-receive', 20);
  const step = await publishDocs(
    fixture,
    {},
    {
      onStart: async (child) => {
        while (!existsSync(started)) await setTimeout(20);
        cancelAt('')(child);
        child.stdout?.emit('data', '');
      },
    },
  );
  expect([0, 65, 66, null]).toContain(step.exitCode);
  write(fixture.bare, { 'hooks/pre-receive': '#!/bin/sh\n' });
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  const side = expectOldOrNew(fixture, before);
  const settled = git(fixture.bare, 'rev-parse', 'main');
  await setTimeout(16_000); // Longer than what was left of the hook's sleep.
  expect(git(fixture.bare, 'rev-parse', 'main')).toBe(settled);
  expect(expectOldOrNew(fixture, before)).toBe(side);
});

test('twenty runs at once wait for each other, one commit each, and the ledger agrees', async () => {
  const fixture = crashFixture();
  const steps = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      publishDocs(fixture, {
        'task-id': `TASK-${index}`,
        contents: `{"n.txt": "${index}"}`,
        'lock-timeout': '5m',
      }),
    ),
  );
  expect(steps.map(({ exitCode }) => exitCode)).toEqual(Array(20).fill(0));
  expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe('21');
  expect(new Set(ledgerRows(fixture.workspace).map(({ commit_sha }) => commit_sha)).size).toBe(20);
  check(fixture);
});

test('a holder that stalls costs the other 65 after lock-timeout, and one that was killed blocks nobody', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  let [resume, isHeld] = [() => {}, () => false];
  const stalled = publishDocs(
    fixture,
    { run: `${GENERATE}\ntouch "${fixture.root}/started"; sleep 60` },
    {
      onStart: (child) => {
        resume = () => child.kill('SIGKILL');
        isHeld = () => child.exitCode === null;
      },
    },
  );
  while (!existsSync(join(fixture.root, 'started'))) await setTimeout(20);
  const waited = await publishDocs(fixture, { 'task-id': 'TASK-2', 'lock-timeout': '300ms' });
  expect(waited.exitCode).toBe(65);
  expect(waited.outputs['reason']).toContain('lock-timeout (300 ms)');
  expect(waited.log).toContain('waiting for its lock');
  const post = await runPost(fixture); // It does not wait for 2 minutes, and is no failure.
  expect(post.exitCode, post.log).toBe(0);
  expect(post.log).toContain('Another transaction in this repository is running');
  expect(isHeld()).toBe(true);
  resume();
  const next = publishDocs(fixture, { 'task-id': 'TASK-3' });
  expect((await next).exitCode).toBe(0);
  await stalled;
  expect(ledgerRows(fixture.workspace).map(({ state }) => state)).toEqual(['ROLLED_BACK', 'COMMITTED']);
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test('what a run has left that was killed is settled by its post step also where another one dies with the lock', async () => {
  const fixture = crashFixture();
  const died = await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after rename index.lock' } });
  expect(died.signal).toBe('SIGKILL');
  let other: ChildProcess | undefined;
  const stopped = publishDocs(
    fixture,
    { mode: 'recover' },
    {
      env: { ATOMIC_FUSE: 'before remove reserve', ATOMIC_FUSE_SIGNAL: 'SIGSTOP' },
      onStart: (child) => {
        other = child;
      },
    },
  );
  while (!isStopped(other!.pid!)) await setTimeout(20);
  const post = await runPost(
    fixture,
    {},
    { onStart: ({ stdout }) => stdout!.once('data', () => other!.kill('SIGKILL')) },
  );
  await stopped;
  expect(post.exitCode, post.log).toBe(0);
  expect(post.log).toContain('waiting for its lock');
  expect(ledgerRows(fixture.workspace).at(-1)).toMatchObject({ state: 'ROLLED_BACK', settled: 1 });
});

test('a child that is killed alone is settled by the run itself', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const run = `${GENERATE}\necho $PPID > "${fixture.root}/ppid"; kill -KILL $$`;
  const step = await publishDocs(fixture, { run });
  expect(step.exitCode).toBe(65);
  expect(Number(readFileSync(join(fixture.root, 'ppid'), 'utf8'))).toBeGreaterThan(1);
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});
