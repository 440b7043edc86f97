/** What people read of a run (clause 18): its log, its annotations, its summary. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runPost } from '../support/crash.ts';
import { annotations, operate, publishDocs } from '../support/publish.ts';
import { git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';
import { makeSite } from '../support/site.ts';
import { CAN_TRACE, injecting } from '../support/strace.ts';

const OLD = { 'docs/one.md': 'old\n' };
const warnings = (log: string) =>
  [...log.matchAll(/^::warning title=Atomic Publish::(.*)$/gm)].map(([, said]) => said);

describe('the summary', () => {
  test('of a publish links the commit on the server of the run, and shows its trailers', async () => {
    const site = await makeSite();
    const step = await site.publish();
    const sha = step.outputs['commit-sha']!;
    const repository = `${site.server.url}/octo/site`;
    expect(step.summary).toContain(`[\`${sha.slice(0, 12)}\`](${repository}/commit/${sha})`);
    expect(step.summary).toContain(`[1](${repository}/actions/runs/1)`);
    const message = git(site.workspace, 'log', '-1', '--format=%B').trim();
    expect(message).toContain('Task-ID: TASK-1');
    expect(step.summary).toContain(`### Commit\n\n\`\`\`text\n${message}\n\`\`\`\n`);
    expect(step.summary).toContain('Published 2 files');
  });

  test('of a refused gate shows what it printed, what was put back and when, and no commit', async () => {
    const fixture = makeFixture({ files: OLD });
    const step = await publishDocs(fixture, {
      'consistency-command': 'printf "\\033[31mline 12 is wrong\\033[0m\\n"; exit 1',
    });
    expect(step.summary).toContain(
      '<details open><summary>The end of what consistency-command printed</summary>\n\n```text\nline 12 is wrong\n```\n',
    );
    expect(step.summary).toMatch(/\*\*Target, index and branch are as they were/);
    expect(step.summary).toMatch(/Gate consistency \(.*\) :crit, .*\n.*Undo \(/);
    expect(step.summary).not.toContain('### Commit');
  });

  test('of a reverted transaction says which it was', async () => {
    const fixture = makeFixture({ files: OLD });
    const { outputs } = await operate(fixture, 'echo changed > README.md');
    const step = await runStep({
      workspace: fixture.workspace,
      inputs: { mode: 'rollback', 'task-id': 'UNDO-1' },
    });
    expect(step.summary).toContain(`Transaction ${outputs['transaction-id']} is reverted, on main`);
    expect(step.summary).toContain(`Reverts-Transaction: ${outputs['transaction-id']}\n`);
  });

  test('of a first publish over files that no publish has made names those that go', async () => {
    const fixture = makeFixture({ files: { ...OLD, 'docs/by-hand.md': 'x\n' } });
    const warning = 'Of what stands in "docs" this goes, and no publish has made it: ';
    const first = await publishDocs(fixture);
    expect(first.log).toContain(`::warning title=Atomic Publish::${warning}"by-hand.md" removed`);
    expect((await publishDocs(fixture, { run: 'echo 1 > "$ATOMIC_STAGING/one"' })).log).not.toContain(
      warning,
    );
  });

  test('of an operation that removes files says how many, and which', async () => {
    const fixture = makeFixture({ files: { ...OLD, 'gone.txt': 'x\n', 'went.txt': 'x\n' } });
    const step = await operate(fixture, 'rm gone.txt went.txt');
    expect(step.log).toContain('Committed what the operation changed, 0 files (0 B) and 2 removed, on main');
    expect(step.summary).toContain('| removed | gone&#46;txt and 1 more |');
  });

  test('of a publish says why what stands there is committed, and that a branch is new', async () => {
    const fixture = makeFixture({ files: OLD });
    const inputs = { run: '', contents: '{"a.txt":"1"}', push: 'false' };
    expect((await publishDocs(fixture, inputs)).exitCode).toBe(0);
    const pushed = await publishDocs(fixture, { ...inputs, push: 'true' });
    expect(pushed.log).toContain('and not every ref that is to carry them on the remote.');
    write(fixture.workspace, { 'docs/a.txt': '2' });
    const stands = await publishDocs(fixture, { ...inputs, contents: '{"a.txt":"2"}' });
    expect(stands.log).toContain(
      'They stand there already, and not as a run has published and committed them',
    );
    const branched = await publishDocs(fixture, { ...inputs, contents: '{"a.txt":"2"}', branch: 'other' });
    expect(branched.outputs).toMatchObject({ changed: 'true', branch: 'other' });
    expect(branched.log).toContain(
      'The base commit has the outputs, and not every ref that is to carry them.',
    );
    expect(git(fixture.workspace, 'rev-parse', 'other')).toBe(branched.outputs['commit-sha']);
  });

  test('of a failed operation says where what it left can be seen, as the annotation does, and not where it left nothing', async () => {
    const fixture = makeFixture({ files: OLD });
    const commit = 'git -c user.name=a -c user.email=b commit --quiet --message half';
    const step = await operate(fixture, `echo half > half.txt; git add half.txt; ${commit}; exit 7`);
    const ref = `refs/atomic/${step.outputs['transaction-id']}/emergency`;
    expect(git(fixture.workspace, 'show', `${ref}:half.txt`)).toBe('half');
    const see = `git diff --stat refs/atomic/${step.outputs['transaction-id']}/pre-op ${ref}`;
    expect(git(fixture.workspace, ...see.split(' ').slice(1))).toContain('half.txt');
    for (const text of [
      step.log,
      step.summary.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
    ])
      expect(text).toContain(`What was taken away is kept in this clone (${see}).`);
    expect((await operate(fixture, 'exit 7')).log).not.toContain('What was taken away');
  });

  test('of a validation that says no says who said it, and which input to look at', async () => {
    const fixture = makeFixture({ files: OLD });
    const step = await publishDocs(fixture, { 'validation-command': 'echo broken; exit 2' });
    expect(step.outputs['reason']).toBe('the validation says no: validation-command ended with exit code 2');
    expect(step.log).toContain('%0AMend what the validation found (input validation-command) and run again.');
    expect(step.summary).toContain('\nThe validation says no');
    expect(step.summary).toContain('| validation | validation-command | ❌ **no** |');
    expect(step.summary.match(/broken/g)).toHaveLength(1);
    const passed = await publishDocs(fixture, { 'validation-command': 'true' });
    expect(passed.summary).toContain('| validation | validation-command | ✅ yes |');
  });

  test('of a verified target has the rows of a publish, and the outputs folded away', async () => {
    const fixture = makeFixture({ files: OLD });
    const { outputs } = await publishDocs(fixture);
    const { summary } = await runStep({
      workspace: fixture.workspace,
      inputs: { mode: 'verify', target: 'docs' },
    });
    const [top = '', folded = ''] = summary.split('<summary>Outputs of this step</summary>');
    expect(top).toContain('| target | docs |\n');
    expect(top).toContain(`| commit | \`${outputs['commit-sha']!.slice(0, 12)}\` |\n`);
    expect(top).not.toContain('manifest-path');
    expect(folded).toContain(`| \`commit-sha\` | ${outputs['commit-sha']} |\n`);
  });

  test('of a check without a task has no row for it', async () => {
    const fixture = makeFixture({ files: OLD });
    const { summary } = await publishDocs(fixture, {
      mode: 'check',
      'task-id': '',
      'fail-on-change': 'false',
    });
    expect(summary).toContain('| target | docs |');
    expect(summary).not.toContain('| task |');
  });

  test('of post and of recover says what was settled, and post has none when there is nothing', async () => {
    const fixture = makeFixture({ files: OLD });
    expect((await runPost(fixture)).summary).toBe('');
    await publishDocs(
      fixture,
      { 'transaction-id': 'killed' },
      { env: { ATOMIC_FUSE: 'after ledger SEALED' } },
    );
    const post = await runPost(fixture);
    expect(post.summary).toMatch(/^## ✅ SETTLED\n\n1 transaction settled/);
    expect(post.summary).toContain('| settled | killed &#40;TASK-1&#41;&#58; ROLLED_BACK, the process died');
    const recover = await runStep({ workspace: fixture.workspace, inputs: { mode: 'recover' } });
    expect(recover.log).toContain('There was nothing to settle.');
    expect(recover.summary).toMatch(/^## ✅ SETTLED\n\nThere was nothing to settle/);
  });
});

describe('the log', () => {
  test('of a bug in the middle of a transaction has its stack trace and all versions, and everything is put back', async () => {
    const fixture = makeFixture({ files: OLD });
    const planted = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
      fs.statfsSync = function culprit() { throw new TypeError('planted'); }; syncBuiltinESMExports();`;
    const step = await publishDocs(
      fixture,
      {},
      {
        env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}` },
      },
    );
    expect(step.exitCode).toBe(65);
    expect(step.log).toMatch(/^TypeError: planted\n {4}at .*culprit/m);
    expect(step.log).toMatch(/^Atomic Publish \d+\.\d+\.\d+, node v24\S*, git version \S+, linux \w+ \S+$/m);
    expect(annotations(step.log)).toEqual(['Atomic Publish: 65 ATOMIC_COMMIT_FAILED']);
    expect(step.log).toMatch(
      /%0ATarget, index and branch are as they were.*%0AThis is a bug in Atomic Publish/,
    );
    expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  });

  test('of an error that nobody was there to meet has its stack trace, and the post step settles what was begun', async () => {
    const fixture = makeFixture({ files: OLD });
    const mark = join(temporaryDirectory(), 'running');
    const planted = `import { existsSync, readFileSync } from 'node:fs';
      function culprit() { if (existsSync(${JSON.stringify(mark)})) readFileSync('/nonexistent'); }
      setInterval(culprit, 50).unref();`;
    const step = await publishDocs(
      fixture,
      { run: `touch '${mark}'; sleep 60` },
      { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}` } },
    );
    expect(step.exitCode, step.log).toBe(66);
    expect(step.log).toMatch(/^Error: ENOENT: .*\n(.*\n)* {4}at .*culprit/m);
    expect(step.log).toMatch(/^Atomic Publish \d+\.\d+\.\d+, node v24\S*, git version/m);
    expect(annotations(step.log)).toEqual(['Atomic Publish: 66 ROLLBACK_FAILED']);
    expect((await runPost(fixture)).exitCode).toBe(0);
    expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  });

  test.skipIf(!CAN_TRACE).each([
    ['that does not sync', 'syncfs'],
    ['that does not exchange', 'renameat2'],
  ])('of a disk %s speaks of the disk and of no bug (needs ptrace)', async (_, call) => {
    const wrapper = injecting(call, 'error=EIO', 1);
    const step = await publishDocs(makeFixture({ files: OLD }), {}, { wrapper });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.log).toMatch(/EIO|Input\/output error/);
    expect(annotations(step.log)).toEqual(['Atomic Publish: 65 ATOMIC_COMMIT_FAILED']);
    expect(step.log).not.toMatch(/bug| {4}at /);
  });

  test.each([
    ['input that is refused', { mode: 'publich' }],
    ['a result that is no JSON', { 'consistency-result': 'README.md' }],
    ['a command that fails', { run: 'exit 3' }],
    ['a command that fails without a place for outputs', { run: 'rm -r "$ATOMIC_STAGING"; exit 3' }],
    ['a shell that is not there', { shell: 'no-such-shell {0}' }],
    ['a branch that is none', { branch: '..' }],
  ])('of %s has one annotation and no stack trace', async (_, inputs) => {
    const step = await publishDocs(makeFixture({ files: OLD }), inputs);
    expect(annotations(step.log)).toHaveLength(1);
    expect(step.log).not.toMatch(/^ {4}at /m);
    expect(step.log).not.toContain('node v');
  });

  test('of post does not say again that there is no repository', async () => {
    const workspace = temporaryDirectory();
    const main = await publishDocs({ workspace });
    expect(annotations(main.log)).toHaveLength(1);
    const post = await runStep({
      workspace,
      inputs: { 'task-id': 'TASK-1', target: 'docs' },
      state: main.state,
    });
    expect(post.exitCode).toBe(0);
    expect(annotations(post.log)).toEqual([]);
    expect(post.log).toContain('Nothing to settle: there is no repository here.');
  });

  test('says that it waits for another git', async () => {
    const fixture = makeFixture({ files: OLD });
    const lock = join(fixture.workspace, '.git/index.lock');
    const step = await publishDocs(
      fixture,
      { 'validation-command': `: > "${lock}"` },
      {
        onStart: (child) => {
          child.stdout!.on('data', (text: Buffer | string) => {
            if (String(text).includes('waiting')) rmSync(lock);
          });
        },
      },
    );
    expect(step.log).toContain(`${lock} exists: waiting up to 15 s for the git process that holds it.\n`);
    expect(step.exitCode).toBe(0);
  });

  test('warns of a preserve that keeps nothing, and not before anything was published', async () => {
    const fixture = makeFixture();
    const preserve = 'CNAME\n!*.bak';
    expect(warnings((await publishDocs(fixture, { preserve })).log)).toEqual([]);
    expect(warnings((await publishDocs(fixture, { preserve })).log)).toEqual([
      'preserve: "CNAME" matches no published file, and keeps none.',
    ]);
    write(fixture.workspace, { 'docs/CNAME': 'example.org\n' });
    expect(warnings((await publishDocs(fixture, { preserve })).log)).toEqual([]);
  });

  test('warns of a depends-on that names no file, wherever it runs', async () => {
    const fixture = makeFixture({ files: OLD });
    const globs = {
      'depends-on': 'input.txt\nimput.txt\n!nothing',
      'working-directory': 'src',
      target: '../docs',
    };
    expect(warnings((await publishDocs(fixture, globs)).log)).toEqual([
      'depends-on: "src/imput.txt" matches no file of the base commit. Is it meant like that?',
    ]);
    expect(warnings((await publishDocs(fixture, { ...globs, push: 'false' })).log)).toEqual([]);
  });
});
