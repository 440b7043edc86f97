/** git compares times by the second: what is written in the second of its index it reads again, and must go on to (clause 9). */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { moveRemote } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { canStop, raced, type Strike } from '../support/race.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';
import type { StepOptions } from '../support/runner.ts';
import { shadowGit } from '../support/shadow.ts';
import { CAN_TRACE } from '../support/strace.ts';

const startOfSecond = () => setTimeout(1005 - (Date.now() % 1000));

test.each([
  ['', false],
  [', also after a remote that moved was followed', true],
])('what the user changed elsewhere in the second of the index is still seen by git%s', async (_, moves) => {
  const fixture = makeFixture();
  const { workspace } = fixture;
  if (moves) moveRemote(fixture, { 'theirs.txt': 'theirs\n' });
  await startOfSecond();
  writeFileSync(join(workspace, 'src/input.txt'), 'INPUT\n');
  git(workspace, 'add', 'src/input.txt');
  writeFileSync(join(workspace, 'src/input.txt'), 'other\n');
  await setTimeout(1100);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(workspace, 'status', '--porcelain')).toContain('MM src/input.txt');
});

/** Writes `one.md` at the start of a second, and ends early in it. */
const AT_START = `while [ "$(date +%N | cut -c1)" != 0 ]; do sleep 0.02; done
printf 'one\\n' > "$ATOMIC_STAGING/one.md"; while [ "$(date +%N | cut -c1-2)" -lt 11 ]; do sleep 0.02; done`;

const FIRST = (change: string) => `${change}; $git "$@"; c=$?`;
const LAST = (change: string) => `$git "$@"; c=$?; ${change}`;

test.each([
  ['before git knows of it', '*update-index*--index-info*', FIRST],
  ['right before its stat data is filled in', '*update-index*--index-info*', LAST],
  ['right after its stat data was filled in', '*update-ref*--stdin*', LAST],
])('a change of an output %s is seen by git afterwards', async (_, when, strike) => {
  for (const version of [2, 4]) await changed(version, when, AT_START, strike);
});

test.each([
  ['while git refreshes', FIRST, true],
  ['right after git has refreshed', LAST, false],
])(
  'a change of an output %s what has a time of its own is seen by git afterwards',
  async (_, strike, keeps) => {
    const OWN = 'touch --date 2107-01-01';
    const change = (command: string) => strike(keeps ? `${command}; ${OWN} "$changed"` : command);
    await changed(2, '*--refresh*docs*', `${AT_START}; ${OWN} "$ATOMIC_STAGING/one.md"`, change);
  },
);

async function changed(version: number, when: string, run: string, strike: (change: string) => string) {
  const fixture = makeFixture();
  const { workspace } = fixture;
  git(workspace, 'update-index', '--index-version', String(version));
  const write = `if [ -e ${workspace}/.git/index.lock ]; then printf 'ONE\\n' > ${workspace}/docs/one.md; fi`;
  const shadow = `changed=${workspace}/docs/one.md; ${strike(write)}; sleep 1.1; exit $c`;
  const step = await publishDocs(fixture, { run }, { env: { PATH: shadowGit(when, shadow) } });
  expect(step.exitCode, step.log).toBe(0);
  expect(readFileSync(join(workspace, 'docs/one.md'), 'utf8')).toBe('ONE\n');
  expect(git(workspace, 'status', '--porcelain')).toContain('M docs/one.md');
}

test.skipIf(!canStop).each([
  ['', []],
  [' whose time is of the epoch', ['--date', '@0']],
])(
  'a change of an output%s in the second of the last look at it is seen by git afterwards',
  async (_, time) => {
    const touch = `touch ${time.join(' ')} "$ATOMIC_STAGING/one.md"`;
    const strike: Strike = ({ workspace }) => {
      const file = join(workspace, 'docs/one.md');
      writeFileSync(file, 'ONE\n');
      if (time.length > 0) execFileSync('touch', [...time, file]);
      execFileSync('sleep', ['1.1']); // The index is of a later second.
    };
    const publish = (fixture: Fixture, inputs: Record<string, string>, options: Partial<StepOptions>) =>
      publishDocs(fixture, { ...inputs, run: `${AT_START}; ${touch}` }, options);
    const { step, scene } = await raced(makeFixture(), 'before create index.lock', strike, publish);
    expect(step.exitCode, step.log).toBe(0);
    expect(readFileSync(join(scene.workspace, 'docs/one.md'), 'utf8')).toBe('ONE\n');
    expect(git(scene.workspace, 'status', '--porcelain')).toContain('M docs/one.md');
  },
);

test('a change of a file that came from the remote, right after the index was refreshed, is seen by git', async () => {
  const fixture = makeFixture();
  const { workspace } = fixture;
  moveRemote(fixture, { 'theirs.txt': 'theirs\n' });
  const theirs = join(workspace, 'theirs.txt');
  // Early in a second, so that the refresh and the change are within one.
  const refresh = `if [ -e ${theirs} ]; then
    while [ "$(date +%N | cut -c1)" != 0 ]; do sleep 0.02; done; touch ${theirs}
    $git "$@"; c=$?; printf 'THEIRS\\n' > ${theirs}; sleep 1.1; exit $c
  else exec $git "$@"; fi`;
  const env = { PATH: shadowGit('*update-index*--refresh*', refresh) };
  const step = await publishDocs(fixture, {}, { env });
  expect(step.exitCode, step.log).toBe(0);
  expect(readFileSync(theirs, 'utf8')).toBe('THEIRS\n');
  expect(git(workspace, 'status', '--porcelain')).toContain('M theirs.txt');
});

test.skipIf(!CAN_TRACE)(
  'an output of the second before is read by git neither in the publish nor after it (needs ptrace)',
  async () => {
    const fixture = makeFixture();
    const { root, workspace } = fixture;
    const [refreshes, calls] = [join(root, 'refreshes'), join(root, 'calls')];
    const env = { PATH: shadowGit('*--refresh*', `echo "$@" >> ${refreshes}; exec $git "$@"`) };
    const step = await publishDocs(fixture, { run: AT_START, 'validation-command': 'sleep 1.1' }, { env });
    expect(step.exitCode, step.log).toBe(0);
    expect(existsSync(refreshes)).toBe(false);
    const diff = ['git', '-C', workspace, 'diff-files'];
    const trace = ['-f', '-e', 'trace=openat', '-o', calls];
    expect(execFileSync('strace', [...trace, ...diff], { encoding: 'utf8' })).toBe('');
    const opened = readFileSync(calls, 'utf8');
    expect(opened).toContain('/index');
    expect(opened).not.toContain('docs/one.md');
  },
);
