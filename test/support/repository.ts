/** Real repositories in temporary directories, isolated from the machine's own git configuration. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

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

interface FixtureOptions {
  /** Files of the first commit. */
  files?: Record<string, string>;
  /** Name of the URL of `origin`; the bare repository's path unless given. */
  url?: (root: string) => string;
  /** Further arguments of `git init`, for both repositories. */
  init?: readonly string[];
}

const placesIn = (root: string): Fixture => ({
  root,
  workspace: join(root, 'work'),
  bare: join(root, 'origin.git'),
});

/** A clone with one commit, pushed to a bare repository beside it. */
export function makeFixture(options: FixtureOptions = {}): Fixture {
  const { files = {}, init = [], url } = options;
  return copyOf(placesIn(templateOf(files, init)), url);
}

/** A copy of a fixture, its own bare repository included. */
export function copyOf(fixture: Fixture, url?: (root: string) => string): Fixture {
  const copy = placesIn(temporaryDirectory());
  cpSync(fixture.root, copy.root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  git(copy.workspace, 'config', 'remote.origin.url', url?.(copy.root) ?? copy.bare);
  git(copy.workspace, 'status', '--porcelain'); // Refreshes the index: the files have other inodes now.
  return copy;
}

/** What fixtures are copied from, each made once: a copy starts two processes, and not ten. */
const templates = new Map<string, string>();
afterAll(() => {
  for (const root of templates.values()) rmSync(root, { recursive: true, force: true });
});

function templateOf(files: Record<string, string>, init: readonly string[]): string {
  const key = JSON.stringify([files, init]);
  const known = templates.get(key);
  if (known !== undefined) return known;
  const root = mkdtempSync(join(tmpdir(), 'atomic-template-'));
  const { workspace, bare } = placesIn(root);
  const start = ['init', '--quiet', '--initial-branch=main', ...init];
  git(root, ...start, '--bare', bare);
  git(bare, 'config', 'http.receivepack', 'true');
  git(root, ...start, workspace);
  write(workspace, { 'README.md': '# Site\n', 'src/input.txt': 'input\n', ...files });
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'first');
  git(workspace, 'remote', 'add', 'origin', bare);
  git(workspace, 'push', '--quiet', bare, 'main');
  git(workspace, 'fetch', '--quiet', bare, 'main:refs/remotes/origin/main');
  for (const hooks of [join(bare, 'hooks'), join(workspace, '.git/hooks')]) {
    for (const sample of readdirSync(hooks)) rmSync(join(hooks, sample));
  }
  templates.set(key, root);
  return root;
}
