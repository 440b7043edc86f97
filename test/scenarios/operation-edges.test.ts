/** Where git itself does not look, or is led astray: an operation in place that fails is undone there, too. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { checkRepository, ledgerRows } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { isRoot, mountTmpfs, moveWorkspace } from '../support/filesystems.ts';
import { FILES, makeDirty, see } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { type Fixture, git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';

const USER = '-c user.name=Agent -c user.email=agent@example.org';
const SET_ASIDE = `git ${USER} stash -qu`;
/** Two branches that change one line differently; `main` is checked out. */
const CONFLICT = `${SET_ASIDE}; git checkout -q -b o; echo o > a.txt; git ${USER} commit -qam o; git checkout -q main; echo m > a.txt; git ${USER} commit -qam m`;

function dirty(): Fixture {
  const fixture = makeFixture({ files: FILES });
  makeDirty(fixture);
  return fixture;
}

const run = (cwd: string, script: string) =>
  execFileSync('bash', ['-euc', script], { cwd, encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] });

/** Also what steers git. */
const everything = (fixture: Fixture) => ({
  ...see(fixture),
  config: readFileSync(join(fixture.workspace, '.git/config'), 'utf8'),
  exclude: readFileSync(join(fixture.workspace, '.git/info/exclude'), 'utf8'),
});

test('what the user had changed in a file that the operation changes is committed with it, and a warning says so', async () => {
  const fixture = makeFixture({ files: FILES });
  write(fixture.workspace, { 'a.txt': 'mine\n', 'b.txt': 'mine\n' });
  const step = await operate(fixture, 'echo more >> a.txt; echo new > made.txt');
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).toContain('::"a.txt" held changes before the operation: they go into the commit with it.');
  expect(git(fixture.bare, 'show', 'main:a.txt')).toBe('mine\nmore');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe(' M b.txt');
  const next = await operate(fixture, 'echo again >> a.txt');
  expect(next.log).not.toContain('held changes');
});

async function expectUndone(fixture: Fixture, script: string, code = 65): Promise<void> {
  const before = everything(fixture);
  const step = await operate(fixture, script);
  expect(step.exitCode, step.log).toBe(code);
  expect(step.outputs['state']).toBe('ROLLED_BACK');
  expect(everything(fixture)).toEqual(before);
  checkRepository(fixture);
}

describe('a failed operation is undone, also where it', () => {
  test.each([
    ['put a directory in the place of a file', 'rm a.txt; mkdir -p a.txt/deep; echo x > a.txt/deep/x'],
    ['put a file in the place of a directory', 'rm -r src; echo x > src'],
    ['put a symlink in the place of a directory', 'rm -r src; ln -s ../origin.git src'],
    ['put a directory in the place of a symlink', 'rm link; mkdir link; echo x > link/x'],
    ['put an ignored file in the place of a file', 'rm a.txt; mkdir a.txt; echo x > a.txt/x.log'],
    ['put a pipe in the place of a file', 'rm a.txt; mkfifo a.txt'],
    ['took the modes away', 'chmod 444 a.txt; chmod 000 b.txt'],
    ['had git convert line ends', 'git config core.autocrlf true; echo x > a.txt; rm src/input.txt'],
    ['named attributes', 'echo "* text eol=crlf" > .git/info/attributes; echo x > a.txt'],
    [
      'set up a filter',
      'git config filter.f.smudge "tr a-z A-Z"; echo "* filter=f" > .gitattributes; echo x > a.txt',
    ],
    ['hid what it made', 'echo "*" > .git/info/exclude; rm untracked.txt; echo x > fresh'],
    ['widened what is ignored', 'echo "*" > .gitignore; rm untracked.txt; echo x > fresh'],
    ['moved the working tree elsewhere', 'git config core.worktree "$PWD/.."; echo x > a.txt'],
    ['made the repository a bare one', 'git config core.bare true; echo x > a.txt'],
    ['broke the configuration', 'echo "[[[" >> .git/config; echo x > a.txt'],
    ['broke HEAD', 'echo garbage > .git/HEAD; echo x > a.txt'],
    ['broke the index', 'echo garbage > .git/index; echo x > a.txt'],
    ['left locks', 'touch .git/index.lock .git/HEAD.lock .git/refs/heads/main.lock; echo x > a.txt'],
    ['deleted the branch', 'git checkout -q --detach; git branch -qD main; echo x > a.txt'],
    ['renamed the branch', 'git branch -m main other; echo x > a.txt'],
    ['began another history', 'git checkout -q --orphan fresh; git rm -rqf .; echo x > x'],
    ['left a rebase in the middle', `${CONFLICT}; git ${USER} rebase o`],
    ['left a cherry-pick in the middle', `${CONFLICT}; git ${USER} cherry-pick o`],
    ['set everything aside', SET_ASIDE],
    ['packed and pruned', 'echo x > a.txt; git reflog expire --expire=now --all; git gc -q --prune=now'],
  ])('%s', async (_, script) => {
    await expectUndone(dirty(), `${script}\nexit 1`);
  });
});

test('private and read-only files are that again', async () => {
  const fixture = dirty();
  chmodSync(join(fixture.workspace, 'untracked.txt'), 0o600);
  chmodSync(join(fixture.workspace, 'src/input.txt'), 0o444);
  await expectUndone(fixture, 'echo x > untracked.txt; rm -f src/input.txt; exit 1');
});

test.each(['--assume-unchanged', '--skip-worktree'])('what %s hides from git is put back', async (flag) => {
  const fixture = dirty();
  git(fixture.workspace, 'update-index', flag, 'a.txt');
  write(fixture.workspace, { 'a.txt': 'hidden\n' });
  await expectUndone(fixture, 'echo x > a.txt; exit 1');
});

test('what a sparse checkout leaves out stays out', async () => {
  const fixture = makeFixture({ files: FILES });
  git(fixture.workspace, 'sparse-checkout', 'set', 'dir');
  write(fixture.workspace, { 'dir/c.txt': 'changed\n' });
  await expectUndone(fixture, 'echo x > dir/c.txt; mkdir src; echo y > src/input.txt; exit 1');
  expect(existsSync(join(fixture.workspace, 'src'))).toBe(false);
});

test('names of any bytes are put back, ignored ones too', async () => {
  const { workspace } = dirty();
  run(workspace, `printf x > $'\\xff.txt'; printf y > $'new\\nline"'; printf z > $'\\xfe.log'`);
  const look = () => run(workspace, 'find . -path ./.git -prune -o -type f -exec sha1sum {} + | sort');
  const before = look();
  const step = await operate(
    { workspace },
    `rm $'\\xff.txt' $'new\\nline"' .gitignore; echo x > $'\\xfd'; exit 1`,
  );
  expect(step.outputs['state'], step.log).toBe('ROLLED_BACK');
  expect(look()).toBe(before);
});

test('a change of the same size in the second of the index is seen', async () => {
  const fixture = makeFixture({ files: FILES });
  await setTimeout(1000 - (Date.now() % 1000));
  write(fixture.workspace, { 'a.txt': '1\n' });
  git(fixture.workspace, 'add', 'a.txt');
  write(fixture.workspace, { 'a.txt': '2\n' });
  await setTimeout(1000);
  const step = await operate(fixture, 'rm a.txt; exit 1');
  expect(step.outputs['state'], step.log).toBe('ROLLED_BACK');
  expect(readFileSync(join(fixture.workspace, 'a.txt'), 'utf8')).toBe('2\n');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('MM a.txt');
});

test('a new file beside ignored ones goes', async () => {
  const fixture = dirty();
  write(fixture.workspace, { 'logs/a.log': 'ignored\n' });
  await expectUndone(fixture, 'echo new > logs/new.txt; exit 1');
});

test('commits are kept by a ref also where HEAD is back on the base', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  await expectUndone(fixture, `echo x > a.txt; git ${USER} commit -qam lost; git checkout -q HEAD~; exit 1`);
  const { id } = ledgerRows(workspace)[0]!;
  expect(git(workspace, 'log', '--format=%s', `refs/atomic/${id}/emergency`)).toMatch(/^lost$/m);
});

describe('a repository of its own that the operation made', () => {
  const WITH = `git init -q sub; echo x > sub/x; git -C sub add x; git -C sub ${USER} commit -qm x`;
  test.each([
    ['with a commit', WITH],
    ['without one', 'git init -q sub; echo x > sub/x'],
  ])('%s does not keep anything else from going back, and is not published', async (_, script) => {
    const fixture = dirty();
    const before = see(fixture);
    const failed = await operate(fixture, `${script}; echo x > a.txt; exit 1`);
    expect(failed.outputs['state'], failed.log).toBe('ROLLED_BACK');
    const { files } = see(fixture);
    for (const path of Object.keys(files)) if (path.startsWith('sub/')) delete files[path];
    expect(files).toEqual(before.files);
    const step = await operate(fixture, 'echo x > a.txt; echo y >> sub/x');
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.bare, 'diff', '--name-only', 'main~', 'main')).toBe('a.txt');
  });
});

test('what was ignored before is not published because .gitignore no longer names it', async () => {
  const fixture = dirty();
  write(fixture.workspace, { '.gitignore': 'ignored/\n*.log\n.env\n', '.env': 'SECRET=1\n' });
  const step = await operate(fixture, 'echo nothing > .gitignore; echo q > q.txt');
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'diff', '--name-only', 'main~', 'main').split('\n')).toEqual([
    '.gitignore',
    'q.txt',
  ]);
  expect(readFileSync(join(fixture.workspace, '.env'), 'utf8')).toBe('SECRET=1\n');
});

test('recovery works where the operation began, not where it has led git', async () => {
  const fixture = dirty();
  const elsewhere = join(fixture.root, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'a.txt'), 'precious\n');
  const before = everything(fixture);
  const died = await operate(
    fixture,
    `git config core.worktree '${elsewhere}'; echo x > a.txt; kill -9 $PPID`,
  );
  expect(died.signal).toBe('SIGKILL');
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(everything(fixture)).toEqual(before);
  expect(readFileSync(join(elsewhere, 'a.txt'), 'utf8')).toBe('precious\n');
});

test.each([
  ['run', { run: 'echo x > a.txt; touch ../here; sleep 60' }],
  ['a gate', { run: 'echo x > a.txt', 'consistency-command': 'touch ../here; sleep 60' }],
  ['the validation', { run: 'echo x > a.txt', 'validation-command': 'touch ../here; sleep 60' }],
])('an operation cancelled in %s is undone in time', async (_, inputs) => {
  const fixture = dirty();
  const before = see(fixture);
  let at = 0;
  const step = await operate(fixture, inputs.run, inputs, {
    onStart: (child) => {
      const timer = setInterval(() => {
        if (!existsSync(join(fixture.root, 'here'))) return;
        clearInterval(timer);
        at = Date.now();
        child.kill('SIGINT');
      }, 20);
    },
  });
  expect(Date.now() - at).toBeLessThan(7500);
  expect(step.exitCode, step.log).toBe(65);
  expect(see(fixture)).toEqual(before);
});

test.runIf(isRoot)('an operation that fills the disk with what it makes is undone', async () => {
  const disk = join(temporaryDirectory(), 'disk');
  mountTmpfs(disk, { megabytes: 24, inodes: 4000 });
  const fixture = moveWorkspace(makeFixture({ files: FILES }), disk);
  makeDirty(fixture);
  const before = see(fixture);
  const fill = 'echo x > a.txt; rm b.txt; head -c 64M /dev/urandom > huge.bin';
  const step = await operate(fixture, fill, {}, { temp: join(fixture.root, 'temp') });
  expect(step.outputs['state'], step.log).toBe('ROLLED_BACK');
  expect(see(fixture)).toEqual(before);
});
