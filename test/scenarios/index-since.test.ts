/** What the user stages while a run is under way, or between its death and its recovery, stays staged. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';

const make = () => makeFixture({ files: { 'docs/one.md': 'old\n', 'docs/two.md': 'old\n', 'a.txt': 'a\n' } });

/** As `git clone --no-checkout` leaves it. */
function withoutIndex(): Fixture {
  const fixture = make();
  rmSync(join(fixture.workspace, '.git/index'));
  write(fixture.workspace, { 'mine.txt': 'mine\n' });
  return fixture;
}

function refuse({ bare }: Fixture, first: string): void {
  const hook = join(bare, 'hooks/pre-receive');
  const unset = 'unset $(git rev-parse --local-env-vars) GIT_QUARANTINE_PATH';
  writeFileSync(hook, `#!/bin/sh\n${unset}\n${first}\nexit 1\n`, { mode: 0o755 });
}

const staged = ({ workspace }: Fixture) => git(workspace, 'ls-files', '--stage');

test('an index that the user makes where there was none, while a push is refused, is not removed', async () => {
  const fixture = withoutIndex();
  const { workspace } = fixture;
  const stage = `git -C '${workspace}' read-tree HEAD && git -C '${workspace}' add mine.txt`;
  refuse(fixture, stage);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(65);
  expect(staged(fixture)).toContain('\tmine.txt');
});

test('an index of ours where there was none goes with a refused push', async () => {
  const fixture = withoutIndex();
  refuse(fixture, '');
  expect((await publishDocs(fixture)).exitCode).toBe(65);
  expect(staged(fixture)).toBe('');
});

test('an index that the user makes where there was none, after a run has died, is not removed by its recovery', async () => {
  const fixture = withoutIndex();
  await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after rename index.lock' } });
  git(fixture.workspace, 'read-tree', 'HEAD');
  git(fixture.workspace, 'add', 'mine.txt');
  const step = await publishDocs(fixture, { mode: 'recover' });
  expect(step.exitCode, step.log).toBe(0);
  expect(staged(fixture)).toContain('\tmine.txt');
});

test.each(['docs/one.md', 'docs/new.md'])(
  'recovery of a committed publish leaves %s as the user has staged it since',
  async (path) => {
    const fixture = make();
    await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after ledger COMMITTED' } });
    expect(git(fixture.workspace, 'status', '--porcelain')).toBe(''); // The index of the publish was in place.
    write(fixture.workspace, { [path]: 'staged\n' });
    git(fixture.workspace, 'add', path);
    write(fixture.workspace, { [path]: 'not staged\n' });
    const before = staged(fixture);
    const step = await publishDocs(fixture, { mode: 'recover' });
    expect(step.exitCode, step.log).toBe(0);
    expect(staged(fixture)).toBe(before);
  },
);

test('where the index of the publish was not in place yet, recovery brings it in beside what the user has staged since', async () => {
  const fixture = make();
  const inputs = { push: 'false' };
  await publishDocs(fixture, inputs, { env: { ATOMIC_FUSE: 'before rename index.lock' } });
  rmSync(join(fixture.workspace, '.git/index.lock'));
  write(fixture.workspace, { 'docs/mine.md': 'mine\n' });
  git(fixture.workspace, 'add', 'docs/mine.md');
  const step = await publishDocs(fixture, { ...inputs, mode: 'recover' });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.workspace, 'diff', '--cached', '--name-status')).toBe('A\tdocs/mine.md');
});
