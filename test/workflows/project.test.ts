/** What this project's own workflows promise beyond the rules that hold for every workflow. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXAMPLES } from '../support/examples.ts';
import { PROJECT } from '../support/runner.ts';
import { projectWorkflows, read } from '../support/workflows.ts';

const TEXTS: [string, string][] = [
  ...projectWorkflows().map((path): [string, string] => [path, read(path)]),
  ...EXAMPLES.flatMap(({ workflows }) => Object.entries(workflows)),
];

test('an action has one commit and one version, wherever it is used', () => {
  const pins = new Map<string, Set<string>>();
  for (const [, text] of TEXTS) {
    for (const [, action, pin] of text.matchAll(/uses: ([\w.-]+\/[\w.-]+)[\w./-]*@(\S+ # \S+)/g)) {
      pins.set(action!, (pins.get(action!) ?? new Set()).add(pin!));
    }
  }
  expect(pins.size).toBeGreaterThan(6);
  for (const [action, versions] of pins) expect([...versions], action).toHaveLength(1);
});

test('each workflow that starts by itself says what runs together', () => {
  for (const path of projectWorkflows()) {
    const { on, concurrency } = parse(read(path));
    if ('workflow_call' in on) continue;
    expect(concurrency?.group, path).toEqual(expect.any(String));
    expect(concurrency.queue === 'max' || concurrency['cancel-in-progress'] !== undefined, path).toBe(true);
  }
});

test('a newer run never cancels one that writes', () => {
  const writing = projectWorkflows().filter((path) => /: write\b(?! # to (hand in|prove))/.test(read(path)));
  expect(writing).toContain('.github/workflows/release.yml');
  expect(writing).toContain('.github/workflows/nightly.yml');
  for (const path of writing) expect(read(path), path).not.toContain('cancel-in-progress');
});

test('what runs for pull requests runs for the merge queue too, so that a required check comes', () => {
  for (const name of ['ci', 'check-dist']) {
    const { on } = parse(read(`.github/workflows/${name}.yml`));
    expect(Object.keys(on), name).toEqual(expect.arrayContaining(['pull_request', 'merge_group', 'push']));
    expect(on.pull_request, `${name} has a filter: a run it leaves out stays pending for ever`).toBeNull();
  }
});

test('CI runs all that .ci/run runs on Linux, and the tests on the other two systems', () => {
  const { jobs } = parse(read('.github/workflows/ci.yml'));
  const commands = (job: { steps: { run?: string }[] }) => job.steps.map(({ run }) => run).filter(Boolean);
  expect(commands(jobs.linux)).toContain('bash .ci/run');
  expect(jobs.elsewhere.strategy.matrix.system).toEqual(['macos-latest', 'windows-latest']);
  expect(commands(jobs.elsewhere)).toEqual(['npm ci --no-audit --no-fund', 'npm test']);
});

describe('updates of dependencies', () => {
  const { version, updates } = parse(read('.github/dependabot.yml'));

  test('come for npm and for the actions, none before it is a week old', () => {
    expect(version).toBe(2);
    expect(updates.map((each: Record<string, string>) => each['package-ecosystem'])).toEqual([
      'npm',
      'github-actions',
    ]);
    for (const { cooldown, directory } of updates) {
      expect(cooldown['default-days']).toBeGreaterThanOrEqual(7);
      expect(directory).toBe('/');
    }
  });
});

test('nothing stands in the folder of the workflows but workflows', () => {
  const names = readdirSync(join(PROJECT, '.github/workflows'));
  expect(names.filter((name) => !name.endsWith('.yml'))).toEqual([]);
  expect(names).toEqual(
    expect.arrayContaining(
      ['check-dist', 'ci', 'codeql', 'nightly', 'release', 'scorecard'].map((n) => `${n}.yml`),
    ),
  );
});
