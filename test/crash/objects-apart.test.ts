/** New objects that stand apart (ADR 20): deaths and other processes between the release, the ref and the private indexes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Git } from '../../src/git.ts';
import { findRepository } from '../../src/layout.ts';
import type { Transaction } from '../../src/participant.ts';
import { Quarantine } from '../../src/quarantine.ts';
import { checkRepository } from '../support/check.ts';
import { crashFixture, keep, pointsOf, runPost } from '../support/crash.ts';
import { isRoot, mountTmpfs } from '../support/filesystems.ts';
import { FILES, rollBack, see } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { canStop, raced } from '../support/race.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';

test.skipIf(!canStop).each(['repack -a -d -q', 'gc --quiet --prune=now'])(
  'git %s of another process, between the release of the objects and the ref, loses none of them',
  async (command) => {
    const fixture = crashFixture();
    const args = command.split(' ');
    const strike = ({ workspace }: Fixture) => void git(workspace, ...args);
    const { step } = await raced(fixture, 'after release objects', strike, publishDocs, { push: 'false' });
    expect([0, 65], step.log).toContain(step.exitCode);
    checkRepository(fixture);
    git(fixture.workspace, 'fsck', '--full', '--strict');
    const packs = readdirSync(join(fixture.workspace, '.git/objects/pack'));
    expect(packs.filter((name) => name.endsWith('.keep'))).toEqual([]);
  },
);

test('git refuses a ref to an object that was not released, and takes one to what was', async () => {
  const { workspace } = makeFixture();
  const layout = await findRepository(new Git(workspace));
  const transaction = { record: { id: 'one' } } as Transaction;
  const quarantine = new Quarantine(transaction, new Git(workspace), layout!);
  const { git: apart } = quarantine;
  const blob = await apart.run(['hash-object', '-w', '--stdin'], { input: 'apart\n' });
  expect(await apart.run(['cat-file', 'blob', blob])).toBe('apart');
  const refer = () => apart.run(['update-ref', 'refs/atomic/one/kept', blob]);
  await expect(refer()).rejects.toThrow(/nonexistent object/);
  await quarantine.release();
  await refer();
  await quarantine.remove();
  expect(git(workspace, 'cat-file', 'blob', 'refs/atomic/one/kept')).toBe('apart');
  expect(await apart.run(['cat-file', 'blob', blob]), 'once it is removed').toBe('apart');
  expect(existsSync(quarantine.directory)).toBe(false);
});

test('a rollback leaves no object that no ref leads to', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  const unreachable = () => git(workspace, 'fsck', '--unreachable', '--no-reflogs');
  expect(
    (await operate(fixture, 'echo A > a.txt; echo B > b.txt', { 'transaction-id': 'first' })).exitCode,
  ).toBe(0);
  expect(unreachable()).toBe('');
  const inputs = { 'rollback-to': 'first', 'rollback-scope': 'paths', 'rollback-paths': 'a.txt' };
  const step = await rollBack(fixture, inputs);
  expect(step.exitCode, step.log).toBe(0);
  expect(unreachable()).toBe('');
});

test('a rollback that dies while it takes an ignored file along is undone', async () => {
  const template = makeFixture({ files: { ...FILES, 'conf.local': 'default\n' } });
  const forget = 'git rm --quiet conf.local; echo conf.local >> .gitignore';
  expect((await operate(template, forget, { 'transaction-id': 'first' })).exitCode).toBe(0);
  write(template.workspace, { 'conf.local': 'precious\n' });
  const inputs = { 'rollback-to': 'first', 'rollback-scope': 'paths', 'rollback-paths': 'conf.local' };
  const restore = keep(template);
  const points = await pointsOf((env) => rollBack(template, inputs, env));
  const from = points.findIndex((point) => point.includes('index.include'));
  expect(from).toBeGreaterThan(0);
  for (let at = from - 2; at < from + 14; at += 1) {
    restore();
    git(template.workspace, 'status');
    const before = see(template);
    const died = await rollBack(template, inputs, { ATOMIC_FUSE: String(at + 1) });
    expect(died.signal, points[at]).toBe('SIGKILL');
    const post = await runPost(template, { target: '' });
    expect(post.exitCode, `${points[at]}\n${post.log}`).toBe(0);
    expect(see(template), points[at]).toEqual(before);
    checkRepository(template);
  }
});

test.each([
  ['without a line end', ''],
  ['with one of Windows', '\r\n'],
])('a branch whose file ends %s stays, and what it leads to', async (_, end) => {
  const fixture = crashFixture();
  const { workspace } = fixture;
  git(workspace, 'pack-refs', '--all'); // There it is older.
  git(workspace, 'commit', '--quiet', '--allow-empty', '--message', 'mine');
  const sha = git(workspace, 'rev-parse', 'main');
  writeFileSync(join(workspace, '.git/refs/heads/main'), sha + end);
  const run = 'kill -9 $PPID; sleep 1';
  for (const die of [() => publishDocs(fixture, { run }), () => operate(fixture, run)]) {
    expect((await die()).signal).toBe('SIGKILL');
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(git(workspace, 'rev-parse', 'main')).toBe(sha);
  }
});

test.skipIf(!isRoot)(
  'packs on another disk than the other objects are published to (needs root)',
  async () => {
    const fixture = crashFixture();
    const [packs, elsewhere] = [
      join(fixture.workspace, '.git/objects/pack'),
      join(fixture.root, 'elsewhere'),
    ];
    mountTmpfs(elsewhere, { megabytes: 8, inodes: 100 });
    renameSync(packs, join(fixture.root, 'packs'));
    symlinkSync(elsewhere, packs);
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(0);
    git(fixture.workspace, 'fsck', '--full', '--strict');
    expect(readdirSync(elsewhere).sort()).toEqual([
      expect.stringMatching(/^pack-[0-9a-f]+\.idx$/),
      expect.stringMatching(/\.pack$/),
    ]);
  },
);

test('a workspace whose path holds what git has to quote', async () => {
  const fixture = crashFixture();
  const workspace = join(fixture.root, 'a\u0001"b\\c:d');
  mkdirSync(workspace);
  execFileSync('cp', ['-a', `${fixture.workspace}/.`, workspace]);
  git(workspace, 'update-index', '--refresh');
  for (const step of [await publishDocs({ workspace }), await operate({ workspace }, 'echo A > a.txt')])
    expect(step.exitCode, step.log).toBe(0);
  git(workspace, 'fsck', '--full', '--strict');
  expect(existsSync(join(workspace, 'docs/one.md'))).toBe(true);
});
