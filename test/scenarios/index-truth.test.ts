/** What the index says of a file after a run is what git itself would say (clause 9). */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, gitSucceeds, makeFixture } from '../support/repository.ts';

test.each([
  ['touched by the validation', { 'validation-command': 'sleep 1.2; touch docs/one.md' }],
  ['linked by the validation', { 'validation-command': 'sleep 1.2; ln docs/one.md "$RUNNER_TEMP/linked"' }],
  [
    'touched by a gate',
    {
      'consistency-command': 'sleep 2.2; touch -t 202001010000 "$ATOMIC_STAGING/one.md"',
      'validation-command': 'sleep 2.2',
    },
  ],
])('an output that was %s and is the same is unchanged for git', async (_, inputs) => {
  const fixture = makeFixture();
  const step = await publishDocs(fixture, inputs);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.workspace, 'diff-files')).toBe('');
  expect(gitSucceeds(fixture.workspace, 'diff-index', '--quiet', 'HEAD')).toBe(true);
});

/** Stages a file and changes it again, both in the second of the index. */
async function changeInSecond({ workspace }: Fixture): Promise<void> {
  await setTimeout(1005 - (Date.now() % 1000));
  writeFileSync(join(workspace, 'src/input.txt'), 'INPUT\n');
  git(workspace, 'add', 'src/input.txt');
  writeFileSync(join(workspace, 'src/input.txt'), 'other\n');
  await setTimeout(1100);
}

const expectSeen = ({ workspace }: Fixture) =>
  expect(git(workspace, 'status', '--porcelain')).toContain('MM src/input.txt');

test.each([
  ['a publish', publishDocs],
  ['an operation', (fixture: Fixture) => operate(fixture, 'echo A > a.txt')],
])(
  'what the user changed in the second of the index is seen after %s whose push is refused',
  async (_, run) => {
    const fixture = makeFixture();
    writeFileSync(join(fixture.bare, 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await changeInSecond(fixture);
    const step = await run(fixture);
    expect(step.exitCode, step.log).toBe(65);
    expectSeen(fixture);
  },
);

test('what the user changed in the second of the index is seen after an operation that wrote the index', async () => {
  const fixture = makeFixture();
  await changeInSecond(fixture);
  const step = await operate(fixture, 'echo A > a.txt; git add a.txt');
  expect(step.exitCode, step.log).toBe(0);
  expectSeen(fixture);
});

test('what the validation changed in the second of the index that it wrote is seen', async () => {
  const fixture = makeFixture();
  const script = `sleep 1.1; while [ "$(date +%N | cut -c1)" != 0 ]; do sleep 0.02; done
git add docs; printf 'INPUT\\n' > src/input.txt; git add src/input.txt; printf 'other\\n' > src/input.txt; sleep 1.1`;
  const step = await publishDocs(fixture, { 'validation-command': script });
  expect(step.exitCode, step.log).toBe(0);
  expectSeen(fixture);
});

/** A fixture whose base holds a file with a name that is no UTF-8. */
function withOddName(): Fixture {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  execFileSync('bash', ['-c', "echo x > $'docs/\\xff.md'"], { cwd: fixture.workspace });
  git(fixture.workspace, 'add', 'docs');
  git(fixture.workspace, 'commit', '--quiet', '--message', 'odd');
  git(fixture.workspace, 'push', '--quiet', 'origin', 'main');
  return fixture;
}
const REMOVE = "rm $'docs/\\xff.md'";

test.each([
  ['a publish', (fixture: Fixture) => publishDocs(fixture)],
  ['an operation', (fixture: Fixture) => operate(fixture, `${REMOVE}; echo A > a.txt`)],
])(
  '%s that would take away a file whose name is no UTF-8 is refused: 65, and nothing is changed',
  async (name, run) => {
    const fixture = withOddName();
    if (name === 'a publish') execFileSync('bash', ['-c', REMOVE], { cwd: fixture.workspace });
    const before = git(fixture.workspace, 'status', '--porcelain');
    const step = await run(fixture);
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toBe('path "docs/\ufffd.md" is refused: it is not valid UTF-8');
    expect(git(fixture.workspace, 'status', '--porcelain')).toBe(before);
    expect(git(fixture.bare, 'rev-parse', 'main')).toBe(git(fixture.workspace, 'rev-parse', 'main'));
  },
);

test.each([
  ['assumed to be unchanged', '--assume-unchanged', 'h'],
  ['not to be looked at', '--skip-worktree', 'S'],
])(
  'after a refused push a file of the target is %s as before, and what was staged meanwhile is',
  async (_, mark, tag) => {
    const fixture = makeFixture({
      files: { 'docs/one.md': 'old\n', 'docs/two.md': 'two\n', 'a.txt': 'a\n' },
    });
    const { workspace, bare } = fixture;
    git(workspace, 'update-index', mark, 'docs/one.md');
    const before = git(workspace, 'ls-files', '-v', '--stage', 'docs');
    expect(before).toMatch(new RegExp(`^${tag} .*docs/one.md`));
    writeFileSync(join(workspace, 'mine.txt'), 'mine\n');
    const hook = `#!/bin/sh\nunset $(git rev-parse --local-env-vars)\ngit -C '${workspace}' add mine.txt\nexit 1\n`;
    writeFileSync(join(bare, 'hooks/pre-receive'), hook, { mode: 0o755 });
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(65);
    expect(git(workspace, 'ls-files', '-v', '--stage', 'docs'), step.log).toBe(before);
    expect(git(workspace, 'ls-files', 'mine.txt')).toBe('mine.txt');
  },
);
