/** The release of docs/examples.md: run up to what only GitHub can do, which is recorded. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject, refsOf, runExample } from '../support/example-run.ts';
import { installGh } from '../support/gh.ts';
import { git, temporaryDirectory } from '../support/repository.ts';
import { logOf, stepOf } from '../support/reusable.ts';
import type { Site } from '../support/site.ts';
import { type StandIn, succeeding } from '../support/workflow-actions.ts';

/** Builds as many files as the file `count` says, below two directories. */
const PROJECT = {
  count: '3',
  'scripts/build':
    'mkdir -p "$1/lib/deep"; for i in $(seq "$(cat count)"); do echo "$i" > "$1/lib/deep/$i.js"; done',
  'scripts/smoke-test': 'test -f "$1/lib/deep/1.js"',
};

/** An attestation that is kept: what was to be attested, with the file of checksums as it was then. */
interface Attestation {
  given: Record<string, string>;
  checksums: string;
}

/** Runs the release for the commit `sha`, or the newest. */
async function release(site: Site, { attest, sha }: { attest?: StandIn; sha?: string } = {}) {
  const gh = installGh(site.bare);
  const attestations: Attestation[] = [];
  const keep: StandIn = (given, machine) => {
    const path = given['subject-checksums'];
    attestations.push({ given, checksums: path ? readFileSync(path, 'utf8') : '' });
    return succeeding()(given, machine);
  };
  const event = { name: 'workflow_dispatch', ...(sha && { sha }) };
  const actions = { 'actions/attest': attest ?? keep };
  const run = await runExample(site, 'release.yml', { inputs: { version: '1.2.3' }, event, actions });
  return { run, gh, attestations };
}

test('a release holds exactly the files that were published, and each is attested', async () => {
  const site = await makeProject(PROJECT);
  const { run, gh, attestations } = await release(site);
  expect(run.results, logOf(run)).toEqual({ release: 'success' });
  const commit = git(site.bare, 'rev-parse', 'main');
  expect(git(site.bare, 'rev-parse', 'v1.2.3')).toBe(commit);

  expect(gh.state().calls.map((words) => words.slice(0, 4))).toEqual([
    ['release', 'create', 'v1.2.3', '--verify-tag'],
  ]);
  const files = gh.filesOf('v1.2.3');
  expect(readdirSync(files).sort()).toEqual(['SHA256SUMS', 'dist.tar.gz']);
  const unpacked = temporaryDirectory();
  execFileSync('tar', ['--extract', `--file=${files}/dist.tar.gz`, `--directory=${unpacked}`]);
  execFileSync('sha256sum', ['--check', '--strict', `${files}/SHA256SUMS`], { cwd: unpacked });
  const published = git(site.bare, 'ls-tree', '-r', '--name-only', 'v1.2.3:dist').split('\n');
  const found = readdirSync(unpacked, { recursive: true, encoding: 'utf8' });
  expect(found.filter((path) => /\.\w+$/.test(path)).sort()).toEqual(published.sort());

  expect(attestations).toHaveLength(1);
  expect(Object.keys(attestations[0]!.given)).toEqual(['subject-checksums']);
  expect(attestations[0]!.checksums).toBe(readFileSync(join(files, 'SHA256SUMS'), 'utf8'));
  expect(attestations[0]!.checksums.match(/^[0-9a-f]{64} {2}lib\/deep\/\d\.js$/gm)).toHaveLength(3);
});

test.each([
  ['1024', 'subject-checksums'],
  ['1025', 'subject-digest,subject-name'],
])('%s files are attested by %s', async (count, inputs) => {
  const site = await makeProject({ ...PROJECT, count });
  const { run, attestations } = await release(site);
  expect(run.results, logOf(run)).toEqual({ release: 'success' });
  expect(attestations.map(({ given }) => Object.keys(given).sort().join())).toEqual([inputs]);
  const trailer = git(
    site.bare,
    'log',
    '-1',
    '--format=%(trailers:key=Manifest-SHA256,valueonly)',
    'main',
  ).trim();
  expect(attestations[0]!.given['subject-digest'] ?? `sha256:${trailer}`).toBe(`sha256:${trailer}`);
});

test('checksums of more than 512 KiB are attested by the manifest, however few the files', async () => {
  const long = `${'x'.repeat(200)}/`.repeat(4);
  const build = `mkdir -p "$1/lib/deep/${long}"; for i in $(seq 700); do echo "$i" > "$1/lib/deep/${long}$i.js"; done`;
  const site = await makeProject({ ...PROJECT, 'scripts/build': build, 'scripts/smoke-test': 'true' });
  const { run, attestations } = await release(site);
  expect(run.results, logOf(run)).toEqual({ release: 'success' });
  expect(Object.keys(attestations[0]!.given)).toContain('subject-digest');
});

test('a build that its test refuses makes neither commit nor tag nor release', async () => {
  const site = await makeProject({ ...PROJECT, 'scripts/smoke-test': 'exit 1' });
  const before = refsOf(site);
  const { run, gh, attestations } = await release(site);
  expect(run.results, logOf(run)).toEqual({ release: 'failure' });
  expect([refsOf(site), gh.state().calls, attestations]).toEqual([before, [], []]);
});

test('a release that stopped after the publish is made by running it again', async () => {
  const site = await makeProject(PROJECT);
  const sha = git(site.bare, 'rev-parse', 'main');
  const attest: StandIn = () => ({ succeeded: false, outputs: {}, log: 'unavailable' });
  const broken = await release(site, { attest });
  expect(broken.run.results, logOf(broken.run)).toEqual({ release: 'failure' });
  expect(broken.gh.state().calls).toEqual([]);
  const published = refsOf(site);
  // A run that is repeated is of the commit it was of.
  const { run, gh, attestations } = await release(site, { sha });
  expect(run.results, logOf(run)).toEqual({ release: 'success' });
  expect(refsOf(site)).toBe(published);
  expect(stepOf(run, 'release', 'publish').outputs['changed']).toBe('false');
  expect([Object.keys(gh.state().releases), attestations.length]).toEqual([['v1.2.3'], 1]);
});
