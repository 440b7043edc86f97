/** A signed publish whose calls of GitHub are refused, put off, cut or slow: all old or all new (clause 10). */
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { expectOldOrNew } from '../support/crash.ts';
import type { Fault, GitHubOptions } from '../support/github.ts';
import { git } from '../support/repository.ts';
import type { StepResult } from '../support/runner.ts';
import {
  COMMIT,
  checkSite,
  failing,
  MOVE,
  makeSite,
  requestsOf,
  type Site,
  temporaryRefs,
} from '../support/site.ts';

/** The two calls a signed publish makes, and what stands in the reason when one fails. */
const CALLS = [
  [COMMIT, 'GitHub did not make a signed commit'],
  [MOVE, 'GitHub did not move heads/main'],
] as const;

function expectRefused(site: Site, before: ReturnType<typeof observe>, step: StepResult): void {
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', pushed: 'false', 'commit-sha': '' });
  expect(observe(site)).toEqual(before);
  checkSite(site);
}

function expectPublished(site: Site, before: ReturnType<typeof observe>, step: StepResult): void {
  expect(step.exitCode, step.log).toBe(0);
  expect(expectOldOrNew(site, before)).toBe('new');
  expect(step.outputs['commit-sha']).toBe(git(site.bare, 'rev-parse', 'main'));
  checkSite(site);
}

const REFUSALS: [number, string, string][] = [
  [401, 'Bad credentials', 'Give token a token that is valid'],
  [403, 'Resource not accessible by integration', 'the permissions the job needs'],
  [404, 'Not Found', 'GitHub says 404 where it may not'],
  [409, 'Conflict', ''],
  [422, 'Validation Failed', ''],
];

test.each(CALLS.flatMap(([call, doing]) => REFUSALS.map((refusal) => [call, doing, ...refusal] as const)))(
  'when GitHub refuses %s (%s) with %i everything is as it was, and the log has its words',
  async (call, doing, status, words, next) => {
    const site = await makeSite();
    const before = observe(site);
    site.server.fault = failing(call, { status });
    const step = await site.publish({ sign: 'github' });
    expect(step.outputs['reason']).toContain(`${doing}: ${status} ${words}`);
    expect(step.log).toContain(next);
    expect(requestsOf(site, call).length, 'what is refused is not asked again').toBe(1);
    expectRefused(site, before, step);
  },
);

const inSeconds = (seconds: number) => `${Math.floor(Date.now() / 1000) + seconds}`;
const limitFor = (seconds: number): [string, () => Fault][] => [
  ['429 with retry-after', () => ({ status: 429, headers: { 'retry-after': `${seconds}` } })],
  ['403 with retry-after', () => ({ status: 403, headers: { 'retry-after': `${seconds}` } })],
  [
    '403 with no request left until a time',
    () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(seconds) },
    }),
  ],
  [
    '429 with no request left until a time',
    () => ({
      status: 429,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(seconds) },
    }),
  ],
];

const PASSING: [string, () => Fault][] = [
  ...limitFor(1),
  ['500', () => ({ status: 500 })],
  ['502 of a gateway', () => ({ status: 502, body: '<html><body>Bad Gateway</body></html>' })],
  ['503', () => ({ status: 503 })],
  ['a page of something in between', () => ({ status: 200, body: '<html><body>Log in</body></html>' })],
  ['a connection that is cut', () => 'cut'],
];

test.each(CALLS.flatMap(([call, doing]) => PASSING.map((passing) => [call, ...passing, doing] as const)))(
  '%s goes through after %s once, and the log says what was waited for',
  async (call, _, fault, doing) => {
    const site = await makeSite();
    const before = observe(site);
    site.server.fault = failing(call, fault, 1);
    const step = await site.publish({ sign: 'github' });
    expect(step.log).toContain(doing);
    expect(step.log).not.toContain('<html>');
    expect(step.log).toMatch(/Attempt 2 of \d+ follows in \d+ ms\./);
    expect(requestsOf(site, call).length).toBe(2);
    expectPublished(site, before, step);
  },
);

test.each(CALLS.flatMap(([call]) => limitFor(3600).map((limit) => [call, ...limit] as const)))(
  '%s is refused and not waited for when GitHub answers %s in an hour',
  async (call, _, fault) => {
    const site = await makeSite();
    const before = observe(site);
    site.server.fault = failing(call, fault);
    const step = await site.publish({ sign: 'github' });
    expect(step.log).toContain('wait for the rate limit');
    expect(requestsOf(site, call).length).toBe(1);
    expectRefused(site, before, step);
  },
);

const LASTING: [string, Fault][] = [
  ['answers 503', { status: 503 }],
  ['cuts the connection', 'cut'],
];

test.each(LASTING)(
  'a GitHub that %s whenever a commit is made leaves everything as it was',
  async (_, fault) => {
    const site = await makeSite();
    const before = observe(site);
    site.server.fault = failing(COMMIT, fault);
    const step = await site.publish({ sign: 'github' });
    expect(step.log).toContain('https://www.githubstatus.com');
    expect(requestsOf(site, COMMIT).length).toBe(5);
    expectRefused(site, before, step);
  },
);

test.each(LASTING)(
  'a GitHub that %s whenever the branch is moved is in doubt, and settled once it is well again',
  async (_, fault) => {
    const site = await makeSite();
    const before = observe(site);
    site.server.fault = failing(MOVE, fault);
    const step = await site.publish({ sign: 'github' });
    expect(step.exitCode).toBe(66);
    expect(step.outputs).toMatchObject({ state: 'PUSHING', pushed: 'false', 'commit-sha': '' });
    expect(step.outputs['reason']).toContain('in doubt');
    site.server.fault = () => undefined;
    const recovered = await site.publish({ mode: 'recover' });
    expect(recovered.exitCode, recovered.log).toBe(0);
    expect(recovered.outputs).toMatchObject({ state: 'COMMITTED', pushed: 'true' });
    expect(expectOldOrNew(site, before)).toBe('new');
    checkSite(site);
  },
  120_000,
);

test('a branch that GitHub moved without ever answering is published', async () => {
  const site = await makeSite();
  const before = observe(site);
  site.server.fault = failing(MOVE, 'cut-after');
  expectPublished(site, before, await site.publish({ sign: 'github' }));
});

test('a commit that GitHub made without answering is made once more', async () => {
  const site = await makeSite();
  const before = observe(site);
  site.server.fault = failing(COMMIT, 'cut-after', 1);
  expectPublished(site, before, await site.publish({ sign: 'github' }));
  expect(requestsOf(site, COMMIT).length).toBe(2);
});

test.each(CALLS)('a slow answer to %s is waited for', async (call) => {
  const site = await makeSite();
  const before = observe(site);
  site.server.fault = failing(call, { delayMs: 2000 });
  expectPublished(site, before, await site.publish({ sign: 'github' }));
  expect(requestsOf(site, call).length).toBe(1);
});

test('a move of the branch that lands after the next one was refused is never taken back', async () => {
  const site = await makeSite();
  const before = observe(site);
  site.server.fault = failing(MOVE, () => (requestsOf(site, MOVE).length === 1 ? 'cut' : { status: 409 }));
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode, step.log).toBe(66);
  const { sha } = requestsOf(site, MOVE)[0]!.body as { sha: string };
  git(site.bare, 'update-ref', 'refs/heads/main', sha, before.branch);
  expect((await site.post()).exitCode).toBe(0);
  expect(expectOldOrNew(site, before)).toBe('new');
  checkSite(site);
});

test('a rule of the repository that refuses the branch is final, also after an attempt without an answer', async () => {
  const site = await makeSite();
  const before = observe(site);
  // As GitHub says it: https://docs.github.com/repositories (about rulesets).
  const message = 'Repository rule violations found\n\nChanges must be made through a pull request.';
  const refusal = { status: 422, body: { message, documentation_url: 'https://docs.github.com/rest' } };
  site.server.fault = failing(MOVE, () => (requestsOf(site, MOVE).length === 1 ? { status: 503 } : refusal));
  const step = await site.publish({ sign: 'github' });
  expect(step.outputs['reason']).toContain('Changes must be made through a pull request.');
  expectRefused(site, before, step);
});

test('a server that goes away altogether leaves everything here as it was, and its temporary ref to the next run', async () => {
  let isGone = false;
  const intercept: GitHubOptions['intercept'] = (request) => {
    if (isGone) request.socket.destroy();
    return isGone;
  };
  const site = await makeSite({ intercept });
  const before = observe(site);
  site.server.fault = failing(COMMIT, () => {
    isGone = true;
    return 'cut';
  });
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.log).toContain('Warning: not all is in order yet');
  expect(temporaryRefs(site)).toEqual([`refs/atomic/${step.outputs['transaction-id']}/commit`]);
  isGone = false;
  expect((await site.post()).exitCode).toBe(0);
  expect(observe(site)).toEqual(before);
  checkSite(site);
});
