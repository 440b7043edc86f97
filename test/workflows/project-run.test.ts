/** The project's release and its night run, run step by step with stand-ins for GitHub and for gh. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commit, makeProject, refsOf } from '../support/example-run.ts';
import { type GhState, installGh } from '../support/gh.ts';
import { git, write } from '../support/repository.ts';
import { jobsOf, logOf, stepOf } from '../support/reusable.ts';
import { PROJECT } from '../support/runner.ts';
import type { Site } from '../support/site.ts';
import { ours } from '../support/workflow-actions.ts';
import { type RunOptions, runWorkflow } from '../support/workflow-run.ts';
import { read } from '../support/workflows.ts';

/** This project in small: what a release reads of it, and a `.ci/run` that says yes. */
function filesOf(version: string): Record<string, string> {
  return {
    '.ci/run': 'echo all is well\n',
    'scripts/release.ts': readFileSync(join(PROJECT, 'scripts/release.ts'), 'utf8'),
    'package.json': JSON.stringify({
      version,
      type: 'module',
      scripts: { release: 'node scripts/release.ts' },
    }),
    'package-lock.json': JSON.stringify({ version, packages: { '': { version } } }),
    'CHANGELOG.md': `# Changelog\n\n## Unreleased\n\n## ${version} - 2026-12-01\n\n- What ${version} brings.\n`,
  };
}

async function makeReleasable(version: string): Promise<Site> {
  const site = await makeProject({});
  write(site.workspace, filesOf(version));
  commit(site, `release ${version}`);
  return site;
}

async function release(
  site: Site,
  version: string,
  setting: Partial<GhState> = {},
  options: Partial<RunOptions> = {},
  /** What happens before the release is made. */
  meanwhile = 'true',
) {
  const gh = installGh(site.bare, setting);
  const run = await runWorkflow({
    site,
    // Nothing is installed on the machine of a test; everything else is as it stands.
    workflow: read('.github/workflows/release.yml')
      .replace(/run: sudo apt-get .*/, 'run: true')
      .replace('gh release create', `${meanwhile}\n          gh release create`),
    inputs: { version },
    event: { name: 'workflow_dispatch' },
    ...options,
  });
  return { run, gh };
}

const tagsOf = ({ bare }: Site) =>
  Object.fromEntries(
    git(bare, 'for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/tags')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string]),
  );

test('a release is published from a draft, and v1 and v1.2 follow it without one', async () => {
  const site = await makeReleasable('1.2.3');
  const { run, gh } = await release(site, '1.2.3');
  const commit = git(site.bare, 'rev-parse', 'main');
  expect(run.results, logOf(run)).toEqual({ prove: 'success', release: 'success' });
  expect(tagsOf(site)).toEqual({ 'v1.2.3': commit, v1: commit, 'v1.2': commit });
  expect(gh.state().releases).toEqual({
    'v1.2.3': { isDraft: false, target: commit, notes: '- What 1.2.3 brings.\n', files: [] },
  });
  const commands = gh.state().calls.map((words) => words.slice(0, 2).join(' '));
  expect(commands.indexOf('release create')).toBeLessThan(commands.indexOf('release edit'));
  expect(jobsOf(run, 'prove')[0]!.token).toBe('ghs_read');
});

test('the next release moves v1, and the one before it stays where it is', async () => {
  const site = await makeReleasable('1.2.3');
  await release(site, '1.2.3');
  const first = git(site.bare, 'rev-parse', 'main');
  write(site.workspace, filesOf('1.3.0'));
  const second = commit(site, 'release 1.3.0');
  const { run } = await release(site, '1.3.0');
  expect(run.results, logOf(run)).toEqual({ prove: 'success', release: 'success' });
  expect(tagsOf(site)).toEqual({
    'v1.2.3': first,
    'v1.2': first,
    'v1.3.0': second,
    'v1.3': second,
    v1: second,
  });
});

test('a draft that an earlier run has left is made anew', async () => {
  const site = await makeReleasable('1.2.3');
  const draft = { isDraft: true, target: 'old', notes: 'old', files: [] };
  const { run, gh } = await release(site, '1.2.3', { releases: { 'v1.2.3': draft } });
  expect(run.results, logOf(run)).toEqual({ prove: 'success', release: 'success' });
  expect(gh.state().releases['v1.2.3']!.notes).toBe('- What 1.2.3 brings.\n');
});

test('a run that stopped after the release moves the tags when it is run again', async () => {
  const site = await makeReleasable('1.2.3');
  const stopped = await release(site, '1.2.3', { isImmutable: false });
  expect(stopped.run.results, logOf(stopped.run)).toEqual({ prove: 'success', release: 'failure' });
  expect(Object.keys(tagsOf(site))).toEqual(['v1.2.3']);
  const { run, gh } = await release(site, '1.2.3', { releases: stopped.gh.state().releases });
  expect(run.results, logOf(run)).toEqual({ prove: 'success', release: 'success' });
  expect(Object.keys(tagsOf(site))).toEqual(['v1', 'v1.2', 'v1.2.3']);
  expect(gh.state().calls.filter(([command]) => command === 'release')).toEqual([]);
});

test.each([
  ['the version is another one', '1.2.4', {}, { prove: 'failure', release: 'skipped' }],
  ['the version is no version', '1.2', {}, { prove: 'failure', release: 'skipped' }],
  [
    'the run is not for main',
    '1.2.3',
    { event: { name: 'workflow_dispatch', ref: 'refs/heads/other' } },
    { prove: 'failure', release: 'skipped' },
  ],
])('nothing is made when %s', async (_, version, options, results) => {
  const site = await makeReleasable('1.2.3');
  git(site.bare, 'branch', 'other', 'main');
  const before = refsOf(site);
  const { run, gh } = await release(site, version, {}, options);
  expect(run.results, logOf(run)).toEqual(results);
  expect([refsOf(site), gh.state().calls]).toEqual([before, []]);
});

test('a version that was released as another commit is refused, and v1 stays', async () => {
  const site = await makeReleasable('1.2.3');
  await release(site, '1.2.3');
  commit(site, 'one more');
  const before = refsOf(site);
  const { run } = await release(site, '1.2.3');
  expect(run.results, logOf(run)).toEqual({ prove: 'success', release: 'failure' });
  expect(stepOf(run, 'release', 'plan').log).toContain('what is released never changes');
  expect(refsOf(site)).toBe(before);
});

test('v1 stays when somebody else has made the tag of the release meanwhile', async () => {
  const site = await makeReleasable('1.2.3');
  const other = git(site.bare, 'rev-parse', 'main~1');
  const theirs = `git -C '${site.bare}' update-ref refs/tags/v1.2.3 ${other}`;
  const { run } = await release(site, '1.2.3', {}, {}, theirs);
  expect(run.results, logOf(run)).toEqual({ prove: 'success', release: 'failure' });
  expect(
    run.jobs
      .at(-1)!
      .steps.map(({ log }) => log)
      .join(''),
  ).toContain('Nothing was moved.');
  expect(tagsOf(site)).toEqual({ 'v1.2.3': other });
});

test('nothing is made when what proves the project says no', async () => {
  const site = await makeReleasable('1.2.3');
  write(site.workspace, { '.ci/run': 'echo dist is another; exit 1\n' });
  commit(site, 'broken');
  const { run, gh } = await release(site, '1.2.3');
  expect(run.results, logOf(run)).toEqual({ prove: 'failure', release: 'skipped' });
  expect([tagsOf(site), gh.state().calls]).toEqual([{}, []]);
});

test.each([
  ['is the same', 'true', 'success'],
  ['differs', 'echo other > dist/index.js', 'failure'],
  ['has a file more', 'echo more > dist/more.js', 'failure'],
  ['has a file less', 'rm dist/licenses.txt', 'failure'],
])('where what the sources build %s (%s) the comparison of dist ends in %s', async (_, build, result) => {
  const site = await makeProject({
    'dist/index.js': 'built\n',
    'dist/licenses.txt': 'MIT\n',
    'package.json': JSON.stringify({ name: 'a', version: '1.0.0', scripts: { build } }),
    'package-lock.json': JSON.stringify({ name: 'a', version: '1.0.0', lockfileVersion: 3, packages: {} }),
  });
  const run = await runWorkflow({ site, workflow: read('.github/workflows/check-dist.yml'), inputs: {} });
  expect(run.results, logOf(run)).toEqual({ 'check-dist': result });
  const kept = run.artifacts.kept.map(({ name }) => name);
  expect(kept).toEqual(result === 'failure' ? ['dist'] : []);
});

async function night(change: (text: string) => string = (text) => text) {
  const site = await makeProject({ 'docs/publishing.md': 'words\n', 'docs/deep/more.md': 'more\n' });
  git(site.bare, 'tag', 'v1', 'main');
  const gh = installGh(site.bare);
  const before = refsOf(site);
  const run = await runWorkflow({
    site,
    workflow: change(read('.github/workflows/nightly.yml')),
    inputs: {},
    event: { name: 'schedule' },
    actions: { './released': ours },
  });
  return { site, run, gh, before };
}

test('the night run sees a publish, a second one and a refusal end as they should, and leaves no branch', async () => {
  const { site, run, gh, before } = await night();
  expect(run.results, logOf(run)).toEqual({ released: 'success' });
  expect(stepOf(run, 'released', 'refused').outcome).toBe('failure');
  expect(gh.state().calls).toEqual([
    ['api', '--method', 'DELETE', 'repos/octo/site/git/refs/heads/nightly/1-1'],
  ]);
  expect(refsOf(site)).toBe(before);
});

test.each([
  [
    'a publish failed for another reason',
    (text: string) => text.replace("printf 'broken\\n'", 'exit 1; printf x'),
  ],
  ['the gate said yes', (text: string) => text.replace('grep generated "$ATOMIC', 'grep broken "$ATOMIC')],
  [
    'the outputs are not what was to be published',
    (text: string) => text.replaceAll("run: printf 'generated", "run: printf 'other"),
  ],
  ['the documents are not all there', (text: string) => text.replaceAll('docs => docs', 'docs/*.md => docs')],
])('the night run turns red when %s, and leaves no branch either', async (_, change) => {
  const { site, run, before } = await night(change);
  expect(run.results, logOf(run)).toEqual({ released: 'failure' });
  expect(stepOf(run, 'released', 'What arrived').outcome).toBe('failure');
  expect(refsOf(site)).toBe(before);
});
