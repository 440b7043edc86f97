/** Death in a publish whose remote has moved: old, or new on top of theirs with the working tree at it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, ledgerRows, observe, snapshot } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { keep, pointsOf, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { copyOf, type Fixture, git, makeFixture, write } from '../support/repository.ts';
import { CAN_TRACE, injecting, ONE_THREAD } from '../support/strace.ts';

const LONG = `${'a line of theirs\n'.repeat(5000)}`;

/** A clone whose remote has moved on, and a change of the user's own elsewhere. */
function makeMoved(): Fixture {
  const files = { 'docs/one.md': 'old\n', 'a.txt': 'a\n', 'b.txt': 'b\n', 'mine.txt': 'mine\n' };
  const fixture = makeFixture({ files });
  moveRemote(fixture, { 'b.txt': null, 'a.txt': LONG, 'new/file.txt': 'new\n' });
  write(fixture.workspace, { 'mine.txt': 'changed\n' });
  return fixture;
}

/** Old, or new on top of theirs. Returns which. */
function expectOldOrReplayed(
  fixture: Fixture,
  before: ReturnType<typeof observe>,
  where: string,
): 'old' | 'new' {
  const { workspace, bare } = fixture;
  check(fixture);
  const row = ledgerRows(workspace).at(-1);
  if (row?.['state'] !== 'COMMITTED') {
    expect(observe(fixture), where).toEqual(before);
    return 'old';
  }
  const theirs = git(join(fixture.root, 'other'), 'rev-parse', 'HEAD');
  expect(git(bare, 'rev-list', '--parents', '-1', 'main'), where).toBe(`${row['commit_sha']} ${theirs}`);
  expect(git(workspace, 'rev-parse', 'HEAD'), where).toBe(row['commit_sha']);
  expect(git(workspace, 'status', '--porcelain'), where).toBe(' M mine.txt');
  expect(readFileSync(join(workspace, 'a.txt'), 'utf8'), where).toBe(LONG);
  expect(readFileSync(join(workspace, 'mine.txt'), 'utf8')).toBe('changed\n');
  expect(snapshot(workspace)).toMatchObject({ 'new/file.txt': '644 new\n' });
  expect(snapshot(workspace)).not.toHaveProperty(['b.txt']);
  return 'new';
}

test('a replayed publish that dies at any effect is old, or new on top of theirs, after the next step', async () => {
  const template = makeMoved();
  const publish = (fixture: Fixture, env: Record<string, string>) => publishDocs(fixture, {}, { env });
  const points = await pointsOf((env) => publish(copyOf(template), env));
  expect(points.length).toBeGreaterThan(150);
  const sides = new Set<string>();
  // Before the push it is the protocol of every publish; from there on every fifth point is tried.
  const push = points.findLastIndex((point) => point.endsWith('before git ls-remote')) - 40;
  for (let at = 0; at < points.length; at += at < push ? 20 : 5) {
    const fixture = copyOf(template);
    const before = observe(fixture);
    const died = await publish(fixture, { ATOMIC_FUSE: String(at + 1) });
    expect(died.signal, points[at]).toBe('SIGKILL');
    const post = await runPost(fixture);
    expect(post.exitCode, `${points[at]}\n${post.log}`).toBe(0);
    sides.add(expectOldOrReplayed(fixture, before, points[at]!));
  }
  expect(sides).toEqual(new Set(['old', 'new']));
}, 900_000);

test('a recovery that dies while the working tree follows is completed by the next one, and twice is once', async () => {
  const fixture = makeMoved();
  const before = observe(fixture);
  await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'before ledger COMMITTED' } });
  const crashAgain = keep(fixture);
  const points = await pointsOf((env) => runPost(fixture, {}, { env }));
  // Every sixth point, and all of the end, where what is private goes.
  for (let at = 0; at < points.length; at += at < points.length - 6 ? 8 : 1) {
    crashAgain();
    const died = await runPost(fixture, {}, { env: { ATOMIC_FUSE: String(at + 1) } });
    expect(died.signal, points[at]).toBe('SIGKILL');
    for (const _ of ['once', 'twice']) {
      const post = await runPost(fixture);
      expect(post.exitCode, `${points[at]}\n${post.log}`).toBe(0);
      expect(expectOldOrReplayed(fixture, before, points[at]!)).toBe('new');
    }
  }
}, 900_000);

test.skipIf(!CAN_TRACE)(
  'a git that is killed while it writes the files that moved leaves none of them torn (needs ptrace)',
  async () => {
    const template = makeMoved();
    let torn = 0;
    for (const path of ['a.txt', 'b.txt', 'new/file.txt']) {
      for (const call of ['openat', 'write', 'unlink', 'close']) {
        for (const nth of call === 'openat' ? [1, 2] : [1]) {
          const fixture = copyOf(template);
          const before = observe(fixture);
          const wrapper = injecting(call, 'signal=KILL', nth, join(fixture.workspace, path));
          const step = await publishDocs(fixture, {}, { env: ONE_THREAD, wrapper });
          const where = `${path}, ${call} ${nth}: ${step.exitCode}\n${step.log}`;
          if (step.log.includes('SIGKILL')) torn += 1;
          const post = await runPost(fixture);
          expect(post.exitCode, `${where}\n${post.log}`).toBe(0);
          expectOldOrReplayed(fixture, before, where);
        }
      }
    }
    expect(torn).toBeGreaterThan(3);
  },
  600_000,
);
