/** What every refusal of a target has in common (clause 6): 61, in words that help, and nothing changed. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { check, observe, snapshot } from './check.ts';
import { type Fixture, makeFixture } from './repository.ts';
import { runStep, type StepOptions } from './runner.ts';

export const TARGET = 'site/docs';

/** A repository with something published at `TARGET`. */
export const published = () =>
  makeFixture({ files: { 'site/docs/page.txt': 'old\n', 'site/kept.txt': 'kept\n' } });

/** All a user has: index, branch and remote, every file and directory, and of `.git` what is not for us to write. */
function everything(fixture: Fixture) {
  const ours = /^\.git\/(atomic|objects|refs|logs|index)/;
  const names = readdirSync(fixture.workspace, { recursive: true, encoding: 'utf8' }).sort();
  return {
    ...observe(fixture, TARGET),
    names: names.filter((name) => !ours.test(name)),
    files: Object.entries(snapshot(fixture.workspace)).filter(([path]) => !ours.test(path)),
  };
}

/** Runs the step; expects a refusal that names the target and what to do, with everything as it was. */
export async function expectRefusal(
  fixture: Fixture,
  target: string,
  why: RegExp,
  options: Partial<StepOptions> = {},
): Promise<void> {
  const before = everything(fixture);
  const step = await runStep({
    workspace: fixture.workspace,
    ...options,
    inputs: {
      'task-id': 'T-1',
      target,
      contents: '{"page.txt": "new\\n"}',
      'consistency-result': 'PASS',
      ...options.inputs,
    },
  });
  expect(step.log).toMatch(why);
  expect(step.exitCode).toBe(61);
  // No file was counted: the refusal came before anything was staged.
  expect(step.outputs).toMatchObject({
    state: 'ROLLED_BACK',
    'exit-code': '61',
    changed: 'false',
    files: '0',
  });
  expect(everything(fixture)).toEqual(before);
  check(fixture, TARGET);
  const [, text = ''] =
    /^::error title=Atomic Publish%3A 61 OUTPUT_NOT_WRITABLE::(.*)$/m.exec(step.log) ?? [];
  const [message, restored, remedy] = text.split('%0A');
  expect(message).toContain(`target ${JSON.stringify(join(fixture.workspace, target))}`);
  expect(restored).toMatch(/^Nothing was changed|as they were/);
  expect(remedy, 'what to do next').toMatch(/\w/);
}
