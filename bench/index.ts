/**
 * Whole processes on the same work in the same run, alternating: the bundle as the runner starts it against
 * `git add -A && git commit && git push`, both to a bare repository over HTTP on loopback. Prints medians and
 * ratios. Then `rollback-ms` for growing outputs: from the failure to the restored state.
 * Arguments: file counts (default 10 1000 10000).
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runStep } from '../test/support/runner.ts';
import { serveGit } from '../test/support/server.ts';

const counts = process.argv.slice(2).map(Number);
const ENV = {
  PATH: process.env['PATH'] ?? '',
  ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: 'Bench', GIT_AUTHOR_EMAIL: 'bench@example.org' },
  ...{ GIT_COMMITTER_NAME: 'Bench', GIT_COMMITTER_EMAIL: 'bench@example.org' },
};
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, env: ENV, stdio: ['ignore', 'pipe', 'ignore'] });

/** Code-like text of 1 to 8 KB, the same on every run. */
function source(seed: number): string {
  const words = createHash('sha512').update(String(seed)).digest('hex').match(/.{6}/g)!;
  const line = (n: number) =>
    `export const ${words[n % words.length]}${n} = compute('${words[(n * 7 + seed) % words.length]}', ${n * seed});\n`;
  return Array.from({ length: 15 + ((seed * 37) % 110) }, (_, n) => line(n)).join('');
}

function generate(directory: string, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const path = join(directory, String(n % 100), `module-${n}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source(n + 1));
  }
}

async function inRepository<T>(work: (workspace: string, url: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'atomic-bench-'));
  const [workspace, bare] = [join(root, 'work'), join(root, 'origin.git')];
  git(root, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  git(bare, 'config', 'http.receivepack', 'true');
  git(root, 'init', '--quiet', '--initial-branch=main', workspace);
  git(workspace, 'commit', '--quiet', '--allow-empty', '--message', 'first');
  const server = await serveGit({ root });
  git(workspace, 'remote', 'add', 'origin', `${server.url}/origin.git`);
  git(workspace, 'push', '--quiet', bare, 'main');
  try {
    return await work(workspace, server.url);
  } finally {
    await server.close();
    rmSync(root, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The plain pipeline as one shell, on outputs a generator has written in place. */
const plain = (count: number) =>
  inRepository(async (workspace) => {
    generate(join(workspace, 'generated'), count);
    const script = 'git add -A && git commit --quiet -m generated && git push --quiet origin main';
    return timed(
      () =>
        new Promise<void>((done, failed) => {
          const child = spawn('bash', ['-c', script], { cwd: workspace, env: ENV, stdio: 'ignore' });
          child.once('close', (code) =>
            code === 0 ? done() : failed(new Error(`plain git ended with ${code}`)),
          );
        }),
    );
  });

/** The action on the same outputs, generated beside and taken as artifacts. */
const ours = (count: number, validation = '') =>
  inRepository(async (workspace, url) => {
    generate(join(workspace, '..', 'build'), count);
    let rollbackMs = 0;
    const milliseconds = await timed(async () => {
      const step = await runStep({
        workspace,
        env: { GITHUB_SERVER_URL: url },
        inputs: {
          'task-id': 'BENCH',
          target: 'generated',
          artifacts: '../build',
          'consistency-result': 'PASS',
          'validation-command': validation,
        },
      });
      if (step.exitCode !== (validation === '' ? 0 : 65)) throw new Error(step.log);
      rollbackMs = Number(step.outputs['rollback-ms']);
    });
    return { milliseconds, rollbackMs };
  });

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

console.log('files   plain git      ours     ratio');
for (const count of counts.length > 0 ? counts : [10, 1000, 10_000]) {
  const runs = count >= 10_000 ? 3 : 5;
  const [theirs, mine]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    theirs.push(await plain(count));
    mine.push((await ours(count)).milliseconds);
  }
  const [a, b] = [median(theirs), median(mine)];
  console.log(
    `${String(count).padEnd(7)} ${a.toFixed(0).padStart(6)} ms ${b.toFixed(0).padStart(6)} ms    ${(b / a).toFixed(2)}`,
  );
}

console.log('\nfiles   rollback-ms (median of 3, after a failed validation)');
for (const count of [100, 1000, 10_000]) {
  const values = [];
  for (let run = 0; run < 3; run += 1) values.push((await ours(count, 'false')).rollbackMs);
  console.log(`${String(count).padEnd(7)} ${median(values)} ms`);
}
