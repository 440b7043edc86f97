/** Repositories of their own inside the working tree, on the way back of an operation in place. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, FILES } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';

const USER = ['-c', 'user.name=Mona', '-c', 'user.email=mona@example.org'];
const NAME = 'k\u00f6nf';

/** A repository with a commit that is nowhere else, and a file that is not committed. */
function nest(workspace: string, name: string): string {
  const place = join(workspace, name);
  write(place, { committed: 'committed\n' });
  git(workspace, 'init', '--quiet', '--initial-branch=main', place);
  git(place, 'add', 'committed');
  git(place, 'commit', '--quiet', '--message', 'unpushed');
  write(place, { 'not-committed': 'precious\n' });
  return place;
}

/** True where a file below `root`, or an object of the clone, holds the text. */
function isFound(root: string, text: string): boolean {
  const files = execFileSync('bash', ['-c', `grep -rl ${text} . || true`], { cwd: root, encoding: 'utf8' });
  const script = `git cat-file --batch-all-objects --batch --buffer | grep -a ${text} || true`;
  return files !== '' || execFileSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' }) !== '';
}

describe("a user's repository is not removed by the way back where the operation moved it", () => {
  test.each([
    ['to the place of a file', 'rm a.txt; mv nested a.txt'],
    ['below the place of a file', 'rm a.txt; mkdir a.txt; mv nested a.txt/nested'],
  ])('%s', async (_, script) => {
    const fixture = makeFixture({ files: FILES });
    nest(fixture.workspace, 'nested');
    const step = await operate(fixture, `${script}; exit 1`);
    expect([65, 66]).toContain(step.exitCode);
    expect(isFound(fixture.workspace, 'precious'), step.log).toBe(true);
  });
});

describe('a repository inside whose name is not ASCII', () => {
  test('does not keep an operation that made it from being undone', async () => {
    const fixture = makeFixture({ files: FILES });
    const make = `git init -q ${NAME}; git -C ${NAME} ${USER.join(' ')} commit -q --allow-empty -m x`;
    const step = await operate(fixture, `${make}; echo x > a.txt; exit 1`);
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['state']).toBe('ROLLED_BACK');
    expect(at(fixture, 'a.txt')).toBe('a\n');
  });

  test('is not published', async () => {
    const fixture = makeFixture({ files: FILES });
    const make = `git init -q ${NAME}; git -C ${NAME} ${USER.join(' ')} commit -q --allow-empty -m x`;
    const step = await operate(fixture, `${make}; echo x > a.txt`);
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.bare, 'diff', '--name-only', 'main~', 'main')).toBe('a.txt');
  });

  test('and that has no commit is in the way of no operation', async () => {
    const fixture = makeFixture({ files: FILES });
    git(fixture.workspace, 'init', '--quiet', NAME);
    write(fixture.workspace, { [`${NAME}/x`]: 'x\n' });
    const step = await operate(fixture, 'echo x > a.txt');
    expect(step.exitCode, step.log).toBe(0);
  });

  test.each(['konf', NAME])('is left alone by the way back: %s', async (name) => {
    const fixture = makeFixture({ files: FILES });
    const place = nest(fixture.workspace, name);
    const step = await operate(
      fixture,
      `git -C ${name} add --all; git -C ${name} ${USER.join(' ')} commit -qm x; exit 1`,
    );
    expect(step.exitCode, step.log).toBe(65);
    expect(readFileSync(join(place, '.git/HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
    expect(existsSync(join(place, 'not-committed'))).toBe(true);
  });
});

test("what is not committed in a linked worktree of the user's inside is not removed where the operation moved it", async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  git(workspace, 'worktree', 'add', '--quiet', '-b', 'side', 'linked');
  write(workspace, { 'linked/not-committed': 'precious\n' });
  const step = await operate(fixture, 'rm a.txt; git worktree move linked a.txt; exit 1');
  expect([65, 66]).toContain(step.exitCode);
  expect(isFound(workspace, 'precious'), step.log).toBe(true);
});

test("mode check, which is for looking, does not remove a user's repository that the command moved", async () => {
  const fixture = makeFixture({ files: FILES });
  nest(fixture.workspace, 'nested');
  await operate(fixture, 'rm a.txt; mv nested a.txt', { mode: 'check' });
  expect(isFound(fixture.workspace, 'precious')).toBe(true);
});

test('an operation that puts a repository without a commit in the place of a file is published as one that removed the file', async () => {
  const fixture = makeFixture({ files: FILES });
  const step = await operate(fixture, 'rm a.txt; git init -q a.txt; echo x > a.txt/x');
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'diff', '--name-status', 'main~', 'main')).toBe('D\ta.txt');
});
