/** A gate that is a check of GitHub's: `check:NAME` (clause 4). */
import { expect, test } from 'vitest';
import { observe, snapshot } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import type { CheckRun } from '../support/github.ts';
import { annotations } from '../support/publish.ts';
import { git, temporaryDirectory } from '../support/repository.ts';
import type { StepOptions } from '../support/runner.ts';
import { CHECKS, checkSite, failing, makeSite, requestsOf, type Site } from '../support/site.ts';

const base = (site: Site) => git(site.workspace, 'rev-parse', 'HEAD');
const tested = (site: Site, ...runs: Omit<CheckRun, 'name'>[]) =>
  site.server.checkRuns.set(
    base(site),
    runs.map((run) => ({ name: 'links', ...run })),
  );

const GATES: [string, number, string][] = [
  ['consistency-result', 63, 'CONSISTENCY_VALIDATION_FAILED'],
  ['message-result', 64, 'MESSAGE_VALIDATION_FAILED'],
];

/** Publishes behind a gate that says no; expects that no file anywhere was written, and returns the reason. */
async function expectNo(
  site: Site,
  gate: string,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<string> {
  const [, code, name] = GATES.find(([input]) => input === gate)!;
  const whole = snapshot(site.root);
  const step = await site.publish(
    { run: 'touch ran', [gate]: 'check:links', ...inputs },
    { temp: temporaryDirectory(), ...options },
  );
  expect(step.exitCode, step.log).toBe(code);
  expect(annotations(step.log)).toEqual([`Atomic Publish: ${code} ${name}`]);
  expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', 'exit-code': `${code}`, changed: 'false' });
  expect(snapshot(site.root)).toEqual(whole);
  checkSite(site);
  return step.outputs['reason']!;
}

test.each(GATES)('a %s of a check that succeeded on the base commit is a yes', async (gate) => {
  const site = await makeSite();
  tested(site, { conclusion: 'success' });
  const step = await site.publish({ [gate]: 'check:links' });
  expect(step.exitCode, step.log).toBe(0);
  expect(step.summary).toContain('concluded with success');
  expect(requestsOf(site, CHECKS).length).toBe(1);
  expect(requestsOf(site, CHECKS)[0]!.path).toContain(`/commits/${step.outputs['base-sha']}/check-runs?`);
  checkSite(site);
});

test.each(GATES)('a %s of a check that failed is a no that leaves nothing on the disk', async (gate) => {
  const site = await makeSite();
  tested(site, { conclusion: 'failure' });
  expect(await expectNo(site, gate)).toBe(
    `the ${gate.replace('-result', '')} gate says no: check "links" on ${base(site)} concluded with "failure"`,
  );
});

test.each(['neutral', 'skipped', 'cancelled', 'timed_out', 'action_required'])(
  'a check that concluded with %s is a no',
  async (conclusion) => {
    const site = await makeSite();
    tested(site, { conclusion });
    expect(await expectNo(site, 'consistency-result')).toContain(`concluded with "${conclusion}"`);
  },
);

test('several checks of one name are a yes when each of them succeeded', async () => {
  const site = await makeSite();
  tested(site, { suite: 1 }, { suite: 2, app: { id: 7, slug: 'other' } }, { suite: 3 });
  const step = await site.publish({ 'consistency-result': 'check:links' });
  expect(step.exitCode, step.log).toBe(0);
  expect(step.summary).toContain('3 runs');
  checkSite(site);
});

test.each([
  ['failed', { conclusion: 'failure' }],
  ['was skipped', { conclusion: 'skipped' }],
])('one of several checks of one name that %s makes them a no', async (_, run) => {
  const site = await makeSite();
  tested(site, { suite: 1 }, { suite: 2, ...run }, { suite: 3, status: 'in_progress' });
  expect(await expectNo(site, 'consistency-result')).toContain(`concluded with "${run.conclusion}"`);
});

test('a failed check run among more than a hundred of that name is a no', async () => {
  const site = await makeSite();
  const others = Array.from({ length: 100 }, (_, index) => ({ suite: index + 2 }));
  tested(site, { suite: 1, conclusion: 'failure' }, ...others);
  expect(await expectNo(site, 'consistency-result')).toContain('concluded with "failure"');
  expect(requestsOf(site, CHECKS).length).toBe(2);
});

test('more than a hundred check runs of that name are a yes when each of them succeeded', async () => {
  const site = await makeSite();
  tested(site, ...Array.from({ length: 201 }, (_, index) => ({ suite: index + 1 })));
  const step = await site.publish({ 'consistency-result': 'check:links' });
  expect(step.exitCode, step.log).toBe(0);
  expect(step.summary).toContain('201 runs');
  checkSite(site);
});

test('check runs that GitHub counts and does not list are a no', async () => {
  const site = await makeSite();
  tested(site, {});
  const body = { total_count: 2, check_runs: [] };
  site.server.fault = failing(CHECKS, { status: 200, body });
  expect(await expectNo(site, 'consistency-result')).toContain('it lists 0 of 2 runs');
});

test('a check that failed and was run again with success is a yes', async () => {
  const site = await makeSite();
  tested(site, { conclusion: 'failure' }, { conclusion: 'success' });
  const step = await site.publish({ 'consistency-result': 'check:links' });
  expect(step.exitCode, step.log).toBe(0);
  checkSite(site);
});

test.each([
  ['has no run', []],
  ['has 1 of 1 runs under way', [{ status: 'queued' }]],
  ['has 1 of 2 runs under way', [{ suite: 1 }, { suite: 2, status: 'in_progress' }]],
] as [string, Omit<CheckRun, 'name'>[]][])(
  'a check that %s until gate-timeout is a no, and the log says that it is waited for',
  async (state, runs) => {
    const site = await makeSite();
    tested(site, ...runs);
    site.server.checkRuns.get(base(site))!.push({ name: 'another' });
    const reason = await expectNo(site, 'consistency-result', { 'gate-timeout': '1500ms' });
    expect(reason).toContain(`check "links" on ${base(site)} ${state} after gate-timeout (1.5 s)`);
    expect(requestsOf(site, CHECKS).length).toBeGreaterThan(1);
  },
);

test.each([
  ['is created', []],
  ['ends', [{ status: 'in_progress' }]],
] as [string, Omit<CheckRun, 'name'>[]][])(
  'a check that %s while it is waited for counts',
  async (_, runs) => {
    const site = await makeSite();
    tested(site, ...runs);
    site.server.fault = failing(CHECKS, () => {
      if (requestsOf(site, CHECKS).length === 2) tested(site, { conclusion: 'success' });
      return undefined;
    });
    const step = await site.publish({ 'consistency-result': 'check:links' });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.log).toMatch(/check "links" on [0-9a-f]{40} has .*: waiting, \d+ s at most\./);
    checkSite(site);
  },
);

test('a check that fails while it is waited for is a no', async () => {
  const site = await makeSite();
  tested(site, { status: 'in_progress' });
  site.server.fault = failing(CHECKS, () => {
    if (requestsOf(site, CHECKS).length === 2) tested(site, { conclusion: 'failure' });
    return undefined;
  });
  expect(await expectNo(site, 'consistency-result')).toContain('concluded with "failure"');
});

test('a check whose name has spaces, slashes and signs is found by it', async () => {
  const site = await makeSite();
  const name = 'build & test (ubuntu-latest, 24) / links: ü+%';
  site.server.checkRuns.set(base(site), [{ name }]);
  const step = await site.publish({ 'consistency-result': `check:${name}` });
  expect(step.exitCode, step.log).toBe(0);
  checkSite(site);
});

test('a check of another commit does not count, also when it is the latest on the remote', async () => {
  const site = await makeSite();
  const theirs = moveRemote(site, { 'src/input.txt': 'theirs\n' });
  site.server.checkRuns.set(theirs, [{ name: 'links' }]);
  const reason = await expectNo(site, 'consistency-result', { 'gate-timeout': '100ms' });
  expect(reason).toContain(`on ${base(site)} has no run`);
});

test.each([
  [401, 'Bad credentials'],
  [403, 'Resource not accessible by integration'],
  [404, 'Not Found'],
  [422, 'Validation Failed'],
])(
  'a check that GitHub answers %i for is a no with its words, and nothing is written',
  async (status, words) => {
    const site = await makeSite();
    site.server.fault = failing(CHECKS, { status });
    const whole = snapshot(site.root);
    const step = await site.publish(
      { run: 'touch ran', 'consistency-result': 'check:links' },
      { temp: temporaryDirectory() },
    );
    expect(step.exitCode, step.log).toBe(63);
    expect(step.outputs['reason']).toContain(`GitHub did not read the check links: ${status} ${words}`);
    expect(snapshot(site.root)).toEqual(whole);
    checkSite(site);
  },
);

test('a base commit that GitHub does not know is a no with words', async () => {
  const site = await makeSite();
  git(site.workspace, 'commit', '--quiet', '--allow-empty', '--message', 'not pushed');
  const step = await site.publish({ 'consistency-result': 'check:links' });
  expect(step.exitCode, step.log).toBe(63);
  expect(step.outputs['reason']).toContain(`422 No commit found for SHA: ${base(site)}`);
  checkSite(site);
});

test.each([
  [502, 'failed for a moment', '502'],
  [200, 'was hidden by something in between', 'the connection failed (the answer is not JSON)'],
])('a check is asked for again after GitHub (%i) %s', async (status, _, words) => {
  const site = await makeSite();
  tested(site, {});
  site.server.fault = failing(CHECKS, { status, body: '<html>a page</html>' }, 1);
  const step = await site.publish({ 'consistency-result': 'check:links' });
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).toContain(`GitHub did not read the check links: ${words}. Attempt 2 of 5 follows`);
  checkSite(site);
});

test.each([
  ['token', { token: '' }, {}],
  ['repository', {}, { GITHUB_REPOSITORY: '' }],
] as [string, Record<string, string>, Record<string, string>][])(
  'a check without a %s is refused in words that name it',
  async (_, inputs, env) => {
    const site = await makeSite();
    const before = snapshot(site.root);
    const step = await site.publish(
      { 'consistency-result': 'check:links', run: 'touch ran', ...inputs },
      { env, temp: temporaryDirectory() },
    );
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toContain(
      'a gate asks for the check "links", and GitHub cannot be asked: there is no token or no repository',
    );
    expect(snapshot(site.root)).toEqual(before);
    expect(site.server.requests).toEqual([]);
    checkSite(site);
  },
);

test('a branch that moves here after its check was read is not published: the check was of another commit', async () => {
  const site = await makeSite();
  const { workspace } = site;
  tested(site, {});
  site.server.fault = failing(CHECKS, () => {
    git(workspace, 'commit', '--quiet', '--allow-empty', '--message', 'unchecked');
    return undefined;
  });
  const step = await site.publish({ 'consistency-result': 'check:links' });
  expect(step.exitCode, step.log).toBe(63);
  expect(step.outputs['reason']).toContain('after its checks were read');
  expect(observe(site).target).toEqual({ 'gone.md': '644 gone\n', 'one.md': '644 old\n' });
  expect(git(workspace, 'log', '-1', '--format=%s')).toBe('unchecked');
  checkSite(site);
});

test('mode check asks for the checks of the commit that is checked out, also where no branch is', async () => {
  const site = await makeSite();
  tested(site, { conclusion: 'success' });
  git(site.workspace, 'checkout', '--quiet', '--detach');
  const check = { mode: 'check', 'fail-on-change': 'false', 'consistency-result': 'check:links' };
  const step = await site.publish(check);
  expect(step.exitCode, step.log).toBe(0);
  expect(requestsOf(site, CHECKS)[0]!.path).toContain(`/commits/${base(site)}/check-runs?`);
  checkSite(site);
});
