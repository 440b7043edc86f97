/** The rest of the faults the project promises to survive, one story each. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { check, ledgerRows, observe, snapshot } from '../support/check.ts';
import { crashFixture, expectOldOrNew, runPost } from '../support/crash.ts';
import { fill, isRoot, mountTmpfs, pathWithout, unfill } from '../support/filesystems.ts';
import { GENERATE, publishDocs } from '../support/publish.ts';
import { copyOf, git, write } from '../support/repository.ts';
import { serveGit } from '../support/server.ts';

const dieAt = (point: string) => ({ env: { ATOMIC_FUSE: point } });

test('an undo whose own exchange fails is 66, keeps the old tree, and is done by the next run', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const PATH = pathWithout();
  const step = await publishDocs(
    fixture,
    { 'validation-command': `rm "${PATH}/perl"; exit 1` },
    { env: { PATH } },
  );
  expect(step.exitCode).toBe(66);
  expect(step.outputs['state']).toBe('PUBLISHED');
  const { staged } = ledgerRows(fixture.workspace)[0]!;
  expect(snapshot(String(staged))).toEqual(before.target);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(expectOldOrNew(fixture, before)).toBe('old');
});

test('a report that is lost after the remote moved is no failure: the remote is asked', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  let cut = 0;
  const server = await serveGit({
    root: fixture.root,
    cutAnswer: (request) =>
      request.method === 'POST' && request.url!.includes('git-receive-pack') && ++cut > 0,
  });
  onTestFinished(() => server.close());
  git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/origin.git`);
  const step = await publishDocs(fixture);
  expect(cut).toBeGreaterThan(0);
  expect(step.exitCode, step.log).toBe(0);
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test('a connection that is cut at every push leaves the run in doubt, untouched, and the next one settles it', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const isPush = (url = '') => url.includes('git-receive-pack');
  let isCutting = true;
  const server = await serveGit({
    root: fixture.root,
    intercept: (request) => {
      const cut = isCutting && request.method === 'POST' && isPush(request.url);
      if (cut) request.socket.destroy();
      return cut;
    },
  });
  onTestFinished(() => server.close());
  git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/origin.git`);
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(66);
  expect(step.outputs).toMatchObject({ state: 'PUSHING', pushed: 'false', 'commit-sha': '' });
  expect(step.log).toContain('The same commit will be pushed again');
  isCutting = false;
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test.each([
  ['is deleted', 'update-ref -d refs/heads/main'],
  ['is rewound', 'update-ref refs/heads/main'],
])('a remote branch that %s meanwhile is not made again by force: 65', async (_, command) => {
  const fixture = crashFixture();
  const parent = git(
    fixture.bare,
    'commit-tree',
    '-m',
    'other',
    `${git(fixture.bare, 'rev-parse', 'main^{tree}')}`,
  );
  const before = observe(fixture);
  const move = `git -C "${fixture.bare}" ${command} ${command.includes('-d') ? '' : parent}`;
  const step = await publishDocs(fixture, { 'validation-command': move });
  expect(step.exitCode, step.log).toBe(65);
  expect(observe(fixture)).toEqual({ ...before, remote: expect.any(String) });
  check(fixture);
});

test('a ref that is locked on the server is 65, and everything is put back', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  write(fixture.bare, { 'refs/heads/main.lock': '' });
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(65);
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test.each(['ledger.sqlite', 'ledger.sqlite-wal'])(
  'whichever byte of %s flips after a crash, nothing is half done: refused, or old or new',
  async (name) => {
    const refused: number[] = [];
    for (let part = 0; part < 16; part += 1) {
      const fixture = crashFixture();
      const before = observe(fixture);
      await publishDocs(fixture, {}, dieAt('after ledger PUBLISHED'));
      const published = observe(fixture);
      const path = join(fixture.workspace, '.git/atomic', name);
      const bytes = readFileSync(path);
      const at = Math.floor((bytes.length * part) / 16);
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ 0xff;
      writeFileSync(path, damaged);
      const step = await publishDocs(fixture, { mode: 'recover' });
      expect([0, 66], step.log).toContain(step.exitCode);
      if (step.exitCode === 0)
        expect([before.target, published.target]).toContainEqual(observe(fixture).target);
      else {
        refused.push(at);
        expect(observe(fixture)).toEqual(published);
      }
    }
    // What stands in the main file the newer pages of the log cover.
    if (name === 'ledger.sqlite-wal') expect(refused.length).toBeGreaterThan(0);
  },
);

test('a ledger that is gone after a crash is a new one: the next run publishes, and what is left is hidden', async () => {
  const fixture = crashFixture();
  await publishDocs(fixture, {}, dieAt('after ledger SEALED'));
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(fixture.workspace, `.git/atomic/ledger.sqlite${suffix}`), { force: true });
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(0);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
});

test('a target that is empty is replaced, and put back empty when the run fails', async () => {
  const fixture = crashFixture();
  const [failing, working] = [copyOf(fixture), copyOf(fixture)];
  for (const one of [failing, working]) {
    rmSync(join(one.workspace, 'docs'), { recursive: true });
    write(one.workspace, { 'docs/.keep': '' });
    unlinkSync(join(one.workspace, 'docs/.keep'));
  }
  const before = observe(failing);
  expect((await publishDocs(failing, { 'validation-command': 'false' })).exitCode).toBe(65);
  expect(observe(failing)).toEqual(before);
  expect((await publishDocs(working)).outputs['publication']).toBe('exchange');
  check(working);
});

test('staging that is swapped for a symlink meanwhile is never published', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const outside = join(fixture.root, 'outside');
  write(outside, { 'one.md': 'mine\n' });
  const swap = `mv "$ATOMIC_STAGING" "$ATOMIC_STAGING.away" && ln -s "${outside}" "$ATOMIC_STAGING"`;
  const step = await publishDocs(fixture, { 'consistency-command': swap });
  expect(step.exitCode, step.log).toBe(65);
  expect(observe(fixture)).toEqual(before);
  expect(snapshot(outside)).toEqual({ 'one.md': '644 mine\n' });
  check(fixture);
});

test('a symlink in staging that appears under the name of a directory is not written through', async () => {
  const fixture = crashFixture();
  const outside = join(fixture.root, 'outside');
  write(outside, { keep: 'keep\n' });
  const step = await publishDocs(fixture, {
    run: `ln -s "${outside}" "$ATOMIC_STAGING/sub"`,
    contents: '{"sub/evil.md": "x"}',
  });
  expect(step.exitCode).toBe(65);
  expect(snapshot(outside)).toEqual({ keep: '644 keep\n' });
  check(fixture);
});

test('a publisher that is stopped holds the other up and loses nothing: one after the other', async () => {
  const fixture = crashFixture();
  const started = join(fixture.root, 'started');
  let resume = () => {};
  const run = `${GENERATE}\ntouch "${started}"; sleep 0.3`;
  const first = publishDocs(
    fixture,
    { run },
    {
      onStart: (child) => {
        resume = () => child.kill('SIGCONT');
        const timer = setInterval(() => {
          if (!existsSync(started)) return;
          clearInterval(timer);
          child.kill('SIGSTOP');
        }, 10);
      },
    },
  );
  while (!existsSync(started)) await setTimeout(20);
  const second = await publishDocs(fixture, { 'task-id': 'TASK-2', 'lock-timeout': '500ms' });
  expect(second.exitCode).toBe(65);
  resume();
  expect((await first).exitCode).toBe(0);
  expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe('2');
  check(fixture);
});

test('a source that changes while it is copied is refused by name', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  const source = join(fixture.root, 'growing');
  writeFileSync(source, Buffer.alloc(256 * 1024 * 1024));
  const writer = spawn('bash', ['-c', `while echo x >> "${source}"; do sleep 0.01; done`], {
    stdio: 'ignore',
  });
  onTestFinished(() => void writer.kill());
  const step = await publishDocs(fixture, { run: '', artifacts: `${source} => big.bin` });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toMatch(/growing" changed while it was copied/);
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test.skipIf(!isRoot)('a remote whose disk is full puts everything back (needs root)', async () => {
  const fixture = crashFixture();
  const disk = join(fixture.root, 'disk');
  mountTmpfs(disk, { megabytes: 4, inodes: 1000 });
  cpSync(fixture.bare, join(disk, 'origin.git'), { recursive: true });
  const full = { ...fixture, bare: join(disk, 'origin.git') };
  git(fixture.workspace, 'remote', 'set-url', 'origin', full.bare);
  const before = observe(full);
  unfill(disk);
  const step = await publishDocs(full, { 'validation-command': fill(disk, 'bytes', 0) });
  expect(step.exitCode, step.log).toBe(65);
  expect(observe(full)).toEqual(before);
  unfill(disk);
  check(full);
});
