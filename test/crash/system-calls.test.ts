/** SIGKILL from outside at a sweep of system calls: of the action, and of each git, perl and shell it starts. */
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { crashFixture, expectOldOrNew, keep, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { copyOf } from '../support/repository.ts';
import { CAN_TRACE, injecting, ONE_THREAD } from '../support/strace.ts';

/** How often the busiest process of a publish makes the calls by which it changes what lasts, and starts and ends others. */
const PUBLISH = {
  ...{ openat: 132, write: 179, pwrite64: 50, close: 303, fsync: 27, syncfs: 1, ftruncate: 1, utimensat: 6 },
  ...{ mkdir: 14, rmdir: 9, unlink: 10, unlinkat: 19, link: 7, rename: 5, renameat2: 1 },
  ...{ execve: 17, exit_group: 1 },
};
/** The same of a recovery. */
const RECOVERY = {
  ...{ openat: 189, write: 73, pwrite64: 10, close: 178, fsync: 8, syncfs: 1, ftruncate: 1 },
  ...{ mkdir: 1, rmdir: 2, unlink: 9, unlinkat: 3, rename: 1, renameat2: 1 },
  ...{ execve: 17, exit_group: 1 },
};
type Point = readonly [call: string, nth: number];

/** Of each call about `most` points from the first to the last, in equal steps. */
const pointsOf = (reach: Record<string, number>, most: number): Point[] =>
  Object.entries(reach).flatMap(([call, last]) => {
    const step = Math.max(1, Math.floor(last / most));
    return Array.from({ length: Math.ceil(last / step) }, (_, index) => [call, 1 + index * step] as const);
  });
const POINTS = pointsOf(PUBLISH, 22);
const share = (points: Point[], of: number, at: number) => points.filter((_, index) => index % of === at);

/** Deaths that a recovery settles, and how: each meets a third of the points. */
const CRASHES = [
  ['after ledger PUBLISHED', 'old'],
  ['before ledger PUSHING', 'old'],
  ['before ledger COMMITTED', 'new'],
] as const;
const TIMEOUT_MS = 900_000;

test('the sweep has at least 200 points', () => {
  expect(POINTS.length).toBeGreaterThanOrEqual(200);
});

test.skipIf(!CAN_TRACE)(
  'a publish killed at any system call is all old or all new after the next step (needs ptrace)',
  async () => {
    const template = crashFixture();
    let killed = 0;
    const sweep = async (points: Point[]) => {
      for (const [call, nth] of points) {
        const fixture = copyOf(template);
        const before = observe(fixture);
        const step = await publishDocs(
          fixture,
          {},
          { env: ONE_THREAD, wrapper: injecting(call, 'signal=KILL', nth) },
        );
        const where = `${call} ${nth}: ${step.exitCode} ${step.signal}\n${step.log}`;
        if (step.signal !== null || step.exitCode === 137) killed += 1;
        else expect([0, 65], where).toContain(step.exitCode); // A child died: settled without a later recovery.
        const post = await runPost(fixture);
        expect(post.exitCode, `${where}\n${post.log}`).toBe(0);
        expect(['old', 'new'], where).toContain(expectOldOrNew(fixture, before));
      }
    };
    await Promise.all([0, 1].map((half) => sweep(share(POINTS, 2, half)))); // Each half beside the other.
    expect(killed).toBeGreaterThan(100);
  },
  TIMEOUT_MS,
);

test.skipIf(!CAN_TRACE)(
  'a recovery killed at any system call is completed by the next one (needs ptrace)',
  async () => {
    const sweep = async (points: Point[], [where, side]: (typeof CRASHES)[number]) => {
      const fixture = copyOf(crashFixture());
      const before = observe(fixture);
      await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: where } });
      const crashAgain = keep(fixture);
      for (const [call, nth] of points) {
        crashAgain();
        await runPost(fixture, {}, { env: ONE_THREAD, wrapper: injecting(call, 'signal=KILL', nth) });
        const post = await runPost(fixture);
        expect(post.exitCode, `${where}, ${call} ${nth}\n${post.log}`).toBe(0);
        expect(expectOldOrNew(fixture, before), `${where}, ${call} ${nth}`).toBe(side);
      }
    };
    const points = pointsOf(RECOVERY, 12);
    await Promise.all(CRASHES.map((crash, at) => sweep(share(points, CRASHES.length, at), crash)));
  },
  TIMEOUT_MS,
);
