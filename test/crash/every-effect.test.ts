/** Dies before and after every durable effect of the protocol; recovery is killed the same way at each of its own. */
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { crashAndSettle, crashFixture, expectOldOrNew, pointsOf, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { copyOf } from '../support/repository.ts';

const TIMEOUT_MS = 900_000;

/** The number: every how many points. All of them where the protocol is longest. */
const PUBLISHES: [string, number, Record<string, string>][] = [
  ['a publish with push', 1, {}],
  ['a publish without push', 5, { push: 'false' }],
  ['a first publish', 5, { target: 'site' }],
];

test.each(PUBLISHES)(
  '%s that dies at any effect is all old or all new after the next step',
  async (_, every, inputs) => {
    const template = crashFixture();
    const points = await pointsOf((env) => publishDocs(copyOf(template), inputs, { env }));
    expect(points.length).toBeGreaterThan(80);
    const sides = new Set<string>();
    for (let at = 0; at < points.length; at += every) {
      const die = { env: { ATOMIC_FUSE: String(at + 1) } };
      const { died, side } = await crashAndSettle(copyOf(template), die, inputs);
      expect(died.signal, points[at]).toBe('SIGKILL');
      sides.add(side);
    }
    expect(sides).toEqual(new Set(['old', 'new']));
  },
  TIMEOUT_MS,
);

const RECOVERIES: [string, number, 'old' | 'new'][] = [
  ['after ledger PUBLISHED', 2, 'old'],
  ['before ledger PUSHING', 2, 'old'],
  ['before ledger COMMITTED', 1, 'new'],
];

test.each(RECOVERIES)(
  'a recovery from a death %s that dies itself is completed by the next one, and twice is once',
  async (where, every, side) => {
    const template = crashFixture();
    const crash = async () => {
      const fixture = copyOf(template);
      const before = observe(fixture);
      await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: where } });
      return { fixture, before };
    };
    const points = await pointsOf(async (env) => runPost((await crash()).fixture, {}, { env }));
    expect(points.length).toBeGreaterThan(8);
    for (let at = 0; at < points.length; at += every) {
      const { fixture, before } = await crash();
      const died = await runPost(fixture, {}, { env: { ATOMIC_FUSE: String(at + 1) } });
      expect(died.signal, points[at]).toBe('SIGKILL');
      for (const _ of ['once', 'twice']) {
        const post = await runPost(fixture);
        expect(post.exitCode, `${points[at]}\n${post.log}`).toBe(0);
        expect(expectOldOrNew(fixture, before), points[at]).toBe(side);
      }
    }
  },
  TIMEOUT_MS,
);
