/** A way back writes over what git ignores only after it was kept: what a user had can be had again (clause 11). */
import { expect, test } from 'vitest';
import { runPost } from '../support/crash.ts';
import { at, FILES, rollBack } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';

const STOP = 'git rm --quiet conf.local; echo conf.local >> .gitignore';
const makeTracked = () => makeFixture({ files: { ...FILES, 'conf.local': 'default\n' } });

/** A transaction has stopped tracking a file, and the user has one of their own there, which git ignores. */
async function makeIgnored() {
  const fixture = makeTracked();
  const safe = git(fixture.workspace, 'rev-parse', 'main');
  expect((await operate(fixture, STOP, { 'transaction-id': 'first' })).exitCode).toBe(0);
  write(fixture.workspace, { 'conf.local': 'precious\n' });
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  return { fixture, safe };
}

const show = ({ workspace }: Fixture, name: string) => git(workspace, 'show', `refs/atomic/${name}`);
const PATHS = { 'rollback-to': 'first', 'rollback-scope': 'paths', 'rollback-paths': 'conf.local' };

test('a revert that would write over an ignored file is refused, as over any other that was changed since', async () => {
  const { fixture } = await makeIgnored();
  const step = await rollBack(fixture, {});
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('cannot be reverted: "conf.local" was changed since');
  expect(at(fixture, 'conf.local')).toBe('precious\n');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
});

test('scope paths keeps the ignored file that it writes over in its pre-op', async () => {
  const { fixture } = await makeIgnored();
  const step = await rollBack(fixture, { ...PATHS, 'transaction-id': 'back' });
  expect(step.exitCode, step.log).toBe(0);
  expect(at(fixture, 'conf.local')).toBe('default\n');
  expect(show(fixture, 'back/pre-op:conf.local')).toBe('precious');
  expect(git(fixture.workspace, 'show', '--stat', '--format=', 'refs/atomic/back/pre-op')).toContain(
    'conf.local',
  );
});

test.each(['conf.local', 'k\u00f6nf'])(
  'so does it with what stands in a directory in the place of the file: %s',
  async (name) => {
    const fixture = makeFixture({ files: { ...FILES, [name]: 'default\n' } });
    const run = `git rm --quiet ${name}; echo ${name} >> .gitignore`;
    expect((await operate(fixture, run, { 'transaction-id': 'first' })).exitCode).toBe(0);
    write(fixture.workspace, { [`${name}/a`]: 'precious\n', [`${name}/b/c`]: 'too\n' });
    const step = await rollBack(fixture, { ...PATHS, 'rollback-paths': name, 'transaction-id': 'back' });
    expect(step.exitCode, step.log).toBe(0);
    expect(at(fixture, name)).toBe('default\n');
    expect(show(fixture, `back/pre-op:${name}/a`)).toBe('precious');
    expect(show(fixture, `back/pre-op:${name}/b/c`)).toBe('too');
  },
);

test('a rollback that dies after it wrote over an ignored file puts it back', async () => {
  const { fixture } = await makeIgnored();
  const died = await rollBack(fixture, PATHS, { ATOMIC_FUSE: 'before ledger COMMITTED' });
  expect(died.signal).toBe('SIGKILL');
  expect(at(fixture, 'conf.local')).toBe('default\n');
  expect((await runPost(fixture, { target: '' })).exitCode).toBe(0);
  expect(at(fixture, 'conf.local')).toBe('precious\n');
});

test('an emergency, which saves everything, saves the ignored file that it writes over', async () => {
  const { fixture, safe } = await makeIgnored();
  const inputs = { 'rollback-to': safe, 'rollback-scope': 'emergency', 'transaction-id': 'back' };
  const step = await rollBack(fixture, inputs);
  expect(step.exitCode, step.log).toBe(0);
  expect(show(fixture, 'back/emergency:conf.local')).toBe('precious');
});

test('a failed publish of an ignored target, taken back, keeps what the user wrote there since', async () => {
  const fixture = makeFixture({ files: { ...FILES, '.gitignore': 'dist/\n' } });
  write(fixture.workspace, { 'dist/a.js': 'mine\n' });
  const inputs = { target: 'dist', 'validation-command': 'false', 'transaction-id': 'failed' };
  expect((await publishDocs(fixture, inputs)).exitCode).toBe(65);
  write(fixture.workspace, { 'dist/a.js': 'newer\n' });
  const step = await rollBack(fixture, { 'rollback-to': 'failed', 'transaction-id': 'back' });
  expect(step.exitCode, step.log).toBe(0);
  expect(at(fixture, 'dist/a.js')).toBe('mine\n');
  expect(show(fixture, 'back/pre-op:dist/a.js')).toBe('newer');
});

test('recovery keeps a file that the dead operation has git ignore, and that the user wrote since', async () => {
  const fixture = makeTracked();
  const die = 'kill -9 $PPID; sleep 1';
  const died = await operate(fixture, STOP, { 'consistency-command': die, 'transaction-id': 'dead' });
  expect(died.signal).toBe('SIGKILL');
  write(fixture.workspace, { 'conf.local': 'precious\n' });
  expect((await runPost(fixture, { target: '' })).exitCode).toBe(0);
  expect(at(fixture, 'conf.local')).toBe('default\n');
  expect(show(fixture, 'dead/emergency:conf.local')).toBe('precious');
});
