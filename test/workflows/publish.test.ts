/** The reusable workflow (clause 16), run job by job against a real git server. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { moveRemote } from '../support/checkouts.ts';
import { git } from '../support/repository.ts';
import {
  callPublish,
  jobsOf,
  logOf,
  makeSharedSite,
  PAGE,
  PUBLISH,
  publishedAt,
  stepOf,
} from '../support/reusable.ts';
import { checkSite } from '../support/site.ts';
import { read } from '../support/workflows.ts';

const ALL = {
  plan: 'success',
  generate: 'success',
  gates: 'success',
  publish: 'success',
  outcome: 'success',
};

test('what several shards generate is published together in one commit', async () => {
  const site = await makeSharedSite();
  const before = publishedAt(site);
  const run = await callPublish(site);
  expect(run.results, logOf(run)).toEqual(ALL);
  const { files, commits } = publishedAt(site);
  expect(files).toMatchObject({ 'page-0.md': 'one', 'page-1.md': 'two' });
  expect(Object.keys(files)).toEqual(['atomic-manifest.json', 'page-0.md', 'page-1.md']);
  expect(commits).toEqual([run.outputs['commit-sha'], ...before.commits]);
  const trailer = '--format=%(trailers:key=Task-ID,valueonly)';
  expect(git(site.bare, 'log', '-1', trailer, 'main').trim()).toBe('Docs 7');
  expect(jobsOf(run, 'generate').map(({ name }) => name)).toEqual(['generate (one)', 'generate (two)']);
  checkSite(site);
});

test('the outputs of the transaction are those of the workflow, each of action.yml', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(site, { message: 'docs: all of it' });
  expect(Object.keys(run.outputs)).toEqual(Object.keys(parse(read('action.yml')).outputs));
  expect(run.outputs, logOf(run)).toMatchObject({
    state: 'COMMITTED',
    'exit-code': '0',
    changed: 'true',
    branch: 'main',
    pushed: 'true',
    files: '2',
    bytes: '8',
    'commit-sha': git(site.bare, 'rev-parse', 'main'),
    'base-sha': git(site.bare, 'rev-parse', 'main^'),
    'manifest-sha256': git(
      site.bare,
      'log',
      '-1',
      '--format=%(trailers:key=Manifest-SHA256,valueonly)',
      'main',
    ).trim(),
  });
  expect(run.outputs['transaction-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(git(site.bare, 'log', '-1', '--format=%s', 'main')).toBe('docs: all of it');
});

test('a second call with the same outputs makes no commit and ends well', async () => {
  const site = await makeSharedSite();
  await callPublish(site);
  const before = publishedAt(site);
  const run = await callPublish(site);
  expect(run.results, logOf(run)).toEqual(ALL);
  expect(run.outputs).toMatchObject({ state: 'COMMITTED', changed: 'false' });
  expect(publishedAt(site)).toEqual(before);
});

test('a remote that moved since the run began is followed, and the commit is of the run’s own commit', async () => {
  const site = await makeSharedSite();
  const begun = git(site.bare, 'rev-parse', 'main');
  let theirs = '';
  const run = await callPublish(
    site,
    {},
    {
      beforeJob: (id) => {
        if (id === 'publish') theirs = moveRemote(site, { 'other.txt': 'theirs\n' });
      },
    },
  );
  expect(run.results, logOf(run)).toEqual(ALL);
  expect(run.outputs['base-sha']).toBe(begun);
  expect(publishedAt(site).commits).toEqual([run.outputs['commit-sha'], theirs, begun]);
});

test('all jobs have the run’s own commit checked out, also when the branch moves meanwhile', async () => {
  const site = await makeSharedSite();
  const sha = git(site.bare, 'rev-parse', 'main');
  const run = await callPublish(
    site,
    { shards: '["only"]' },
    {
      event: { name: 'push', sha },
      beforeJob: (id) => {
        if (id === 'generate') moveRemote(site, { 'src/input.txt': 'theirs\n' });
      },
    },
  );
  expect(run.results, logOf(run)).toEqual(ALL);
  for (const { id, workspace } of run.jobs.filter(({ id }) => ['generate', 'gates'].includes(id))) {
    expect(git(workspace, 'show', `${sha}:src/input.txt`), id).toBe('input');
    expect(git(workspace, 'log', '-1', '--format=%H', '--', 'src'), id).toBe(sha);
  }
});

test('executable bits, symlinks, hidden files, empty files and odd names arrive as they were made', async () => {
  const site = await makeSharedSite();
  const make = `cd "$ATOMIC_STAGING" && mkdir -p 'a b/.c' && printf x > 'a b/.c/d"e:f' && : > empty
    printf '#!/bin/sh\\n' > tool && chmod +x tool && ln -s tool link && printf y > .hidden`;
  const run = await callPublish(site, { run: make, shards: '["only"]' });
  expect(run.results, logOf(run)).toEqual(ALL);
  const listed = git(site.bare, 'ls-tree', '-rz', 'main', 'docs/').split('\0');
  const tree = listed.map((line) => line.replace(/ blob [0-9a-f]{40}\t/, ' '));
  expect(tree.filter(Boolean).sort()).toEqual([
    '100644 docs/.hidden',
    '100644 docs/a b/.c/d"e:f',
    '100644 docs/atomic-manifest.json',
    '100644 docs/empty',
    '100755 docs/tool',
    '120000 docs/link',
  ]);
});

test('the gates see the outputs of all shards and the message of the commit', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(site, {
    'consistency-command': 'cat "$ATOMIC_STAGING"/page-{0,1}.md | tr "\\n" . && test -f src/input.txt',
    'message-command': 'grep -x "docs: pages" "$ATOMIC_MESSAGE_FILE"',
    message: 'docs: pages',
  });
  expect(run.results, logOf(run)).toEqual(ALL);
  expect(stepOf(run, 'gates', 'check').log).toContain('one.two.');
  expect(git(site.bare, 'log', '-1', '--format=%s', 'main')).toBe('docs: pages');
});

test('published files that preserve names stay', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(site, { preserve: 'gone.md' });
  expect(run.results, logOf(run)).toEqual(ALL);
  expect(publishedAt(site).files).toMatchObject({ 'gone.md': 'gone', 'page-0.md': 'one' });
});

test('a run for a tag publishes to the branch that is named', async () => {
  const site = await makeSharedSite();
  git(site.bare, 'tag', 'v1', 'main');
  const event = { name: 'push', ref: 'refs/tags/v1' };
  const run = await callPublish(site, { branch: 'main', tag: 'v1-docs' }, { event });
  expect(run.results, logOf(run)).toEqual(ALL);
  expect(git(site.bare, 'rev-parse', 'main')).toBe(run.outputs['commit-sha']);
  expect(git(site.bare, 'rev-parse', 'v1-docs')).toBe(run.outputs['commit-sha']);
});

test('setup prepares the jobs that run the caller’s commands, and its variables and path last', async () => {
  const site = await makeSharedSite();
  const setup = `mkdir "$RUNNER_TEMP/tools" && printf '#!/bin/sh\\necho made > "$1"\\n' > "$RUNNER_TEMP/tools/maker"
    chmod +x "$RUNNER_TEMP/tools/maker"
    echo "$RUNNER_TEMP/tools" >> "$GITHUB_PATH"
    echo PAGE=page.md >> "$GITHUB_ENV"`;
  const run = await callPublish(site, {
    setup,
    run: 'maker "$ATOMIC_STAGING/$PAGE"',
    shards: '["only"]',
    'node-version': '24',
  });
  expect(run.results, logOf(run)).toEqual(ALL);
  expect(publishedAt(site).files['page.md']).toBe('made');
  expect(stepOf(run, 'gates', 'Set up').outcome).toBe('success');
  expect(
    stepOf(run, 'generate', 'actions/setup-node@48b55a011bda9f5d6aeb4c2d9c7362e8dae4041e').given,
  ).toEqual({
    'node-version': '24',
  });
});

test('runners, time limits, the group of publishers and what the jobs are told come from the inputs', async () => {
  const site = await makeSharedSite();
  moveRemote(site, { 'other.txt': 'a second commit\n' });
  const run = await callPublish(site, {
    'runs-on': '["self-hosted", "linux"]',
    'timeout-minutes': 7,
    'fetch-depth': 0,
    'task-id': 'SITE-1',
    'agent-id': 'a generator',
    run: `${PAGE}; git rev-list --count HEAD`,
  });
  expect(run.results, logOf(run)).toEqual(ALL);
  expect(new Set(run.jobs.map(({ runsOn }) => JSON.stringify(runsOn)))).toEqual(
    new Set(['["self-hosted","linux"]']),
  );
  expect(stepOf(run, 'generate', 'Generate').log).toBe('2\n');
  expect(jobsOf(run, 'generate')[0]!.timeoutMinutes).toBe(7);
  expect(run.jobs.every(({ timeoutMinutes }) => timeoutMinutes > 0)).toBe(true);
  expect(run.jobs.map(({ id, group }) => [id, group]).filter(([, group]) => group)).toEqual([
    ['publish', 'atomic-publish-main'],
  ]);
  expect(parse(read(PUBLISH)).jobs.publish.concurrency.queue).toBe('max');
  const trailers = '--format=%(trailers:key=Task-ID,valueonly)%(trailers:key=Agent-ID,valueonly)';
  expect(git(site.bare, 'log', '-1', trailers, 'main')).toContain('SITE-1\na generator');
});
