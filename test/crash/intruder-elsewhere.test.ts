/** A second process strikes where git works, in an operation in place, on the way back, and while recovery runs. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, checkRepository, observe } from '../support/check.ts';
import { crashFixture, pointsOf, runPost } from '../support/crash.ts';
import { see } from '../support/operation.ts';
import { GENERATE, operate, publishDocs } from '../support/publish.ts';
import { canStop, checkPublished, privateIn, raced, type Strike, stagingIn, swap } from '../support/race.ts';
import { copyOf, type Fixture, git, makeFixture, write } from '../support/repository.ts';
import { runStep, type StepResult } from '../support/runner.ts';

const swapPrivate: Strike = ({ workspace, outside, away }) => swap(privateIn(workspace), away, outside);

describe.skipIf(!canStop)('a second process (needs /proc)', () => {
  test.each(['create index', 'git read-tree', 'ledger PUBLISHING', 'create index.before', 'git push'])(
    'that swaps what is private below .git for a symlink right before %s has nothing written through it',
    async (point) => {
      const { scene, before, step, giveBack } = await raced(
        crashFixture(),
        `before ${point}`,
        swapPrivate,
        publishDocs,
      );
      // The last of it that git needs is read before the push: after that nobody misses it.
      if (point === 'git push') return checkPublished(scene);
      expect([65, 66], step.log).toContain(step.exitCode);
      if (step.exitCode === 66) giveBack();
      expect((await runPost(scene)).exitCode).toBe(0);
      expect(observe(scene)).toEqual(before);
      check(scene);
    },
  );

  test.each(['write pack', 'git update-ref', 'ledger PUBLISHED', 'create index.lock'])(
    'that gives the remote another URL right before %s gets no push: 65, and all is as before',
    async (point) => {
      const fixture = crashFixture();
      const other = join(fixture.root, 'other.git');
      git(fixture.root, 'clone', '--quiet', '--bare', fixture.bare, other);
      const strike: Strike = ({ workspace }) => git(workspace, 'config', 'remote.origin.url', other);
      const { scene, before, step } = await raced(fixture, `before ${point}`, strike, publishDocs);
      expect(step.exitCode, step.log).toBe(65);
      expect(step.outputs['reason']).toContain('another URL');
      expect(git(other, 'rev-parse', 'main')).toBe(before.branch);
      expect(observe(scene)).toEqual(before);
    },
  );

  const PROGRAM = (path: string) => `#!/bin/sh\necho "$0" >> "${path}"\n`;
  test.each(['git read-tree', 'write pack', 'git push'])(
    'that installs hooks and programs in the configuration right before %s has none of them run',
    async (point) => {
      const strike: Strike = ({ workspace, outside }) => {
        const hooks = join(workspace, '.git/hooks');
        const names = ['pre-commit', 'pre-push', 'reference-transaction', 'post-index-change', 'fsmonitor'];
        write(hooks, Object.fromEntries(names.map((name) => [name, PROGRAM(join(outside, 'ran'))])));
        for (const name of names) chmodSync(join(hooks, name), 0o755);
        const config = join(workspace, '.git/config');
        const program = join(hooks, 'fsmonitor');
        const lines = `[core]\nhooksPath = ${hooks}\nfsmonitor = ${program}\n[credential]\nhelper = ${program}\n`;
        writeFileSync(config, `${readFileSync(config, 'utf8')}${lines}`);
        return () => {
          rmSync(hooks, { recursive: true });
          for (const key of ['core.hooksPath', 'core.fsmonitor', 'credential.helper'])
            git(workspace, 'config', '--unset', key);
        };
      };
      const { scene, step, giveBack } = await raced(crashFixture(), `before ${point}`, strike, publishDocs);
      expect(step.exitCode, step.log).toBe(0);
      giveBack();
      checkPublished(scene);
    },
  );

  test.each(['write pack', 'create index.lock'])(
    'that stages a file right before %s finds it staged, and not in the commit',
    async (point) => {
      const strike: Strike = ({ workspace }) => {
        write(workspace, { 'a.txt': 'staged\n' });
        git(workspace, 'add', 'a.txt');
      };
      const { scene, step } = await raced(crashFixture(), `before ${point}`, strike, publishDocs);
      expect(step.exitCode, step.log).toBe(0);
      checkPublished(scene);
      expect(git(scene.workspace, 'diff', '--cached', '--name-only')).toBe('a.txt');
    },
  );

  test.each(['write pack', 'create index.lock'])(
    'that moves the branch right before %s keeps its commit: 65, and the target is as before',
    async (point) => {
      let commit = '';
      const strike: Strike = ({ workspace }) => {
        commit = git(workspace, 'commit-tree', '-m', 'mine', '-p', 'main', 'main^{tree}');
        git(workspace, 'update-ref', 'refs/heads/main', commit);
      };
      const { scene, before, step } = await raced(crashFixture(), `before ${point}`, strike, publishDocs);
      expect(step.exitCode, step.log).toBe(65);
      expect(observe(scene)).toEqual({ ...before, branch: commit });
      check(scene);
    },
  );

  test('that checks another branch out finds its HEAD, and the branch of before is published', async () => {
    const strike: Strike = ({ workspace }) => {
      git(workspace, 'branch', 'other');
      git(workspace, 'symbolic-ref', 'HEAD', 'refs/heads/other');
    };
    const { scene, step } = await raced(crashFixture(), 'before write pack', strike, publishDocs);
    expect(step.exitCode, step.log).toBe(0);
    expect(git(scene.workspace, 'symbolic-ref', 'HEAD')).toBe('refs/heads/other');
    expect(git(scene.bare, 'rev-parse', 'main')).toBe(git(scene.workspace, 'rev-parse', 'main'));
    expect(git(scene.bare, 'rev-parse', 'main')).toBe(step.outputs['commit-sha']);
  });

  test('that swaps the parent of the target for a symlink after a publish that the remote refuses has nothing put back elsewhere: 66', async () => {
    const fixture = makeFixture({ files: { 'sub/docs/one.md': 'old\n' } });
    writeFileSync(join(fixture.bare, 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const strike: Strike = ({ workspace, outside, away }) => swap(join(workspace, 'sub'), away, outside);
    const publish = (scene: typeof fixture, inputs: Record<string, string>, options: object) =>
      publishDocs(scene, { ...inputs, target: 'sub/docs' }, options);
    const { scene, step, giveBack } = await raced(fixture, 'before create index.before', strike, publish);
    expect(step.exitCode, step.log).toBe(66);
    expect(step.outputs['reason']).toContain('was replaced by a symlink');
    giveBack();
    const post = await runPost(scene, { target: 'sub/docs' });
    expect(post.exitCode, post.log).toBe(0);
    expect(readFileSync(join(scene.workspace, 'sub/docs/one.md'), 'utf8')).toBe('old\n');
    expect(git(scene.workspace, 'status', '--porcelain')).toBe('');
    check(scene, 'sub/docs');
  });

  test.each(['after ledger PUBLISHED', 'before ledger PUSHING'])(
    'that swaps staging for a symlink while a publish that died %s is settled has nothing written outside',
    async (where) => {
      const fixture = crashFixture();
      const before = observe(fixture);
      await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: where } });
      const strike: Strike = ({ workspace, outside, away }) => swap(stagingIn(workspace), away, outside);
      const settle = (scene: typeof fixture, inputs: Record<string, string>, options: object) =>
        runPost(scene, inputs, options);
      const { step, giveBack } = await raced(fixture, 'before exchange docs', strike, settle);
      expect(step.exitCode, step.log).not.toBe(0);
      giveBack();
      expect((await runPost(fixture)).exitCode).toBe(0);
      expect(observe(fixture)).toEqual(before);
      check(fixture);
    },
  );

  const EDIT = 'echo C > docs/one.md; chmod +x docs/gone.md; echo new > docs/new.md; rm a.txt';
  const refused = { 'consistency-result': 'not-given', 'consistency-command': 'false' };

  test('that swaps a directory for a symlink while an operation is undone has nothing behind it written or removed', async () => {
    const template = crashFixture();
    const run = (scene: typeof template, inputs: Record<string, string>, options: object) =>
      operate(scene, EDIT, { ...refused, ...inputs }, options);
    const points = await pointsOf((env) => run(copyOf(template), {}, { env }));
    const first = points.findIndex((point) => point.endsWith('before create atomic-manifest.json'));
    const strike: Strike = ({ workspace, outside, away }) => {
      write(outside, { 'gone.md': 'outside\n', 'new.md': 'outside\n' });
      for (const name of ['gone.md', 'new.md', 'one.md']) chmodSync(join(outside, name), 0o600);
      return swap(join(workspace, 'docs'), away, outside);
    };
    for (let at = first; at < points.length; at += 12) {
      const { scene, step } = await raced(copyOf(template), at + 1, strike, run);
      expect([63, 66], points[at]).toContain(step.exitCode);
      const post = await runPost(scene, { target: '' });
      expect(post.exitCode, `${points[at]}: ${post.log}`).toBe(0);
      checkRepository(scene);
    }
  });

  test('that swaps a directory for a symlink right before modes are put back has none behind it changed', async () => {
    const fixture = crashFixture();
    chmodSync(join(fixture.workspace, 'docs/one.md'), 0o600);
    const strike: Strike = ({ workspace, outside, away }) => swap(join(workspace, 'docs'), away, outside);
    const run = (scene: typeof fixture, inputs: Record<string, string>, options: object) =>
      operate(scene, 'rm docs/one.md', { ...refused, ...inputs }, options);
    const { step } = await raced(fixture, 'before chmod', strike, run);
    expect([63, 66], step.log).toContain(step.exitCode);
  });

  test('that swaps a directory for a symlink while a transaction is reverted has nothing behind it written', async () => {
    const template = crashFixture();
    expect((await publishDocs(template)).exitCode).toBe(0);
    const revert = ({ workspace }: typeof template, inputs: Record<string, string>, options: object) =>
      runStep({ workspace, inputs: { mode: 'rollback', 'task-id': 'UNDO-1', ...inputs }, ...options });
    const points = await pointsOf((env) => revert(copyOf(template), {}, { env }));
    const strike: Strike = ({ workspace, outside, away }) =>
      existsSync(join(workspace, 'docs')) && swap(join(workspace, 'docs'), away, outside);
    for (let at = Math.floor(points.length / 4); at < points.length; at += 40) {
      const { scene, step } = await raced(copyOf(template), at + 1, strike, revert);
      expect([0, 65, 66], points[at]).toContain(step.exitCode);
      if (step.exitCode !== 0) continue;
      expect(git(scene.bare, 'rev-parse', 'main')).toBe(git(scene.workspace, 'rev-parse', 'main'));
    }
  });
});

test('a command that removes the way back of its own operation is told so: 66, and where it is kept', async () => {
  const fixture = makeFixture({ files: { 'a.txt': 'a\n' } });
  const before = see(fixture);
  const step = await operate(fixture, 'echo A > a.txt; rm -r .git/atomic/tx-*; exit 1');
  expect(step.exitCode, step.log).toBe(66);
  expect(step.outputs['reason']).toContain('the way back is gone');
  const id = step.outputs['transaction-id'];
  expect(step.log).toContain(`refs/atomic/${id}/pre-op`);
  expect(git(fixture.workspace, 'show', `refs/atomic/${id}/pre-op:a.txt`)).toBe('a');
  expect(see(fixture).remote).toBe(before.remote);
});

test('a command that writes other files into the way back has them neither written nor removed', async () => {
  const fixture = makeFixture({ files: { 'a.txt': 'a\n' } });
  const before = see(fixture);
  const outside = join(fixture.root, 'outside');
  write(outside, { keep: 'keep\n' });
  const forge = join(fixture.root, 'forge.mjs');
  writeFileSync(
    forge,
    `import { readFileSync, writeFileSync } from 'node:fs';
const path = process.argv[2];
const before = JSON.parse(readFileSync(path, 'utf8'));
const control = JSON.parse(before.control);
control.push({ path: '${outside}/made', content: 'bWFkZQ==', mode: 420 }, { path: '${outside}/keep', content: null, mode: 0 });
const up = '../outside/keep';
writeFileSync(path, JSON.stringify({ ...before, absent: [up], modes: [[up, 0o777]], control: JSON.stringify(control) }));`,
  );
  const run = `echo A > a.txt; "${process.execPath}" "${forge}" .git/atomic/tx-*/before; exit 1`;
  const step = await operate(fixture, run);
  expect(existsSync(join(outside, 'made')), step.log).toBe(false);
  expect(readFileSync(join(outside, 'keep'), 'utf8')).toBe('keep\n');
  expect([65, 66]).toContain(step.exitCode);
  expect(see(fixture).files).toEqual(before.files);
});

test('a command that leaves a symlink where the message will be has nothing written through it', async () => {
  const fixture = crashFixture();
  const victim = join(fixture.root, 'victim');
  writeFileSync(victim, 'mine\n');
  const run = `echo x > "$ATOMIC_STAGING/one.md"; ln -sf "${victim}" "$ATOMIC_MESSAGE_FILE"`;
  const step = await publishDocs(fixture, {
    run,
    'message-command': 'grep -q Task-ID "$ATOMIC_MESSAGE_FILE"',
  });
  expect(step.exitCode, step.log).toBe(0);
  expect(readFileSync(victim, 'utf8')).toBe('mine\n');
  check(fixture);
});

test.each([
  ['a command that gives the remote another URL gets no push: 65, and nothing is published', 'x'],
  ['a command that gives the remote another URL gets no yes from there where nothing differs: 65', 'old'],
])('%s', async (_, content) => {
  const fixture = crashFixture();
  const held = await publishDocs(fixture, { run: 'echo old > "$ATOMIC_STAGING/one.md"' });
  expect(held.exitCode, held.log).toBe(0);
  const before = observe(fixture);
  const other = join(fixture.root, 'other.git');
  git(fixture.root, 'clone', '--quiet', '--bare', fixture.bare, other);
  for (const setting of [
    `remote.origin.url "${other}"`,
    `remote.origin.pushurl "${other}"`,
    `url.${other}.insteadOf "${fixture.bare}"`,
  ]) {
    const copy = copyOf(fixture);
    const run = `echo ${content} > "$ATOMIC_STAGING/one.md"; git config ${setting.replace(fixture.bare, copy.bare)}`;
    const step = await publishDocs(copy, { run });
    expect(step.exitCode, setting).toBe(65);
    expect(step.outputs['reason']).toContain('another URL');
    expect(observe(copy).target).toEqual(before.target);
    expect(git(other, 'rev-parse', 'main')).toBe(before.branch);
  }
});

describe.each<[string, (fixture: Fixture, inputs?: Record<string, string>) => Promise<StepResult>]>([
  ['a publish', (fixture, inputs) => publishDocs(fixture, inputs)],
  [
    'an operation', // Of the future: git reads it whenever it looks, and runs the filter.
    (fixture, inputs) => operate(fixture, 'echo x > docs/made.md; touch -d tomorrow docs/made.md', inputs),
  ],
])(
  '%s gets no push and leaves all as it was, 65, when another URL is given to the remote by',
  (_, publish) => {
    /** `strike`: a shell command that does so. */
    async function expectRefused(act: (fixture: Fixture, strike: string) => Promise<StepResult>) {
      const fixture = crashFixture();
      const other = join(fixture.root, 'other.git');
      git(fixture.root, 'clone', '--quiet', '--bare', fixture.bare, other);
      const held = git(other, 'rev-parse', 'main');
      const config = join(fixture.workspace, '.git/config');
      const step = await act(fixture, `git config --file "${config}" remote.origin.pushurl "${other}"`);
      expect(step.exitCode, step.log).toBe(65);
      expect(step.outputs['reason']).toContain('another URL');
      expect(git(other, 'rev-parse', 'main')).toBe(held);
      return fixture;
    }

    test('the validation', async () => {
      let before: unknown;
      const fixture = await expectRefused((fixture, strike) => {
        before = observe(fixture);
        return publish(fixture, { 'validation-command': strike });
      });
      expect(observe(fixture)).toEqual(before);
    });

    test('a filter that git runs while the index is locked for the commit', async () => {
      let before: unknown;
      const fixture = await expectRefused((fixture, strike) => {
        const { root, workspace, bare } = fixture;
        const filter = join(root, 'filter');
        writeFileSync(filter, `#!/bin/sh\n[ -e "${workspace}/.git/index.lock" ] && ${strike}\nexec cat\n`);
        chmodSync(filter, 0o755);
        write(workspace, { '.gitattributes': '*.md filter=strike\n' });
        git(workspace, 'add', '.gitattributes');
        git(workspace, 'commit', '--quiet', '--message', 'attributes', '.gitattributes');
        git(workspace, 'push', '--quiet', bare, 'HEAD:main');
        git(workspace, 'config', 'filter.strike.clean', filter);
        before = observe(fixture);
        // Of a file with such a time git itself finds out what it holds.
        return publish(fixture, { run: `${GENERATE}; touch --date 2107-01-01 "$ATOMIC_STAGING/one.md"` });
      });
      expect(observe(fixture)).toEqual(before);
    });
  },
);
