/** A run that ended, a power cut, and a clone that git cannot work in any more. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPost } from '../support/crash.ts';
import { isRoot } from '../support/filesystems.ts';
import { cutPower, onOwnDisk, syncDisk } from '../support/power.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, gitSucceeds, write } from '../support/repository.ts';

type Case = [
  string,
  number | null,
  Record<string, string>,
  Record<string, string>,
  (fixture: Fixture) => unknown,
];
const dirty = ({ workspace }: Fixture) => write(workspace, { 'docs/dirty.md': 'not committed\n' });
function moveRemote({ root, bare }: Fixture): void {
  const other = join(root, 'other');
  git(root, 'clone', '--quiet', bare, other);
  write(other, { 'theirs.txt': 'theirs\n' });
  git(other, 'add', '.');
  git(other, 'commit', '--quiet', '-m', 'theirs');
  git(other, 'push', '--quiet', 'origin', 'HEAD:main');
}
const CASES: Case[] = [
  ['a run that found nothing to change', 0, {}, {}, (fixture) => publishDocs(fixture)],
  ['a gate that said no', 63, { 'consistency-command': 'exit 1' }, {}, () => {}],
  ['a gate that said no, over uncommitted files', 63, { 'consistency-command': 'exit 1' }, {}, dirty],
  [
    'a tag that the remote has elsewhere',
    65,
    { tag: 'v1' },
    {},
    ({ bare }) => git(bare, 'update-ref', 'refs/tags/v1', 'main'),
  ],
  ['a remote that moved', 65, { 'on-conflict': 'fail' }, {}, moveRemote],
  ['a command that failed, over uncommitted files', 65, { run: 'exit 3' }, {}, dirty],
  ['a kill in a gate, over uncommitted files', null, {}, { ATOMIC_FUSE: 'after ledger SEALED' }, dirty],
];

test.skipIf(!isRoot).each(['publish', 'follow'])(
  'a power cut after exit code 0 leaves a clone that works: %s (needs root)',
  async (kind) => {
    const { fixture, disk } = onOwnDisk(true);
    if (kind === 'follow') moveRemote(fixture);
    syncDisk(disk);
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(0);
    cutPower(disk);
    expect((await runPost(fixture)).exitCode).toBe(0);
    const broken = spawnSync('git', ['fsck', '--full'], { cwd: fixture.workspace, encoding: 'utf8' });
    expect.soft(broken.status, broken.stderr + broken.stdout).toBe(0);
    expect.soft(gitSucceeds(fixture.workspace, 'gc', '--quiet'), 'git gc').toBe(true);
    const fetch = spawnSync('git', ['fetch', 'origin'], { cwd: fixture.workspace, encoding: 'utf8' });
    expect.soft(fetch.status, fetch.stderr).toBe(0);
  },
);

test.skipIf(!isRoot).each(CASES)(
  'a power cut after %s leaves a clone that works (needs root)',
  async (_, code, inputs, env, begin) => {
    const { fixture, disk } = onOwnDisk(true);
    await begin(fixture);
    syncDisk(disk);
    const step = await publishDocs(fixture, inputs, { env });
    expect(step.exitCode, step.log).toBe(code);
    cutPower(disk);
    expect((await runPost(fixture)).exitCode).toBe(0);
    const next = await publishDocs(fixture);
    expect.soft(next.exitCode, next.outputs['reason']).toBe(0);
    expect.soft(gitSucceeds(fixture.workspace, 'gc', '--quiet'), 'git gc').toBe(true);
    expect.soft(gitSucceeds(fixture.workspace, 'fsck', '--full'), 'git fsck').toBe(true);
  },
);
