/** Clause 6: what the system would refuse later is found out while the target is still untouched. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { observe } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { asNobody, isRoot, mount, mountReadOnly, sh } from '../support/filesystems.ts';
import { publishDocs } from '../support/publish.ts';
import { expectRefusal, published, TARGET } from '../support/refusal.ts';
import { type Fixture, git, temporaryDirectory, write } from '../support/repository.ts';

describe.skipIf(!isRoot)('a target that the system protects (needs root)', () => {
  test('a target on which another directory is mounted is refused', async () => {
    const fixture = published();
    const elsewhere = temporaryDirectory();
    write(elsewhere, { 'page.txt': 'mounted\n' });
    mount(join(fixture.workspace, TARGET), '--bind', elsewhere);
    await expectRefusal(fixture, TARGET, /EBUSY/);
  });

  test('a target on which a tmpfs is mounted is refused', async () => {
    const fixture = published();
    mount(join(fixture.workspace, TARGET), '-t', 'tmpfs', 'tmpfs');
    writeFileSync(join(fixture.workspace, TARGET, 'page.txt'), 'in memory\n');
    await expectRefusal(fixture, TARGET, /EBUSY/);
  });

  test('a target in which another directory is mounted is refused, and that one keeps its files', async () => {
    const fixture = published();
    const elsewhere = temporaryDirectory();
    write(elsewhere, { 'page.txt': 'mounted\n' });
    const inside = join(fixture.workspace, TARGET, 'two words');
    mkdirSync(inside);
    mount(inside, '--bind', elsewhere);
    await expectRefusal(fixture, TARGET, /holds a mount point .*two words/);
    expect(readFileSync(join(elsewhere, 'page.txt'), 'utf8')).toBe('mounted\n');
  });

  test('what a command mounts in staging keeps its files, and staging stays', async () => {
    const fixture = published();
    const elsewhere = temporaryDirectory();
    write(elsewhere, { 'page.txt': 'mounted\n' });
    const run = `mkdir "$ATOMIC_STAGING/m"; mount --bind '${elsewhere}' "$ATOMIC_STAGING/m"; exit 1`;
    const step = await publishDocs(fixture, { target: TARGET, run });
    const [staging] = readdirSync(join(fixture.workspace, 'site')).filter((name) =>
      name.includes('.atomic-'),
    );
    sh(`umount '${join(fixture.workspace, 'site', staging!)}/tree/${TARGET}/m'`);
    expect(step.exitCode, step.log).toBe(65);
    expect(step.log).toContain('is a mount point');
    expect(readFileSync(join(elsewhere, 'page.txt'), 'utf8')).toBe('mounted\n');
    const post = await runPost(fixture, { target: TARGET });
    expect(post.exitCode, post.log).toBe(0);
    expect(readdirSync(join(fixture.workspace, 'site')).some((name) => name.includes('.atomic-'))).toBe(
      false,
    );
  });

  describe.each([
    { kind: 'a target', target: TARGET },
    { kind: 'a new target', target: 'site/new' },
    { kind: 'a new target whose parents are new, too,', target: 'site/new/deep/docs' },
  ])('$kind', ({ target }) => {
    test('in a directory that is mounted read-only is refused', async () => {
      const fixture = published();
      mountReadOnly(join(fixture.workspace, 'site'));
      await expectRefusal(fixture, target, /EROFS/);
    });

    test('in a workspace that is mounted read-only as a whole is refused', async () => {
      const fixture = published();
      mountReadOnly(fixture.workspace);
      await expectRefusal(fixture, target, /EROFS/);
    });

    test('in a directory this user may not write to is refused', async () => {
      const fixture = published();
      const nobody = asNobody(fixture);
      sh('chown root "$DIR"; chmod 0755 "$DIR"', { DIR: join(fixture.workspace, 'site') });
      await expectRefusal(fixture, target, /EACCES/, nobody);
    });
  });

  test('a target that belongs to another user, in a directory with the sticky bit, is refused', async () => {
    const fixture = published();
    const nobody = asNobody(fixture);
    chmodSync(join(fixture.workspace, 'site'), 0o1777);
    sh('chown root "$DIR" "$DIR/docs"', { DIR: join(fixture.workspace, 'site') });
    await expectRefusal(fixture, TARGET, /EPERM|EACCES/, nobody);
  });

  test.each(['publish', 'verify', 'recover'])(
    'a ledger of another user is no ledger that cannot be read: mode %s names it, and who may write it',
    async (mode) => {
      const fixture = published();
      expect((await publishDocs(fixture, { target: TARGET })).exitCode).toBe(0);
      const nobody = asNobody(fixture);
      sh('chown --recursive root "$DIR"; chmod 0755 "$DIR"', { DIR: join(fixture.workspace, '.git/atomic') });
      const step = await publishDocs(fixture, { mode, target: TARGET }, nobody);
      expect(step.exitCode, step.log).toBe(65);
      expect(step.outputs['reason']).toMatch(/\.git\/atomic may not be written by this user$/);
      expect(step.log).toContain('Run the step as the user who owns the repository');
    },
  );

  test.each([
    { what: 'an immutable target', path: TARGET },
    { what: 'a target in an immutable directory', path: 'site' },
  ])('$what is refused', async ({ path }) => {
    const fixture = published();
    const immutable = join(fixture.workspace, path);
    execFileSync('chattr', ['+i', immutable]);
    onTestFinished(() => void execFileSync('chattr', ['-i', immutable]));
    await expectRefusal(fixture, TARGET, /EPERM|EACCES/);
  });

  test.each(['strict', 'journaled'])(
    "a target on the lower layer of an overlay is refused with atomicity '%s'",
    async (atomicity) => {
      const fixture = published();
      const [lower, upper, work] = ['lower', 'upper', 'scratch'].map((name) => join(fixture.root, name));
      renameSync(fixture.workspace, lower!);
      for (const directory of [upper!, work!]) mkdirSync(directory);
      const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work},redirect_dir=off`;
      mount(fixture.workspace, '-t', 'overlay', '-o', layers, 'overlay');
      git(fixture.workspace, 'update-index', '--refresh');
      await expectRefusal(fixture, TARGET, /EXDEV/, { inputs: { atomicity } });
    },
  );
});

test.skipIf(!isRoot)(
  'a mount that turns read-only while a gate runs leaves the target as it was (needs root)',
  async () => {
    const fixture = published();
    const site = join(fixture.workspace, 'site');
    mount(site, '--bind', site);
    const before = observe(fixture, TARGET);
    const gate = `mount -o remount,bind,ro '${site}'`;
    const inputs = { target: TARGET, 'consistency-command': gate };
    const step = await publishDocs(fixture, inputs);
    expect(step.exitCode, step.log).toBe(61);
    expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', 'exit-code': '61', changed: 'false' });
    expect({ ...observe(fixture, TARGET), status: before.status }).toEqual(before);
    execFileSync('mount', ['-o', 'remount,bind,rw', site]);
    expect((await publishDocs(fixture, { target: TARGET })).exitCode).toBe(0);
  },
);

describe.skipIf(!isRoot)('what others have left in the target (needs root)', () => {
  const leave = (fixture: Fixture, script: string) =>
    sh(`cd "$TARGET"; ${script}`, { TARGET: join(fixture.workspace, TARGET) });

  test.each([
    ['a directory', 'mkdir -m 700 sub'],
    ['a file', 'umask 077; echo x > private'],
  ])('%s that this user may not read is found before anything is done', async (_, script) => {
    const fixture = published();
    const user = asNobody(fixture);
    leave(fixture, script);
    await expectRefusal(fixture, TARGET, /holds what this user may not read or remove: EACCES/, user);
  });

  test('a file that this user may not read is 61 without a commit, too', async () => {
    const fixture = published();
    const user = asNobody(fixture);
    leave(fixture, 'umask 077; echo x > private');
    const step = await publishDocs(fixture, { target: TARGET, commit: 'false' }, user);
    expect(step.exitCode).toBe(61);
    expect(step.log).toContain('holds what this user may not read or remove');
  });

  test.each([
    ['a directory', 'mkdir sub; echo x > sub/page.txt'],
    ['a directory of directories', 'mkdir sub; mkdir -m 777 sub/deep; echo x > sub/deep/a'],
  ])(
    '%s that this user may not empty is refused, and nothing is left beside the target',
    async (_, script) => {
      const fixture = published();
      const user = asNobody(fixture);
      leave(fixture, script);
      const before = observe(fixture, TARGET);
      const step = await publishDocs(fixture, { target: TARGET, push: 'false' }, user);
      expect(step.exitCode, step.log).toBe(61);
      expect(step.log).toMatch(/holds what this user may not read or remove: EACCES.*"?.*sub/);
      expect(observe(fixture, TARGET)).toEqual(before);
      expect(readdirSync(join(fixture.workspace, 'site')).sort()).toEqual(['docs', 'kept.txt']);
    },
  );

  test('a directory that this user may not empty is no obstacle where nothing is replaced', async () => {
    const fixture = published();
    const user = asNobody(fixture);
    expect((await publishDocs(fixture, { target: TARGET, push: 'false' }, user)).exitCode).toBe(0);
    leave(fixture, 'chown 1234 guide; chmod 755 guide');
    for (const inputs of [{ mode: 'check' }, { push: 'false' }]) {
      const step = await publishDocs(fixture, { target: TARGET, ...inputs }, user);
      expect(step.exitCode, step.log).toBe(0);
      expect(step.outputs['changed']).toBe('false');
    }
  });

  test('what this user may remove is no obstacle', async () => {
    const fixture = published();
    const user = asNobody(fixture);
    sh('cd "$TARGET"; mkdir empty; echo x > theirs.txt', { TARGET: join(fixture.workspace, TARGET) });
    const step = await publishDocs(fixture, { target: TARGET, push: 'false' }, user);
    expect(step.exitCode, step.log).toBe(0);
    expect(readdirSync(join(fixture.workspace, 'site')).sort()).toEqual(['docs', 'kept.txt']);
  });
});

test.each(['x'.repeat(215), `a/${'x'.repeat(300)}/docs`])(
  'a target with too long a name is refused, and there is nothing to settle',
  async (target) => {
    const fixture = published();
    await expectRefusal(fixture, target, /has too long a name/);
    const post = await runPost(fixture);
    expect(post.log).not.toContain('Warning');
    expect(post.exitCode, post.log).toBe(0);
  },
);
