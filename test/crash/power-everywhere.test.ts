/**
 * A power cut at any moment, also right after another process has synced a file of its own, as a database does: names are on disk
 * then, what is in new files is not. What is left is settled, and git can go on in that clone.
 */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { checkRepository, ledgerRows, observe } from '../support/check.ts';
import { deathsOf, expectOldOrNew, pointsOf, runPost } from '../support/crash.ts';
import { isRoot } from '../support/filesystems.ts';
import { see } from '../support/operation.ts';
import { cutPowerLater, onOwnDisk } from '../support/power.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git } from '../support/repository.ts';
import type { StepResult } from '../support/runner.ts';

type Step = (fixture: Fixture, env?: Record<string, string>) => Promise<StepResult>;

/** Dies at every `every`-th moment that differs, and expects `sideOf` what there was before. Returns the sides. */
async function sweep(
  step: Step,
  every: number,
  target: string,
  observed: (fixture: Fixture) => unknown,
  sideOf: (fixture: Fixture, before: unknown, where: string) => string,
): Promise<Set<string>> {
  const sides = new Set<string>();
  const points = await pointsOf((env) => step(onOwnDisk(true).fixture, env));
  const deaths = deathsOf(points).filter((_, at) => at % every === 0);
  expect(deaths.length).toBeGreaterThan(20);
  for (const death of deaths) {
    const where = points[death - 1]!;
    const { fixture, disk } = onOwnDisk(true);
    const before = observed(fixture);
    const died = await step(fixture, { ATOMIC_FUSE: String(death) });
    expect(died.signal, where).toBe('SIGKILL');
    cutPowerLater(disk);
    const post = await runPost(fixture, { target });
    expect(post.exitCode, `${where}\n${post.log}`).toBe(0);
    sides.add(sideOf(fixture, before, where));
    const next = await step(fixture);
    expect(next.exitCode, `${where}\n${next.log}`).toBe(0);
    const gc = spawnSync('git', ['gc', '--quiet'], { cwd: fixture.workspace, encoding: 'utf8' });
    expect(gc.status, `${where}\n${gc.stderr}`).toBe(0);
  }
  return sides;
}

test.skipIf(!isRoot)(
  'a publish is old or new after a power cut at any moment, from packed refs (needs root)',
  async () => {
    const step: Step = (fixture, env = {}) => publishDocs(fixture, {}, { env });
    const sides = await sweep(step, 2, 'docs', observe, (fixture, before) =>
      expectOldOrNew(fixture, before as ReturnType<typeof observe>),
    );
    expect(sides).toEqual(new Set(['old', 'new']));
  },
  600_000,
);

const COMMIT = 'git -c user.name=A -c user.email=a@example.org commit -q -m own';

test.skipIf(!isRoot).each([
  ['stages', 4, 'echo A > a.txt; git add a.txt; echo new > new.txt'],
  ['commits', 6, `echo A > a.txt; git add a.txt; ${COMMIT} || :; echo new > new.txt`],
])(
  'an operation that %s is old or new after a power cut at any moment (needs root)',
  async (_, every, run) => {
    const step: Step = (fixture, env = {}) => operate(fixture, run, {}, { env });
    const sides = await sweep(step, every, '', see, (fixture, before, where) => {
      checkRepository(fixture);
      const row = ledgerRows(fixture.workspace).at(-1);
      const isNew = row?.['state'] === 'COMMITTED';
      if (!isNew) expect(see(fixture), where).toEqual(before);
      else {
        expect(git(fixture.workspace, 'rev-parse', 'main'), where).toBe(row['commit_sha']);
        expect(git(fixture.bare, 'rev-parse', 'main'), where).toBe(row['commit_sha']);
        expect(git(fixture.workspace, 'show', 'main:a.txt', 'main:new.txt'), where).toBe('A\nnew');
      }
      return isNew ? 'new' : 'old';
    });
    expect(sides).toEqual(new Set(['old', 'new']));
  },
  600_000,
);
