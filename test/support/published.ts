/** Published trees for `mode: verify`, runs of it, and what a forger does to them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { annotations, publishDocs } from './publish.ts';
import { type Fixture, git, makeFixture } from './repository.ts';
import { runStep, type StepOptions, type StepResult } from './runner.ts';

export const OLD = { 'docs/one.md': 'old\n', 'docs/gone.md': 'gone\n' };
export const RUN = `cd "$ATOMIC_STAGING"; mkdir guide; printf 'one\\n' > one.md; printf 'two\\n' > guide/two.md
printf '#!/bin/sh\\n' > tool; chmod 755 tool; ln -s one.md link`;
export const MANIFEST = 'docs/atomic-manifest.json';

export function verify(
  { workspace }: Pick<Fixture, 'workspace'>,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<StepResult> {
  return runStep({ workspace, inputs: { mode: 'verify', target: 'docs', ...inputs }, ...options });
}

export async function makePublished(inputs: Record<string, string> = {}): Promise<Fixture> {
  const fixture = makeFixture({ files: OLD });
  const step = await publishDocs(fixture, { run: RUN, ...inputs });
  expect(step.exitCode, step.log).toBe(0);
  return fixture;
}

/** Each name below a workspace with its kind, mode, size and times, but for the ledger and its lock: names are bytes. */
function everything({ workspace }: Pick<Fixture, 'workspace'>): string[] {
  const format = '%P\\t%y %m %s %T@ %C@ %l\\n';
  const args = ['.', '-path', './.git/atomic', '-prune', '-o', '-printf', format];
  const lines = execFileSync('find', args, { cwd: workspace, encoding: 'latin1' }).split('\n').sort();
  // git renews the time of an object that it has and would have written.
  return lines.map((line) => line.replace(/^(\.git\/objects\/.*\tf \d+ \d+) .*$/, '$1'));
}

/** Runs it, and expects that it said no with these words and wrote nothing. */
export async function expectNo(
  fixture: Fixture,
  words: RegExp | string,
  inputs: Record<string, string> = {},
): Promise<StepResult> {
  const before = everything(fixture);
  const step = await verify(fixture, inputs);
  expect(step.exitCode, step.log).toBe(63);
  expect(step.outputs['reason']).toMatch(words);
  expect(annotations(step.log)).toEqual(['Atomic Publish: 63 CONSISTENCY_VALIDATION_FAILED']);
  expect(step.outputs).toMatchObject({ 'exit-code': '63', changed: 'false', 'manifest-sha256': '' });
  expect(step.outputs).toMatchObject({ 'transaction-id': '', 'commit-sha': '', checksums: '', files: '0' });
  expect(step.summary).toMatch(/^## ❌ CONSISTENCY_VALIDATION_FAILED \(exit code 63\)\n/);
  expect(step.summary).toContain('**What to do next:**');
  expect(everything(fixture)).toEqual(before);
  return step;
}

export async function expectYes(
  fixture: Fixture,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<StepResult> {
  const before = everything(fixture);
  const step = await verify(fixture, inputs, options);
  expect(step.exitCode, step.log).toBe(0);
  expect(everything(fixture)).toEqual(before);
  return step;
}

export function commitAll({ workspace }: Fixture, message: string): string {
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', message);
  return git(workspace, 'rev-parse', 'HEAD');
}

/** Puts a manifest that lists what is there now in the place of the published one, as a forger would. */
export function forge({ workspace }: Fixture, change: (statement: Statement) => void): void {
  const path = join(workspace, MANIFEST);
  const statement = JSON.parse(readFileSync(path, 'utf8'));
  change(statement);
  writeFileSync(path, `${JSON.stringify(statement)}\n`); // The members stand in order already.
}

interface Statement {
  subject: { name: string; digest: { sha256: string }; annotations: { mode: string; size: number } }[];
  predicate: Record<string, string | number>;
}
