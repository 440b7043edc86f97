/** A repository, its remote behind a real git server on loopback, and the committed bundle started as the runner starts it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT, runStep, type StepResult } from '../test/support/runner.ts';
import { serveGit } from '../test/support/server.ts';

const TOKEN = 'demo-token';
/** As the runner names the repository of the run. */
const REPOSITORY = 'octo/site';
const SCHEMA = join(PROJECT, 'node_modules/@biomejs/biome/configuration_schema.json');
const GENERATOR = join(PROJECT, 'scripts/generate-types.ts');

export interface Scene {
  workspace: string;
  bare: string;
  git(cwd: string, ...args: string[]): string;
  /** Runs the action with `inputs`. */
  run(inputs: Record<string, string>): Promise<StepResult>;
  /** From now on the server refuses what is pushed, with these words. */
  refusePushes(why: string): void;
  close(): Promise<void>;
}

/** The command that generates TypeScript types of the definitions of a JSON schema whose names match. */
export function generate(pattern: string): string {
  return `"${process.execPath}" "${GENERATOR}" "${SCHEMA}" "$ATOMIC_STAGING" '${pattern}'`;
}

export async function makeScene(): Promise<Scene> {
  const root = mkdtempSync(join(tmpdir(), 'atomic-scene-'));
  const [workspace, bare] = [join(root, 'work'), join(root, `${REPOSITORY}.git`)];
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    ...{ GIT_AUTHOR_NAME: 'Demo', GIT_AUTHOR_EMAIL: 'demo@example.org' },
    ...{ GIT_COMMITTER_NAME: 'Demo', GIT_COMMITTER_EMAIL: 'demo@example.org' },
  };
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', args, { cwd, env, encoding: 'utf8' }).trim();

  for (const directory of [workspace, dirname(bare)]) mkdirSync(directory);
  git(root, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  git(bare, 'config', 'http.receivepack', 'true');
  git(workspace, 'init', '--quiet', '--initial-branch=main');
  writeFileSync(join(workspace, 'README.md'), '# Demo\n');
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'first');
  git(workspace, 'push', '--quiet', bare, 'main');
  const server = await serveGit({ root, token: TOKEN });
  git(workspace, 'remote', 'add', 'origin', `${server.url}/${REPOSITORY}.git`);

  return {
    workspace,
    bare,
    git,
    run: (inputs) =>
      runStep({
        workspace,
        temp: join(root, 'runner'),
        env: { GITHUB_SERVER_URL: server.url },
        inputs: { target: 'src/generated', token: TOKEN, ...inputs },
      }),
    refusePushes: (why) => {
      const hook = join(bare, 'hooks/pre-receive');
      writeFileSync(hook, `#!/bin/sh\necho "${why}" >&2\nexit 1\n`);
      chmodSync(hook, 0o755);
    },
    close: async () => {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
