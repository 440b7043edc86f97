/** Each row of recovery's table, reached for real. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { check, ledgerRows, observe, snapshot } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { askElsewhere, crashFixture, expectOldOrNew, NOBODY, runPost } from '../support/crash.ts';
import { GENERATE, publishDocs } from '../support/publish.ts';
import { git, write } from '../support/repository.ts';

const dieAt = (point: string) => ({ env: { ATOMIC_FUSE: point } });

test('the next run settles a crash before it publishes itself', async () => {
  const fixture = crashFixture();
  await publishDocs(fixture, {}, dieAt('after ledger PUSHING'));
  const step = await publishDocs(fixture, { 'task-id': 'TASK-2', contents: '{"more.md": "more"}' });
  expect(step.exitCode).toBe(0);
  expect(step.log).toContain('was left at PUSHING: push again');
  expect(ledgerRows(fixture.workspace).map(({ state }) => state)).toEqual(['COMMITTED', 'COMMITTED']);
  expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe('3');
  check(fixture);
});

test('mode recover settles a crash, sets its outputs, and is quick and silent when there is nothing', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  await publishDocs(fixture, {}, dieAt('after ledger PUBLISHED'));
  const recovered = await publishDocs(fixture, { mode: 'recover' });
  expect(recovered.exitCode).toBe(0);
  expect(recovered.outputs).toMatchObject({
    state: 'ROLLED_BACK',
    'exit-code': '0',
    reason: '1 transaction settled',
  });
  expect(expectOldOrNew(fixture, before)).toBe('old');
  const post = await runPost(fixture);
  expect(post.exitCode).toBe(0);
  expect(post.log).toBe('');
});

test('what keeps a crash from being settled is 66, in post and in the next run, until it is gone', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  await publishDocs(fixture, {}, dieAt('before ledger PUSHING'));
  const { id } = ledgerRows(fixture.workspace)[0]!;
  const lock = join(fixture.workspace, '.git/refs/heads/main.lock'); // Older than the transaction: not of it.
  write(fixture.workspace, { '.git/refs/heads/main.lock': '' });
  utimesSync(lock, 0, 0);
  for (const settle of [() => runPost(fixture), () => publishDocs(fixture, { 'task-id': 'TASK-2' })]) {
    const step = await settle();
    expect(step.exitCode).toBe(66);
    expect(step.outputs).toMatchObject({ state: 'PUBLISHED', 'transaction-id': id });
    expect(step.outputs['reason']).toMatch(/main\.lock': File exists/);
  }
  rmSync(lock);
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(expectOldOrNew(fixture, before)).toBe('old');
});

test('a ledger that names the place of something else is damaged: 66, and nothing there is touched', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  await publishDocs(fixture, {}, dieAt('after ledger SEALED'));
  const { id, staging } = ledgerRows(fixture.workspace)[0]!;
  const victim = join(fixture.root, 'victim');
  write(victim, { kept: 'text' });
  const name = (place: unknown) => {
    const ledger = new DatabaseSync(join(fixture.workspace, '.git/atomic/ledger.sqlite'));
    ledger.prepare('UPDATE transactions SET staging = ?').run(String(place));
    ledger.close();
  };
  name(victim);
  for (const mode of ['recover', 'publish']) {
    const step = await publishDocs(fixture, { mode });
    expect(step.exitCode).toBe(66);
    expect(step.outputs).toMatchObject({ state: 'SEALED', 'transaction-id': id });
    expect(step.outputs['reason']).toBe(`the ledger is damaged: transaction "${id}" names "${victim}"`);
  }
  expect(snapshot(victim)).toEqual({ kept: '644 text' });
  name(staging);
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(expectOldOrNew(fixture, before)).toBe('old');
});

test('a push that landed before the process died is finished, not undone', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  await publishDocs(fixture, {}, dieAt('after git push'));
  expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe('2');
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test('a remote that moved on without the commit rolls the transaction back', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  await publishDocs(fixture, {}, dieAt('after ledger PUSHING'));
  moveRemote(fixture, { 'a.txt': 'theirs\n' });
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(observe(fixture)).toEqual({ ...before, remote: expect.any(String) });
  check(fixture);
});

test('a server that refuses the push made again by recovery rolls the transaction back', async () => {
  const fixture = crashFixture();
  await publishDocs(fixture, {}, dieAt('after ledger PUSHING'));
  write(fixture.bare, { 'hooks/pre-receive': '#!/bin/sh\nexit 1\n' });
  chmodSync(join(fixture.bare, 'hooks/pre-receive'), 0o755);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(ledgerRows(fixture.workspace)[0]).toMatchObject({ state: 'ROLLED_BACK' });
  check(fixture);
});

test('a refused push made again does not undo over what the user has changed since: 66, untouched', async () => {
  const fixture = crashFixture();
  await publishDocs(fixture, {}, dieAt('after ledger PUSHING'));
  write(fixture.bare, { 'hooks/pre-receive': '#!/bin/sh\nexit 1\n' });
  chmodSync(join(fixture.bare, 'hooks/pre-receive'), 0o755);
  write(fixture.workspace, { 'docs/one.md': 'edited after the crash\n' });
  const left = observe(fixture);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(66);
  expect(post.log).toContain('is in doubt');
  expect(observe(fixture)).toEqual(left);
});

test('a remote that cannot be asked leaves everything untouched with 66, and the next run settles it', async () => {
  const fixture = crashFixture();
  await publishDocs(fixture, {}, dieAt('after ledger PUSHING'));
  askElsewhere(fixture, NOBODY);
  const touched = observe(fixture);
  const post = await runPost(fixture);
  expect(post.exitCode).toBe(66);
  expect(post.log).toContain('::error title=Atomic Publish%3A 66 ROLLBACK_FAILED::transaction');
  expect(observe(fixture)).toEqual(touched);
  const again = await publishDocs(fixture, { 'task-id': 'TASK-2' });
  expect(again.exitCode).toBe(66);
  expect(observe(fixture)).toEqual(touched);
  askElsewhere(fixture, fixture.bare);
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(ledgerRows(fixture.workspace)[0]).toMatchObject({ state: 'COMMITTED' });
  check(fixture);
});

test('a target that is neither old nor new is never overwritten: 66 names both hashes', async () => {
  const fixture = crashFixture();
  await publishDocs(fixture, {}, dieAt('after ledger PUBLISHED'));
  write(fixture.workspace, { 'docs/one.md': 'edited after the crash\n' });
  const touched = observe(fixture);
  const post = await runPost(fixture);
  expect(post.exitCode).toBe(66);
  expect(post.log).toMatch(/target \S+docs is neither \(old [0-9a-f]{64}, new manifest [0-9a-f]{64}\)/);
  expect(observe(fixture)).toEqual(touched);
});

test('a branch that someone else moved after the crash is never overwritten: 66', async () => {
  const fixture = crashFixture();
  await publishDocs(fixture, {}, dieAt('before ledger PUSHING'));
  git(fixture.workspace, 'commit', '--quiet', '--allow-empty', '--message', 'on top');
  const touched = observe(fixture);
  const post = await runPost(fixture);
  expect(post.exitCode).toBe(66);
  expect(post.log).toContain('branch refs/heads/main is at other');
  expect(observe(fixture)).toEqual(touched);
});

test('locks and unfinished objects that a killed git left are removed, older ones are not', async () => {
  const fixture = crashFixture();
  const { workspace } = fixture;
  const before = observe(fixture);
  writeFileSync(join(workspace, '.git/packed-refs.lock'), '');
  utimesSync(join(workspace, '.git/packed-refs.lock'), 1, 1);
  await publishDocs(fixture, {}, dieAt('after ledger PUBLISHED'));
  const locks = ['index.lock', 'HEAD.lock', 'refs/heads/main.lock', 'refs/remotes/origin/main.lock'];
  for (const lock of locks) write(workspace, { [`.git/${lock}`]: '' });
  write(workspace, { '.git/objects/pack/tmp_pack_abc': 'x', '.git/objects/ab/tmp_obj_abc': 'x' });
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  const left = Object.keys(snapshot(join(workspace, '.git'))).filter((path) => /\.lock$|tmp_/.test(path));
  expect(left).toEqual(['packed-refs.lock']);
  rmSync(join(workspace, '.git/packed-refs.lock'));
  expect(expectOldOrNew(fixture, before)).toBe('old');
});

test('a lock that a living git holds is never taken', async () => {
  const fixture = crashFixture();
  const { workspace, root } = fixture;
  await publishDocs(fixture, {}, dieAt('after ledger PUBLISHED'));
  write(root, {
    'editor.sh': `#!/bin/sh\ntouch "${root}/editing"\nwhile [ ! -e "${root}/go" ]; do sleep 0.05; done\nexit 1\n`,
  });
  chmodSync(join(root, 'editor.sh'), 0o755);
  write(workspace, { 'a.txt': 'theirs\n' });
  const holder = spawn(
    'git',
    ['-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '--all', '--edit'],
    {
      cwd: workspace,
      env: { PATH: process.env['PATH'], GIT_EDITOR: join(root, 'editor.sh') },
      stdio: 'ignore',
    },
  );
  const ended = new Promise((done) => holder.once('close', done));
  onTestFinished(async () => {
    writeFileSync(join(root, 'go'), '');
    await ended;
  });
  while (!existsSync(join(root, 'editing'))) await new Promise((wait) => setTimeout(wait, 20));
  const post = await runPost(fixture);
  expect(snapshot(join(workspace, '.git'))).toHaveProperty(['index.lock']);
  writeFileSync(join(root, 'go'), '');
  await ended;
  if (post.exitCode !== 0) expect((await runPost(fixture)).exitCode).toBe(0);
  expect(ledgerRows(workspace)[0]).toMatchObject({ state: 'ROLLED_BACK', settled: 1 });
  git(workspace, 'reset', '--quiet');
  check(fixture);
});

test('processes of a dead transaction are ended before its facts are read', async () => {
  const fixture = crashFixture();
  const { root } = fixture;
  const before = observe(fixture);
  const run = `echo $$ > "${root}/pid"; while sleep 0.05; do mkdir -p "$ATOMIC_STAGING"; echo x >> "$ATOMIC_STAGING/late"; done`;
  const died = await publishDocs(
    fixture,
    { run },
    {
      onStart: async (child) => {
        while (!existsSync(join(root, 'pid'))) await new Promise((wait) => setTimeout(wait, 20));
        child.kill('SIGKILL');
        child.stdout?.destroy(); // The orphan holds the pipes; the runner does not wait for it either.
        child.stderr?.destroy();
      },
    },
  );
  expect(died.signal).toBe('SIGKILL');
  const pid = readFileSync(join(root, 'pid'), 'utf8').trim();
  // One that has ended and waits for its parent has no environment any more.
  const isAlive = () => {
    try {
      return readFileSync(`/proc/${pid}/environ`).length > 0;
    } catch {
      return false;
    }
  };
  expect(isAlive()).toBe(true);
  const post = await runPost(fixture);
  expect(post.exitCode).toBe(0);
  expect(isAlive()).toBe(false);
  expect(expectOldOrNew(fixture, before)).toBe('old');
});

test('a recovery leaves alone the processes of a transaction of the same id in another repository', async () => {
  const [mine, theirs] = [crashFixture(), crashFixture()];
  const id = { 'transaction-id': 'SAME' };
  expect((await publishDocs(mine, id, dieAt('after ledger SEALED'))).signal).toBe('SIGKILL');
  const [started, go] = ['started', 'go'].map((name) => join(theirs.root, name));
  const run = `${GENERATE}\ntouch "${started}"; until [ -e "${go}" ]; do sleep 0.02; done`;
  const running = publishDocs(theirs, { ...id, run });
  while (!existsSync(started!)) await new Promise((wait) => setTimeout(wait, 20));
  expect((await runPost(mine)).exitCode).toBe(0);
  writeFileSync(go!, '');
  const step = await running;
  expect(step.exitCode, step.log).toBe(0);
  check(theirs);
});

test.each([
  ['truncated', (path: string) => writeFileSync(path, 'SQLite format 3\u0000 and nothing more')],
  ['from a newer version', newer],
  ['a directory', replaceByDirectory],
])('a ledger that is %s is refused with words, and nothing is touched', async (_, damage) => {
  const fixture = crashFixture();
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  damage(join(fixture.workspace, '.git/atomic/ledger.sqlite'));
  const before = observe(fixture);
  const step = await publishDocs(fixture, { 'task-id': 'TASK-2', contents: '{"x": "y"}' });
  expect(step.exitCode).toBe(66);
  expect(step.outputs['reason']).toMatch(/^the ledger \S+ cannot be read: /);
  expect(observe(fixture)).toEqual(before);
});

function newer(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
}

function replaceByDirectory(path: string): void {
  rmSync(path);
  mkdirSync(path);
}
