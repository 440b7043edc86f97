/**
 * Runs the action on a repository of yours as the runner would: `npm run try -- DIRECTORY name=value …`, with the inputs of
 * action.yml. It pushes only where `push=true` says so, and sends no token that is not given.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { runStep } from '../test/support/runner.ts';

function refuse(why: string): never {
  console.error(`${why}\nusage: npm run try -- DIRECTORY name=value … (the inputs of action.yml)`);
  process.exit(2);
}

const [directory = '', ...pairs] = process.argv.slice(2);
if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) refuse(`"${directory}" is no directory`);
const given = pairs.map((pair) => {
  const [, name, value] =
    /^([^=]+)=([\s\S]*)$/.exec(pair) ?? refuse(`"${pair}" is not of the form name=value`);
  return [name!, value!] as const;
});
const temp = mkdtempSync(join(tmpdir(), 'atomic-try-'));
const nobody = { GITHUB_REPOSITORY: '', GITHUB_RUN_ID: '', GITHUB_WORKFLOW: '', GITHUB_JOB: '' };
const options = {
  workspace: resolve(directory),
  temp,
  inputs: { push: 'false', token: '', 'job-token': '', ...Object.fromEntries(given) },
  env: { ...nobody, GITHUB_ACTOR: userInfo().username, HOME: process.env['HOME'] ?? temp },
  onStart: ({ stdout, stderr }: ChildProcess) => {
    for (const stream of [stdout, stderr]) stream!.pipe(process.stdout, { end: false });
  },
};

const step = await runStep(options).catch((error) => refuse(error.message));
for (const [name, value] of Object.entries(step.outputs)) console.log(`  ${name}: ${value}`);
await runStep({ ...options, state: step.state }); // The post step settles what a crash left.
const summary = join(temp, 'summary.md');
writeFileSync(summary, step.summary);
console.log(`The job summary is in ${summary}`);
process.exitCode = step.exitCode ?? 1;
