/** A change of an output that git must see afterwards (clause 9). */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { canStop, raced, type Strike } from '../support/race.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';
import type { StepOptions } from '../support/runner.ts';

const AT_START = `while [ "$(date +%N | cut -c1)" != 0 ]; do sleep 0.02; done
printf 'one\\n' > "$ATOMIC_STAGING/one.md"; while [ "$(date +%N | cut -c1-2)" -lt 11 ]; do sleep 0.02; done`;

/** Stands at the lock of the index while the user writes in the second of the output, and the lock is of a later one. */
async function publishHeldUp(fixture: Fixture, fuse: string, change: (workspace: string) => void) {
  const { workspace } = fixture;
  const lock = join(workspace, '.git/index.lock');
  writeFileSync(lock, ''); // Another git works on the index.
  const env = { ATOMIC_FUSE: fuse };
  const step = publishDocs(fixture, { run: AT_START, push: 'false' }, { env });
  while (!existsSync(join(workspace, 'docs/one.md'))) await setTimeout(2);
  await setTimeout(300); // The last look is made, and the publish waits for the lock.
  change(workspace);
  await setTimeout(1100);
  rmSync(lock);
  return step;
}

test.each(['', 'after rename index.lock'])(
  'a change of an output in the second of the last look is seen by git after a publish that dies %s',
  async (fuse) => {
    const fixture = makeFixture();
    const { workspace } = fixture;
    const file = join(workspace, 'docs/one.md');
    const died = await publishHeldUp(fixture, fuse, () => writeFileSync(file, 'ONE\n'));
    expect(died.signal ?? '', died.log).toBe(fuse === '' ? '' : 'SIGKILL');
    const post = await runPost(fixture);
    expect(post.exitCode, post.log).toBe(0);
    expect(git(workspace, 'log', '-1', '--format=%s')).not.toBe('first'); // It is committed.
    expect(readFileSync(file, 'utf8')).toBe('ONE\n');
    expect(git(workspace, 'status', '--porcelain')).toContain('M docs/one.md');
  },
);

test.skipIf(!canStop).each([
  ['of the far future, which git counts from the start again', '@4294967301'],
  ['of the future', '@4102444800'],
  ['of the last second before the epoch', '@-1'],
  ['of 32 bits that are all zero', '@4294967296'],
])(
  'a change of an output %s in the second of the last look at it is seen by git afterwards',
  async (_, time) => {
    const strike: Strike = ({ workspace }) => {
      const file = join(workspace, 'docs/one.md');
      writeFileSync(file, 'ONE\n');
      execFileSync('touch', ['--date', time, file]);
      execFileSync('sleep', ['1.1']);
    };
    const publish = (fixture: Fixture, inputs: Record<string, string>, options: Partial<StepOptions>) =>
      publishDocs(
        fixture,
        { ...inputs, run: `${AT_START}; touch --date ${time} "$ATOMIC_STAGING/one.md"` },
        options,
      );
    const { step, scene } = await raced(makeFixture(), 'before create index.lock', strike, publish);
    expect(step.exitCode, step.log).toBe(0);
    expect(readFileSync(join(scene.workspace, 'docs/one.md'), 'utf8')).toBe('ONE\n');
    expect(git(scene.workspace, 'status', '--porcelain')).toContain('M docs/one.md');
  },
);
