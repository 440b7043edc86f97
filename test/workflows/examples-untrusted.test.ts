/** The examples whose code is not ours, an agent's and a stranger's, run step by step. */
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesAt, makeBranch, makeProject, refsOf, runExample } from '../support/example-run.ts';
import { installGh } from '../support/gh.ts';
import { git, temporaryDirectory, write } from '../support/repository.ts';
import { jobsOf, logOf, stepOf } from '../support/reusable.ts';
import { Artifacts, type StandIn, succeeding } from '../support/workflow-actions.ts';
import { READ_TOKEN, WRITE_TOKEN } from '../support/workflow-run.ts';

describe('a coding agent', () => {
  const ISSUE = { number: 12, title: '$(touch pwned)', body: '`touch pwned`"; touch pwned; "' };

  async function work(agent: string, label = 'agent') {
    const site = await makeProject({
      'code.txt': 'old\n',
      '.github/workflows/ci.yml': 'on: push\n',
      'scripts/agent': `[ "$AGENT_KEY" = key ]; ${agent}`,
      'scripts/test': 'grep good code.txt',
    });
    const gh = installGh(site.bare);
    const before = refsOf(site);
    const run = await runExample(site, 'agent.yml', {
      event: { name: 'issues', payload: { issue: ISSUE, label: { name: label } } },
      secrets: { AGENT_KEY: 'key' },
    });
    return { site, run, gh, before };
  }

  test('makes a branch with its phases, and proposes it', async () => {
    const { site, run, gh } = await work('echo good > code.txt; printf "%s\\n" "$TITLE" "$BODY" > words.txt');
    expect(run.results, logOf(run)).toEqual({ work: 'success', test: 'success', publish: 'success' });
    const log = git(
      site.bare,
      'log',
      '--format=%(trailers:key=Phase,valueonly,separator=)',
      'main..agent/issue-12',
    );
    expect(log.split('\n')).toEqual(['POST-OP', 'OP-EXEC', 'PRE-OP']);
    expect(git(site.bare, 'diff', '--name-only', 'main', 'agent/issue-12')).toBe('code.txt\nwords.txt');
    expect(git(site.bare, 'show', 'agent/issue-12:words.txt')).toBe(`${ISSUE.title}\n${ISSUE.body}`);
    expect(gh.state().calls).toEqual([
      expect.arrayContaining(['pr', 'create', '--head', 'agent/issue-12', 'What issue 12 asks for']),
    ]);
  });

  test('works, and has its work tested, where the token can only read', async () => {
    const { run } = await work('echo good > code.txt');
    const tokens = Object.fromEntries(run.jobs.map(({ id, token }) => [id, token]));
    expect(tokens).toEqual({ work: READ_TOKEN, test: READ_TOKEN, publish: WRITE_TOKEN });
    const commands = jobsOf(run, 'publish').flatMap(({ steps }) =>
      steps.map(({ given }) => given['run'] ?? ''),
    );
    expect(commands.join()).not.toContain('scripts/');
    for (const { given } of jobsOf(run, 'work').flatMap(({ steps }) => steps.slice(1, 2))) {
      expect(Object.values(given).join()).not.toContain('ghs_');
    }
  });

  test('may commit by itself: what counts is all that differs in the end', async () => {
    const identity = '-c user.name=A -c user.email=a@example.org';
    const { site, run } = await work(
      `echo good > code.txt; git ${identity} commit --quiet --all -m mine; rm README.md`,
    );
    expect(run.results, logOf(run)).toEqual({ work: 'success', test: 'success', publish: 'success' });
    expect(git(site.bare, 'diff', '--name-status', 'main', 'agent/issue-12')).toBe(
      'D\tREADME.md\nM\tcode.txt',
    );
  });

  test.each([
    [
      'its work fails the tests',
      'echo bad > code.txt',
      { work: 'success', test: 'failure', publish: 'skipped' },
    ],
    [
      'it changes a workflow',
      'echo good > code.txt; echo "on: issues" > .github/workflows/ci.yml',
      { work: 'success', test: 'success', publish: 'failure' },
    ],
    [
      'it adds a workflow',
      'echo good > code.txt; echo "on: issues" > .github/workflows/mine.yml',
      { work: 'success', test: 'success', publish: 'failure' },
    ],
    [
      'it changes who is asked for a review',
      'echo good > code.txt; echo "* @mallory" > .github/CODEOWNERS',
      { work: 'success', test: 'success', publish: 'failure' },
    ],
    ['it fails', 'exit 1', { work: 'failure', test: 'skipped', publish: 'skipped' }],
    ['it changes nothing', 'true', { work: 'success', test: 'failure', publish: 'skipped' }],
  ])('leaves no branch and no pull request when %s', async (_, agent, results) => {
    const { site, run, gh, before } = await work(agent);
    expect(run.results, logOf(run)).toEqual(results);
    expect([refsOf(site), gh.state().calls]).toEqual([before, []]);
  });

  test('does nothing for another label', async () => {
    const { run } = await work('echo good > code.txt', 'bug');
    expect(run.results).toEqual({ work: 'skipped', test: 'skipped', publish: 'skipped' });
  });
});

describe('what a stranger proposes', () => {
  const HEAD = 'a'.repeat(40);
  const payload = {
    workflow_run: {
      id: 99,
      conclusion: 'success',
      event: 'pull_request',
      head_sha: HEAD,
      actor: { login: 'mallory' },
    },
  };

  /** Runs the second workflow on an artifact with these files, which the first one has left. */
  async function keep(files: Record<string, string>, event: object = payload, executable?: string) {
    const site = await makeProject({ 'README.md': '# Site\n' });
    makeBranch(site, 'reports', { 'reports/first/report.json': '{}\n' });
    const before = refsOf(site);
    const from = temporaryDirectory();
    write(from, files);
    if (executable) chmodSync(join(from, executable), 0o755);
    const artifacts = new Artifacts();
    artifacts.upload(
      'report',
      Object.keys(files).map((name) => [join(from, name), name]),
      false,
    );
    const run = await runExample(site, 'keep-report.yml', {
      artifacts,
      event: { name: 'workflow_run', payload: event as Record<string, unknown> },
    });
    return { site, run, before };
  }

  test('is measured where the token can only read, and handed over as an artifact', async () => {
    const site = await makeProject({ 'scripts/measure': 'mkdir "$1"; echo "{}" > "$1/report.json"' });
    const run = await runExample(site, 'report.yml', { event: { name: 'pull_request' }, isFork: true });
    expect(run.results, logOf(run)).toEqual({ report: 'success' });
    expect(run.jobs[0]!.token).toBe(READ_TOKEN);
    expect(run.artifacts.kept.map(({ name }) => name)).toEqual(['report']);
  });

  test('is kept under the commit that GitHub names, beside what was there', async () => {
    const { site, run } = await keep({ 'report.json': '{"ms": 3}\n', 'more/sizes.json': '{}\n' });
    expect(run.results, logOf(run)).toEqual({ keep: 'success' });
    expect(filesAt(site, 'reports', `reports/${HEAD}`)).toEqual({
      'report.json': '{"ms": 3}',
      'more/sizes.json': '{}',
    });
    expect(filesAt(site, 'reports', 'reports/first')).toEqual({ 'report.json': '{}' });
  });

  test('is refused when it holds a link', async () => {
    const site = await makeProject({ 'README.md': '# Site\n' });
    makeBranch(site, 'reports', { 'reports/first/report.json': '{}\n' });
    const before = refsOf(site);
    const download: StandIn = (inputs, machine) => {
      write(inputs['path']!, { 'report.json': '{}\n' });
      symlinkSync('report.json', join(inputs['path']!, 'link.json'));
      return succeeding()(inputs, machine);
    };
    const run = await runExample(site, 'keep-report.yml', {
      event: { name: 'workflow_run', payload },
      actions: { 'actions/download-artifact': download },
    });
    expect(stepOf(run, 'keep', '$/.github/actions/publish').outputs['exit-code'], logOf(run)).toBe('63');
    expect(refsOf(site)).toBe(before);
  });

  const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${at}.json`, '{}\n']));

  test.each([
    ['a program', { 'run.sh': 'echo pwned\n' }, undefined],
    ['a workflow', { '.github/workflows/x.yml': 'on: push\n' }, undefined],
    ['an executable report', { 'report.json': '{}\n' }, 'report.json'],
    ['what is no JSON', { 'report.json': 'rm -rf /\n' }, undefined],
    ['what is no object', { 'report.json': '["a"]\n' }, undefined],
    ['an empty report', { 'report.json': '', 'other.json': '{}\n' }, undefined],
    ['a page of a site', { 'index.html': '<script>1</script>' }, undefined],
    ['JSON under another name', { CNAME: '{}\n' }, undefined],
    ['too many files', many, undefined],
    ['too much', { 'report.json': `{"a": "${'x'.repeat(1_000_000)}"}\n` }, undefined],
  ])('is refused, and nothing moves, when it holds %s', async (_, files, executable) => {
    const { site, run, before } = await keep(files, payload, executable);
    expect(run.results, logOf(run)).toEqual({ keep: 'failure' });
    expect(stepOf(run, 'keep', '$/.github/actions/publish').outputs['exit-code'], logOf(run)).toBe('63');
    expect(refsOf(site)).toBe(before);
  });

  test.each([{ conclusion: 'failure' }, { event: 'push' }])(
    'is not looked at when its run has %j',
    async (other) => {
      const event = { workflow_run: { ...payload.workflow_run, ...other } };
      const { run } = await keep({ 'report.json': '{}\n' }, event);
      expect(run.results).toEqual({ keep: 'skipped' });
    },
  );
});
