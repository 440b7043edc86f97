/** A second process in the workspace: it strikes while a step stands still between two effects. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { check, observe } from './check.ts';
import { type Fixture, git, write } from './repository.ts';
import type { StepOptions, StepResult } from './runner.ts';

/** Where the kernel says how a process is: elsewhere nobody can tell that a step stands still. */
export const canStop = process.platform === 'linux';

const POLL_MS = 2;

export const isStopped = (pid: number) => /\) [Tt] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** Options of a step that stops at `point`, by number or by name, and goes on when `strike` has returned. */
function stopAt(point: number | string, strike: () => void): Partial<StepOptions> {
  return {
    env: { ATOMIC_FUSE: String(point), ATOMIC_FUSE_SIGNAL: 'SIGSTOP' },
    onStart: (child) => {
      let isDone = false;
      const timer = setInterval(() => {
        if (!isStopped(child.pid!)) return;
        try {
          if (!isDone) strike();
        } finally {
          isDone = true;
          child.kill('SIGCONT');
        }
      }, POLL_MS);
      child.once('exit', () => clearInterval(timer));
    },
  };
}

export interface Scene extends Fixture {
  /** A directory beside the workspace that nobody is to touch. */
  outside: string;
  /** Where what is taken away goes. */
  away: string;
}

/** What the second process does; it may return how to give back what it took. */
export type Strike = (scene: Scene) => unknown;

/** Puts a symlink in the place of `path`, which goes `away`; returns how to give it back. */
export function swap(path: string, away: string, by = away): () => void {
  renameSync(path, away);
  symlinkSync(by, path);
  return () => {
    rmSync(path, { force: true });
    renameSync(away, path);
  };
}

/** Runs a step while `strike` happens at `point`. Nothing outside changes after it. */
export async function raced(
  fixture: Fixture,
  point: number | string,
  strike: Strike,
  run: (scene: Scene, inputs: Record<string, string>, options: Partial<StepOptions>) => Promise<StepResult>,
  inputs: Record<string, string> = {},
) {
  const scene = { ...fixture, outside: makeOutside(fixture), away: join(fixture.root, 'away') };
  const before = observe(fixture);
  let untouched: Record<string, string> | undefined;
  let giveBack: () => void = () => {};
  const step = await run(
    scene,
    inputs,
    stopAt(point, () => {
      const answer = strike(scene);
      if (typeof answer === 'function') giveBack = () => answer();
      untouched = everything(scene.outside);
    }),
  );
  expect(untouched, `${point} was not passed: ${step.log}`).toBeDefined();
  expect(everything(scene.outside), `${point}: ${step.log}`).toEqual(untouched);
  return { scene, before, step, giveBack };
}

/** Every name below `root`, directories too, with kind, mode, and content. */
function everything(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(root, name);
    const stats = lstatSync(path);
    const content = stats.isFile() ? readFileSync(path, 'latin1') : '';
    found[name] = `${stats.mode.toString(8)} ${stats.isSymbolicLink() ? readlinkSync(path) : content}`;
  }
  return found;
}

/** With names that the workspace has, too. */
function makeOutside({ root }: Fixture): string {
  const outside = join(root, 'outside');
  const files = ['one.md', 'docs/one.md', 'tree/docs/one.md', 'guide/two.md', 'index', 'before', 'message'];
  write(outside, Object.fromEntries(files.map((name) => [name, `${name} outside\n`])));
  return outside;
}

/** The directory that a transaction in `parent` has beside `docs`. */
export function stagingIn(parent: string): string {
  return join(parent, readdirSync(parent).find((name) => name.startsWith('.docs.atomic-'))!);
}

/** What is private to the only transaction of a workspace. */
export function privateIn(workspace: string): string {
  const directory = join(workspace, '.git/atomic');
  return join(directory, readdirSync(directory).find((name) => name.startsWith('tx-'))!);
}

/** After exit code 0: disk, commit and remote are what the manifest says. */
export function checkPublished(fixture: Fixture): void {
  const { workspace, bare } = fixture;
  check(fixture);
  expect(lstatSync(join(workspace, 'docs')).isDirectory()).toBe(true);
  expect(git(workspace, 'status', '--porcelain', '--', 'docs')).toBe('');
  expect(git(bare, 'rev-parse', 'main:docs')).toBe(git(workspace, 'rev-parse', 'main:docs'));
}
