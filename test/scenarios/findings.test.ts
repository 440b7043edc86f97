/** What a hostile reading found: each is a wrong yes, a loss, or a way that led nowhere. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkRepository } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { fill, isRoot, mountTmpfs, moveWorkspace, unfill } from '../support/filesystems.ts';
import { EDIT, FILES, makeDirty, see } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

describe('a submodule that someone committed into the target, with nothing of it on the disk,', () => {
  /** As a clone without `--recurse-submodules` has it: an empty directory. */
  async function makeWithSubmodule(): Promise<Fixture> {
    const fixture = makeFixture();
    const { workspace } = fixture;
    expect((await publishDocs(fixture)).exitCode).toBe(0);
    const link = `160000,${git(workspace, 'rev-parse', 'HEAD')},docs/sub`;
    git(workspace, 'update-index', '--add', '--cacheinfo', link);
    git(workspace, 'commit', '--quiet', '--message', 'a submodule');
    git(workspace, 'push', '--quiet', 'origin', 'main');
    mkdirSync(join(workspace, 'docs/sub'));
    return fixture;
  }

  test('is found by verify', async () => {
    const { workspace } = await makeWithSubmodule();
    const step = await runStep({ workspace, inputs: { mode: 'verify', target: 'docs' } });
    expect(step.exitCode, step.log).toBe(63);
    expect(step.log).toContain('"sub" is in HEAD and not on the disk');
  });

  test('is found by check and gone after a publish', async () => {
    const fixture = await makeWithSubmodule();
    expect((await publishDocs(fixture, { mode: 'check' })).exitCode).toBe(63);
    const step = await publishDocs(fixture);
    expect(step.outputs['changed'], step.log).toBe('true');
    expect(git(fixture.workspace, 'ls-tree', '-r', 'HEAD', 'docs')).not.toContain('160000');
    expect((await publishDocs(fixture, { mode: 'check' })).exitCode).toBe(0);
  });
});

test.each(['before ledger ROLLED_BACK', 'after remove before'])(
  'an operation that failed and died %s, when there is nothing more to undo, is settled by the next step',
  async (point) => {
    const fixture = makeFixture({ files: FILES });
    makeDirty(fixture);
    const before = see(fixture);
    const died = await operate(fixture, `${EDIT}\nexit 1`, {}, { env: { ATOMIC_FUSE: point } });
    expect(died.signal, died.log).toBe('SIGKILL');
    const post = await runPost(fixture, { target: '' });
    expect(post.exitCode, post.log).toBe(0);
    expect(see(fixture)).toEqual(before);
    checkRepository(fixture);
  },
);

test.skipIf(!isRoot)(
  'an operation that emptied a file and filled the disk is undone: what it added goes first',
  async () => {
    const fixture = makeFixture({ files: { 'large.bin': 'x' } });
    const large = randomBytes(6 * 1024 * 1024);
    writeFileSync(join(fixture.workspace, 'large.bin'), large);
    git(fixture.workspace, 'commit', '--quiet', '--all', '--message', 'large');
    const disk = join(fixture.root, 'disk');
    mountTmpfs(disk, { megabytes: 48, inodes: 2000 });
    unfill(disk);
    const { workspace } = moveWorkspace(fixture, disk);
    // It compresses to next to nothing: what stands can be kept, and yet there is no room for the file.
    const run = `: > large.bin; ${fill(disk, 'bytes', 2 * 1024 * 1024)}; mv '${disk}/filler/bytes' added; exit 1`;
    const step = await operate({ workspace }, run);
    expect(step.exitCode, step.log).toBe(65);
    expect(readFileSync(join(workspace, 'large.bin')).equals(large)).toBe(true);
    expect(git(workspace, 'status', '--porcelain')).toBe('');
  },
);

test('core.autocrlf without a value is true to git, and line ends are converted', async () => {
  const fixture = makeFixture();
  const { workspace } = fixture;
  appendFileSync(join(workspace, '.git/config'), '[core]\n\tautocrlf\n');
  const step = await publishDocs(fixture, { run: `printf 'one\\r\\n' > "$ATOMIC_STAGING/one.md"` });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(workspace, 'cat-file', 'blob', 'HEAD:docs/one.md')).toBe('one');
});

test('what a command writes into the target is kept where core.ignoreStat has git not look', async () => {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  const { workspace } = fixture;
  git(workspace, 'config', 'core.ignoreStat', 'true');
  utimesSync(join(workspace, 'docs/one.md'), 1, 1); // git hashes it again, and then takes it for unchanged.
  const run = `echo one > "$ATOMIC_STAGING/one.md"; echo precious > docs/one.md`;
  const step = await publishDocs(fixture, { run });
  expect(step.exitCode, step.log).toBe(0);
  const kept = `refs/atomic/${step.outputs['transaction-id']}/pre-op:docs/one.md`;
  expect(git(workspace, 'show', kept)).toBe('precious');
});

test.each([
  ['mode and content', 'chmod -x tool.sh; echo other > tool.sh'],
  ['mode', 'chmod -x tool.sh'],
])('after a change of %s a file is as it was, also where core.fileMode is false', async (_, edit) => {
  const fixture = makeFixture({ files: { 'tool.sh': '#!/bin/sh\n' } });
  const { workspace } = fixture;
  chmodSync(join(workspace, 'tool.sh'), 0o755);
  git(workspace, 'commit', '--quiet', '--all', '--message', 'a tool');
  git(workspace, 'config', 'core.fileMode', 'false');
  const step = await operate(fixture, `${edit}\nexit 1`);
  expect(step.exitCode, step.log).toBe(65);
  expect(readFileSync(join(workspace, 'tool.sh'), 'utf8')).toBe('#!/bin/sh\n');
  expect(statSync(join(workspace, 'tool.sh')).mode & 0o777).toBe(0o755);
});

test('an output that a filter changes is executable in the commit, too, where core.fileMode is false', async () => {
  const fixture = makeFixture({ files: { '.gitattributes': '*.up filter=up\n' } });
  const { workspace } = fixture;
  git(workspace, 'config', 'core.fileMode', 'false');
  git(workspace, 'config', 'filter.up.clean', 'tr a-z A-Z');
  const run = `cd "$ATOMIC_STAGING"; echo one > one.up; chmod +x one.up`;
  const step = await publishDocs(fixture, { run });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(workspace, 'ls-tree', 'HEAD', 'docs/one.up')).toMatch(/^100755 /);
});

test.each([
  [' = group', 0o440, '077'],
  ['', 0o440, '077'],
  [' = group\n[lfs]\n\tstorage', 0o440, '077'],
  [' = group\n[lfs]\n\tstorage = ~nobody-of-that-name/lfs', 0o440, '077'],
  [' = 1', 0o440, '077'],
  [' = 2', 0o444, '077'],
  [' = 8', 0o440, '077'],
  [' = world', 0o444, '077'],
  [' = 600', 0o400, '022'],
  [' = 0640', 0o440, '022'],
  [' = umask', 0o400, '077'],
])(
  'a pack and the index in a shared repository%j are for those it is shared with, whatever the mask',
  async (how, mode, mask) => {
    const fixture = makeFixture();
    const { workspace } = fixture;
    appendFileSync(join(workspace, '.git/config'), `[core]\n\tsharedRepository${how}\n`);
    const before = readdirSync(join(workspace, '.git/objects'));
    const wrapper = ['bash', '-c', `umask ${mask}; exec "$@"`, 'masked'];
    const step = await publishDocs(fixture, {}, { wrapper });
    expect(step.exitCode, step.log).toBe(0);
    const packs = join(workspace, '.git/objects/pack');
    const modes = readdirSync(packs).map((name) => statSync(join(packs, name)).mode & 0o777);
    expect(modes).toEqual([mode, mode]);
    const objects = join(workspace, '.git/objects');
    const folders = readdirSync(objects).filter((name) => name.length === 2);
    const modeOf = (name: string) => (statSync(join(objects, name)).mode & 0o7777).toString(8);
    const write = `umask ${mask}; for n in 1 2 3 4 5 6 7 8; do echo "$n" | git hash-object -w --stdin; done`;
    execFileSync('bash', ['-c', write], { cwd: workspace });
    const gits = readdirSync(objects).find((name) => name.length === 2 && !folders.includes(name))!;
    const fresh = folders.filter((name) => !before.includes(name));
    expect(fresh.length).toBeGreaterThan(0);
    expect(new Set(fresh.map(modeOf))).toEqual(new Set([modeOf(gits)]));
    const index = () => statSync(join(workspace, '.git/index')).mode & 0o777;
    const ours = index();
    const rewrite = `umask ${mask}; echo x > other; git add other`;
    execFileSync('bash', ['-c', rewrite], { cwd: workspace });
    expect(ours.toString(8)).toBe(index().toString(8));
  },
);

test('a pack without its index, where a publish died between the two, does not stay, and nothing that stood apart', async () => {
  const fixture = makeFixture();
  const died = await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'before release objects' } });
  expect(died.signal, died.log).toBe('SIGKILL');
  const objects = join(fixture.workspace, '.git/objects');
  const apart = readdirSync(objects).find((name) => name.startsWith('atomic-'))!;
  const packs = join(objects, 'pack');
  const pack = readdirSync(join(objects, apart, 'pack')).find((name) => name.endsWith('.pack'))!;
  renameSync(join(objects, apart, 'pack', pack), join(packs, pack));
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(readdirSync(packs)).toEqual([]);
  expect(readdirSync(objects)).not.toContain(apart);
});
