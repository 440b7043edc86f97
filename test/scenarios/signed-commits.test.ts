/** `sign: github` (clause 10): GitHub makes the same commit and signs it, however many files it has. */
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, ledgerRows, observe, snapshot } from '../support/check.ts';
import { annotations } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';
import { PROJECT } from '../support/runner.ts';
import {
  COMMIT,
  checkSite,
  failing,
  MOVE,
  makeSite,
  requestsOf,
  type Site,
  serveSite,
  temporaryRefs,
} from '../support/site.ts';
import { CAN_TRACE } from '../support/strace.ts';

/** A commit object: its headers as `name value` lines, and its message byte for byte. */
function readCommit(site: Site, sha: string) {
  const text = git(site.workspace, 'cat-file', 'commit', sha);
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  const values = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return { values, message: text.slice(end + 2) };
}

test('the branch is at the commit that GitHub signed, here as there, and the working tree is clean', async () => {
  const site = await makeSite();
  const { workspace, bare } = site;
  const base = git(workspace, 'rev-parse', 'HEAD');
  const step = await site.publish({ sign: 'github', message: 'docs: rebuild\n\nAll of it – “again”.' });
  expect(step.exitCode, step.log).toBe(0);
  const sha = step.outputs['commit-sha']!;
  for (const where of [workspace, bare]) expect(git(where, 'rev-parse', 'main')).toBe(sha);
  expect(git(workspace, 'rev-parse', 'origin/main')).toBe(sha);
  expect(git(workspace, 'status', '--porcelain', '--ignored')).toBe('');
  expect(git(workspace, 'write-tree')).toBe(git(bare, 'rev-parse', 'main^{tree}'));
  expect(readFileSync(join(workspace, 'docs/guide/two.md'), 'utf8')).toBe('two\n');
  expect(step.outputs).toMatchObject({ state: 'COMMITTED', 'base-sha': base, pushed: 'true', files: '2' });

  const signed = readCommit(site, sha);
  expect(signed.values('gpgsig')).toEqual(['-----BEGIN PGP SIGNATURE-----']);
  expect(signed.values('committer')[0]).toMatch(/^GitHub </);
  expect(signed.values('parent')).toEqual([base]);
  const own = readCommit(site, ledgerRows(workspace)[0]!['local_sha'] as string);
  expect(own.values('gpgsig')).toEqual([]);
  expect(signed.values('tree')).toEqual(own.values('tree'));
  expect(signed.message).toBe(own.message);
  expect(requestsOf(site, COMMIT)[0]!.body).toMatchObject({ message: `${own.message}\n` });
  write(site.root, { message: signed.message });
  expect(git(workspace, 'interpret-trailers', '--parse', join(site.root, 'message')).split('\n')).toEqual([
    'Task-ID: TASK-1',
    'CommitNode: octo/site/Docs/generate',
    'Agent-ID: octocat',
    `Transaction-ID: ${step.outputs['transaction-id']}`,
    expect.stringMatching(/^Transaction-Timestamp: /),
    `Manifest-SHA256: ${step.outputs['manifest-sha256']}`,
  ]);
  checkSite(site);
});

test.each([3, 10_000])(
  'a signed publish of %i files asks GitHub for one commit and one move of the branch',
  async (count) => {
    const site = await makeSite();
    const run = `seq ${count} | split --lines=1 --suffix-length=4 - "$ATOMIC_STAGING/page-"`;
    const step = await site.publish({ sign: 'github', run });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs['files']).toBe(`${count}`);
    expect(git(site.bare, 'ls-tree', '-r', '--name-only', 'main', 'docs/').split('\n').length).toBe(
      count + 1,
    );
    expect(site.server.requests.map(({ operation }) => operation)).toEqual([COMMIT, MOVE]);
    checkSite(site);
  },
  120_000,
);

test('GitHub is told neither author nor committer, since it signs only what it names itself', async () => {
  const site = await makeSite();
  const step = await site.publish({ sign: 'github', author: 'Someone Else <else@example.org>' });
  expect(step.exitCode, step.log).toBe(0);
  const [made] = requestsOf(site, COMMIT);
  expect(Object.keys(made!.body as object).sort()).toEqual(['message', 'parents', 'tree']);
  const [moved] = requestsOf(site, MOVE);
  expect(moved!.body).toEqual({ sha: step.outputs['commit-sha'], force: false });
  checkSite(site);
});

test('executable bits, symlinks and ignored files arrive in the signed commit', async () => {
  const fixture = makeFixture({ files: { '.gitignore': '*.log\n', 'docs/one.md': 'old\n' } });
  const site = await serveSite(fixture);
  const run = `cd "$ATOMIC_STAGING"; echo '#!/bin/sh' > tool; chmod 755 tool; ln -s tool link; echo x > build.log`;
  const step = await site.publish({ sign: 'github', run });
  expect(step.exitCode, step.log).toBe(0);
  expect(
    git(site.bare, 'ls-tree', '-r', '--format=%(objectmode) %(path)', 'main', 'docs/').split('\n'),
  ).toEqual([
    '100644 docs/atomic-manifest.json',
    '100644 docs/build.log',
    '120000 docs/link',
    '100755 docs/tool',
  ]);
  checkSite(site);
});

test("the user's staged and unstaged changes elsewhere outlive a signed publish", async () => {
  const site = await makeSite();
  const { workspace } = site;
  write(workspace, { 'README.md': 'staged\n', 'new.txt': 'new\n' });
  git(workspace, 'add', 'README.md', 'new.txt');
  write(workspace, { 'README.md': 'unstaged on top\n', 'src/input.txt': 'unstaged\n', 'loose.txt': 'l\n' });
  const elsewhere = () => ({
    index: git(workspace, 'ls-files', '--stage', '--', ':(exclude)docs'),
    status: git(workspace, 'status', '--porcelain'),
    files: {
      ...snapshot(join(workspace, 'src')),
      readme: readFileSync(join(workspace, 'README.md'), 'utf8'),
    },
  });
  const before = elsewhere();
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode, step.log).toBe(0);
  expect(elsewhere()).toEqual(before);
  checkSite(site);
});

test('a second signed publish of the same outputs changes nothing and asks GitHub nothing', async () => {
  const site = await makeSite();
  const options = { env: { SOURCE_DATE_EPOCH: '1700000000' } };
  expect((await site.publish({ sign: 'github' }, options)).exitCode).toBe(0);
  const before = observe(site);
  site.server.requests.length = 0;
  const step = await site.publish({ sign: 'github' }, options);
  expect(step.exitCode, step.log).toBe(0);
  expect(step.outputs).toMatchObject({ changed: 'false', pushed: 'false', 'commit-sha': '' });
  expect(observe(site)).toEqual(before);
  expect(site.server.requests).toEqual([]);
  checkSite(site);
});

test.skipIf(!CAN_TRACE)(
  "the code that talks to GitHub's API is loaded by a signed publish and by no other (needs ptrace)",
  async () => {
    const site = await makeSite();
    const chunks = readdirSync(join(PROJECT, 'dist')).filter((name) => /^\d+\.index\.js$/.test(name));
    expect(chunks).not.toEqual([]);
    const opened = async (sign: string) => {
      const trace = join(site.root, `opened-${sign}`);
      const wrapper = ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=openat', '-o', trace];
      const step = await site.publish({ sign, contents: JSON.stringify({ by: sign }) }, { wrapper });
      expect(step.exitCode, step.log).toBe(0);
      const log = readFileSync(trace, 'utf8');
      return chunks.filter((name) => log.includes(`dist/${name}`));
    };
    expect(await opened('none')).toEqual([]);
    expect(site.server.requests).toEqual([]);
    expect(await opened('github')).toEqual(chunks);
    checkSite(site);
  },
);

test('a commit that GitHub made and did not sign is refused, and everything is as it was', async () => {
  const site = await makeSite();
  const before = observe(site);
  const base = git(site.workspace, 'rev-parse', 'HEAD');
  const verification = {
    verified: false,
    reason: 'unsigned',
    signature: null,
    payload: null,
    verified_at: null,
  };
  site.server.fault = failing(COMMIT, { status: 201, body: { sha: base, verification } });
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('GitHub made the commit and did not sign it (unsigned)');
  expect(step.log).toContain('GitHub signs for the job token and for app tokens, not for personal ones');
  expect(requestsOf(site, MOVE)).toEqual([]);
  expect(observe(site)).toEqual(before);
  checkSite(site);
});

test.each([
  [{ push: 'false' }, 'input sign holds "github"; it may hold github only with push'],
  [{ tag: 'v1' }, 'input tag holds "v1"; it may hold nothing while sign is github'],
  [{ commit: 'false' }, 'input sign holds "github"; it may hold nothing while commit is false'],
  [
    { token: '' },
    'input sign holds "github"; it may hold something only in a workflow of GitHub, with a token',
  ],
])('sign: github with %j is refused by the name of the input, and nothing runs', async (inputs, why) => {
  const site = await makeSite();
  const before = snapshot(site.workspace);
  const step = await site.publish({ sign: 'github', run: 'touch ran', ...inputs });
  expect(step.exitCode).toBe(65);
  expect(annotations(step.log)).toEqual(['Atomic Publish: 65 ATOMIC_COMMIT_FAILED']);
  expect(step.outputs['reason']).toContain(why);
  expect(snapshot(site.workspace)).toEqual(before);
  expect(site.server.authorizations).toEqual([]);
  checkSite(site);
});

test('sign: github outside of a workflow of GitHub is refused by the name of the input', async () => {
  const site = await makeSite();
  const step = await site.publish({ sign: 'github' }, { env: { GITHUB_REPOSITORY: '' } });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('input sign holds "github"');
  checkSite(site);
});

test('a signed publish to a branch that the remote does not have is refused before anything is published', async () => {
  const site = await makeSite();
  const before = observe(site);
  const step = await site.publish({ sign: 'github', branch: 'pages' });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('"origin" has no branch "refs/heads/pages"');
  expect(step.log).toContain('Push the branch once');
  expect(site.server.requests).toEqual([]);
  expect(observe(site)).toEqual(before);
  expect(git(site.workspace, 'for-each-ref', 'refs/heads/pages')).toBe('');
  checkSite(site);
});

test('a commit that was not pushed yet arrives together with the signed one', async () => {
  const site = await makeSite();
  const { workspace, bare } = site;
  git(workspace, 'commit', '--quiet', '--allow-empty', '--message', 'not pushed yet');
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(bare, 'log', '--format=%s', 'main').split('\n')).toEqual([
    'chore: publish docs for TASK-1',
    'not pushed yet',
    'first',
  ]);
  checkSite(site);
});

test('a shallow clone gets the signed commit and stays shallow', async () => {
  const site = await makeSite();
  const workspace = join(site.root, 'shallow');
  git(site.workspace, 'commit', '--quiet', '--allow-empty', '--message', 'second');
  git(site.workspace, 'push', '--quiet', site.bare, 'main');
  git(site.root, 'clone', '--quiet', '--depth=1', `file://${site.bare}`, workspace);
  git(workspace, 'remote', 'set-url', 'origin', site.server.remote);
  const step = await site.publish({ sign: 'github' }, { workspace });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(workspace, 'log', '--format=%s').split('\n')).toEqual([
    'chore: publish docs for TASK-1',
    'second',
  ]);
  expect(git(workspace, 'status', '--short', '--branch')).toBe('## main...origin/main');
  check({ ...site, workspace });
  checkSite(site);
});

test('a temporary ref that the remote will not delete makes a warning, and the post step deletes it', async () => {
  const site = await makeSite();
  const hook = 'hooks/pre-receive';
  const noDeletion = 'while read old new ref; do case $new in *[!0]*) ;; *) exit 1;; esac; done';
  write(site.bare, { [hook]: `#!/bin/sh\n${noDeletion}\n` });
  chmodSync(join(site.bare, hook), 0o755);
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode).toBe(0);
  expect(step.log).toContain('Warning: not all is in order yet');
  expect(temporaryRefs(site)).toEqual([`refs/atomic/${step.outputs['transaction-id']}/commit`]);
  rmSync(join(site.bare, hook));
  expect((await site.post()).exitCode).toBe(0);
  expect(git(site.bare, 'rev-parse', 'main')).toBe(step.outputs['commit-sha']);
  checkSite(site);
});
