/** Checkouts of every kind, a remote that moves meanwhile, and what holds after a publish in any of them. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { check } from './check.ts';
import { publishDocs } from './publish.ts';
import { type Fixture, git, makeFixture, write } from './repository.ts';
import type { StepOptions, StepResult } from './runner.ts';

/** Something published, and files elsewhere that others may move. */
export const FILES = {
  'docs/one.md': 'old\n',
  'docs/gone.md': 'gone\n',
  'a.txt': 'a\n',
  'b.txt': 'b\n',
  'deep/c.txt': 'c\n',
};

/** What someone else pushes outside the target, unless a test says otherwise. */
export const THEIRS = { 'a.txt': 'theirs\n', 'b.txt': null, 'deep/new/d.txt': 'new\n' };

/** A bare repository with `files` on `main`, and a clone of it by git itself, with these arguments. */
export function cloneWith(
  args: readonly string[],
  files: Record<string, string> = FILES,
  init: readonly string[] = [],
): Fixture {
  const { root, bare } = makeFixture({ files, init });
  for (const name of ['allowFilter', 'allowAnySHA1InWant']) git(bare, 'config', `uploadpack.${name}`, 'true');
  const workspace = join(root, 'checkout');
  git(root, 'clone', '--quiet', ...args, `file://${bare}`, workspace);
  return { root, workspace, bare };
}

/** A clone with a submodule, and the commit that is recorded of that. */
export function withSubmodule(name = 'module'): Fixture & { module: string; recorded: string } {
  const inner = makeFixture({ files: { 'docs/one.md': 'x\n' } });
  const fixture = cloneWith([], FILES);
  const { workspace } = fixture;
  const options = ['-c', 'protocol.file.allow=always', '--literal-pathspecs'];
  git(workspace, ...options, 'submodule', '--quiet', 'add', inner.bare, name);
  git(workspace, 'commit', '--quiet', '--message', 'module');
  git(workspace, 'push', '--quiet');
  const module = join(workspace, name);
  return { ...fixture, module, recorded: git(module, 'rev-parse', 'HEAD') };
}

export interface TheirCommit {
  sha: string;
  /** Pushes it, from here or from a command of the step. */
  push: string;
}

/** Someone else commits in a clone of their own; `null` removes a file. Nothing is pushed yet. */
export function commitElsewhere(
  { root, bare }: Fixture,
  files: Record<string, string | null> = THEIRS,
  branch = 'main',
): TheirCommit {
  const other = join(root, 'other');
  if (!existsSync(other)) git(root, 'clone', '--quiet', bare, other);
  git(other, 'fetch', '--quiet');
  git(other, 'checkout', '--quiet', '-B', branch, `origin/${branch}`);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) rmSync(join(other, path));
    else write(other, { [path]: content });
  }
  git(other, 'add', '--all');
  git(other, 'commit', '--quiet', '--message', 'theirs');
  return { sha: git(other, 'rev-parse', 'HEAD'), push: `git -C '${other}' push --quiet origin ${branch}` };
}

/** Someone else pushes. Returns their commit. */
export function moveRemote(
  fixture: Fixture,
  files: Record<string, string | null> = THEIRS,
  branch = 'main',
): string {
  const { sha } = commitElsewhere(fixture, files, branch);
  git(join(fixture.root, 'other'), 'push', '--quiet', 'origin', branch);
  return sha;
}

interface Expected {
  branch?: string;
  /** The commit the remote moved to meanwhile, on which ours must be. */
  theirs?: string | undefined;
  target?: string;
  /** What `git status` says before and after; nothing unless given. */
  status?: string;
  inputs?: Record<string, string>;
  options?: Partial<StepOptions>;
}

/** Publishes; remote, branch, index and working tree must agree on the result, and a second run must see that. */
export async function expectPublished(fixture: Fixture, expected: Expected = {}): Promise<StepResult> {
  const { workspace, bare } = fixture;
  const { branch = 'main', theirs, target = 'docs', status = '', inputs, options } = expected;
  const step = await publishDocs(fixture, { target, ...inputs }, options);
  expect(step.exitCode, step.log).toBe(0);
  const sha = step.outputs['commit-sha'];
  expect(step.outputs).toMatchObject({ changed: 'true', pushed: 'true', branch });
  expect(step.log).not.toContain('Warning');
  expect(git(bare, 'rev-parse', branch)).toBe(sha);
  expect(git(workspace, 'rev-parse', `refs/heads/${branch}`)).toBe(sha);
  if (theirs !== undefined) expect(git(bare, 'rev-parse', `${branch}^`)).toBe(theirs);
  const changed = git(bare, 'diff-tree', '-r', '--name-only', `${branch}^`, branch).split('\n');
  expect(changed.filter((path) => !path.startsWith(`${target}/`))).toEqual([]);
  expect(git(workspace, 'status', '--porcelain')).toBe(status);
  check(fixture, target);
  const again = await publishDocs(fixture, { target, ...inputs, 'task-id': 'TASK-2' }, options);
  expect(again.outputs, again.log).toMatchObject({ 'exit-code': '0', changed: 'false' });
  expect(git(workspace, 'status', '--porcelain')).toBe(status);
  return step;
}

/** The working tree holds what `THEIRS` made of it. */
export function expectTheirs(workspace: string): void {
  expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('theirs\n');
  expect(existsSync(join(workspace, 'b.txt'))).toBe(false);
  expect(readFileSync(join(workspace, 'deep/new/d.txt'), 'utf8')).toBe('new\n');
}
