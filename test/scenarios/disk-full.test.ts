/**
 * A disk that runs out of bytes or of inodes, at every level (clauses 3 and 6): exit code 62 and all as it was,
 * without help, until there is just enough. The workspace with its `.git` is on that disk, the runner's files not.
 */
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, observe, snapshot } from '../support/check.ts';
import {
  fill,
  isRoot,
  mountExt4,
  mountTmpfs,
  moveWorkspace,
  type Resource,
  sh,
  unfill,
} from '../support/filesystems.ts';
import { annotations, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';
import type { StepResult } from '../support/runner.ts';

const PAGE = 'new line\n'.repeat(20_000);
const DISKS = { ext4: mountExt4, tmpfs: mountTmpfs };

/** When the disk fills up. */
const MOMENTS = [
  'before the run',
  'while files are staged',
  'while the commit is prepared',
  'after it is published',
] as const;
type Moment = (typeof MOMENTS)[number];

interface Disk {
  path: string;
  fixture: Fixture;
}

function workspaceOn(kind: keyof typeof DISKS): Disk {
  const fixture = makeFixture({
    files: {
      'docs/page.txt': 'old\n',
      'docs/removed.txt': 'old\n',
      '.gitattributes': 'docs/page.txt filter=fill\n',
    },
  });
  write(fixture.root, { 'built/page.txt': PAGE, 'built/sub/added.txt': 'new\n' });
  const path = join(fixture.root, 'disk');
  DISKS[kind](path, { megabytes: 24, inodes: 512 });
  unfill(path);
  return { path, fixture: moveWorkspace(fixture, path) };
}

/** Publishes on a disk on which `level` is left at `moment`; afterwards there is room again. */
async function publishOnFullDisk(
  { path, fixture }: Disk,
  moment: Moment,
  resource: Resource,
  level: number,
): Promise<StepResult> {
  const { root, workspace } = fixture;
  const script = fill(path, resource, level);
  // git cleans the outputs when it makes their tree, and only then it works in the staging directory.
  const inStaging = moment === 'while the commit is prepared' ? script : ':';
  write(root, { 'clean.sh': `case "$PWD" in *.atomic-*) ${inStaging} ;; esac\ncat\n` });
  git(workspace, 'config', 'filter.fill.clean', `bash ${join(root, 'clean.sh')}`);
  if (moment === 'before the run') sh(script);
  const run = moment === 'while files are staged' ? script : '';
  const validation = moment === 'after it is published' ? script : '';
  const step = await publish(fixture, { run, 'validation-command': validation });
  unfill(path);
  return step;
}

function publish(fixture: Fixture, inputs: Record<string, string> = {}): Promise<StepResult> {
  const artifacts = join(fixture.root, 'built');
  return publishDocs(fixture, { run: '', artifacts, ...inputs }, { temp: join(fixture.root, 'temp') });
}

/** From nothing upward: in small steps where the ledger and git write, then past the reserves of clause 6. */
const LEVELS: Record<Resource, number[]> = {
  bytes: [
    ...[0, 4, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 96, 128, 192, 256, 320, 384, 512].map(
      (kib) => kib * 1024,
    ),
    ...[1, 3, 4, 5, 6, 8].map((mib) => mib * 1024 * 1024),
  ],
  inodes: [...Array.from({ length: 18 }, (_, level) => level), 24, 32, 40, 48, 64, 96],
};

describe.skipIf(!isRoot).each(['ext4', 'tmpfs'] as const)('on a full %s (needs root)', (kind) => {
  describe.each(['bytes', 'inodes'] as const)('out of %s', (resource) => {
    test.each(MOMENTS)('%s, a publish changes nothing and says 62 until there is enough', async (moment) => {
      const disk = workspaceOn(kind);
      const before = observe(disk.fixture);
      // Both disks have the same levels in between: of the quick one, and where one look refuses all, a few have to do.
      const every = moment === 'while files are staged' ? 4 : kind === 'tmpfs' ? 2 : 1;
      const levels = LEVELS[resource].filter((_, index) => index % every === 0);
      const refused: number[] = [];
      for (const level of levels) {
        const step = await publishOnFullDisk(disk, moment, resource, level);
        if (step.exitCode === 0) break;
        const where = `${level} ${resource} left\n${step.log}`;
        expect([step.exitCode, step.signal], where).toEqual([62, null]);
        expect(step.outputs, where).toMatchObject({
          state: 'ROLLED_BACK',
          'exit-code': '62',
          changed: 'false',
        });
        expect(annotations(step.log)).toEqual(['Atomic Publish: 62 INSUFFICIENT_DISK_SPACE']);
        if (moment === 'while files are staged') {
          expect(step.outputs['reason']).toMatch(/staging needs \d+ (bytes|inodes) .* \d+ are available/);
        }
        expect(observe(disk.fixture), where).toEqual(before);
        check(disk.fixture);
        refused.push(level);
        // Every first run on a full disk must make its ledger there; the others find one.
        if (moment === 'before the run') {
          rmSync(join(disk.fixture.workspace, '.git/atomic'), { recursive: true, force: true });
        }
      }
      expectPublished(disk.fixture);
      expect(refused.length * every).toBeGreaterThanOrEqual(moment === 'before the run' ? 15 : 4);
    });
  });

  test.each(['bytes', 'inodes'] as const)(
    'a disk that runs out of %s once the remote has the commit does not stop the publish',
    async (resource) => {
      const disk = workspaceOn(kind);
      const hook = join(disk.fixture.bare, 'hooks/post-receive');
      write(disk.fixture.bare, { 'hooks/post-receive': `#!/bin/bash\n${fill(disk.path, resource, 0)}\n` });
      chmodSync(hook, 0o755);
      const step = await publish(disk.fixture);
      expect(readdirSync(join(disk.path, 'filler'))).not.toEqual([]);
      rmSync(hook);
      unfill(disk.path);
      expect([step.exitCode, step.signal], step.log).toEqual([0, null]);
      expect(step.outputs).toMatchObject({ state: 'COMMITTED', pushed: 'true' });
      expectPublished(disk.fixture);
    },
  );

  test.each([
    ['bytes', 'head -c 40000000 /dev/urandom > "$ATOMIC_STAGING/large"'],
    ['inodes', 'for n in $(seq 1000); do : > "$ATOMIC_STAGING/$n" || exit 1; done'],
  ])('a command that runs out of %s itself is 62, and says what it was', async (_, run) => {
    const disk = workspaceOn(kind);
    const before = observe(disk.fixture);
    for (const target of ['docs', '']) {
      const step = await publishDocs(disk.fixture, { run, target });
      expect(step.exitCode, step.log).toBe(62);
      expect(step.outputs['reason']).toMatch(
        /^the command of input run ended with exit code 1, and the disk is full$/,
      );
      expect(observe(disk.fixture)).toEqual(before);
    }
  });

  test.each(['bytes', 'inodes'] as const)(
    'a run that had no %s is followed by one that publishes',
    async (resource) => {
      const disk = workspaceOn(kind);
      for (const moment of MOMENTS) {
        expect((await publishOnFullDisk(disk, moment, resource, 0)).exitCode).toBe(62);
      }
      expect((await publish(disk.fixture)).exitCode).toBe(0);
      expectPublished(disk.fixture);
    },
  );
});

function expectPublished(fixture: Fixture): void {
  const { 'atomic-manifest.json': _, ...outputs } = snapshot(join(fixture.workspace, 'docs'));
  expect(outputs).toEqual({ 'page.txt': `644 ${PAGE}`, 'sub/added.txt': '644 new\n' });
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  expect(git(fixture.bare, 'rev-parse', 'main')).toBe(git(fixture.workspace, 'rev-parse', 'main'));
  check(fixture);
}
