import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Git } from '../src/git.ts';
import { readLimits, requirePushable } from '../src/push-rights.ts';
import { hashTree } from '../src/tree.ts';
import { check, observe } from './support/check.ts';
import { failureOf } from './support/failure.ts';
import { publishDocs } from './support/publish.ts';
import { git, makeFixture, temporaryDirectory, write } from './support/repository.ts';
import { serveGit } from './support/server.ts';

describe('what a remote is known to refuse', () => {
  const limitsOf = async (url: string, jobServerUrl?: string) => {
    const directory = temporaryDirectory();
    git(directory, 'init', '--quiet');
    git(directory, 'remote', 'add', 'origin', url);
    return readLimits(new Git(directory), 'origin', jobServerUrl);
  };
  const GITHUB = 'https://github.com';

  test.each([
    'https://github.com/octo/site',
    'https://www.github.com/octo/site.git',
    'https://x-access-token:secret@github.com/octo/site',
    'git@github.com:octo/site.git',
    'ssh://git@github.com/octo/site',
  ])('%s takes no file of more than 100 MiB', async (url) => {
    expect((await limitsOf(url)).largestFile).toBe(104_857_600);
  });

  test.each([
    '/srv/github.com/site',
    'https://github.example/octo/site',
    'https://git.example/github.com/site',
    'git@notgithub.com:octo/site.git',
    'https://github.com.example/octo/site',
  ])('%s has no known limit', async (url) => {
    expect((await limitsOf(url)).largestFile).toBeUndefined();
  });

  test("the job's token may not change workflows on its own server, and nothing is said of others", async () => {
    expect((await limitsOf('https://github.com/octo/site', GITHUB)).noWorkflows).toBe(true);
    expect((await limitsOf('https://github.com/octo/site')).noWorkflows).toBe(false);
    expect((await limitsOf('git@github.com:octo/site.git', GITHUB)).noWorkflows).toBe(false);
    expect((await limitsOf('https://github.company.example/octo/site', GITHUB)).noWorkflows).toBe(false);
  });
});

test('a file that git holds with more bytes than the limit is refused by name, and a pointer to it is not', async () => {
  const { workspace } = makeFixture({ files: { '.gitattributes': '*.bin filter=short\n' } });
  git(workspace, 'config', 'filter.short.clean', 'head --bytes 10');
  write(workspace, { 'docs/a.bin': 'x'.repeat(2000), 'docs/b.txt': 'x'.repeat(1000) });
  const base = git(workspace, 'rev-parse', 'HEAD');
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'large');
  const commit = git(workspace, 'rev-parse', 'HEAD');
  const outputs = await hashTree(join(workspace, 'docs'));
  const judge = (largestFile: number) =>
    requirePushable(
      new Git(workspace),
      { url: '', noWorkflows: false, largestFile },
      { base, commit, target: 'docs', outputs },
    );
  await judge(1000);
  const { code, message } = await failureOf(() => judge(999));
  expect(code).toBe('ATOMIC_COMMIT_FAILED');
  expect(message).toBe('"b.txt" has 1000 bytes, and github.com takes files up to 999');
});

describe('workflows', () => {
  const OLD = { '.github/workflows/ci.yml': 'on: push\n', '.github/labels.txt': 'old\n' };

  async function makeServed() {
    const fixture = makeFixture({ files: OLD });
    const server = await serveGit({ root: fixture.root });
    onTestFinished(() => server.close());
    git(fixture.workspace, 'remote', 'set-url', 'origin', `${server.url}/origin.git`);
    return { fixture, env: { GITHUB_SERVER_URL: server.url } };
  }

  test.each(['.github/workflows', '.github/workflows/generated'])(
    "the target %s is refused with the job's token before anything is made",
    async (target) => {
      const { fixture, env } = await makeServed();
      const before = observe(fixture, target);
      const step = await publishDocs(fixture, { target, run: 'touch ran' }, { env });
      expect(step.exitCode).toBe(65);
      expect(step.outputs['reason']).toBe(
        `"${target}" cannot be pushed: the job's token may not change workflows`,
      );
      expect(step.log).toContain('workflows permission');
      expect(observe(fixture, target)).toEqual(before);
      check(fixture, target);
    },
  );

  test('a target that holds them is refused only when one of them changes', async () => {
    const { fixture, env } = await makeServed();
    const copy = 'mkdir -p "$ATOMIC_STAGING/workflows"; echo new > "$ATOMIC_STAGING/labels.txt"';
    const before = observe(fixture, '.github');
    const changed = await publishDocs(
      fixture,
      { target: '.github', run: `${copy}; echo 'on: pull_request' > "$ATOMIC_STAGING/workflows/ci.yml"` },
      { env },
    );
    expect(changed.exitCode).toBe(65);
    expect(changed.outputs['reason']).toContain('".github/workflows/ci.yml" cannot be pushed');
    expect(observe(fixture, '.github')).toEqual(before);
    const same = await publishDocs(
      fixture,
      { target: '.github', run: `${copy}; echo 'on: push' > "$ATOMIC_STAGING/workflows/ci.yml"` },
      { env },
    );
    expect(same.exitCode, same.log).toBe(0);
    check(fixture, '.github');
  });

  test('another token is left to the server to judge', async () => {
    const { fixture, env } = await makeServed();
    const step = await publishDocs(fixture, { target: '.github/workflows', token: 'ghs_app' }, { env });
    expect(step.exitCode, step.log).toBe(0);
    check(fixture, '.github/workflows');
  });
});
