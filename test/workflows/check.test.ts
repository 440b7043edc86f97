/** Runs for pull requests and merge groups check and publish nothing. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observe } from '../support/check.ts';
import { git, temporaryDirectory, write } from '../support/repository.ts';
import { callPublish, jobsOf, logOf, makeSharedSite, stepOf } from '../support/reusable.ts';
import type { Site } from '../support/site.ts';
import { READ_TOKEN, type RunOptions, WRITE_TOKEN } from '../support/workflow-run.ts';

/** Reads its input, so that the outputs follow what a pull request changes. */
const GENERATE = 'cat src/input.txt > "$ATOMIC_STAGING/$ATOMIC_SHARD.md"';
const CHECKED = {
  plan: 'success',
  generate: 'success',
  gates: 'success',
  publish: 'skipped',
  outcome: 'success',
};

/** A site with the outputs of two shards published. */
async function makePublished(): Promise<Site> {
  const site = await makeSharedSite();
  const run = await callPublish(site, { run: GENERATE });
  expect(run.results['outcome'], logOf(run)).toBe('success');
  return site;
}

/** Proposes a change under a ref of GitHub's own. Returns the event of its run. */
function propose(
  { root, bare }: Site,
  ref: string,
  files: Record<string, string>,
): { ref: string; sha: string } {
  const clone = join(temporaryDirectory(), 'clone');
  git(root, 'clone', '--quiet', bare, clone);
  write(clone, files);
  git(clone, 'add', '--all');
  git(clone, 'commit', '--quiet', '--message', 'proposed');
  git(clone, 'push', '--quiet', 'origin', `HEAD:${ref}`);
  return { ref, sha: git(clone, 'rev-parse', 'HEAD') };
}

const pullOf = (
  site: Site,
  files: Record<string, string>,
  head = 'octo/site',
): NonNullable<RunOptions['event']> => ({
  name: 'pull_request',
  ...propose(site, 'refs/pull/1/merge', files),
  payload: {
    pull_request: {
      head: { repo: { full_name: head } },
      base: { ref: 'main', repo: { full_name: 'octo/site' } },
    },
  },
});

/** Runs for an event and expects that nothing on the remote moved, whatever came of it. */
async function check(site: Site, options: Partial<RunOptions>, inputs: RunOptions['inputs'] = {}) {
  const before = observe(site).remote;
  const run = await callPublish(site, { run: GENERATE, ...inputs }, options);
  expect(observe(site).remote, logOf(run)).toBe(before);
  expect(jobsOf(run, 'publish')).toEqual([]);
  return run;
}

test('a pull request whose outputs are what is committed passes', async () => {
  const site = await makePublished();
  const run = await check(site, { event: pullOf(site, { 'README.md': '# New\n' }) });
  expect(run.results, logOf(run)).toEqual(CHECKED);
  expect(run.outputs).toMatchObject({ changed: 'false', 'exit-code': '0' });
});

test('a pull request that changes what the outputs are made from, and not the outputs, does not pass', async () => {
  const site = await makePublished();
  const run = await check(site, { event: pullOf(site, { 'src/input.txt': 'other\n' }) });
  expect(run.results, logOf(run)).toMatchObject({ gates: 'failure', publish: 'skipped', outcome: 'failure' });
  expect(run.outputs['changed']).toBe('true');
  expect(run.outputs['exit-code']).toBe('63');
});

test('a pull request from a fork is checked with a token that can only read', async () => {
  const site = await makePublished();
  const event = pullOf(site, { 'README.md': '# New\n' }, 'mona/site');
  const run = await check(site, { event, isFork: true });
  expect(run.results, logOf(run)).toEqual(CHECKED);
});

test('a merge group is checked as a pull request is', async () => {
  const site = await makePublished();
  const ref = 'refs/heads/gh-readonly-queue/main/pr-1-abc';
  const name = 'merge_group';
  const same = propose(site, ref, { 'README.md': '# New\n' });
  expect((await check(site, { event: { name, ...same } })).results).toEqual(CHECKED);
  const other = propose(site, `${ref}d`, { 'src/input.txt': 'other\n' });
  expect((await check(site, { event: { name, ...other } })).results).toMatchObject({ outcome: 'failure' });
});

test.each(['pull_request_target', 'pull_request_review'])('a run on %s publishes nothing', async (name) => {
  const site = await makePublished();
  const run = await check(site, { event: { ...pullOf(site, { 'README.md': '# New\n' }), name } });
  expect(run.results, logOf(run)).toEqual(CHECKED);
});

test('check-only checks in a run that would publish', async () => {
  const site = await makePublished();
  const run = await check(site, {}, { 'check-only': true });
  expect(run.results, logOf(run)).toEqual(CHECKED);
  const other = await check(
    site,
    {},
    { 'check-only': true, run: `${GENERATE}; echo >> "$ATOMIC_STAGING/one.md"` },
  );
  expect(other.results).toMatchObject({ gates: 'failure', publish: 'skipped', outcome: 'failure' });
});

test('outputs that go to another branch are asked the gates about, and not compared', async () => {
  const site = await makePublished();
  const changed = { event: pullOf(site, { 'src/input.txt': 'other\n' }) };
  expect((await check(site, changed, { branch: 'pages' })).results).toEqual(CHECKED);
  expect((await check(site, changed, { branch: 'main' })).results).toMatchObject({ outcome: 'failure' });
  const queued = {
    ...changed.event,
    name: 'merge_group',
    payload: { merge_group: { base_ref: 'refs/heads/main' } },
  };
  expect((await check(site, { event: queued }, { branch: 'main' })).results).toMatchObject({
    outcome: 'failure',
  });
  const no = await check(site, changed, { branch: 'pages', 'consistency-command': 'false' });
  expect(no.results).toMatchObject({ outcome: 'failure' });
});

test('a gate that says no fails the check', async () => {
  const site = await makePublished();
  const event = pullOf(site, { 'README.md': '# New\n' });
  const run = await check(site, { event }, { 'message-command': 'false' });
  expect(run.results['outcome']).toBe('failure');
  expect(run.outputs['exit-code']).toBe('64');
});

test('no job of a pull request sees a token that can write, nor the secret that pushes', async () => {
  const site = await makePublished();
  const look = 'env; cat .git/config; git config --list; grep -r ghs_ "$RUNNER_TEMP" || true';
  const run = await check(
    site,
    { event: pullOf(site, { 'README.md': '# New\n' }), secrets: { token: 'ghs_app' } },
    { run: `${look}; ${GENERATE}`, setup: look, 'consistency-command': look },
  );
  expect(run.results, logOf(run)).toEqual(CHECKED);
  expect(run.jobs.map(({ token }) => token)).not.toContain(WRITE_TOKEN);
  const seen = logOf(run) + JSON.stringify(run.jobs);
  for (const token of [WRITE_TOKEN, 'ghs_app']) {
    expect(seen).not.toContain(token);
    expect(seen).not.toContain(Buffer.from(`x-access-token:${token}`).toString('base64'));
  }
  expect(stepOf(run, 'generate', 'Generate').log).not.toContain(READ_TOKEN);
});
