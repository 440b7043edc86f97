/** SIGKILL from outside at a sweep of system calls: of the action, and of each git, perl and shell it starts. */
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { crashFixture, expectOldOrNew, keep, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { copyOf } from '../support/repository.ts';
import { CALLS, CAN_TRACE, injecting, ONE_THREAD } from '../support/strace.ts';

/** How often the busiest process of a publish makes each call, about; the sweep goes over all of them in steps. */
const REACH: Partial<Record<(typeof CALLS)[number], number>> = {
  openat: 90,
  write: 60,
  pwrite64: 40,
  close: 70,
  fdatasync: 24,
  fsync: 16,
};
const POINTS = CALLS.flatMap((call) => {
  const reach = REACH[call] ?? 8;
  const step = Math.max(1, Math.floor(reach / 16));
  return Array.from({ length: Math.ceil(reach / step) }, (_, index) => [call, 1 + index * step] as const);
});
/** Deaths that a recovery settles, and how. Of the points for it every third has to do, one after the other for each of these. */
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
    const sweep = async (points: typeof POINTS) => {
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
    // Each half goes on beside the other.
    await Promise.all([0, 1].map((half) => sweep(POINTS.filter((_, index) => index % 2 === half))));
    expect(killed).toBeGreaterThan(50);
  },
  TIMEOUT_MS,
);

test.skipIf(!CAN_TRACE)(
  'a recovery killed at any system call is completed by the next one (needs ptrace)',
  async () => {
    const sweep = async (points: typeof POINTS, [where, side]: (typeof CRASHES)[number]) => {
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
    const every = CRASHES.length * CRASHES.length;
    const ofCrash = (at: number) => POINTS.filter((_, index) => index % every === CRASHES.length * at);
    await Promise.all(CRASHES.map((crash, at) => sweep(ofCrash(at), crash)));
  },
  TIMEOUT_MS,
);
