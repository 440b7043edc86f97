/** `mode: rollback` with a target: where several directories are published, one goes back and the others stay. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { checkRepository } from '../support/check.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';
import { runStep, type StepResult } from '../support/runner.ts';

let fixture: Fixture;
let docs: StepResult;
let types: StepResult;

const rollBack = (inputs: Record<string, string>, workspace = fixture.workspace) =>
  runStep({ workspace, inputs: { mode: 'rollback', 'task-id': 'UNDO-1', ...inputs } });

beforeEach(async () => {
  fixture = makeFixture({ files: { 'docs/one.md': 'old\n', 'types/a.ts': 'old\n' } });
  docs = await publishDocs(fixture);
  types = await publishDocs(fixture, { target: 'types', run: 'echo new > "$ATOMIC_STAGING/a.ts"' });
  expect([docs.exitCode, types.exitCode]).toEqual([0, 0]);
});

test('takes back the latest publish of that target, though another target was published later', async () => {
  const step = await rollBack({ target: 'docs' });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'show', 'main:docs/one.md')).toBe('old');
  expect(git(fixture.bare, 'show', 'main:types/a.ts')).toBe('new');
  const again = await rollBack({ target: 'docs' });
  expect(again.exitCode).toBe(65);
  expect(again.outputs['reason']).toMatch(
    /^there is no committed transaction of target ".*docs" in this clone that still stands/,
  );
  checkRepository(fixture);
});

test('finds a target that its first publish made and that is gone', async () => {
  const first = await publishDocs(fixture, { target: 'site' });
  expect((await rollBack({ target: 'site' })).exitCode).toBe(0);
  expect(existsSync(join(fixture.workspace, 'site'))).toBe(false);
  const again = await rollBack({ target: 'site', 'rollback-to': first.outputs['transaction-id']! });
  expect(again.outputs['reason']).toMatch(/was reverted by .* already$/);
});

test.each(['transaction-id', 'commit-sha'] as const)(
  'refuses the %s of a publish of something else, here and in a fresh clone: 65, and everything stays',
  async (named) => {
    const fresh = join(fixture.root, 'fresh');
    git(fixture.root, 'clone', '--quiet', fixture.bare, fresh);
    for (const workspace of [fixture.workspace, fresh]) {
      const step = await rollBack({ target: 'docs', 'rollback-to': types.outputs[named]! }, workspace);
      expect(step.exitCode, step.log).toBe(65);
      expect(step.outputs['reason']).toMatch(
        new RegExp(`^transaction ${types.outputs['transaction-id']} published something else than target`),
      );
      expect(readFileSync(join(workspace, 'types/a.ts'), 'utf8')).toBe('new\n');
      expect(git(workspace, 'status', '--porcelain')).toBe('');
    }
    const own = await rollBack({ target: 'docs', 'rollback-to': docs.outputs[named]! }, fresh);
    expect(own.exitCode, own.log).toBe(0);
  },
);

test('refuses a failed operation that edited the whole working tree', async () => {
  const failed = await operate(fixture, 'echo half > docs/one.md; exit 3');
  const step = await rollBack({ target: 'docs', 'rollback-to': failed.outputs['transaction-id']! });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('published something else than target');
});

test.each([
  ['paths', { 'rollback-paths': 'docs' }],
  ['emergency', { 'rollback-to': 'HEAD~1' }],
])('is no limit of the scope %s, and refused there', async (scope, inputs) => {
  const step = await rollBack({ target: 'docs', 'rollback-scope': scope, ...inputs });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain(
    `input target holds "docs"; it may hold nothing while rollback-scope is ${scope}`,
  );
});
