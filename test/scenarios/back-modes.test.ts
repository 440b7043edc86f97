/** Modes on the way back: what was private stays private, and a directory that is read-only stops nothing. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRoot } from '../support/filesystems.ts';
import { FILES } from '../support/operation.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, makeFixture } from '../support/repository.ts';

/** As a user who is not root, to whom the clone belongs: read-only is nothing to root. */
function asUser({ root }: Fixture) {
  const temp = join(root, 'temp');
  mkdirSync(temp, { recursive: true });
  execFileSync('chown', ['-R', '65534:65534', root]);
  chmodSync(root, 0o755);
  const drop = 'chmod -R a+rwX "$RUNNER_TEMP"; exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
  return { wrapper: ['bash', '-c', drop, 'sh'], temp };
}

describe.runIf(isRoot)('nothing private is left beside a target with a read-only directory in', () => {
  const leftovers = ({ workspace }: Fixture) =>
    readdirSync(workspace).filter((name) => name.includes('.atomic-'));

  test('the tree that was published before', async () => {
    const fixture = makeFixture({ files: { ...FILES, 'docs/ro/x.md': 'x\n' } });
    chmodSync(join(fixture.workspace, 'docs/ro'), 0o555);
    const step = await publishDocs(fixture, {}, asUser(fixture));
    expect(step.exitCode, step.log).toBe(0);
    expect(leftovers(fixture)).toEqual([]);
  });

  test('the tree that was taken back', async () => {
    const fixture = makeFixture({ files: { ...FILES, 'docs/one.md': 'x\n' } });
    const run = 'mkdir "$ATOMIC_STAGING/ro"; echo x > "$ATOMIC_STAGING/ro/x"; chmod 555 "$ATOMIC_STAGING/ro"';
    const step = await publishDocs(fixture, { run, 'validation-command': 'false' }, asUser(fixture));
    expect(step.exitCode, step.log).toBe(65);
    expect(leftovers(fixture)).toEqual([]);
  });
});
