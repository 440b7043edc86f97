/** What the benchmarks work on: repositories on a real disk, and text that compresses as code does. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serveGit } from '../test/support/server.ts';

export const ENV = {
  PATH: process.env['PATH'] ?? '',
  ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: 'Bench', GIT_AUTHOR_EMAIL: 'bench@example.org' },
  ...{ GIT_COMMITTER_NAME: 'Bench', GIT_COMMITTER_EMAIL: 'bench@example.org' },
};
export const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, env: ENV, stdio: ['ignore', 'pipe', 'ignore'] });

/** Code-like text of 1 to 8 KB, the same on every run. */
function source(seed: number): string {
  const words = createHash('sha512').update(String(seed)).digest('hex').match(/.{6}/g)!;
  const line = (n: number) =>
    `export const ${words[n % words.length]}${n} = compute('${words[(n * 7 + seed) % words.length]}', ${n * seed});\n`;
  return Array.from({ length: 15 + ((seed * 37) % 110) }, (_, n) => line(n)).join('');
}

/** Writes `count` files below `directory`. */
export function generate(directory: string, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const path = join(directory, String(n % 100), `module-${n}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source(n + 1));
  }
}

/** Removed in the end only: ext4 makes files ten times as slowly for half a minute after many were removed. */
const roots: string[] = [];
process.on('exit', () => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** A clone, and its bare repository behind HTTP on loopback. */
export async function inRepository<T>(work: (workspace: string, url: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'atomic-bench-'));
  roots.push(root);
  const [workspace, bare] = [join(root, 'work'), join(root, 'origin.git')];
  git(root, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  git(bare, 'config', 'http.receivepack', 'true');
  git(root, 'init', '--quiet', '--initial-branch=main', workspace);
  git(workspace, 'config', 'gc.auto', '0'); // What it would do in the background is nobody's time.
  git(workspace, 'commit', '--quiet', '--allow-empty', '--message', 'first');
  const server = await serveGit({ root });
  git(workspace, 'remote', 'add', 'origin', `${server.url}/origin.git`);
  git(workspace, 'push', '--quiet', bare, 'main');
  try {
    return await work(workspace, server.url);
  } finally {
    await server.close();
  }
}

/** What the objects of a bare repository take on disk, in bytes. */
export function objectBytes(bare: string): number {
  const counted = git(bare, 'count-objects', '-v').toString();
  const kib = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(counted)?.[1] ?? 0);
  return (kib('size') + kib('size-pack')) * 1024;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
