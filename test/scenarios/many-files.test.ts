/** Outputs that are enough for a second thread: what is published of them is what it would be by one. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishDocs } from '../support/publish.ts';
import { git, gitSucceeds, makeFixture, temporaryDirectory, write } from '../support/repository.ts';

/** Some 5 KB: text, what does not compress, and every tenth as the one before it. */
const contentOf = (n: number): Buffer =>
  n % 10 === 9
    ? contentOf(n - 1)
    : Buffer.concat([
        Buffer.alloc(4000 + ((n * 7) % 1000), `export const answer${n} = 42;\n`),
        Buffer.alloc(n % 1500, randomBytes(512)),
      ]);

test.each([
  ['', 400, 0, []],
  [' on all cores', 2500, availableParallelism() > 1 ? 1 : 0, []],
  [' on one core', 2500, 0, ['taskset', '--cpu-list', '0']],
])(
  'outputs%s: %i files are published whole, and %i other threads compress',
  async (_, files, threads, wrapper) => {
    const fixture = makeFixture();
    const { workspace, bare } = fixture;
    const place = temporaryDirectory();
    const wanted = join(place, 'wanted');
    const [hook, seen] = [join(place, 'hook.cjs'), join(place, 'seen')];
    const contents = Array.from({ length: files }, (_, n) => contentOf(n));
    write(wanted, Object.fromEntries(contents.map((bytes, n) => [`${n % 20}/${n}.ts`, bytes])));
    writeFileSync(hook, `process.on('worker', () => require('node:fs').appendFileSync('${seen}', 'x'));`);
    const run = `cp -r ${wanted}/. "$ATOMIC_STAGING"`;
    const step = await publishDocs(fixture, { run }, { wrapper, env: { NODE_OPTIONS: `--require=${hook}` } });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs['files']).toBe(String(files));
    expect(existsSync(seen) ? readFileSync(seen, 'utf8') : '').toBe('x'.repeat(threads));
    for (const repository of [workspace, bare]) {
      git(repository, 'fsck', '--strict', '--full');
      const fresh = join(temporaryDirectory(), 'fresh');
      git(repository, 'worktree', 'add', '--quiet', '--detach', fresh, 'main');
      writeFileSync(join(fresh, 'docs/atomic-manifest.json'), ''); // The outputs know nothing of it.
      writeFileSync(join(wanted, 'atomic-manifest.json'), '');
      expect(gitSucceeds(place, 'diff', '--no-index', '--quiet', wanted, join(fresh, 'docs'))).toBe(true);
    }
    expect(git(workspace, 'status', '--porcelain')).toBe('');
  },
);
