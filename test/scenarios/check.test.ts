/** Mode `check`: everything that a publish does before it changes anything, and what it would change. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ledgerRows, snapshot } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { EDIT, FILES, makeDirty, see } from '../support/operation.ts';
import { annotations, GENERATE, operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

/** Everything that a check must leave alone: files, index, refs, HEAD, the remote, and objects. */
function all(fixture: Fixture) {
  const { workspace, bare } = fixture;
  const files = snapshot(workspace);
  for (const path of Object.keys(files)) if (path.startsWith('.git/')) delete files[path];
  return {
    ...see(fixture),
    files,
    exclude: readFileSync(join(workspace, '.git/info/exclude'), 'utf8'),
    refs: git(workspace, 'for-each-ref'),
    there: git(bare, 'for-each-ref') + git(bare, 'count-objects', '-v'),
    head: readFileSync(join(workspace, '.git/HEAD'), 'utf8'),
  };
}

/** Byte for byte: where no file was touched, not even the times in the index change. */
const rawIndex = ({ workspace }: Fixture) => readFileSync(join(workspace, '.git/index')).toString('base64');

const check = (fixture: Fixture, inputs: Record<string, string> = {}, env: Record<string, string> = {}) =>
  publishDocs(fixture, { mode: 'check', token: '', 'task-id': '', ...inputs }, { env });

async function published(): Promise<Fixture> {
  const fixture = makeFixture();
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  return fixture;
}

describe('with a target', () => {
  test('what is committed passes, though the manifest would carry another time and id', async () => {
    const fixture = await published();
    const before = [all(fixture), rawIndex(fixture)];
    const objects = git(fixture.workspace, 'count-objects', '-v');
    const step = await check(fixture);
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({
      ...{ state: 'ROLLED_BACK', 'exit-code': '0', changed: 'false', pushed: 'false', 'commit-sha': '' },
      ...{ reason: 'the outputs are what is committed', files: '2', publication: '' },
      'base-sha': git(fixture.workspace, 'rev-parse', 'HEAD'),
    });
    expect(step.summary).toMatch(/^## ✅ CHECKED, up to date\n/);
    expect(readFileSync(step.outputs['manifest-path']!, 'utf8')).toContain('guide/two.md');
    expect(readFileSync(step.outputs['checksums']!, 'utf8')).toContain('  guide/two.md\n');
    expect([all(fixture), rawIndex(fixture)]).toEqual(before);
    expect(git(fixture.workspace, 'count-objects', '-v')).toBe(objects);
  });

  test('a difference is 63, names the files, and changes nothing', async () => {
    const fixture = await published();
    const before = [all(fixture), rawIndex(fixture)];
    const objects = git(fixture.workspace, 'count-objects', '-v');
    const run = `${GENERATE}\necho other > "$ATOMIC_STAGING/one.md"; echo new > "$ATOMIC_STAGING/new.md"; rm -r "$ATOMIC_STAGING/guide"`;
    const step = await check(fixture, { run });
    expect(step.exitCode, step.log).toBe(63);
    expect(annotations(step.log)).toEqual(['Atomic Publish: 63 CONSISTENCY_VALIDATION_FAILED']);
    expect(step.log).toContain(
      '3 files differ from what is committed: "docs/guide/two.md" removed, "docs/new.md" added, "docs/one.md" changed',
    );
    expect(step.log).toContain('with mode publish on the branch');
    expect(step.log).toContain('Nothing was changed.');
    expect(step.outputs).toMatchObject({ changed: 'true', 'exit-code': '63', state: 'ROLLED_BACK' });
    expect([all(fixture), rawIndex(fixture)]).toEqual(before);
    expect(git(fixture.workspace, 'count-objects', '-v')).toBe(objects);
    expect(ledgerRows(fixture.workspace).at(-1)).toMatchObject({ state: 'ROLLED_BACK', exit_code: 63 });
  });

  test('fail-on-change false only reports it', async () => {
    const fixture = await published();
    const step = await check(fixture, { run: 'echo x > "$ATOMIC_STAGING/x"', 'fail-on-change': 'false' });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ changed: 'true', 'exit-code': '0', state: 'ROLLED_BACK' });
    expect(step.log).toContain(
      '::warning title=Atomic Publish::Check: 3 files differ from what is committed:',
    );
    expect(step.summary).toMatch(/^## ✅ CHECKED, differences were found\n/);
  });

  test('of many differences ten are named', async () => {
    const fixture = makeFixture();
    const step = await check(fixture, {
      run: 'for n in $(seq 10 40); do echo $n > "$ATOMIC_STAGING/$n"; done',
    });
    expect(step.exitCode).toBe(63);
    expect(step.log).toContain('31 files differ from what is committed: "docs/10" added');
    expect(step.log).toContain('"docs/19" added and 21 more');
    expect(readdirSync(fixture.workspace)).not.toContain('docs');
  });

  test('the commit counts, and not what stands at the target', async () => {
    const fixture = await published();
    write(fixture.workspace, { 'docs/one.md': 'edited and not committed\n' });
    expect((await check(fixture)).exitCode).toBe(0);
    git(fixture.workspace, 'commit', '--quiet', '--all', '--message', 'edited');
    const step = await check(fixture);
    expect(step.log).toContain('1 file differs from what is committed: "docs/one.md" changed');
  });

  test('a mode and a symlink are differences', async () => {
    const fixture = await published();
    const step = await check(fixture, {
      run: `${GENERATE}\nchmod +x "$ATOMIC_STAGING/one.md"; cd "$ATOMIC_STAGING/guide"; rm two.md; ln -s ../one.md two.md`,
    });
    expect(step.log).toContain(
      '2 files differ from what is committed: "docs/guide/two.md" changed, "docs/one.md" changed',
    );
  });

  test('a manifest that describes something else is a difference', async () => {
    const fixture = await published();
    write(fixture.workspace, { 'docs/atomic-manifest.json': '{}\n' });
    git(fixture.workspace, 'commit', '--quiet', '--all', '--message', 'tampered');
    expect((await check(fixture)).log).toContain(
      'the outputs are what is committed, and their manifest is not, which only a publish writes: "docs/atomic-manifest.json" changed',
    );
    git(fixture.workspace, 'rm', '--quiet', 'docs/atomic-manifest.json');
    git(fixture.workspace, 'commit', '--quiet', '--all', '--message', 'gone');
    expect((await check(fixture)).log).toContain('"docs/atomic-manifest.json" added');
  });

  test('line ends that git converts are no difference', async () => {
    const fixture = makeFixture({ files: { '.gitattributes': '*.md text eol=crlf\n' } });
    expect((await publishDocs(fixture)).exitCode).toBe(0);
    git(fixture.workspace, 'checkout', '--', '.');
    const step = await check(fixture);
    expect(step.exitCode, step.log).toBe(0);
  });

  test('gates say no as in a publish', async () => {
    const fixture = await published();
    expect(
      (await check(fixture, { 'message-command': 'grep -q nothing "$ATOMIC_MESSAGE_FILE"' })).exitCode,
    ).toBe(64);
    expect((await check(fixture, { 'consistency-result': 'FAIL' })).exitCode).toBe(63);
    expect(
      (await check(fixture, { 'consistency-command': 'test -e "$ATOMIC_STAGING/three.md"' })).exitCode,
    ).toBe(63);
    expect((await check(fixture, { 'consistency-command': 'test -e "$ATOMIC_MANIFEST"' })).exitCode).toBe(0);
  });

  test.each(['merge_group', 'pull_request'])(
    'it works on %s: a detached head, a fork, no token',
    async (event) => {
      const fixture = await published();
      git(fixture.workspace, 'checkout', '--quiet', '--detach');
      git(fixture.workspace, 'branch', '--quiet', '--delete', '--force', 'main');
      git(fixture.workspace, 'remote', 'set-url', 'origin', '/nonexistent');
      const eventPath = join(temporaryDirectory(), 'event.json');
      const pull = { head: { repo: { full_name: 'fork/site' } }, base: { repo: { full_name: 'octo/site' } } };
      writeFileSync(eventPath, JSON.stringify({ pull_request: pull }));
      const env = { GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: eventPath };
      const inputs = { tag: 'v1', 'status-context': 'x', sign: 'github', token: 'read-only' };
      expect((await check(fixture, { token: '' }, env)).exitCode).toBe(0);
      const step = await check(fixture, { ...inputs, run: 'echo x > "$ATOMIC_STAGING/x"', tag: '' }, env);
      expect(step.exitCode, step.log).toBe(63);
      expect(git(fixture.workspace, 'for-each-ref')).not.toContain('refs/tags');
    },
  );

  test('without a commit what stands at the target counts', async () => {
    const workspace = temporaryDirectory();
    const inputs = { target: 'docs', commit: 'false', run: GENERATE, 'consistency-result': 'PASS' };
    expect((await runStep({ workspace, inputs: { ...inputs, mode: 'check' } })).exitCode).toBe(63);
    expect(readdirSync(workspace)).toEqual(['.docs.atomic']);
    expect((await runStep({ workspace, inputs: { ...inputs, 'task-id': 'T' } })).exitCode).toBe(0);
    const before = snapshot(join(workspace, 'docs'));
    const step = await runStep({ workspace, inputs: { ...inputs, mode: 'check' } });
    expect(step.exitCode, step.log).toBe(0);
    write(workspace, { 'docs/one.md': 'edited\n' });
    const changed = await runStep({ workspace, inputs: { ...inputs, mode: 'check' } });
    expect(changed.log).toContain('1 file differs from what is published: "one.md" changed');
    write(workspace, { 'docs/one.md': 'one\n' });
    expect(snapshot(join(workspace, 'docs'))).toEqual(before);
  });

  test('a repository without a commit is told so', async () => {
    const fixture = makeFixture();
    git(fixture.workspace, 'checkout', '--quiet', '--orphan', 'fresh');
    const step = await check(fixture);
    expect(step.exitCode).toBe(65);
    expect(step.log).toContain('HEAD has no commit: there is nothing to compare with');
  });

  test('one that is killed leaves nothing after the next step', async () => {
    const fixture = await published();
    const before = all(fixture);
    const died = await check(fixture, {}, { ATOMIC_FUSE: 'after ledger SEALED' });
    expect(died.signal).toBe('SIGKILL');
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(all(fixture)).toEqual(before);
  });
});

describe('without a target', () => {
  const checkInPlace = (fixture: Fixture, run: string, inputs: Record<string, string> = {}) =>
    operate(fixture, run, { mode: 'check', 'task-id': '', token: '', ...inputs });

  function dirty(): Fixture {
    const fixture = makeFixture({ files: FILES });
    makeDirty(fixture);
    return fixture;
  }

  test('an operation that would change something is 63, and everything is as it was', async () => {
    const fixture = dirty();
    const before = all(fixture);
    const step = await checkInPlace(fixture, EDIT);
    expect(step.exitCode, step.log).toBe(63);
    expect(step.log).toContain(
      'files differ from what is committed: "README.md" removed, "a.txt" changed, "b.txt"',
    );
    expect(step.log).toContain('Run the command of this step');
    expect(step.outputs['changed']).toBe('true');
    expect(all(fixture)).toEqual(before);
  });

  test('one that changes nothing passes', async () => {
    const fixture = dirty();
    const before = all(fixture);
    const step = await checkInPlace(fixture, 'cat a.txt', {
      history: 'phases',
      'validation-command': 'test -e a.txt',
    });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ changed: 'false', state: 'ROLLED_BACK', 'commit-sha': '' });
    expect(step.log).toContain('Validate: done');
    expect(all(fixture)).toEqual(before);
  });

  test.each([
    ['edits', 'echo x > a.txt'],
    [
      'commits and switches branches',
      'git checkout -q -b mine; git -c user.name=a -c user.email=a@b.c commit -qam x',
    ],
    ['leaves an unborn branch', 'git checkout -q --orphan fresh; echo x > a.txt'],
    ['breaks HEAD', 'echo garbage > .git/HEAD; echo x > a.txt'],
    ['moves HEAD', 'git -c user.name=a -c user.email=a@b.c commit -qam x'],
  ])('on a detached head one that %s is undone, and the head stays detached', async (_, run) => {
    const fixture = dirty();
    git(fixture.workspace, 'checkout', '--quiet', '--detach');
    const before = { ...all(fixture), refs: '' };
    const step = await checkInPlace(fixture, `${run}\nfalse`);
    expect(step.exitCode, step.log).toBe(65);
    expect({ ...all(fixture), refs: '' }).toEqual(before);
  });

  test('mode rollback does not take a check for what it may undo', async () => {
    const fixture = makeFixture({ files: FILES });
    expect((await operate(fixture, 'echo x > a.txt')).exitCode).toBe(0);
    expect((await checkInPlace(fixture, 'echo y > a.txt')).exitCode).toBe(63);
    const step = await operate(fixture, '', { mode: 'rollback', 'rollback-scope': 'phase' });
    expect(step.log).not.toContain('"check"');
  });
});

test('a check with the id of an operation that died leaves what recovery has kept of it', async () => {
  const fixture = makeFixture({ files: FILES });
  const inputs = { 'transaction-id': 'fixed', push: 'false' };
  await operate(fixture, 'echo A > a.txt; kill -9 $PPID; sleep 1', inputs);
  write(fixture.workspace, { 'precious.txt': 'precious\n' });
  expect((await runPost(fixture, { ...inputs, target: '' })).exitCode).toBe(0);
  const precious = () => git(fixture.workspace, 'show', 'refs/atomic/fixed/emergency:precious.txt');
  expect(precious()).toBe('precious');
  expect((await operate(fixture, 'true', { ...inputs, mode: 'check' })).exitCode).toBe(0);
  expect(precious()).toBe('precious');
});
