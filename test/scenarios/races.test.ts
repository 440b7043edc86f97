/** Many clones of one repository publish at the same time: nothing is lost, and nothing is mixed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, checkManifest } from '../support/check.ts';
import { GENERATE, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';

const CLONES = 20;

function makeClones(fixture: Fixture): Fixture[] {
  return Array.from({ length: CLONES }, (_, number) => {
    const workspace = join(fixture.root, `clone-${number}`);
    git(fixture.root, 'clone', '--quiet', fixture.bare, workspace);
    return { ...fixture, workspace };
  });
}

const linear = (bare: string) =>
  git(bare, 'rev-list', '--parents', 'main')
    .split('\n')
    .map((line) => line.split(' ').slice(1))
    .every((parents) => parents.length <= 1);

test('twenty clones that publish to twenty directories all succeed: twenty commits in one line, nothing lost', async () => {
  const fixture = makeFixture();
  const clones = makeClones(fixture);
  const steps = await Promise.all(
    clones.map((clone, number) =>
      publishDocs(clone, { target: `site-${number}`, 'task-id': `TASK-${number}`, 'lock-timeout': '10m' }),
    ),
  );
  expect(steps.map(({ exitCode }) => exitCode)).toEqual(clones.map(() => 0));
  expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe(String(CLONES + 1));
  expect(linear(fixture.bare)).toBe(true);
  const tasks = git(fixture.bare, 'log', '--format=%(trailers:key=Task-ID,valueonly,separator=)', 'main');
  expect(new Set(tasks.split('\n').filter(Boolean)).size).toBe(CLONES);
  for (const [number, { outputs, log }] of steps.entries()) {
    const clone = clones[number]!;
    expect(git(clone.workspace, 'rev-parse', 'HEAD')).toBe(outputs['commit-sha']);
    expect(git(clone.workspace, 'status', '--porcelain')).toBe('');
    check(clone, `site-${number}`);
    // No attempt but the first without a wait, and each wait with its reason.
    const waits = [
      ...log.matchAll(/The remote moved to [0-9a-f]{40}: .* Attempt (\d+) of 10 follows in \d+ ms/g),
    ];
    const replays = [...log.matchAll(/The commit was made again on/g)].length;
    expect(replays - waits.length).toBeLessThanOrEqual(1);
  }
  expect(steps.some(({ log }) => log.includes('Attempt 2 of 10'))).toBe(true);
}, 300_000);

test('twenty clones that publish to one directory: one wins per base, the others are refused, never mixed', async () => {
  const fixture = makeFixture();
  const clones = makeClones(fixture);
  const steps = await Promise.all(
    clones.map((clone, number) =>
      publishDocs(clone, {
        run: `${GENERATE}\necho ${number} > "$ATOMIC_STAGING/who"`,
        'task-id': `TASK-${number}`,
      }),
    ),
  );
  const winners = steps.filter(({ exitCode }) => exitCode === 0);
  expect(winners.length).toBe(1);
  expect(git(fixture.bare, 'rev-parse', 'main')).toBe(winners[0]!.outputs['commit-sha']);
  expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe('2');
  for (const [number, { exitCode, outputs }] of steps.entries()) {
    const clone = clones[number]!;
    check(clone);
    if (exitCode === 0) {
      expect(readFileSync(join(clone.workspace, 'docs/who'), 'utf8')).toBe(`${number}\n`);
      checkManifest(join(clone.workspace, 'docs'));
    } else {
      expect(exitCode).toBe(65);
      expect(outputs['reason']).toMatch(/^the remote moved: commit [0-9a-f]{40} by .* inside the target$/);
      expect(existsSync(join(clone.workspace, 'docs'))).toBe(false);
      expect(git(clone.workspace, 'status', '--porcelain')).toBe('');
    }
  }
}, 300_000);
