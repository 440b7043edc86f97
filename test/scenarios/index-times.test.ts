/** git compares times by the second: what is written in the second of its index it reads again, and must go on to (clause 9). */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { moveRemote } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { git, makeFixture } from '../support/repository.ts';

const startOfSecond = () => setTimeout(1005 - (Date.now() % 1000));

test.each([
  ['', false],
  [', also after a remote that moved was followed', true],
])('what the user changed elsewhere in the second of the index is still seen by git%s', async (_, moves) => {
  const fixture = makeFixture();
  const { workspace } = fixture;
  if (moves) moveRemote(fixture, { 'theirs.txt': 'theirs\n' });
  await startOfSecond();
  writeFileSync(join(workspace, 'src/input.txt'), 'INPUT\n');
  git(workspace, 'add', 'src/input.txt');
  writeFileSync(join(workspace, 'src/input.txt'), 'other\n');
  await setTimeout(1100);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(workspace, 'status', '--porcelain')).toContain('MM src/input.txt');
});

test('a change of an output while the index is refreshed is seen by git afterwards', async () => {
  const fixture = makeFixture();
  const { workspace, root } = fixture;
  const bin = join(root, 'bin');
  mkdirSync(bin);
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh
case "$*" in *--refresh*docs*) printf 'ONE\\n' > ${workspace}/docs/one.md; ${real} "$@"; c=$?; sleep 1.1; exit $c;; esac
exec ${real} "$@"
`,
  );
  chmodSync(join(bin, 'git'), 0o755);
  const run = `while [ "$(date +%N | cut -c1)" != 0 ]; do sleep 0.02; done
printf 'one\\n' > "$ATOMIC_STAGING/one.md"; while [ "$(date +%N | cut -c1-2)" -lt 11 ]; do sleep 0.02; done`;
  const step = await publishDocs(fixture, { run }, { env: { PATH: `${bin}:${process.env['PATH']}` } });
  expect(step.exitCode, step.log).toBe(0);
  expect(readFileSync(join(workspace, 'docs/one.md'), 'utf8')).toBe('ONE\n');
  expect(git(workspace, 'status', '--porcelain')).toContain('M docs/one.md');
});
