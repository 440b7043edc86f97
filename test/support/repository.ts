/** Real repositories in temporary directories, isolated from the machine's own git configuration. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Mona',
  GIT_AUTHOR_EMAIL: 'mona@example.org',
  GIT_COMMITTER_NAME: 'Mona',
  GIT_COMMITTER_EMAIL: 'mona@example.org',
  LC_ALL: 'C',
};

/** Runs git and returns its output without the last newline. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    env: ENV,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).replace(/\n$/, '');
}

/** True when git ends with exit code 0. */
export function gitSucceeds(cwd: string, ...args: string[]): boolean {
  return spawnSync('git', args, { cwd, env: ENV }).status === 0;
}

/** A directory that is removed when the test has ended. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'atomic-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes files, making their directories. */
export function write(root: string, files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

export interface Fixture {
  root: string;
  /** The working tree: branch `main`, remote `origin`. */
  workspace: string;
  /** The bare repository `origin` points to. */
  bare: string;
}

export interface FixtureOptions {
  /** Files of the first commit. */
  files?: Record<string, string>;
  /** Name of the URL of `origin`; the bare repository's path unless given. */
  url?: (root: string) => string;
  /** Further arguments of `git init`, for both repositories. */
  init?: readonly string[];
}

/** A clone with one commit, pushed to a bare repository beside it. */
export function makeFixture(options: FixtureOptions = {}): Fixture {
  const root = temporaryDirectory();
  const [workspace, bare] = [join(root, 'work'), join(root, 'origin.git')];
  const init = ['init', '--quiet', '--initial-branch=main', ...(options.init ?? [])];
  git(root, ...init, '--bare', bare);
  git(bare, 'config', 'http.receivepack', 'true');
  git(root, ...init, workspace);
  write(workspace, { 'README.md': '# Site\n', 'src/input.txt': 'input\n', ...options.files });
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'first');
  git(workspace, 'remote', 'add', 'origin', options.url?.(root) ?? bare);
  git(workspace, 'push', '--quiet', bare, 'main');
  git(workspace, 'fetch', '--quiet', bare, 'main:refs/remotes/origin/main');
  return { root, workspace, bare };
}
