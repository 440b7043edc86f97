/** A signed publish whose process dies: the next step settles it, and nothing of it is left on the remote. */
import type { ChildProcess } from 'node:child_process';
import { expect, test } from 'vitest';
import { ledgerRows, observe } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { askElsewhere, expectOldOrNew, pointsOf } from '../support/crash.ts';
import { git } from '../support/repository.ts';
import { COMMIT, checkSite, failing, MOVE, makeSite, type Site, temporaryRefs } from '../support/site.ts';

const dieAt = (point: string) => ({ env: { ATOMIC_FUSE: point } });

/** Runs the post step, and expects everything to be on one side, the same after a second time. */
async function settle(site: Site, before: ReturnType<typeof observe>): Promise<'old' | 'new'> {
  const post = await site.post();
  expect(post.exitCode, post.log).toBe(0);
  const side = expectOldOrNew(site, before);
  checkSite(site);
  const after = observe(site);
  expect((await site.post()).exitCode).toBe(0);
  expect(observe(site)).toEqual(after);
  return side;
}

/** Sends a signal to a step that was started with `onStart`. */
function makeKill() {
  let child: ChildProcess | undefined;
  return {
    onStart: (started: ChildProcess) => {
      child = started;
    },
    kill: (signal: NodeJS.Signals) => child!.kill(signal),
  };
}

const POINTS: [string, 'old' | 'new'][] = [
  ['before ledger temporary_ref', 'old'],
  ['after ledger temporary_ref', 'old'],
  ['after git push', 'old'],
  ['before ledger PUSHING', 'old'],
  ['after ledger PUSHING', 'new'],
  ['before ledger COMMITTED', 'new'],
  ['after ledger COMMITTED', 'new'],
  ['before create index.merged', 'new'],
  ['before ledger settled', 'new'],
];

test.each(POINTS)('a signed publish that dies %s is all %s after the next step', async (point, side) => {
  const site = await makeSite();
  const before = observe(site);
  const died = await site.publish({ sign: 'github' }, dieAt(point));
  expect(died.signal).toBe('SIGKILL');
  expect(await settle(site, before)).toBe(side);
});

test('a signed publish that dies at any effect of its push and its end is all old or all new after the next step', async () => {
  const first = await makeSite();
  const inputs = { sign: 'github' };
  const points = await pointsOf((env) => first.publish(inputs, { env }));
  const from = points.findIndex((point) => point.endsWith('before ledger temporary_ref'));
  expect(points.length - from).toBeGreaterThan(40);
  for (let at = from; at < points.length; at += 6) {
    const site = await makeSite();
    const before = observe(site);
    const died = await site.publish(inputs, dieAt(String(at + 1)));
    expect(died.signal, points[at]).toBe('SIGKILL');
    const isAnnounced = at >= points.findIndex((point) => point.endsWith('after ledger PUSHING'));
    expect(await settle(site, before), points[at]).toBe(isAnnounced ? 'new' : 'old');
  }
}, 300_000);

test.each([
  ['makes the commit', COMMIT, undefined, 'old'],
  ['moves the branch', MOVE, undefined, 'new'],
  ['is asked to move the branch, which it never does', MOVE, 'cut', 'new'],
] as const)('a process killed while GitHub %s is settled by the next step', async (_, call, fault, side) => {
  const site = await makeSite();
  const before = observe(site);
  const { onStart, kill } = makeKill();
  site.server.fault = failing(
    call,
    () => {
      kill('SIGKILL');
      return fault;
    },
    1,
  );
  const died = await site.publish({ sign: 'github' }, { onStart });
  expect(died.signal).toBe('SIGKILL');
  expect(await settle(site, before)).toBe(side);
});

test('a signed commit whose process died before the branch moved gives way to what others pushed since', async () => {
  const site = await makeSite();
  const before = observe(site);
  await site.publish({ sign: 'github' }, dieAt('after ledger PUSHING'));
  moveRemote(site, { 'src/input.txt': 'theirs\n' });
  const post = await site.post();
  expect(post.exitCode, post.log).toBe(0);
  expect(observe(site)).toEqual({ ...before, remote: expect.any(String) });
  expect(git(site.bare, 'log', '--format=%s', 'main')).toBe('theirs\nfirst');
  checkSite(site);
});

test('a GitHub that cannot be asked after a crash leaves everything untouched with 66, and the next run settles it', async () => {
  const site = await makeSite();
  const before = observe(site);
  await site.publish({ sign: 'github' }, dieAt('after ledger PUSHING'));
  const touched = observe(site);
  site.server.fault = failing(MOVE, 'cut');
  expect((await site.post()).exitCode).toBe(66);
  expect(observe(site)).toEqual(touched);
  const other = await site.publish({ mode: 'recover', token: '' });
  expect(other.exitCode).toBe(66);
  expect(observe(site)).toEqual(touched);
  site.server.fault = () => undefined;
  expect(await settle(site, before)).toBe('new');
});

test('a recovery without a token says that it needs one, and one with a token settles it', async () => {
  const site = await makeSite();
  const before = observe(site);
  await site.publish({ sign: 'github' }, dieAt('after ledger PUSHING'));
  const touched = observe(site);
  askElsewhere(site, site.bare);
  const step = await site.publish({ mode: 'recover', token: '' });
  expect(step.exitCode).toBe(66);
  expect(step.outputs['reason']).toContain('GitHub cannot be asked: there is no token or no repository');
  expect(observe(site)).toEqual(touched);
  expect(await settle(site, before)).toBe('new');
});

test.each([
  ['a signed', 'an unsigned', { sign: 'github' }, { sign: 'none' }],
  ['an unsigned', 'a signed', { sign: 'none' }, { sign: 'github' }],
])(
  '%s publish that died is settled as it was begun by %s one that follows',
  async (_dead, _next, dead, next) => {
    const site = await makeSite();
    await site.publish(dead, dieAt('after ledger PUSHING'));
    const step = await site.publish({ ...next, 'task-id': 'TASK-2', contents: '{"more.md": "more"}' });
    expect(step.exitCode, step.log).toBe(0);
    expect(ledgerRows(site.workspace).map(({ state }) => state)).toEqual(['COMMITTED', 'COMMITTED']);
    const isSigned = (at: string) => git(site.bare, 'cat-file', 'commit', at).includes('\ngpgsig ');
    expect([isSigned('main^'), isSigned('main')]).toEqual([dead, next].map(({ sign }) => sign === 'github'));
    expect(temporaryRefs(site)).toEqual([]);
    checkSite(site);
  },
);

test('a run that is cancelled while GitHub moves the branch waits for the answer and is published', async () => {
  const site = await makeSite();
  const before = observe(site);
  const { onStart, kill } = makeKill();
  site.server.fault = failing(MOVE, () => {
    kill('SIGINT');
    return { delayMs: 1000 };
  });
  const step = await site.publish({ sign: 'github' }, { onStart });
  expect(step.exitCode, step.log).toBe(0);
  expect(expectOldOrNew(site, before)).toBe('new');
  checkSite(site);
});

test('a run that is cancelled while GitHub makes the commit puts everything back', async () => {
  const site = await makeSite();
  const before = observe(site);
  const { onStart, kill } = makeKill();
  site.server.fault = failing(COMMIT, () => {
    kill('SIGINT');
    return { delayMs: 20_000 };
  });
  const step = await site.publish({ sign: 'github' }, { onStart });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('the run was cancelled (SIGINT)');
  expect(observe(site)).toEqual(before);
  checkSite(site);
});
