/**
 * The two sides of every comparison: the pipeline that people use, and the bundle as the runner starts it. Both start
 * from outputs that a generator has just written beside the repository, move them into place (`mv`, which costs
 * neither side anything), and push to a bare repository over HTTP on loopback.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from '../test/support/runner.ts';
import { ENV, inRepository, objectBytes, timed } from './workload.ts';

/** CommonJS: the loader of modules alone takes 4 ms. */
const PEAK = `--require=${join(import.meta.dirname, 'peak.cjs')}`;

export interface Work {
  name: string;
  runs: number;
  /** Writes the outputs that are published first, if any, and then those that are measured. */
  before?: (build: string) => void;
  outputs: (build: string) => void;
}

export function shell(script: string, cwd: string): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn('bash', ['-c', script], { cwd, env: ENV, stdio: 'ignore' });
    child.once('close', (code) => (code === 0 ? done() : failed(new Error(`${script} ended with ${code}`))));
  });
}

const REPLACE = 'rm -rf generated && mv ../build generated';
const PLAIN = `${REPLACE} && git add -A && { git commit --quiet -m generated || true; } && git push --quiet origin main`;

interface Result {
  milliseconds: number;
  /** Bytes that the push brought to the remote. */
  sent: number;
  /** Highest resident set of the action's process, in bytes. */
  peak: number;
}

export function measure(
  work: Work,
  once: (workspace: string, url: string) => Promise<number>,
): Promise<Result> {
  return inRepository(async (workspace, url) => {
    const build = join(workspace, '..', 'build');
    if (work.before) {
      work.before(build);
      await once(workspace, url);
    }
    work.outputs(build);
    await shell('sync', workspace); // What was generated is no cost of what follows.
    const bare = join(workspace, '..', 'origin.git');
    const held = objectBytes(bare);
    let peak = 0;
    const milliseconds = await timed(async () => {
      peak = await once(workspace, url);
    });
    return { milliseconds, sent: objectBytes(bare) - held, peak };
  });
}

export const plain = (work: Work) =>
  measure(work, async (workspace) => {
    await shell(PLAIN, workspace);
    return 0;
  });

export const ours = (work: Work, inputs: Record<string, string> = {}) =>
  measure(work, async (workspace, url) => {
    const peak = join(workspace, '..', 'peak');
    const step = await runStep({
      workspace,
      env: { GITHUB_SERVER_URL: url, NODE_OPTIONS: PEAK, BENCH_PEAK: peak },
      inputs: {
        'task-id': 'BENCH',
        target: 'generated',
        run: 'mv ../build/* "$ATOMIC_STAGING"',
        'consistency-result': 'PASS',
        ...inputs,
      },
    });
    if (step.exitCode !== 0) throw new Error(step.log);
    return Number(readFileSync(peak, 'utf8'));
  });

/** Runs both, one after the other, so that what else the machine does meets both. */
export async function compare<T>(runs: number, sides: (() => Promise<T>)[]): Promise<T[][]> {
  const results: T[][] = sides.map(() => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [at, side] of sides.entries()) results[at]!.push(await side());
  }
  return results;
}
