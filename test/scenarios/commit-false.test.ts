/** Clause 2, `commit: false`: the directory transaction alone, with or without a repository, with or without git. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { check, checkManifest, observe, snapshot } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { asNobody, isRoot, mountTmpfs, pathWithout, sh } from '../support/filesystems.ts';
import { annotations, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';
import type { StepOptions, StepResult } from '../support/runner.ts';

const OLD = { 'docs/one.md': 'old\n', 'docs/removed.md': 'old\n' };
const NEW = { 'guide/two.md': '644 two\n', 'one.md': '644 one\n' };

/** A workspace in no repository. */
function plainWorkspace(files: Record<string, string> = {}): { workspace: string } {
  const workspace = join(temporaryDirectory(), 'work');
  mkdirSync(workspace);
  write(workspace, files);
  return { workspace };
}

function publish(
  fixture: Pick<Fixture, 'workspace'>,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<StepResult> {
  return publishDocs(fixture, { commit: 'false', ...inputs }, options);
}

/** The ledger beside the target, the states of its transactions, and that nothing else stands there. */
function expectSettled(workspace: string, beside: string[], states: string[]): void {
  expect(readdirSync(workspace).sort()).toEqual(['.docs.atomic', ...beside]);
  const ledger = join(workspace, '.docs.atomic');
  expect(readdirSync(ledger).sort()).toEqual(['ledger.sqlite', 'lock.sqlite']);
  const database = new DatabaseSync(join(ledger, 'ledger.sqlite'), { readOnly: true });
  const rows = database.prepare('SELECT state, settled FROM transactions ORDER BY rowid').all();
  database.close();
  expect(rows.map((row) => ({ ...row }))).toEqual(states.map((state) => ({ state, settled: 1 })));
}

function expectPublished(workspace: string): void {
  checkManifest(join(workspace, 'docs'));
  const { 'atomic-manifest.json': _, ...outputs } = snapshot(join(workspace, 'docs'));
  expect(outputs).toEqual(NEW);
}

describe.each([
  { machine: 'outside of any repository', hidden: [] },
  { machine: 'on a machine without git', hidden: ['git'] },
])('commit: false $machine', ({ hidden }) => {
  const env = () => ({ PATH: pathWithout(...hidden) });

  test('makes a directory that was not there', async () => {
    const { workspace } = plainWorkspace();
    const step = await publish({ workspace }, {}, { env: env() });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ state: 'COMMITTED', changed: 'true', publication: 'rename' });
    expect(step.outputs).toMatchObject({ 'commit-sha': '', 'base-sha': '', branch: '', pushed: 'false' });
    expectPublished(workspace);
    expectSettled(workspace, ['docs'], ['COMMITTED']);
  });

  test('replaces a directory by one exchange and keeps the ledger beside it', async () => {
    const { workspace } = plainWorkspace(OLD);
    const step = await publish({ workspace }, {}, { env: env() });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ state: 'COMMITTED', changed: 'true', publication: 'exchange' });
    expectPublished(workspace);
    expectSettled(workspace, ['docs'], ['COMMITTED']);
  });

  test('leaves a directory that is up to date as it is', async () => {
    const { workspace } = plainWorkspace(OLD);
    await publish({ workspace }, {}, { env: env() });
    const before = snapshot(join(workspace, 'docs'));
    const step = await publish({ workspace }, {}, { env: env() });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ state: 'COMMITTED', changed: 'false' });
    expect(snapshot(join(workspace, 'docs'))).toEqual(before);
    expectSettled(workspace, ['docs'], ['COMMITTED', 'COMMITTED']);
  });

  test.each([
    { what: 'a command that fails', inputs: { run: 'exit 7' }, exitCode: 65 },
    { what: 'a gate that says no', inputs: { 'consistency-command': 'exit 7' }, exitCode: 63 },
    { what: 'a validation that fails', inputs: { 'validation-command': 'exit 7' }, exitCode: 65 },
  ])('puts everything back after $what', async ({ inputs, exitCode }) => {
    const { workspace } = plainWorkspace(OLD);
    const before = snapshot(join(workspace, 'docs'));
    const step = await publish({ workspace }, inputs, { env: env() });
    expect(step.exitCode, step.log).toBe(exitCode);
    expect(step.outputs['reason']).toContain('ended with exit code 7');
    expect(step.log).toContain('%0ATarget is as it was before the publish (restored in'); // Of git there is nothing to say.
    expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', changed: 'false' });
    expect(snapshot(join(workspace, 'docs'))).toEqual(before);
    expectSettled(workspace, ['docs'], ['ROLLED_BACK']);
  });
});

describe('commit: false', () => {
  test('removes a first publish again when the validation fails', async () => {
    const { workspace } = plainWorkspace({ 'kept.txt': 'kept\n' });
    const step = await publish({ workspace }, { 'validation-command': 'exit 1' });
    expect(step.exitCode, step.log).toBe(65);
    expectSettled(workspace, ['kept.txt'], ['ROLLED_BACK']);
  });

  test('in a repository changes the directory alone: not the index, the branch or the remote', async () => {
    const fixture = makeFixture({ files: OLD });
    const { target: _, status: __, ...before } = observe(fixture);
    const step = await publish(fixture);
    expect(step.exitCode, step.log).toBe(0);
    expectPublished(fixture.workspace);
    expect(observe(fixture)).toMatchObject(before);
    const changed = git(fixture.workspace, 'status', '--porcelain', '--untracked-files=all')
      .split('\n')
      .sort();
    expect(changed).toEqual([
      ' D docs/removed.md',
      ' M docs/one.md',
      '?? docs/atomic-manifest.json',
      '?? docs/guide/two.md',
    ]);
    expect(readdirSync(fixture.workspace).sort()).toEqual(['.git', 'README.md', 'docs', 'src']);
    check(fixture);
  });

  test('with git hidden works in a repository too', async () => {
    const fixture = makeFixture({ files: OLD });
    const { target: _, status: __, ...before } = observe(fixture);
    const step = await publish(fixture, {}, { env: { PATH: pathWithout('git') } });
    expect(step.exitCode, step.log).toBe(0);
    expectPublished(fixture.workspace);
    expect(observe(fixture)).toMatchObject(before);
    check(fixture);
  });

  test.skipIf(!isRoot)('in a directory this user may not write to is refused (needs root)', async () => {
    const fixture = makeFixture({ files: { 'site/docs/one.md': 'old\n' } });
    const nobody = asNobody(fixture);
    sh('rm -rf "$DIR/.git"; chown root "$DIR/site"; chmod 0755 "$DIR/site"', { DIR: fixture.workspace });
    const before = snapshot(fixture.workspace);
    const step = await publish(fixture, { target: 'site/docs' }, nobody);
    expect(step.exitCode, step.log).toBe(61);
    expect(annotations(step.log)).toEqual(['Atomic Publish: 61 OUTPUT_NOT_WRITABLE']);
    expect(snapshot(fixture.workspace)).toEqual(before);
    expect(readdirSync(join(fixture.workspace, 'site'))).toEqual(['docs']);
  });
});

test.skipIf(!isRoot)(
  'commit: false on a disk that leaves no room for the mark puts the directory back: 62 (needs root)',
  async () => {
    const root = temporaryDirectory();
    const workspace = join(root, 'work');
    mountTmpfs(workspace, { megabytes: 24, inodes: 2000 });
    write(workspace, OLD);
    const before = snapshot(join(workspace, 'docs'));
    const temp = join(root, 'temp');
    const fill = 'rm -f .docs.atomic/reserve; cat /dev/zero > fill || true'; // The reserve is taken by others.
    const step = await publish({ workspace }, { 'validation-command': fill }, { temp });
    expect(step.exitCode, step.log).toBe(62);
    expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', 'exit-code': '62', changed: 'false' });
    expect(annotations(step.log)).toEqual(['Atomic Publish: 62 INSUFFICIENT_DISK_SPACE']);
    expect(step.outputs['reason']).toContain('the ledger could not mark the end');
    rmSync(join(workspace, 'fill'));
    const post = await runPost({ root, workspace, bare: '' }, { commit: 'false' }, { temp });
    expect(post.exitCode, post.log).toBe(0);
    expectSettled(workspace, ['docs'], ['ROLLED_BACK']);
    expect(snapshot(join(workspace, 'docs'))).toEqual(before);
  },
);
