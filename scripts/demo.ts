/**
 * The main job on real input: TypeScript types of some hundred definitions of a JSON schema that an npm
 * package ships, published by the committed bundle, started as the runner starts it, to a bare repository
 * behind a real git server on loopback. Five runs: first, unchanged, changed, refused by a gate, rejected by a hook.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT, runStep } from '../test/support/runner.ts';
import { serveGit } from '../test/support/server.ts';

const SCHEMA = join(PROJECT, 'node_modules/@biomejs/biome/configuration_schema.json');
const GENERATOR = join(PROJECT, 'scripts/generate-types.ts');
const TOKEN = 'demo-token';

const root = mkdtempSync(join(tmpdir(), 'atomic-demo-'));
const [workspace, bare] = [join(root, 'work'), join(root, 'origin.git')];
const env = {
  PATH: process.env['PATH'] ?? '',
  ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: 'Demo', GIT_AUTHOR_EMAIL: 'demo@example.org' },
  ...{ GIT_COMMITTER_NAME: 'Demo', GIT_COMMITTER_EMAIL: 'demo@example.org' },
};
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, env, encoding: 'utf8' }).trim();

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

async function show(
  title: string,
  url: string,
  inputs: Record<string, string>,
  expected: number,
): Promise<void> {
  console.log(`\n=== ${title}`);
  const step = await runStep({
    workspace,
    temp: join(root, 'runner'),
    env: { GITHUB_SERVER_URL: url },
    inputs: {
      'task-id': 'TYPES-1',
      target: 'src/generated',
      token: TOKEN,
      message: 'feat: types of the configuration schema',
      'consistency-command': `"${process.execPath}" --check "$ATOMIC_STAGING/index.ts"`,
      ...inputs,
    },
  });
  console.log(indent(step.log.trim()));
  const target = join(workspace, 'src/generated');
  const { outputs } = step;
  console.log(`  exit code  ${step.exitCode} (${outputs['state']}: ${outputs['reason']})`);
  console.log(`  target     ${existsSync(target) ? readdirSync(target).length : 0} files`);
  console.log(`  branch     ${git(workspace, 'log', '-1', '--format=%h %s', 'main')}`);
  console.log(`  remote     ${git(bare, 'log', '-1', '--format=%h %s', 'main')}`);
  console.log(`  status     ${git(workspace, 'status', '--porcelain') || 'clean'}`);
  console.log(`  trailers\n${indent(git(workspace, 'log', '-1', '--format=%(trailers:only,unfold)'))}`);
  if (step.exitCode !== expected) throw new Error(`expected exit code ${expected}`);
}

const generate = (pattern: string) =>
  `"${process.execPath}" "${GENERATOR}" "${SCHEMA}" "$ATOMIC_STAGING" '${pattern}'`;

mkdirSync(workspace);
git(root, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
git(bare, 'config', 'http.receivepack', 'true');
git(workspace, 'init', '--quiet', '--initial-branch=main');
writeFileSync(join(workspace, 'README.md'), '# Demo\n');
git(workspace, 'add', '--all');
git(workspace, 'commit', '--quiet', '--message', 'first');
git(workspace, 'push', '--quiet', bare, 'main');
const server = await serveGit({ root, token: TOKEN });
git(workspace, 'remote', 'add', 'origin', `${server.url}/origin.git`);
try {
  const run = generate('^No.*Options$');
  await show('A first publish', server.url, { run }, 0);
  await show('The same again: nothing to change', server.url, { run }, 0);
  await show('The input changed', server.url, { run: generate('^Use.*Options$'), 'task-id': 'TYPES-2' }, 0);
  await show(
    'A gate says no',
    server.url,
    { run, 'task-id': 'TYPES-3', 'message-command': 'echo "no ticket in the subject"; exit 1' },
    64,
  );
  const hook = join(bare, 'hooks/pre-receive');
  writeFileSync(hook, '#!/bin/sh\necho "policy: the release branch is frozen" >&2\nexit 1\n');
  chmodSync(hook, 0o755);
  await show('The server rejects the push', server.url, { run, 'task-id': 'TYPES-4' }, 65);
} finally {
  await server.close();
  rmSync(root, { recursive: true, force: true });
}
console.log('\nEvery run left the directory, the index, the branch and the remote all old or all new.');
