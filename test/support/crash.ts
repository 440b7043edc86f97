/** Kills a publish, lets the next step settle it, and says whether everything is old or everything new. */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { check, ledgerRows, observe } from './check.ts';
import { publishDocs } from './publish.ts';
import { type Fixture, git, makeFixture, temporaryDirectory } from './repository.ts';
import { runStep, type StepOptions, type StepResult } from './runner.ts';

/** The fixture most crash tests start from: a published directory, and a user's change elsewhere. */
export function crashFixture(): Fixture {
  return makeFixture({ files: { 'docs/one.md': 'old\n', 'docs/gone.md': 'gone\n', 'a.txt': 'a\n' } });
}

/** What the runner does after `main` ended, however it ended. */
export function runPost(
  fixture: Fixture,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<StepResult> {
  return runStep({
    workspace: fixture.workspace,
    inputs: { 'task-id': 'TASK-1', target: 'docs', ...inputs },
    state: { 'main-ran': 'true' },
    ...options,
  });
}

/** Where no server listens. */
export const NOBODY = 'http://127.0.0.1:9/origin.git';

/** Has git ask another URL than it pushes to: that stays as it is, or recovery asks nobody. */
export function askElsewhere({ workspace }: Fixture, url: string): void {
  const pushed = git(workspace, 'remote', 'get-url', '--push', 'origin');
  git(workspace, 'config', 'remote.origin.pushurl', pushed);
  git(workspace, 'config', 'remote.origin.url', url);
}

/** All old or all new: `before` was observed before the crash. Returns which. */
export function expectOldOrNew(
  fixture: Fixture,
  before: ReturnType<typeof observe>,
  target = 'docs',
  more: string[] = [],
): 'old' | 'new' {
  check(fixture, target);
  const after = observe(fixture, target);
  const row = ledgerRows(fixture.workspace).at(-1);
  if (row?.['state'] === 'COMMITTED') {
    expect(Object.keys(after.target)).toEqual(['atomic-manifest.json', 'guide/two.md', ...more, 'one.md']);
    expect(after.branch).toBe(row['commit_sha']);
    expect(git(fixture.bare, 'rev-parse', 'main')).toBe(
      row['remote'] === null ? before.branch : after.branch,
    );
    expect(after.status).toBe(before.status);
    return 'new';
  }
  expect(after).toEqual(before);
  return 'old';
}

/** Kills a publish by `die`, then runs `post`; returns which side everything is on. */
export async function crashAndSettle(
  fixture: Fixture,
  die: Partial<StepOptions>,
  inputs: Record<string, string> = {},
): Promise<{ side: 'old' | 'new'; died: StepResult }> {
  const { target = 'docs' } = inputs;
  const before = observe(fixture, target);
  const died = await publishDocs(fixture, inputs, die);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  return { side: expectOldOrNew(fixture, before, target), died };
}

/** What a crash has left, to be had again: it is put back in its own place, which the ledger knows. */
export function keep({ root }: Fixture): () => void {
  const saved = join(temporaryDirectory(), 'saved');
  const options = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };
  cpSync(root, saved, options);
  return () => {
    rmSync(root, { recursive: true });
    cpSync(saved, root, options);
  };
}

/** Commands of git that change nothing here. */
const READS =
  /^before git (rev-parse|remote|ls-files|ls-remote|config|cat-file|diff-tree|merge-base|check-attr)$/;

/** The numbers of points, for the fuse, whose deaths differ: right after one effect, or before a question, is right before the next. */
export function deathsOf(points: readonly string[]): number[] {
  const isSame = (at: number) =>
    READS.test(points[at]!) || (points[at]!.startsWith('after') && points[at + 1]?.startsWith('before'));
  return points.flatMap((_, at) => (isSame(at) ? [] : [at + 1]));
}

/** The points a run passes, as the fuse counts them. */
export async function pointsOf(run: (env: Record<string, string>) => Promise<unknown>): Promise<string[]> {
  const log = join(temporaryDirectory(), 'points');
  await run({ ATOMIC_FUSE_LOG: log });
  return readFileSync(log, 'utf8').trim().split('\n');
}
