import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe, snapshot } from '../support/check.ts';
import { annotations, publishDocs } from '../support/publish.ts';
import { makeFixture, temporaryDirectory, write } from '../support/repository.ts';

const OLD = { 'docs/one.md': 'old\n' };

test.each([
  ['consistency-result', 'failure', 63, 'CONSISTENCY_VALIDATION_FAILED'],
  ['consistency-result', 'skipped', 63, 'CONSISTENCY_VALIDATION_FAILED'],
  ['consistency-result', '', 63, 'CONSISTENCY_VALIDATION_FAILED'],
  ['consistency-result', 'report.sarif', 63, 'CONSISTENCY_VALIDATION_FAILED'],
  ['message-result', 'cancelled', 64, 'MESSAGE_VALIDATION_FAILED'],
  ['message-result', '', 64, 'MESSAGE_VALIDATION_FAILED'],
])('a no handed in as %s=%j leaves no trace on the disk', async (input, value, code, name) => {
  const fixture = makeFixture({ files: OLD });
  write(fixture.workspace, {
    'report.sarif': JSON.stringify({
      version: '2.1.0',
      runs: [{ results: [{ level: 'error', message: { text: 'broken' } }] }],
    }),
  });
  const whole = snapshot(fixture.root);
  const step = await publishDocs(
    fixture,
    { [input]: value, run: 'touch ran' },
    { temp: temporaryDirectory() },
  );
  expect(step.exitCode).toBe(code);
  expect(annotations(step.log)).toEqual([`Atomic Publish: ${code} ${name}`]);
  expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', 'exit-code': String(code), changed: 'false' });
  expect(step.outputs['reason']).toMatch(/gate says no/);
  expect(snapshot(fixture.root)).toEqual(whole);
  expect(existsSync(join(fixture.workspace, '.git/atomic'))).toBe(false);
});

test('without a consistency gate nothing runs and the exit code is 63', async () => {
  const fixture = makeFixture({ files: OLD });
  const whole = snapshot(fixture.root);
  const step = await publishDocs(
    fixture,
    { 'consistency-result': 'not-given', run: 'touch ran' },
    { temp: temporaryDirectory() },
  );
  expect(step.exitCode).toBe(63);
  expect(step.outputs['reason']).toContain('consistency-result nor input consistency-command');
  expect(snapshot(fixture.root)).toEqual(whole);
});

test.each([
  ['consistency-command', 63],
  ['message-command', 64],
  ['validation-command', 65],
])('a %s that fails leaves everything as it was and shows the end of its output', async (input, code) => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { [input]: 'echo "line 12 is wrong"; exit 3' });
  expect(step.exitCode).toBe(code);
  expect(step.outputs['reason']).toContain(`${input} ended with exit code 3`);
  expect(step.log).toContain('  | line 12 is wrong');
  expect(step.summary).toContain('line 12 is wrong');
  expect(observe(fixture)).toEqual({ ...before, remote: before.remote });
  check(fixture);
});

test('gate commands see the sealed outputs, the manifest and the whole message', async () => {
  const fixture = makeFixture({ files: OLD });
  const step = await publishDocs(fixture, {
    'consistency-command':
      'cp "$ATOMIC_MANIFEST" seen.json; test "$(cat "$ATOMIC_STAGING/one.md")" = one; test "$(cat "$ATOMIC_TARGET/one.md")" = old',
    'message-command':
      'cp "$ATOMIC_MESSAGE_FILE" seen.txt; git interpret-trailers --parse "$ATOMIC_MESSAGE_FILE" | grep -q "Task-ID: $ATOMIC_TASK_ID"',
    'validation-command': 'test "$(cat docs/one.md)" = one; test "$(git rev-parse HEAD)" = "$ATOMIC_BASE"',
  });
  expect(step.log).not.toContain('::error');
  expect(step.exitCode).toBe(0);
  const { workspace } = fixture;
  expect(readFileSync(join(workspace, 'seen.json'))).toEqual(
    readFileSync(join(workspace, 'docs/atomic-manifest.json')),
  );
  expect(readFileSync(join(workspace, 'seen.txt'), 'utf8')).toContain(
    `Manifest-SHA256: ${step.outputs['manifest-sha256']}`,
  );
  check(fixture);
});

test.each([
  ['consistency-command', 'printf x >> "$ATOMIC_STAGING/one.md"'],
  ['consistency-command', 'touch "$ATOMIC_STAGING/extra"'],
  ['consistency-command', 'rm "$ATOMIC_STAGING/guide/two.md"'],
  ['consistency-command', 'chmod +x "$ATOMIC_STAGING/one.md"'],
  ['consistency-command', 'printf "{}" > "$ATOMIC_MANIFEST"'],
  ['validation-command', 'printf x >> docs/one.md'],
  ['validation-command', 'touch docs/extra'],
])('outputs that %s changes after the seal are not published: %s', async (input, script) => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { [input]: script });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('changed after it was sealed');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a gate that does not end in time is stopped and is a no', async () => {
  const fixture = makeFixture({ files: OLD });
  const step = await publishDocs(fixture, {
    'consistency-command': 'sleep 600 & sleep 600',
    'gate-timeout': '300ms',
  });
  expect(step.exitCode).toBe(63);
  expect(step.outputs['reason']).toContain('did not end within gate-timeout (300 ms)');
  expect(step.log).toContain('Raise gate-timeout, or see why input ');
  check(fixture);
});
