/**
 * Whole processes on the same work in the same run, alternating: the bundle as the runner starts it against
 * `git add -A && git commit && git push`, both to a bare repository over HTTP on loopback. Prints medians and
 * ratios. Then `rollback-ms` for growing outputs: from the failure to the restored state.
 * Arguments: file counts (default 10 1000 10000).
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runStep } from '../test/support/runner.ts';
import { ENV, generate, inRepository, median, timed } from './workload.ts';

const counts = process.argv.slice(2).map(Number);
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
for (const count of counts.length > 0 ? counts : [100, 1000, 10_000]) {
  const values = [];
  for (let run = 0; run < 3; run += 1) values.push((await ours(count, 'false')).rollbackMs);
  console.log(`${String(count).padEnd(7)} ${median(values)} ms`);
}
