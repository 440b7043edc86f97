import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, ledgerRows, observe } from '../support/check.ts';
import { annotations, GENERATE, publishDocs } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';
import { shadowGit } from '../support/shadow.ts';

const OLD = { 'docs/one.md': 'old\n', 'docs/gone.md': 'gone\n' };

test('a generator that dies halfway changes nothing', async () => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { run: `${GENERATE}\necho "out of memory" >&2; kill -9 $$` });
  expect(step.exitCode).toBe(65);
  expect(annotations(step.log)).toEqual(['Atomic Publish: 65 ATOMIC_COMMIT_FAILED']);
  expect(step.outputs['reason']).toContain('the command of input run was ended by SIGKILL');
  expect(step.log).toContain('  | out of memory');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test.each([
  ['mode', 'publsih', 'one of: publish'],
  ['commit', 'maybe', 'true or false'],
  ['atomicity', 'loose', 'one of: strict, journaled'],
  ['lock-timeout', 'soon', 'a duration'],
  ['contents', '[1]', 'a JSON object'],
  ['author', 'nobody', 'a name and an address'],
  ['transaction-id', '../x', 'letters, digits'],
  ['manifest', 'a/b.json', 'one file name'],
  ['working-directory', 'nowhere', 'a directory that exists'],
  ['task-id', '', 'one line of text'],
  ['branch', 'a..b', 'the name of a branch'],
])('input %s=%j is refused by name, with what it may hold', async (name, value, may) => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { [name]: value });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain(
    `input ${name} ${value === '' ? 'is empty' : `holds ${JSON.stringify(value)}`}`,
  );
  expect(step.outputs['reason']).toContain(may);
  expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', changed: 'false', pushed: 'false' });
  expect(observe(fixture)).toEqual(before);
});

test('what a generator, a gate or a file name prints cannot speak to the runner', async () => {
  const fixture = makeFixture({ files: OLD });
  const commands = [
    '::set-output name=state::forged',
    '  ::add-mask::x',
    '::stop-commands::t',
    'x ##[error]boo',
    '\\r::warning::cr',
  ];
  const print = commands.map((line) => `printf '%b\\n' '${line}'`).join('\n');
  const step = await publishDocs(fixture, {
    run: `${GENERATE}\n${print}\necho forged=1 >> "$GITHUB_OUTPUT"; echo "X=1" >> "$GITHUB_ENV"; touch "$ATOMIC_STAGING/##[group]::error::x"`,
    'consistency-command': `${print}\n${print} >&2`,
    'message-command': `${print}\nexit 1`,
  });
  expect(step.exitCode).toBe(64);
  const obeyed = step.log
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim().startsWith('::') || line.includes('##['));
  expect(obeyed.every((line) => /^::(add-mask::ghs_job$|group::|endgroup::|error title=)/.test(line))).toBe(
    true,
  );
  expect(step.outputs).not.toHaveProperty('forged');
  expect(step.outputs['state']).toBe('ROLLED_BACK');
  expect(step.summary).not.toContain('##[');
  check(fixture);
});

test('secrets and inputs do not reach the commands', async () => {
  const fixture = makeFixture({ files: OLD });
  const step = await publishDocs(fixture, { run: `${GENERATE}\nenv > seen.txt` });
  expect(step.exitCode).toBe(0);
  const seen = readFileSync(join(fixture.workspace, 'seen.txt'), 'utf8');
  expect(seen).toContain('ATOMIC_STAGING=');
  expect(seen).not.toMatch(/INPUT_|ghs_job/);
});

test('a branch that moves while the transaction runs keeps the other commit', async () => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const step = await publishDocs(fixture, {
    'validation-command':
      'git -c user.name=x -c user.email=x@example.org commit --quiet --allow-empty -m theirs',
  });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toMatch(/branch "refs\/heads\/main" moved from/);
  expect(git(fixture.workspace, 'log', '-1', '--format=%s')).toBe('theirs');
  expect(observe(fixture).target).toEqual(before.target);
  expect(observe(fixture).remote).toEqual(before.remote);
});

test('a change another process makes in the target meanwhile is kept', async () => {
  const fixture = makeFixture({ files: OLD });
  const step = await publishDocs(fixture, {
    'validation-command': 'false',
    'consistency-command': '(while [ ! -e docs/guide ]; do echo more >> docs/one.md; done) & sleep 0.2; true',
  });
  expect(step.exitCode).toBe(65);
  expect(observe(fixture).target['one.md']).toMatch(/^644 old\nmore\n/);
  check(fixture);
});

test('the ledger holds the intent before the first effect, and the outcome after the last', async () => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const died = await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after ledger INTENT' } });
  expect(died.signal).toBe('SIGKILL');
  expect(ledgerRows(fixture.workspace)).toMatchObject([
    { state: 'INTENT', task_id: 'TASK-1', branch: 'refs/heads/main', base_sha: before.branch },
  ]);
  expect(observe(fixture)).toEqual(before);
  expect(existsSync(String(ledgerRows(fixture.workspace)[0]!['staging']))).toBe(false);
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(0);
  expect(ledgerRows(fixture.workspace)[1]).toMatchObject({ state: 'COMMITTED', exit_code: 0, settled: 1 });
});

test('two artifacts for one destination are refused by name', async () => {
  const fixture = makeFixture({ files: OLD });
  write(fixture.workspace, { 'x.txt': 'x', 'y.txt': 'y' });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { artifacts: 'x.txt => same.txt\ny.txt => same.txt' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('"same.txt" is refused: two sources have this destination');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a git that is too old is refused: the message says which is needed', async () => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const old = `case "$1" in version) echo git version 2.30.9;; *) printf '%s\\n' --path-format=absolute;; esac`;
  const step = await publishDocs(fixture, {}, { env: { PATH: shadowGit('version|rev-parse*', old) } });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toBe('git 2.31 or later is needed; this is 2.30');
  expect(observe(fixture)).toEqual(before);
});
