/** File systems that take `A` and `a` for one name, as those of macOS and Windows do. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { cloneWith, expectPublished, expectTheirs, moveRemote } from '../support/checkouts.ts';
import { isRoot, sh } from '../support/filesystems.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git } from '../support/repository.ts';

/** Scripts that mount one at `$AT` with a directory `folding` in it. */
const MOUNTS = {
  'ext4 with casefold': `truncate --size 64M "$AT.img"; mkfs.ext4 -q -F -O casefold "$AT.img"
    mount -o loop "$AT.img" "$AT"; mkdir "$AT/folding"; chattr +F "$AT/folding"`,
  // This driver folds every name to lower case, also in what it lists.
  NTFS: `truncate --size 64M "$AT.img"; mkntfs --force --fast --quiet "$AT.img"
    lowntfs-3g -o ignore_case,permissions "$AT.img" "$AT"; mkdir "$AT/folding"`,
};

type Kind = keyof typeof MOUNTS;

/** Mounts one. Returns its directory, and what unmounts it. */
function mountFolding(kind: Kind): { directory: string; unmount: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'atomic-folding-'));
  const AT = join(root, 'mounted');
  mkdirSync(AT);
  const unmount = () => {
    sh('! mountpoint -q "$AT" || umount --lazy "$AT"', { AT });
    rmSync(root, { recursive: true });
  };
  try {
    sh(MOUNTS[kind], { AT });
  } catch (error) {
    unmount();
    throw error;
  }
  return { directory: join(AT, 'folding'), unmount };
}

function canMount(kind: Kind): boolean {
  try {
    mountFolding(kind).unmount();
    return true;
  } catch {
    return false;
  }
}

const KINDS = (Object.keys(MOUNTS) as Kind[]).map((kind) => {
  const works = isRoot && canMount(kind);
  return { kind, works, name: works ? kind : `${kind} (skipped: it cannot be mounted here)` };
});

/** A clone there. Where the system has no exchange two renames must do. */
function makeClone(kind: Kind): Fixture {
  const { directory, unmount } = mountFolding(kind);
  onTestFinished(unmount);
  const { bare, root } = cloneWith([]);
  const workspace = join(directory, 'checkout');
  git(root, 'clone', '--quiet', bare, workspace);
  expect(git(workspace, 'config', 'core.ignoreCase')).toBe('true');
  return { root, bare, workspace };
}

const inputs = { atomicity: 'journaled' };

for (const { kind, works, name } of KINDS) {
  test.skipIf(!works)(`a remote that moved is followed on ${name}`, async () => {
    const fixture = makeClone(kind);
    await expectPublished(fixture, { theirs: moveRemote(fixture), inputs });
    expectTheirs(fixture.workspace);
  });

  test.skipIf(!works)(`a name that changes in case alone on the remote is followed on ${name}`, async () => {
    const fixture = makeClone(kind);
    const theirs = moveRemote(fixture, { 'deep/c.txt': null, 'deep/C.txt': 'c\n' });
    await expectPublished(fixture, { theirs, inputs });
    expect(readFileSync(join(fixture.workspace, 'deep/C.txt'), 'utf8')).toBe('c\n');
  });

  test.skipIf(!works)(`a target in another case than it stands there is refused on ${name}`, async () => {
    const fixture = makeClone(kind);
    const before = observe(fixture);
    const step = await publishDocs(fixture, { ...inputs, target: 'Docs' });
    expect(step.exitCode, step.log).toBe(61);
    expect(step.outputs['reason']).toMatch(
      /another name for what is there: no name in .* is spelled "Docs"$/,
    );
    expect(step.log).toContain('Spell target as it is on the disk.');
    expect(observe(fixture)).toEqual(before);
    check(fixture);
  });
}

/** Clones that list names as they are spelled; the second is on any file system, and git is told of another. */
const SPELLINGS: [string, boolean, () => Fixture][] = [
  [KINDS[0]!.name, KINDS[0]!.works, () => makeClone('ext4 with casefold')],
  [
    'a file system that git takes for such a one',
    true,
    () => cloneWith(['--config', 'core.ignoreCase=true']),
  ],
];

for (const [name, works, make] of SPELLINGS) {
  test.skipIf(!works)(
    `an output whose name changes in case alone is committed as it stands on ${name}`,
    async () => {
      const fixture = make();
      await expectPublished(fixture, { inputs: { ...inputs, run: 'echo one > "$ATOMIC_STAGING/ONE.md"' } });
      const names = ['ONE.md', 'atomic-manifest.json'];
      expect(git(fixture.bare, 'ls-tree', '--name-only', 'main:docs').split('\n')).toEqual(names);
      expect(readdirSync(join(fixture.workspace, 'docs')).sort()).toEqual(names);
    },
  );
}
