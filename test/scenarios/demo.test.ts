import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, makeFixture } from '../support/repository.ts';
import { PROJECT } from '../support/runner.ts';

test('npm run demo publishes real output, refuses it at a gate, and puts it back when the push is rejected', () => {
  const said = execFileSync(process.execPath, [join(PROJECT, 'scripts/demo.ts')], { encoding: 'utf8' });
  const codes = [...said.matchAll(/^ {2}exit code {2}(\d+)/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual([0, 0, 0, 64, 65]);
  expect(said).toContain(
    'Every run left the directory, the index, the branch and the remote all old or all new.',
  );
});

test("npm run try, as README shows it, publishes in a repository of yours and pushes nothing; its exit code is the action's", () => {
  const { workspace, bare, root } = makeFixture();
  const remote = git(bare, 'rev-parse', 'main');
  const [, shown = ''] =
    /`(npm run try -- [^`]+)`/.exec(readFileSync(join(PROJECT, 'README.md'), 'utf8')) ?? [];
  const attempt = (more = '') =>
    spawnSync('bash', ['-c', `${shown.replace('../site', workspace)} ${more}`], {
      cwd: PROJECT,
      env: { PATH: process.env['PATH'], HOME: root },
      encoding: 'utf8',
    });
  const first = attempt();
  expect(first.status, first.stdout + first.stderr).toBe(0);
  expect(git(workspace, 'log', '-1', '--format=%(trailers:key=CommitNode,valueonly,separator=)')).toBe(
    'local',
  );
  expect(first.stdout).toMatch(/^ {2}pushed: false$/m);
  expect(git(bare, 'rev-parse', 'main')).toBe(remote);
  const [, summary = ''] = /^The job summary is in (.*)$/m.exec(first.stdout) ?? [];
  expect(readFileSync(summary, 'utf8')).toMatch(/^## ✅ COMMITTED/);
  expect(attempt('consistency-result=FAIL').status).toBe(63);
  expect(attempt('push=true').status).toBe(0);
  expect(git(bare, 'rev-parse', 'main')).toBe(git(workspace, 'rev-parse', 'main'));
  expect(existsSync(join(workspace, '.git/atomic/ledger.sqlite'))).toBe(true);
});

test('npm run try shows what the action says when it says it', async () => {
  const { workspace, root } = makeFixture();
  const seen = join(root, 'seen');
  const run = `echo "this has begun"; until [ -e '${seen}' ]; do sleep 0.05; done; echo 1 > "$ATOMIC_STAGING/a"`;
  const inputs = ['task-id=TASK-1', 'target=generated', 'consistency-result=PASS', `run=${run}`];
  const child = spawn(process.execPath, [join(PROJECT, 'scripts/try.ts'), workspace, ...inputs]);
  for await (const said of child.stdout.setEncoding('utf8')) {
    if (String(said).includes('this has begun')) writeFileSync(seen, '');
  }
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
});

test.each([
  [['/nowhere'], '"/nowhere" is no directory'],
  [[PROJECT, 'target'], '"target" is not of the form name=value'],
  [[PROJECT, 'task_id=1'], 'action.yml has no input task_id'],
])('npm run try says how it is used where it is given %j', (given, why) => {
  const { status, stderr } = spawnSync(process.execPath, [join(PROJECT, 'scripts/try.ts'), ...given], {
    encoding: 'utf8',
  });
  expect(stderr.split('\n')[0]).toBe(why);
  expect(stderr).toContain('usage: npm run try -- DIRECTORY name=value');
  expect(status).toBe(2);
});
