/** The examples that publish what a generator makes, run step by step against a git server. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commit, filesAt, makeBranch, makeProject, refsOf, runExample } from '../support/example-run.ts';
import { exampleNamed } from '../support/examples.ts';
import { git, write } from '../support/repository.ts';
import { callPublish, logOf } from '../support/reusable.ts';
import type { Site } from '../support/site.ts';
import { succeeding } from '../support/workflow-actions.ts';
import { READ_TOKEN, WRITE_TOKEN } from '../support/workflow-run.ts';

const CLIENT = {
  'api.yaml': 'one\ntwo\n',
  'scripts/generate': 'while read -r name; do echo "call $name" > "$2/$name.ts"; done < "$1"',
  'scripts/compile': 'if grep --recursive --include="*.ts" broken "$1"; then exit 1; fi',
  'src/generated/old.ts': 'call old\n',
};
const MADE = { 'one.ts': 'call one', 'two.ts': 'call two' };

describe('generated code on push', () => {
  test('replaces what the old sources made', async () => {
    const site = await makeProject(CLIENT);
    const run = await runExample(site, 'generate.yml');
    expect(run.results, logOf(run)).toEqual({ generate: 'success' });
    expect(filesAt(site, 'main', 'src/generated')).toEqual(MADE);
  });

  test('leaves everything as it was when the outputs do not compile', async () => {
    const site = await makeProject({ ...CLIENT, 'api.yaml': 'broken\n' });
    const before = refsOf(site);
    const run = await runExample(site, 'generate.yml');
    expect(run.results).toEqual({ generate: 'failure' });
    expect(run.jobs[0]!.steps.at(-1)!.outputs['exit-code']).toBe('63');
    expect(refsOf(site)).toBe(before);
  });
});

describe('the check on pull requests', () => {
  const pullRequest = (site: Site, from: string) => {
    const sha = git(site.bare, 'rev-parse', 'refs/heads/feature');
    git(site.bare, 'update-ref', 'refs/pull/5/merge', sha);
    const payload = { pull_request: { head: { repo: { full_name: from } } } };
    return { name: 'pull_request', ref: 'refs/pull/5/merge', sha, headRef: 'feature', payload };
  };
  const bot = succeeding({ token: WRITE_TOKEN, 'app-slug': 'mender' });
  const actions = { 'actions/create-github-app-token': bot };

  async function propose(files: Record<string, string>, from = 'octo/site') {
    const site = await makeProject(CLIENT);
    write(site.workspace, files);
    commit(site, 'theirs', 'feature');
    const event = pullRequest(site, from);
    const before = refsOf(site);
    const run = await runExample(site, 'generated.yml', { event, actions });
    return { site, run, before };
  }

  test('turns red on stale files, and the bot pushes the right ones to the branch', async () => {
    const { site, run } = await propose({ 'api.yaml': 'one\ntwo\nthree\n' });
    expect(run.results, logOf(run)).toEqual({ check: 'failure', mend: 'success' });
    expect(filesAt(site, 'feature', 'src/generated')).toEqual({ ...MADE, 'three.ts': 'call three' });
    expect(git(site.bare, 'log', '-1', '--format=%(trailers:key=Agent-ID,valueonly)', 'feature')).toBe(
      'mender\n',
    );
    expect(run.jobs.map(({ token }) => token)).toEqual([READ_TOKEN, READ_TOKEN]);
  });

  test('turns red in a pull request from a fork, and pushes nothing', async () => {
    const { site, run, before } = await propose({ 'api.yaml': 'three\n' }, 'somebody/site');
    expect(run.results, logOf(run)).toEqual({ check: 'failure', mend: 'skipped' });
    expect(refsOf(site)).toBe(before);
  });

  test('pushes nothing when what is made does not compile', async () => {
    const { site, run, before } = await propose({ 'api.yaml': 'broken\n' });
    expect(run.results, logOf(run)).toEqual({ check: 'failure', mend: 'failure' });
    expect(refsOf(site)).toBe(before);
  });
});

describe('the documentation site', () => {
  const SOURCE = {
    'page.md': 'words\n',
    'scripts/site': 'mkdir "$1"; cp page.md "$1/page.html"',
    'scripts/links': 'if grep dead "$1/page.html"; then exit 1; fi',
  };

  test('replaces the pages of its branch and keeps the name of the domain', async () => {
    const site = await makeProject(SOURCE);
    makeBranch(site, 'gh-pages', { 'docs/CNAME': 'docs.example.org\n', 'docs/gone.html': 'gone\n' });
    const run = await runExample(site, 'site.yml');
    expect(run.results, logOf(run)).toEqual({ site: 'success' });
    expect(filesAt(site, 'gh-pages', 'docs')).toEqual({ CNAME: 'docs.example.org', 'page.html': 'words' });
    expect(git(site.bare, 'ls-tree', '--name-only', 'gh-pages')).toBe('docs');
  });

  test('stays what it was when a link is dead', async () => {
    const site = await makeProject({ ...SOURCE, 'page.md': 'a dead link\n' });
    makeBranch(site, 'gh-pages', { 'docs/page.html': 'words\n' });
    const before = refsOf(site);
    const run = await runExample(site, 'site.yml');
    expect(run.results, logOf(run)).toEqual({ site: 'failure' });
    expect(refsOf(site)).toBe(before);
  });
});

describe('a monorepo in shards', () => {
  const generate = 'mkdir "$1"; basename "$(dirname "$0")" > "$1/client.ts"';
  const PACKAGES = {
    'packages/billing/generate': generate,
    'packages/catalog/generate': generate,
    'packages/search/generate': generate,
    'scripts/compile': '[ "$(find "$1" -name client.ts | wc -l)" = 3 ]',
  };
  const given = parse(exampleNamed('clients.yml')).jobs.clients.with;

  test('is one commit with what each shard made', async () => {
    const site = await makeProject(PACKAGES);
    const run = await callPublish(site, given);
    expect(run.results['outcome'], logOf(run)).toBe('success');
    expect(filesAt(site, 'main', 'clients')).toEqual({
      ...{ 'billing/client.ts': 'billing', 'catalog/client.ts': 'catalog', 'search/client.ts': 'search' },
    });
    expect(git(site.bare, 'rev-list', '--count', 'main')).toBe('3');
  });

  test('is not published when one shard fails', async () => {
    const site = await makeProject({ ...PACKAGES, 'packages/search/generate': 'exit 1' });
    const before = refsOf(site);
    const run = await callPublish(site, given);
    expect(run.results['outcome'], logOf(run)).toBe('failure');
    expect(refsOf(site)).toBe(before);
  });
});

describe('data that is fetched every night', () => {
  const rates = (count: number) => JSON.stringify({ rates: Array.from({ length: count }, (_, at) => at) });
  const project = (answer: string) =>
    makeProject({
      'scripts/fetch-rates': `[ "$RATES_KEY" = secret ]; echo '${answer}'`,
      'data/rates.json': `${rates(120)}\n`,
      'data/archive/2025.json': '{}\n',
    });
  const secrets = { RATES_KEY: 'secret' };

  test('replaces yesterday’s and keeps the archive', async () => {
    const site = await project(rates(150));
    const run = await runExample(site, 'refresh.yml', { secrets });
    expect(run.results, logOf(run)).toEqual({ refresh: 'success' });
    expect(filesAt(site, 'main', 'data')).toEqual({ 'rates.json': rates(150), 'archive/2025.json': '{}' });
  });

  test.each(['too many requests', '', rates(3)])('is not published when the answer is %j', async (answer) => {
    const site = await project(answer);
    const before = refsOf(site);
    const run = await runExample(site, 'refresh.yml', { secrets });
    expect(run.results, logOf(run)).toEqual({ refresh: 'failure' });
    expect(refsOf(site)).toBe(before);
  });
});
