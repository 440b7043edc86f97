/** Dies before and after every durable effect of the protocol; recovery is killed the same way at each of its own. */
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import {
  crashAndSettle,
  crashFixture,
  deathsOf,
  expectOldOrNew,
  keep,
  pointsOf,
  runPost,
} from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { copyOf } from '../support/repository.ts';

const TIMEOUT_MS = 900_000;

/** The number: every how many deaths. All of them where the protocol is longest. */
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
    for (const number of everyNth(deathsOf(points), every)) {
      const die = { env: { ATOMIC_FUSE: String(number) } };
      const { died, side } = await crashAndSettle(copyOf(template), die, inputs);
      expect(died.signal, points[number - 1]).toBe('SIGKILL');
      sides.add(side);
    }
    expect(sides).toEqual(new Set(['old', 'new']));
  },
  TIMEOUT_MS,
);

const everyNth = (numbers: number[], every: number) => numbers.filter((_, index) => index % every === 0);

const RECOVERIES: [string, 'old' | 'new'][] = [
  ['after ledger PUBLISHED', 'old'],
  ['before ledger PUSHING', 'old'],
  ['before ledger COMMITTED', 'new'],
];

test.each(RECOVERIES)(
  'a recovery from a death %s that dies itself is completed by the next one, and twice is once',
  async (where, side) => {
    const fixture = copyOf(crashFixture());
    const before = observe(fixture);
    await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: where } });
    const crashAgain = keep(fixture);
    const points = await pointsOf((env) => runPost(fixture, {}, { env }));
    expect(points.length).toBeGreaterThan(8);
    for (const number of everyNth(deathsOf(points), 2)) {
      crashAgain();
      const died = await runPost(fixture, {}, { env: { ATOMIC_FUSE: String(number) } });
      const point = points[number - 1];
      expect(died.signal, point).toBe('SIGKILL');
      for (const _ of ['once', 'twice']) {
        const post = await runPost(fixture);
        expect(post.exitCode, `${point}\n${post.log}`).toBe(0);
        expect(expectOldOrNew(fixture, before), point).toBe(side);
      }
    }
  },
  TIMEOUT_MS,
);
