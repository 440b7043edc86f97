/**
 * Whole processes on the same work in the same run, alternating (see sides.ts). Prints medians and ratios.
 * Arguments: names of the workloads to run, or none for all but `large`, `huge` and `linear`, which draws
 * the charts of docs/performance.md.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, runStep } from '../test/support/runner.ts';
import { drawLinear } from './linear.ts';
import { compare, measure, ours, plain, shell, type Work } from './sides.ts';
import { ENV, generate, inRepository, median, timed } from './workload.ts';

const MIB = 1024 * 1024;
const count = (files: number, runs: number): Work => ({
  name: `${files} files`,
  runs,
  outputs: (build) => generate(build, files),
});
const WORKS: Record<string, Work[]> = {
  files: [count(10, 7), count(1000, 5), count(10_000, 3)],
  update: [
    {
      name: '1 % of 10000 files changed',
      runs: 3,
      before: (build) => generate(build, 10_000),
      outputs: (build) => {
        generate(build, 10_000);
        for (let n = 0; n < 10_000; n += 100)
          appendFileSync(join(build, `${n % 100}/module-${n}.ts`), '// new\n');
      },
    },
  ],
  unchanged: [
    {
      name: 'nothing changed in 10000 files',
      runs: 3,
      before: (build) => generate(build, 10_000),
      outputs: (build) => generate(build, 10_000),
    },
  ],
  large: [
    {
      name: '20 files of 50 MB',
      runs: 1,
      outputs: (build) => {
        mkdirSync(build, { recursive: true });
        for (let n = 0; n < 20; n += 1) writeFileSync(join(build, `${n}.bin`), randomBytes(50 * MIB));
      },
    },
  ],
  huge: [{ ...count(100_000, 1) }],
};

const wanted = process.argv.slice(2);
const isWanted = (name: string) =>
  wanted.length > 0 ? wanted.includes(name) : !['large', 'huge', 'linear'].includes(name);
const ms = (value: number) => `${value.toFixed(0).padStart(7)} ms`;
const mb = (value: number) => `${(value / 1e6).toFixed(1).padStart(7)} MB`;

const line = (name: string, ...cells: string[]) => console.log(name.padEnd(32) + cells.join('  '));

line('commit and push', ' plain git', '      ours', 'ratio', ' sent plain', '      ours', '      peak');
for (const [name, works] of Object.entries(WORKS)) {
  if (!isWanted(name)) continue;
  for (const work of works) {
    const [theirs, mine] = await compare(work.runs, [() => plain(work), () => ours(work)]);
    const [a, b] = [theirs!, mine!].map((results) => median(results.map((one) => one.milliseconds)));
    const sent = [theirs!, mine!].map((results) => mb(median(results.map((one) => one.sent))));
    const peak = mb(Math.max(...mine!.map((one) => one.peak)));
    line(work.name, ms(a!), ms(b!), (b! / a!).toFixed(2).padStart(5), sent[0]!, sent[1]!, peak);
  }
}

if (isWanted('pack')) {
  line('\npack', '      fast', '     small', ' sent fast', '     small');
  for (const work of [WORKS['files']![2]!, WORKS['update']![0]!]) {
    const small = { pack: 'small' };
    const sides = await compare(3, [() => ours(work), () => ours(work, small)]);
    const times = sides.map((results) => ms(median(results.map((one) => one.milliseconds))));
    const sent = sides.map((results) => mb(median(results.map((one) => one.sent))));
    line(work.name, ...times, ...sent);
  }
}

if (isWanted('directory')) {
  line('\nthe directory alone', '     rsync', '     rm+cp', '      ours', 'ratio to rsync');
  const work: Work = { ...count(10_000, 3), before: (build) => generate(build, 10_000) };
  const copy = (script: string) => () =>
    measure(work, async (workspace) => {
      await shell(`${script} && sync -f generated`, workspace);
      return 0;
    });
  const alone = () => ours(work, { run: '', artifacts: '../build', commit: 'false', push: 'false' });
  const sides = [
    copy('rsync -a --delete ../build/ generated/'),
    copy('rm -rf generated && cp -r ../build generated'),
  ];
  const results = await compare(3, [...sides, alone]);
  const [a, b, c] = results.map((side) => median(side.map((one) => one.milliseconds)));
  line('10000 files', ms(a!), ms(b!), ms(c!), (c! / a!).toFixed(2).padStart(14));
}

if (isWanted('start')) {
  const started =
    (args: string[], env: Record<string, string> = {}) =>
    () =>
      inRepository(async (workspace) =>
        timed(async () => {
          const child = spawn(process.execPath, args, {
            cwd: workspace,
            env: { ...ENV, ...env },
            stdio: 'ignore',
          });
          await new Promise((done) => child.once('close', done));
        }),
      );
  const bare = started(['-e', '']);
  const nothing = started([join(PROJECT, 'dist/index.js')], {
    INPUT_MODE: 'recover',
    'STATE_main-ran': 'true',
  });
  const [a, b] = (await compare(9, [bare, nothing])).map((values) => median(values));
  console.log(
    `\nstart-up with nothing to do: bare node ${ms(a!)}, ours ${ms(b!)}, ${(b! - a!).toFixed(0)} ms more`,
  );
}

if (isWanted('rollback')) {
  console.log('\nfiles   rollback-ms (median of 3, after a failed validation)');
  for (const files of [100, 1000, 10_000]) {
    const values: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      await inRepository(async (workspace) => {
        generate(join(workspace, '..', 'build'), files);
        const inputs = {
          target: 'generated',
          artifacts: '../build',
          'consistency-result': 'PASS',
          'task-id': 'BENCH',
        };
        const step = await runStep({ workspace, inputs: { ...inputs, 'validation-command': 'false' } });
        if (step.exitCode !== 65) throw new Error(step.log);
        values.push(Number(step.outputs['rollback-ms']));
      });
    }
    console.log(`${String(files).padEnd(7)} ${median(values)} ms`);
  }
}

if (isWanted('linear')) await drawLinear();
