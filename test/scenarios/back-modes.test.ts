import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { snapshot } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { asUser, isRoot } from '../support/filesystems.ts';
import { at, FILES, rollBack } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, makeFixture, write } from '../support/repository.ts';

const modeOf = ({ workspace }: Fixture, path: string) =>
  (lstatSync(join(workspace, path)).mode & 0o7777).toString(8);

/** A transaction has stopped tracking a file, and the user has a private one of their own there, which git ignores. */
async function makePrivate(): Promise<Fixture> {
  const fixture = makeFixture({ files: { ...FILES, 'conf.local': 'default\n' } });
  const stop = 'git rm --quiet conf.local; echo conf.local >> .gitignore';
  expect((await operate(fixture, stop, { 'transaction-id': 'first' })).exitCode).toBe(0);
  write(fixture.workspace, { 'conf.local': 'precious\n' });
  chmodSync(join(fixture.workspace, 'conf.local'), 0o600);
  return fixture;
}

test('a revert that is refused for a private file that git ignores leaves it private', async () => {
  const fixture = await makePrivate();
  const step = await rollBack(fixture, {});
  expect(step.exitCode).toBe(65);
  expect(at(fixture, 'conf.local')).toBe('precious\n');
  expect(modeOf(fixture, 'conf.local')).toBe('600');
});

test('a rollback that dies after it wrote over a private file that git ignores puts it back private', async () => {
  const fixture = await makePrivate();
  const inputs = { 'rollback-to': 'first', 'rollback-scope': 'paths', 'rollback-paths': 'conf.local' };
  const died = await rollBack(fixture, inputs, { ATOMIC_FUSE: 'before ledger COMMITTED' });
  expect(died.signal).toBe('SIGKILL');
  expect((await runPost(fixture, { target: '' })).exitCode).toBe(0);
  expect(at(fixture, 'conf.local')).toBe('precious\n');
  expect(modeOf(fixture, 'conf.local')).toBe('600');
});

test('a recovery under another umask leaves private files private', async () => {
  const fixture = makeFixture({ files: FILES });
  write(fixture.workspace, { secret: 'secret\n' });
  chmodSync(join(fixture.workspace, 'secret'), 0o600);
  const under = (umask: string) => ({ wrapper: ['bash', '-c', `umask ${umask}; exec "$@"`, 'sh'] });
  const died = await operate(fixture, 'echo x > b.txt; kill -9 $PPID; sleep 1', {}, under('077'));
  expect(died.signal).toBe('SIGKILL');
  expect((await runPost(fixture, { target: '' }, under('022'))).exitCode).toBe(0);
  expect(modeOf(fixture, 'secret')).toBe('600');
});

test('a private directory that a failed operation removed is private again', async () => {
  const fixture = makeFixture({ files: FILES });
  write(fixture.workspace, { 'private/key': 'secret\n' });
  chmodSync(join(fixture.workspace, 'private'), 0o700);
  const step = await operate(fixture, 'rm -r private; exit 1');
  expect(step.exitCode, step.log).toBe(65);
  expect(at(fixture, 'private/key')).toBe('secret\n');
  expect(modeOf(fixture, 'private')).toBe('700');
});

/** Without git, which asks whose a clone is. */
const standing = ({ workspace }: Fixture) =>
  Object.entries(snapshot(workspace)).filter(([path]) => !path.startsWith('.git/'));

describe.runIf(isRoot)('a failed operation is undone also where it left a directory read-only:', () => {
  test.each([
    [
      'a new one, as go does with its modules',
      'mkdir -p mod/cache; echo x > mod/cache/y; chmod 555 mod/cache mod',
    ],
    ["one of the user's, in which a file is gone", 'rm dir/c.txt; chmod 555 dir'],
    ['one in the place of a file', 'rm a.txt; mkdir a.txt; echo x > a.txt/x; chmod 555 a.txt'],
    ["one of the user's, which is closed to all", 'chmod 000 dir'],
  ])('%s', async (_, script) => {
    const fixture = makeFixture({ files: FILES });
    const before = standing(fixture);
    const step = await operate(fixture, `${script}; exit 1`, {}, asUser(fixture));
    expect(step.exitCode, step.log).toBe(65);
    expect(standing(fixture)).toEqual(before);
    expect(modeOf(fixture, 'dir')).toBe('755');
  });
});

describe.runIf(isRoot)('nothing private is left beside a target with a read-only directory in', () => {
  const leftovers = ({ workspace }: Fixture) =>
    readdirSync(workspace).filter((name) => name.includes('.atomic-'));

  test('the tree that was published before', async () => {
    const fixture = makeFixture({ files: { ...FILES, 'docs/ro/x.md': 'x\n' } });
    chmodSync(join(fixture.workspace, 'docs/ro'), 0o555);
    const step = await publishDocs(fixture, {}, asUser(fixture));
    expect(step.exitCode, step.log).toBe(0);
    expect(leftovers(fixture)).toEqual([]);
  });

  test('the tree that was taken back', async () => {
    const fixture = makeFixture({ files: { ...FILES, 'docs/one.md': 'x\n' } });
    const run = 'mkdir "$ATOMIC_STAGING/ro"; echo x > "$ATOMIC_STAGING/ro/x"; chmod 555 "$ATOMIC_STAGING/ro"';
    const step = await publishDocs(fixture, { run, 'validation-command': 'false' }, asUser(fixture));
    expect(step.exitCode, step.log).toBe(65);
    expect(leftovers(fixture)).toEqual([]);
  });
});

test('a private file in a directory whose name is no UTF-8 is private again after a failed operation', async () => {
  const fixture = makeFixture({ files: FILES });
  const directory = Buffer.concat([Buffer.from(`${fixture.workspace}/`), Buffer.of(0xff)]);
  const file = Buffer.concat([directory, Buffer.from('/secret')]);
  mkdirSync(directory);
  writeFileSync(file, 'precious\n');
  chmodSync(file, 0o600);
  const step = await operate(
    fixture,
    'echo other > $(printf "\\377")/secret; chmod 644 $(printf "\\377")/secret; exit 1',
  );
  expect(step.exitCode, step.log).toBe(65);
  expect(readFileSync(file, 'utf8')).toBe('precious\n');
  expect((lstatSync(file).mode & 0o7777).toString(8)).toBe('600');
});
