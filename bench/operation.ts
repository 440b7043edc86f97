/**
 * An operation in place on a tree of 50,000 files, 1,000 of them changed by the user before: what PRE-OP costs beside
 * `git stash` and `git add -A && git commit` on the same tree, and how long the way back takes, for an
 * operation that changes 10,000 files, after a failed validation and after its own command failed. Medians of three.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runStep } from '../test/support/runner.ts';
import { generate, git, inRepository, median, timed } from './workload.ts';

const [FILES, DIRTY, CHANGED] = [50_000, 1000, 10_000];
const change = (count: number, line: string) =>
  `for n in $(seq 0 ${count - 1}); do echo '${line}' >> "tree/$((n % 100))/module-$n.ts"; done`;

interface Costs {
  preOp: number;
  rollback: number;
  failed: number;
  stash: number;
  commit: number;
}

const once = () =>
  inRepository(async (workspace): Promise<Costs> => {
    generate(join(workspace, 'tree'), FILES);
    git(workspace, 'add', '--all');
    git(workspace, 'commit', '--quiet', '--message', 'tree');
    git(workspace, 'repack', '-a', '-d', '-q'); // As a clone has it.
    execFileSync('bash', ['-c', change(DIRTY, '// mine')], { cwd: workspace });
    execFileSync('sync'); // What was generated is no cost of what follows.
    const inputs = { 'task-id': 'BENCH', push: 'false', 'consistency-result': 'PASS' };
    const operate = async (run: string, more: Record<string, string> = {}) => {
      const step = await runStep({ workspace, inputs: { ...inputs, run, ...more } });
      if (step.exitCode !== 65) throw new Error(step.log);
      return Number(step.outputs['rollback-ms']);
    };
    const rollback = await operate(change(CHANGED, '// theirs'), { 'validation-command': 'false' });
    const ledger = new DatabaseSync(join(workspace, '.git/atomic/ledger.sqlite'), { readOnly: true });
    const phase = ledger.prepare("SELECT milliseconds FROM phases WHERE phase = 'PRE-OP'").get()!;
    ledger.close();
    const stash = await timed(async () => git(workspace, 'stash', '--include-untracked'));
    git(workspace, 'stash', 'pop', '--quiet');
    const commit = await timed(async () => {
      git(workspace, 'add', '--all');
      git(workspace, 'commit', '--quiet', '--message', 'dirty');
    });
    execFileSync('sync');
    const failed = await operate(`${change(CHANGED, '// theirs, too')}; exit 3`);
    return {
      preOp: Number(phase['milliseconds']),
      rollback,
      failed,
      stash,
      commit,
    };
  });

const costs: Costs[] = [];
for (let round = 0; round < 3; round += 1) costs.push(await once());
const of = (name: keyof Costs) =>
  `${median(costs.map((cost) => cost[name]))
    .toFixed(0)
    .padStart(6)} ms`;
console.log(`\n${FILES} files, ${DIRTY} of them changed by the user`);
console.log(`PRE-OP                      ${of('preOp')}`);
console.log(`git stash                   ${of('stash')}`);
console.log(`git add -A && git commit    ${of('commit')}`);
console.log(`back from ${CHANGED} changes      ${of('rollback')} (rollback-ms, after a failed validation)`);
console.log(`and after its command failed ${of('failed')}`);
