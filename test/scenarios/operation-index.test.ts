/** What an operation in place says in git's index alone, and not on the disk (clauses 2 and 9). */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cloneWith } from '../support/checkouts.ts';
import { at, FILES, see } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { git, makeFixture } from '../support/repository.ts';

const LOCAL = { ...FILES, 'conf.local': 'x\n' };
const STOP = 'git rm --quiet --cached conf.local; echo conf.local >> .gitignore';

test('a file that the operation stopped tracking is committed as removed, with its line in .gitignore, and stays', async () => {
  const fixture = makeFixture({ files: LOCAL });
  const step = await operate(fixture, STOP);
  expect(step.exitCode, step.log).toBe(0);
  const changed = git(fixture.bare, 'diff', '--name-status', 'main~', 'main').split('\n');
  expect(changed).toEqual(['M\t.gitignore', 'D\tconf.local']);
  expect(at(fixture, 'conf.local')).toBe('x\n');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
});

test('it is tracked again when the operation fails', async () => {
  const fixture = makeFixture({ files: LOCAL });
  const before = see(fixture);
  expect((await operate(fixture, `${STOP}; exit 1`)).exitCode).toBe(65);
  expect((await operate(fixture, STOP, { 'validation-command': 'false' })).exitCode).toBe(65);
  expect(see(fixture)).toEqual(before);
});

test('a file that is no longer tracked and not ignored is still there: nothing is removed', async () => {
  const fixture = makeFixture({ files: LOCAL });
  const step = await operate(fixture, 'git rm --quiet --cached conf.local; echo A > a.txt');
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'diff', '--name-status', 'main~', 'main')).toBe('M\ta.txt');
});

test('files that the operation leaves out by a sparse checkout are not committed as removed: 65, and all is back', async () => {
  const fixture = cloneWith([], { ...FILES, 'far/\u00fc.txt': 'x\n' });
  const before = see(fixture);
  const step = await operate(fixture, 'git sparse-checkout set --cone dir; echo A > dir/c.txt');
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain(
    'left "far/\u00fc.txt" out of the working tree, by a sparse checkout',
  );
  expect(see(fixture)).toEqual(before);
});

test.each([
  ['before the operation', (workspace: string) => rmSync(join(workspace, '.git/index')), ''],
  [
    'until the operation makes it',
    (workspace: string) => rmSync(join(workspace, '.git/index')),
    'git read-tree HEAD; ',
  ],
  ['because the operation removed it', () => {}, 'rm .git/index; '],
])('an index that is not there, %s, says nothing of any file', async (_, prepare, run) => {
  const fixture = makeFixture({ files: { ...FILES, 'kept.log': 'x\n' } });
  git(fixture.workspace, 'add', '--force', 'kept.log');
  prepare(fixture.workspace);
  const step = await operate(fixture, `${run}echo A > a.txt`);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'diff', '--name-status', 'main~', 'main')).toBe('M\ta.txt');
});
