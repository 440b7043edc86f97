/**
 * A second process of the same user strikes between two effects of a publish: nothing outside the target is written,
 * and what is published is what the manifest says.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { crashFixture, pointsOf, runPost } from '../support/crash.ts';
import { isRoot, mount } from '../support/filesystems.ts';
import { publishDocs } from '../support/publish.ts';
import { canStop, checkPublished, raced, type Scene, type Strike, stagingIn, swap } from '../support/race.ts';
import { copyOf, write } from '../support/repository.ts';

const TIMEOUT_MS = 300_000;

const SWAPS: [string, Strike][] = [
  ['staging', ({ workspace, outside, away }) => swap(stagingIn(workspace), away, outside)],
  [
    'the new tree, by a link to a copy of it,',
    ({ workspace, outside, away }) => {
      const tree = join(stagingIn(workspace), 'tree/docs');
      cpSync(tree, join(outside, 'copy'), { recursive: true, preserveTimestamps: true });
      return swap(tree, away, join(outside, 'copy'));
    },
  ],
  [
    'what holds the new tree, by a link to where it was moved,',
    ({ workspace, outside }) => swap(join(stagingIn(workspace), 'tree'), join(outside, 'moved')),
  ],
];

describe.skipIf(!canStop)('a second process (needs /proc)', () => {
  test(
    'that swaps staging for a symlink before any effect has nothing written outside: published whole, or not at all',
    async () => {
      const template = crashFixture();
      const points = await pointsOf((env) => publishDocs(copyOf(template), {}, { env }));
      const first = points.findIndex((point) => point.endsWith('before mkdir probe-1'));
      const last = points.findLastIndex((point) => point.endsWith('before ledger COMMITTED'));
      const codes = new Set<number | null>();
      for (let at = first, turn = 0; at <= last; at += 8, turn += 1) {
        const { scene, before, step, giveBack } = await raced(
          copyOf(template),
          at + 1,
          SWAPS[turn % SWAPS.length]![1],
          publishDocs,
        );
        codes.add(step.exitCode);
        if (step.exitCode === 0) {
          checkPublished(scene);
          continue;
        }
        if (step.exitCode === 66) {
          // The old tree was taken out of staging: once it is given back, everything is.
          giveBack();
          expect((await runPost(scene)).exitCode, points[at]).toBe(0);
        }
        expect(observe(scene), points[at]).toEqual(before);
      }
      expect([...codes]).toEqual(expect.arrayContaining([0, 65]));
      expect([0, 65, 66]).toEqual(expect.arrayContaining([...codes]));
    },
    TIMEOUT_MS,
  );

  test.each(
    SWAPS.flatMap(([what, strike]) =>
      ['create atomic-manifest.json', 'ledger SEALED', 'ledger PUBLISHING', 'exchange docs'].map(
        (point) => [what, point, strike] as const,
      ),
    ),
  )('that swaps %s right before %s is seen: 65, and all is as before', async (_, point, strike) => {
    const { scene, before, step } = await raced(crashFixture(), `before ${point}`, strike, publishDocs);
    expect(step.exitCode, step.log).toBe(65);
    expect(observe(scene)).toEqual(before);
    check(scene);
  });

  const FILES: [string, (path: string, scene: Scene) => unknown][] = [
    ['changes a byte of', (path) => writeFileSync(path, 'O', { flag: 'r+' })],
    ['makes a directory of', (path) => rmSync(path) ?? mkdirSync(path)],
    ['puts a pipe in the place of', (path) => rmSync(path) ?? execFileSync('mkfifo', [path])],
    [
      'puts a link to an equal file outside in the place of',
      (path, { outside }) => {
        writeFileSync(join(outside, 'equal'), readFileSync(path));
        rmSync(path);
        symlinkSync(join(outside, 'equal'), path);
      },
    ],
    [
      'puts another name of a file outside in the place of',
      (path, { outside }) => rmSync(path) ?? linkSync(join(outside, 'one.md'), path),
    ],
  ];
  test.each(
    FILES.flatMap(([what, strike]) =>
      ['write pack', 'exchange docs'].map((point) => [what, point, strike] as const),
    ),
  )('that %s a sealed file right before %s is seen: 65, and all is as before', async (_, point, strike) => {
    const { scene, before, step } = await raced(
      crashFixture(),
      `before ${point}`,
      (scene) => strike(join(stagingIn(scene.workspace), 'tree/docs/one.md'), scene),
      publishDocs,
    );
    expect(step.exitCode, step.log).toBe(65);
    expect(observe(scene)).toEqual(before);
    check(scene);
  });

  const TARGETS: [string, string, number, Strike][] = [
    [
      'puts a symlink in the place of',
      'ledger SEALED',
      65,
      ({ workspace, outside, away }) => swap(join(workspace, 'docs'), away, outside),
    ],
    [
      'puts a symlink in the place of',
      'exchange docs',
      65,
      ({ workspace, outside, away }) => swap(join(workspace, 'docs'), away, outside),
    ],
    ['moves away', 'write pack', 65, ({ workspace, away }) => renameSync(join(workspace, 'docs'), away)],
    ['moves away', 'exchange docs', 66, ({ workspace, away }) => renameSync(join(workspace, 'docs'), away)],
    ['writes into', 'exchange docs', 65, ({ workspace }) => write(workspace, { 'docs/mine.md': 'mine\n' })],
  ];
  const MOUNTS: [string, string, number, Strike][] = [
    [
      'mounts an empty disk over',
      'write pack',
      61,
      ({ workspace }) => mount(join(workspace, 'docs'), '-t', 'tmpfs', 'tmpfs'),
    ],
    [
      'mounts a directory outside over',
      'exchange docs',
      61,
      ({ workspace, outside }) => mount(join(workspace, 'docs'), '--bind', outside),
    ],
  ];
  test.each([...TARGETS, ...(isRoot ? MOUNTS : [])])(
    'that %s the target right before %s finds it as it left it: %i',
    async (_, point, code, strike) => {
      let left: unknown;
      const { scene, before, step } = await raced(
        crashFixture(),
        `before ${point}`,
        (scene) => {
          strike(scene);
          left = observe(scene).target;
        },
        publishDocs,
      );
      expect(step.exitCode, step.log).toBe(code);
      expect(step.outputs['reason']).toMatch(/docs|in the target/);
      const after = observe(scene);
      expect(after.target).toEqual(left);
      expect([after.branch, after.remote, after.index]).toEqual([before.branch, before.remote, before.index]);
    },
  );
});
