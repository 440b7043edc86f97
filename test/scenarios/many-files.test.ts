/** Outputs that are enough for a second thread: what is published of them is what it would be by one. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishDocs } from '../support/publish.ts';
import {
  type Fixture,
  git,
  gitSucceeds,
  makeFixture,
  temporaryDirectory,
  write,
} from '../support/repository.ts';

/** Some 5 KB: text, what does not compress, and every tenth as the one before it. */
const contentOf = (n: number): Buffer =>
  n % 10 === 9
    ? contentOf(n - 1)
    : Buffer.concat([
        Buffer.alloc(4000 + ((n * 7) % 1000), `export const answer${n} = 42;\n`),
        Buffer.alloc(n % 1500, randomBytes(512)),
      ]);

/** Publishes so many files, which are written to `wanted`, with the CommonJS module `hook` in the process. */
function publishMany(
  fixture: Fixture,
  files: number,
  wanted: string,
  hook: string,
  inputs: Record<string, string> = {},
  wrapper: string[] = [],
) {
  for (let n = 0; n < files; n += 1) write(wanted, { [`${n % 20}/${n}.ts`]: contentOf(n) });
  const module = join(temporaryDirectory(), 'hook.cjs');
  writeFileSync(module, hook);
  const run = `cp -r ${wanted}/. "$ATOMIC_STAGING"`;
  return publishDocs(fixture, { run, ...inputs }, { wrapper, env: { NODE_OPTIONS: `--require=${module}` } });
}

/** Such a thread cannot be started, or fails at once. */
const NO_THREAD = `require('node:worker_threads').Worker = function () { throw new Error('EAGAIN'); };`;
const BROKEN_THREAD = `const threads = require('node:worker_threads'); const { Worker } = threads;
threads.Worker = class extends Worker { constructor(text, options) { super('throw new Error("out of memory")', options); } };`;

test.each([
  ['', 400, 0, '', []],
  [' on all cores', 2500, availableParallelism() > 1 ? 1 : 0, '', []],
  [' on one core', 2500, 0, '', ['taskset', '--cpu-list', '0']],
  [' where none can be started', 2500, 0, NO_THREAD, []],
  [' where it fails', 2500, availableParallelism() > 1 ? 1 : 0, BROKEN_THREAD, []],
])(
  'outputs%s: %i files are published whole, and %i other threads compress',
  async (_, files, threads, hook, wrapper) => {
    const fixture = makeFixture();
    const { workspace, bare } = fixture;
    const place = temporaryDirectory();
    const [wanted, seen] = [join(place, 'wanted'), join(place, 'seen')];
    const see = `process.on('worker', () => require('node:fs').appendFileSync('${seen}', 'x'));`;
    const step = await publishMany(fixture, files, wanted, see + hook, {}, wrapper);
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

test.each([
  ['a gate says no', 63, { 'consistency-command': 'exit 1' }],
  ['a gate writes what was sealed', 65, { 'consistency-command': 'echo x > "$ATOMIC_STAGING/x"' }],
  ['it is cancelled while a gate works', 65, { 'consistency-command': 'kill -INT $PPID; sleep 20' }],
])('the other thread keeps no run that packs nothing: %s', async (_, code, inputs) => {
  const wanted = join(temporaryDirectory(), 'wanted');
  const step = await publishMany(makeFixture(), 2500, wanted, '', inputs);
  expect(step.exitCode, step.log).toBe(code);
});

test('the other thread keeps no run whose outputs git adds itself', async () => {
  const fixture = makeFixture({ files: { '.gitattributes': 'docs/** ident\n' } });
  const step = await publishMany(fixture, 2500, join(temporaryDirectory(), 'wanted'), '');
  expect(step.exitCode, step.log).toBe(0);
});
