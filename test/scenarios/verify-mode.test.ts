/** `mode: verify`: a published tree against its manifest, the manifest against its commit, the disk against HEAD. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../support/check.ts';
import { cloneWith, FILES, moveRemote } from '../support/checkouts.ts';
import { pathWithout } from '../support/filesystems.ts';
import { annotations, operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';
import { runStep, type StepOptions, type StepResult } from '../support/runner.ts';

const OLD = { 'docs/one.md': 'old\n', 'docs/gone.md': 'gone\n' };
const RUN = `cd "$ATOMIC_STAGING"; mkdir guide; printf 'one\\n' > one.md; printf 'two\\n' > guide/two.md
printf '#!/bin/sh\\n' > tool; chmod 755 tool; ln -s one.md link`;
const MANIFEST = 'docs/atomic-manifest.json';

function verify(
  { workspace }: Pick<Fixture, 'workspace'>,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<StepResult> {
  return runStep({ workspace, inputs: { mode: 'verify', target: 'docs', ...inputs }, ...options });
}

async function makePublished(inputs: Record<string, string> = {}): Promise<Fixture> {
  const fixture = makeFixture({ files: OLD });
  const step = await publishDocs(fixture, { run: RUN, ...inputs });
  expect(step.exitCode, step.log).toBe(0);
  return fixture;
}

/** Each name below a workspace with its kind, mode, size and times, but for the ledger and its lock: names are bytes. */
function everything({ workspace }: Pick<Fixture, 'workspace'>): string[] {
  const format = '%P\\t%y %m %s %T@ %C@ %l\\n';
  const args = ['.', '-path', './.git/atomic', '-prune', '-o', '-printf', format];
  const lines = execFileSync('find', args, { cwd: workspace, encoding: 'latin1' }).split('\n').sort();
  // git renews the time of an object that it has and would have written.
  return lines.map((line) => line.replace(/^(\.git\/objects\/.*\tf \d+ \d+) .*$/, '$1'));
}

/** Runs it, and expects that it said no with these words and wrote nothing. */
async function expectNo(
  fixture: Fixture,
  words: RegExp | string,
  inputs: Record<string, string> = {},
): Promise<StepResult> {
  const before = everything(fixture);
  const step = await verify(fixture, inputs);
  expect(step.exitCode, step.log).toBe(63);
  expect(step.outputs['reason']).toMatch(words);
  expect(annotations(step.log)).toEqual(['Atomic Publish: 63 CONSISTENCY_VALIDATION_FAILED']);
  expect(step.outputs).toMatchObject({ 'exit-code': '63', changed: 'false', 'manifest-sha256': '' });
  expect(step.outputs).toMatchObject({ 'commit-sha': '', checksums: '', files: '0' });
  expect(step.summary).toMatch(/^## ❌ CONSISTENCY_VALIDATION_FAILED \(exit code 63\)\n/);
  expect(step.summary).toContain('**What to do next:**');
  expect(everything(fixture)).toEqual(before);
  return step;
}

async function expectYes(
  fixture: Fixture,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<StepResult> {
  const before = everything(fixture);
  const step = await verify(fixture, inputs, options);
  expect(step.exitCode, step.log).toBe(0);
  expect(everything(fixture)).toEqual(before);
  return step;
}

function commitAll({ workspace }: Fixture, message: string): string {
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', message);
  return git(workspace, 'rev-parse', 'HEAD');
}

/** Puts a manifest that lists what is there now in the place of the published one, as a forger would. */
function forge({ workspace }: Fixture, change: (statement: Statement) => void): void {
  const path = join(workspace, MANIFEST);
  const statement = JSON.parse(readFileSync(path, 'utf8'));
  change(statement);
  writeFileSync(path, `${JSON.stringify(statement)}\n`); // The members stand in order already.
}

interface Statement {
  subject: { name: string; digest: { sha256: string }; annotations: { mode: string; size: number } }[];
  predicate: Record<string, string | number>;
}

describe('a tree that is as it was published', () => {
  test('is verified, and the outputs say what it is', async () => {
    const fixture = makeFixture({ files: OLD });
    const published = await publishDocs(fixture, { run: RUN });
    const temp = temporaryDirectory();
    const step = await expectYes(fixture, {}, { temp });
    const names = ['transaction-id', 'commit-sha', 'base-sha', 'target', 'manifest-path', 'manifest-sha256'];
    for (const name of [...names, 'files', 'bytes']) {
      expect(step.outputs[name], name).toBe(published.outputs[name]);
    }
    expect(step.outputs).toMatchObject({ 'exit-code': '0', changed: 'false', state: '', pushed: 'false' });
    expect(Object.keys(step.outputs).sort()).toEqual(Object.keys(published.outputs).sort());
    const sums = step.outputs['checksums']!;
    expect(readFileSync(sums, 'utf8')).toBe(readFileSync(published.outputs['checksums']!, 'utf8'));
    execFileSync('sha256sum', ['--check', '--strict', sums], { cwd: join(fixture.workspace, 'docs') });
    expect(readdirSync(temp).filter((name) => name.startsWith('atomic-verify-'))).toEqual([]);
    for (const group of ['Recover', 'Manifest', 'Files', 'Commit', 'HEAD']) {
      expect(step.log).toMatch(new RegExp(`::group::${group}\\n[\\s\\S]*${group}: done in \\d`));
    }
    expect(step.summary).toMatch(/^## ✅ VERIFIED\n/);
    expect(step.summary).toContain(published.outputs['commit-sha']);
    check(fixture);
  });

  test('is verified whatever the user has changed and staged elsewhere', async () => {
    const fixture = await makePublished();
    write(fixture.workspace, { 'src/input.txt': 'changed\n', 'new.txt': 'new\n' });
    git(fixture.workspace, 'add', 'new.txt');
    await expectYes(fixture);
  });

  test('is verified by the commit that published it after commits elsewhere and on a detached HEAD', async () => {
    const fixture = await makePublished();
    const sha = git(fixture.workspace, 'rev-parse', 'HEAD');
    write(fixture.workspace, { 'src/input.txt': 'later\n' });
    commitAll(fixture, 'later');
    git(fixture.workspace, 'checkout', '--quiet', '--detach');
    expect((await expectYes(fixture)).outputs['commit-sha']).toBe(sha);
  });

  test('is verified where a merge brought it', async () => {
    const fixture = makeFixture({ files: OLD });
    git(fixture.workspace, 'checkout', '--quiet', '-b', 'topic');
    const published = await publishDocs(fixture, { run: RUN });
    git(fixture.workspace, 'checkout', '--quiet', 'main');
    write(fixture.workspace, { 'src/input.txt': 'main\n' });
    commitAll(fixture, 'on main');
    git(fixture.workspace, 'merge', '--quiet', '--no-ff', '-m', 'merge', 'topic');
    expect((await expectYes(fixture)).outputs['commit-sha']).toBe(published.outputs['commit-sha']);
  });

  test('is verified when its commit was made again on a remote that had moved', async () => {
    const fixture = cloneWith([], FILES);
    const theirs = moveRemote(fixture);
    const published = await publishDocs(fixture, { run: RUN });
    expect(published.exitCode, published.log).toBe(0);
    expect(git(fixture.workspace, 'rev-parse', 'HEAD^')).toBe(theirs);
    const step = await expectYes(fixture);
    expect(step.outputs['commit-sha']).toBe(published.outputs['commit-sha']);
    expect(step.outputs['base-sha']).not.toBe(theirs);
  });

  test('is verified after a first publish that was made again on a remote that had moved', async () => {
    const fixture = cloneWith([], { 'a.txt': 'a\n' });
    moveRemote(fixture, { 'a.txt': 'theirs\n' });
    expect((await publishDocs(fixture, { run: RUN, target: 'site/docs' })).exitCode).toBe(0);
    await expectYes(fixture, { target: 'site/docs' });
  });

  test('is verified when it was cherry-picked to where a replay could have put it, and not elsewhere', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    const sha = git(workspace, 'rev-parse', 'HEAD');
    git(workspace, 'checkout', '--quiet', '-b', 'onward', `${sha}^`);
    write(workspace, { 'src/input.txt': 'onward\n' });
    commitAll(fixture, 'onward');
    git(workspace, 'cherry-pick', '-x', sha);
    await expectYes(fixture);
    git(workspace, 'checkout', '--quiet', '--orphan', 'other', `${sha}^`);
    commitAll(fixture, 'the same files, another history');
    git(workspace, 'cherry-pick', sha);
    await expectNo(fixture, /to which [0-9a-f]{40}, the base that the manifest names, does not lead$/);
  });

  test('is not verified when the commit was put where others had changed the target', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    const sha = git(workspace, 'rev-parse', 'HEAD');
    git(workspace, 'checkout', '--quiet', '-b', 'onward', `${sha}^`);
    write(workspace, { 'docs/theirs.md': 'theirs\n' });
    commitAll(fixture, 'theirs');
    rmSync(join(workspace, 'docs/theirs.md'));
    git(workspace, 'rm', '--quiet', '--cached', 'docs/theirs.md');
    git(workspace, 'cherry-pick', '--no-commit', sha);
    git(workspace, 'commit', '--quiet', '-C', sha);
    await expectNo(fixture, /others changed the target$/);
  });

  test('is verified by the earlier commit when a later publish was reverted', async () => {
    const fixture = makeFixture({ files: OLD });
    const first = await publishDocs(fixture, { run: RUN });
    expect((await publishDocs(fixture, { 'task-id': 'TASK-2' })).exitCode).toBe(0);
    const revert = await operate(fixture, '', { mode: 'rollback' });
    expect(revert.exitCode, revert.log).toBe(0);
    const step = await expectYes(fixture);
    expect(step.outputs['commit-sha']).toBe(first.outputs['commit-sha']);
    const shallow = join(fixture.root, 'shallow');
    git(fixture.root, 'clone', '--quiet', '--depth=2', `file://${fixture.bare}`, shallow);
    const short = await verify({ workspace: shallow });
    expect(short.exitCode, short.log).toBe(65);
    expect(short.outputs['reason']).toContain('is shallow');
  });

  test('is verified after operations with phases that left it alone, and not after one that edits it', async () => {
    const fixture = await makePublished();
    const sha = git(fixture.workspace, 'rev-parse', 'HEAD');
    const outside = await operate(fixture, 'echo more >> src/input.txt', { history: 'phases' });
    expect(outside.exitCode, outside.log).toBe(0);
    expect((await expectYes(fixture)).outputs['commit-sha']).toBe(sha);
    await operate(fixture, 'echo more >> docs/one.md', { history: 'phases', 'task-id': 'TASK-3' });
    await expectNo(fixture, /"one.md" was altered: 9 bytes instead of 4$/);
  });

  test('is verified with line endings that git converts, through filters, and with ignored outputs', async () => {
    const files = {
      ...OLD,
      '.gitattributes': '* text=auto eol=crlf\n*.up filter=up\n',
      '.gitignore': '*.log\n',
    };
    const fixture = makeFixture({ files });
    git(fixture.workspace, 'config', 'filter.up.clean', 'tr a-z A-Z');
    git(fixture.workspace, 'config', 'filter.up.smudge', 'tr A-Z a-z');
    const run = `cd "$ATOMIC_STAGING"; printf 'a\\nb\\n' > lf.md; printf 'a\\r\\n' > crlf.md; echo up > x.up; echo l > b.log`;
    expect((await publishDocs(fixture, { run })).exitCode).toBe(0);
    expect(git(fixture.workspace, 'show', 'HEAD:docs/x.up')).toBe('UP');
    await expectYes(fixture);
  });

  test('is verified under CRLF that git holds and does not convert', async () => {
    const files = { ...FILES, 'docs/crlf.md': 'old\r\n' };
    const fixture = cloneWith(['--config', 'core.autocrlf=true'], files);
    const run = `cd "$ATOMIC_STAGING"; printf 'a\\r\\n' > crlf.md; printf 'a\\nb\\n' > lf.md`;
    expect((await publishDocs(fixture, { run })).exitCode).toBe(0);
    expect(git(fixture.workspace, 'cat-file', '-s', 'HEAD:docs/crlf.md')).toBe('3');
    await expectYes(fixture);
  });

  test('is verified under names that git could read as patterns, with another manifest', async () => {
    const fixture = makeFixture();
    const own = { target: ':(glob)si*e/[d]ocs', manifest: ':list.json' };
    expect((await publishDocs(fixture, { run: RUN, ...own })).exitCode).toBe(0);
    await expectYes(fixture, own);
  });
});

test('a tree in a repository of SHA-256 is verified', async () => {
  const fixture = makeFixture({ files: OLD, init: ['--object-format=sha256'] });
  expect((await publishDocs(fixture, { run: RUN })).exitCode).toBe(0);
  expect((await expectYes(fixture)).outputs['base-sha']).toHaveLength(64);
});

describe('a tree that is not as it was published', () => {
  const alterations: [string, (docs: string) => void, RegExp, boolean?][] = [
    ['a missing file', (docs) => rmSync(join(docs, 'one.md')), /"one.md" is missing/],
    ['an extra file', (docs) => write(docs, { 'guide/x': 'x' }), /: "guide\/x" is not in the manifest$/],
    [
      'a longer file',
      (docs) => write(docs, { 'one.md': 'longer\n' }),
      /"one.md" was altered: 7 bytes instead/,
    ],
    ['a changed file', (docs) => write(docs, { 'one.md': 'One\n' }), /"one.md" was altered: other content/],
    [
      'a new mode',
      (docs) => chmodSync(join(docs, 'one.md'), 0o755),
      /"one.md" has mode 100755 instead of 100644$/,
    ],
    [
      'a lost mode',
      (docs) => chmodSync(join(docs, 'tool'), 0o644),
      /"tool" has mode 100644 instead of 100755$/,
    ],
    [
      'a file swapped for a symlink to the same content',
      (docs) => {
        renameSync(join(docs, 'one.md'), `${docs}-one.md`);
        symlinkSync('../docs-one.md', join(docs, 'one.md'));
      },
      /"one.md" is a symlink, where the manifest has a file$/,
    ],
    [
      'a directory swapped for a symlink to the same content',
      (docs) => {
        renameSync(join(docs, 'guide'), `${docs}-guide`);
        symlinkSync('../docs-guide', join(docs, 'guide'));
      },
      /"guide" is not in the manifest; "guide\/two.md" is missing$/,
    ],
    [
      'a symlink that points elsewhere',
      (docs) => {
        rmSync(join(docs, 'link'));
        symlinkSync('/etc/passwd', join(docs, 'link'));
      },
      /"link" was altered: 11 bytes instead of 6$/,
    ],
    [
      'a symlink swapped for a file',
      (docs) => {
        rmSync(join(docs, 'link'));
        write(docs, { link: 'one.md' });
      },
      /"link" is a file, where the manifest has a symlink$/,
    ],
    [
      'a file swapped for a directory',
      (docs) => {
        rmSync(join(docs, 'one.md'));
        mkdirSync(join(docs, 'one.md'));
      },
      /"one.md" is a directory, where the manifest has a file$/,
    ],
    [
      'a pipe in place of a file',
      (docs) => {
        rmSync(join(docs, 'one.md'));
        execFileSync('mkfifo', [join(docs, 'one.md')]);
      },
      /"one.md" is a socket, a device or a pipe, where the manifest has a file$/,
      false,
    ],
    [
      'an extra socket',
      (docs) =>
        execFileSync(
          'perl',
          ['-MIO::Socket::UNIX', '-e', 'IO::Socket::UNIX->new(Local => "s", Listen => 1)'],
          {
            cwd: docs,
          },
        ),
      /"s" is a socket, a device or a pipe, and not in the manifest$/,
      false,
    ],
    [
      'a repository in it',
      (docs) => git(docs, 'init', '--quiet', 'guide/in'),
      /"guide\/in\/.git\/HEAD" is not in/,
      false,
    ],
    [
      'a name that is no text',
      (docs) => execFileSync('bash', ['-c', "mkdir $'\\xff'; touch $'\\xff/x'"], { cwd: docs }),
      /a name that is not valid UTF-8$/,
    ],
    [
      'no manifest',
      (docs) => rmSync(join(docs, 'atomic-manifest.json')),
      /has no manifest "atomic-manifest.json"$/,
    ],
    [
      'a symlink for its manifest',
      (docs) => {
        renameSync(join(docs, 'atomic-manifest.json'), `${docs}.json`);
        symlinkSync('../docs.json', join(docs, 'atomic-manifest.json'));
      },
      /atomic-manifest.json" is no regular file$/,
    ],
    ['nothing at its place', (docs) => rmSync(docs, { recursive: true }), /docs" does not exist$/],
    [
      'a file at its place',
      (docs) => {
        rmSync(docs, { recursive: true });
        writeFileSync(docs, '');
      },
      /docs" is no directory$/,
    ],
    [
      'a symlink at its place',
      (docs) => {
        renameSync(docs, `${docs}-real`);
        symlinkSync('docs-real', docs);
      },
      /docs" is a symlink, and a publish leaves a directory$/,
    ],
  ];

  test.each(alterations)(
    'is told by %s, on the disk and committed',
    async (_, alter, words, isCommittable = true) => {
      const fixture = await makePublished();
      alter(join(fixture.workspace, 'docs'));
      await expectNo(fixture, words, { commit: String(!isCommittable) });
      if (!isCommittable) return;
      commitAll(fixture, 'altered');
      await expectNo(fixture, words);
    },
  );

  test('with thousands of altered files is told by the first ten', async () => {
    const run = `cd "$ATOMIC_STAGING"; for i in {1000..2999}; do echo $i > "file-<b>|$i.md"; done`;
    const fixture = await makePublished({ run });
    const { workspace } = fixture;
    for (const name of readdirSync(join(workspace, 'docs'))) {
      if (name.endsWith('.md')) write(workspace, { [`docs/${name}`]: 'altered\n' });
    }
    const step = await expectNo(
      fixture,
      /: "file-<b>\|1000.md" was altered.*1009.md" was altered.* and 1990 more$/,
    );
    expect(step.outputs['reason']!.length).toBeLessThan(2000);
    expect(step.summary.length).toBeLessThan(20_000);
    expect(step.summary).not.toContain('<b>');
  });

  test('is told by a mode that only git has otherwise, and by what is staged or was never committed', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    git(workspace, 'update-index', '--chmod=+x', 'docs/one.md');
    await expectNo(fixture, /: "one.md" is staged otherwise than HEAD has it$/);
    git(workspace, 'commit', '--quiet', '--message', 'mode');
    await expectNo(fixture, /: "one.md" has mode 100644 on the disk and 100755 in HEAD$/);
    git(workspace, 'rm', '--quiet', '--cached', 'docs/one.md', 'docs/link');
    git(workspace, 'commit', '--quiet', '--message', 'taken out');
    await expectNo(
      fixture,
      /: "link" is on the disk and not in HEAD; "one.md" is on the disk and not in HEAD$/,
    );
  });

  test('is told by a commit that holds other content than the disk, which the index hides', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    // With a change elsewhere, so that what git would make of the disk is a tree that it does not have yet.
    write(workspace, { 'docs/one.md': 'evil\n', 'docs/more.md': 'more\n', 'src/input.txt': 'other\n' });
    commitAll(fixture, 'evil');
    git(workspace, 'update-index', '--assume-unchanged', 'docs/one.md');
    git(workspace, 'update-index', '--skip-worktree', 'docs/more.md');
    write(workspace, { 'docs/one.md': 'one\n' });
    rmSync(join(workspace, 'docs/more.md'));
    expect(git(workspace, 'status', '--porcelain')).toBe('');
    await expectNo(
      fixture,
      /: "more.md" is in HEAD and not on the disk; "one.md" is another on the disk than in HEAD$/,
    );
  });

  test('is told by bytes that git converts otherwise in a fresh clone', async () => {
    const fixture = makeFixture({ files: { ...OLD, '.gitattributes': '*.md text eol=lf\n' } });
    await publishDocs(fixture, { run: `cd "$ATOMIC_STAGING"; printf 'a\\r\\n' > crlf.md; echo b > lf.md` });
    await expectYes(fixture);
    const workspace = join(fixture.root, 'fresh');
    git(fixture.root, 'clone', '--quiet', fixture.bare, workspace);
    await expectNo({ ...fixture, workspace }, /: "crlf.md" was altered: 2 bytes instead of 3$/);
  });
});

describe('a manifest or a commit that was tampered with', () => {
  test('is found where the manifest was made to fit an altered file', async () => {
    const fixture = await makePublished();
    write(fixture.workspace, { 'docs/one.md': 'One\n' });
    forge(fixture, ({ subject }) => {
      const one = subject.find(({ name }) => name === 'one.md')!;
      one.digest.sha256 = execFileSync('sha256sum', { input: 'One\n', encoding: 'utf8' }).slice(0, 64);
    });
    const step = await expectNo(
      fixture,
      /: commit [0-9a-f]{40} says Manifest-SHA256: "[0-9a-f]{64}", and the manifest "/,
    );
    expect(step.outputs['reason']).toContain('"one.md" is another on the disk than in HEAD');
    const alone = await verify(fixture, { commit: 'false' });
    expect(alone.exitCode, 'without the commit nothing contradicts it').toBe(0);
    const sha = commitAll(fixture, 'tampered');
    await expectNo(
      fixture,
      new RegExp(`: commit ${sha} carries no trailer Manifest-SHA256; .*carries no trailer Task-ID`),
    );
    // A forger who brings a message along still cannot say that it was published on that base.
    const message = git(fixture.workspace, 'log', '-1', '--format=%B', 'HEAD^');
    git(fixture.workspace, 'commit', '--quiet', '--amend', '--message', message);
    await expectNo(fixture, /says Manifest-SHA256.*others changed the target$/);
  });

  test('is found where the manifest claims another task, agent, node, id, time or base', async () => {
    const fixture = await makePublished();
    forge(fixture, ({ predicate }) => Object.assign(predicate, { taskId: 'TASK-9', agentId: 'mallory' }));
    await expectNo(
      fixture,
      /says Task-ID: "TASK-1", and the manifest "TASK-9".*says Agent-ID: "octocat", and the m/,
    );
    forge(fixture, ({ predicate }) => Object.assign(predicate, { commitNode: 'x', transactionId: '../x' }));
    await expectNo(fixture, /says CommitNode.*says Transaction-ID/);
    forge(fixture, ({ predicate }) =>
      Object.assign(predicate, { generatedAt: 'x', baseCommit: git(fixture.workspace, 'rev-parse', 'HEAD') }),
    );
    await expectNo(fixture, /says Transaction-Timestamp.*the base that the manifest names, does not lead/);
  });

  test('is found where one byte of the manifest is another or it was formatted again', async () => {
    const fixture = await makePublished();
    const path = join(fixture.workspace, MANIFEST);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.trimEnd());
    await expectNo(fixture, /its bytes are not the RFC 8785 form/);
    writeFileSync(path, JSON.stringify(JSON.parse(text), null, 2));
    await expectNo(fixture, /its bytes are not the RFC 8785 form/);
  });

  const amendments: [string, (message: string) => string, RegExp][] = [
    [
      'another task',
      (text) => text.replace('Task-ID: TASK-1', 'Task-ID: TASK-2'),
      /says Task-ID: "TASK-2", and/,
    ],
    ['another agent', (text) => text.replace('Agent-ID: ', 'Agent-ID: not-'), /says Agent-ID: "not-octocat"/],
    ['another node', (text) => text.replace('CommitNode: ', 'CommitNode: x'), /says CommitNode: "xocto/],
    [
      'another id',
      (text) => text.replace('Transaction-ID: ', 'Transaction-ID: x'),
      /says Transaction-ID: "x/,
    ],
    ['another time', (text) => text.replace('stamp: 2', 'stamp: 1'), /says Transaction-Timestamp: "1/],
    [
      'another digest',
      (text) => text.replace(/(SHA256: ).{8}/, '$1deadbeef'),
      /says Manifest-SHA256: "deadbeef/,
    ],
    ['no task', (text) => text.replace(/Task-ID: .*\n/, ''), /carries no trailer Task-ID$/],
    [
      'a second digest',
      (text) => `${text.trimEnd()}\nmanifest-sha256: 0\n`,
      /carries Manifest-SHA256 2 times$/,
    ],
    ['the same task twice', (text) => `${text.trimEnd()}\nTask-ID: TASK-1\n`, /carries Task-ID 2 times$/],
    ['text below the trailers', (text) => `${text}\nA last word.\n`, /carries no trailer Manifest-SHA256;/],
    ['a cut below the trailers', (text) => `${text}---\nTask-ID: TASK-2\n`, /carries no trailer|2 times/],
  ];

  test.each(amendments)('is found where the message was amended to have %s', async (_, amend, words) => {
    const fixture = await makePublished();
    const message = amend(git(fixture.workspace, 'log', '-1', '--format=%B'));
    git(fixture.workspace, 'commit', '--quiet', '--amend', '--cleanup=verbatim', '--message', message);
    await expectNo(fixture, words);
  });

  test('is found where a local ref or the configuration would show another commit than there is', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    const good = git(workspace, 'rev-parse', 'HEAD');
    const message = git(workspace, 'log', '-1', '--format=%B').replace('Task-ID: TASK-1', 'Task-ID: TASK-2');
    git(workspace, 'commit', '--quiet', '--amend', '--message', message);
    git(workspace, 'replace', git(workspace, 'rev-parse', 'HEAD'), good);
    expect(git(workspace, 'log', '-1', '--format=%B')).toContain('TASK-1');
    for (const [key, value] of [
      ['trailer.task-id.command', 'echo TASK-1'],
      ['trailer.task-id.ifexists', 'replace'],
      ['log.follow', 'true'],
      ['log.showSignature', 'true'],
      ['i18n.logOutputEncoding', 'UTF-16'],
    ] as const) {
      git(workspace, 'config', key, value);
    }
    await expectNo(fixture, /says Task-ID: "TASK-2", and the manifest "TASK-1"$/);
  });

  test('is found where the tree was squashed, and where it was never committed', async () => {
    const fixture = makeFixture({ files: OLD });
    const step = await publishDocs(fixture, { run: RUN, commit: 'false' });
    expect(step.exitCode).toBe(0);
    await expectYes(fixture, { commit: 'false' });
    await expectNo(fixture, /: no commit in HEAD's history has the manifest$/);
    commitAll(fixture, 'by hand');
    await expectNo(fixture, /carries no trailer.*the manifest names no base commit/);
  });

  test('is found where symlinks that leave were written into the manifest, too', async () => {
    const fixture = await makePublished();
    const text = '/etc/passwd';
    rmSync(join(fixture.workspace, 'docs/link'));
    symlinkSync(text, join(fixture.workspace, 'docs/link'));
    forge(fixture, ({ subject, predicate }) => {
      const link = subject.find(({ name }) => name === 'link')!;
      link.digest.sha256 = execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
      link.annotations.size = text.length;
      predicate['bytes'] = (predicate['bytes'] as number) + 5;
    });
    await expectNo(fixture, /"link" is refused: it is a symlink to "\/etc\/passwd"/, { commit: 'false' });
  });
});

describe('hostile manifests', () => {
  const deep = (open: string, close: string) => open.repeat(1e6) + close.repeat(1e6);
  test.each([
    ['an array a million deep', deep('[', ']'), /it is no object/],
    [
      'objects a million deep',
      `${'{"predicate":'.repeat(1e6)}1${'}'.repeat(1e6)}`,
      /its _type and predicateType/,
    ],
    ['a million open brackets', '['.repeat(1e6), /it is no JSON/],
    [
      'seventeen megabytes of arrays',
      `[${'[],'.repeat(17 * 350_000)}0]`,
      /it has \d+ bytes, and 4 files stand beside/,
    ],
    ['a prototype', '{"__proto__":{"subject":[]}}', /its _type and predicateType/],
    ['nothing', '', /it is no JSON/],
    ['null', 'null', /it is no object/],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0, 0x80]), /it is no JSON/],
  ])('with %s end in 63 and words', async (_, content, words) => {
    const fixture = await makePublished();
    write(fixture.workspace, { [MANIFEST]: content });
    const step = await expectNo(fixture, words, { commit: 'false' });
    expect(step.log).not.toContain('bug');
  });
});

describe('where it runs', () => {
  test.each([
    { machine: 'outside of any repository', hidden: [] },
    { machine: 'on a machine without git', hidden: ['git'] },
  ])('with commit false the directory alone is verified $machine', async ({ hidden }) => {
    const workspace = join(temporaryDirectory(), 'work');
    mkdirSync(workspace);
    const env = { PATH: pathWithout(...hidden) };
    expect((await publishDocs({ workspace }, { run: RUN, commit: 'false' }, { env })).exitCode).toBe(0);
    const step = await verify({ workspace }, { commit: 'false' }, { env });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ 'commit-sha': '', 'base-sha': '', files: '4' });
    expect(step.summary).toContain('VERIFIED');
    write(workspace, { 'docs/x': '' });
    expect((await verify({ workspace }, { commit: 'false' }, { env })).exitCode).toBe(63);
  });

  test('a shallow clone that ends at the commit that published is enough', async () => {
    const fixture = await makePublished();
    const workspace = join(fixture.root, 'shallow');
    git(fixture.root, 'clone', '--quiet', '--depth=1', `file://${fixture.bare}`, workspace);
    const step = await expectYes({ ...fixture, workspace });
    expect(step.outputs['commit-sha']).toBe(git(fixture.workspace, 'rev-parse', 'HEAD'));
    // What is altered is told, history or not.
    write(workspace, { 'docs/one.md': 'One\n' });
    await expectNo({ ...fixture, workspace }, /"one.md" was altered/);
  });

  test('a shallow clone that ends later needs more history, and says so', async () => {
    const fixture = await makePublished();
    await publishDocs(fixture, { target: 'api', 'task-id': 'TASK-2' });
    const workspace = join(fixture.root, 'shallow');
    git(fixture.root, 'clone', '--quiet', '--depth=1', `file://${fixture.bare}`, workspace);
    const step = await verify({ workspace });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toMatch(
      /^not verified: this clone is shallow, and the commit that published/,
    );
    expect(step.log).toContain('fetch-depth: 0');
    git(workspace, 'fetch', '--quiet', '--unshallow');
    await expectYes({ ...fixture, workspace });
  });

  test('a shallow clone without the base of a replayed commit needs more history', async () => {
    const fixture = cloneWith([], FILES);
    moveRemote(fixture);
    expect((await publishDocs(fixture, { run: RUN })).exitCode).toBe(0);
    const workspace = join(fixture.root, 'shallow');
    git(fixture.root, 'clone', '--quiet', '--depth=2', `file://${fixture.bare}`, workspace);
    const step = await verify({ workspace });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toMatch(/the base of the manifest, leads to [0-9a-f]{40} cannot be told$/);
  });

  test('a crash that left a publish half done is settled first', async () => {
    const fixture = await makePublished();
    const env = { ATOMIC_FUSE: 'before ledger PUBLISHED' };
    const died = await publishDocs(fixture, { 'task-id': 'TASK-2', 'transaction-id': 'killed' }, { env });
    expect(died.signal).toBe('SIGKILL');
    const step = await verify(fixture);
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', files: '4' });
    expect(step.log).toContain('Transaction killed is settled: ROLLED_BACK.');
    check(fixture);
  });

  test.each([
    ['no target', { target: '' }, /^input target is empty; it may hold the published directory to verify$/],
    ['the workspace', { target: '.' }, /it may hold a directory inside the workspace$/],
    ['a place outside', { target: '..' }, /it may hold a directory inside the workspace$/],
    [
      'a path for the manifest',
      { manifest: 'a/b.json' },
      /^input manifest holds "a\/b.json"; it may hold one file/,
    ],
    ['another word for false', { commit: 'no' }, /^input commit holds "no"; it may hold true or false$/],
  ])('%s is bad input: 65', async (_, inputs, words) => {
    const fixture = await makePublished();
    const step = await verify(fixture, inputs);
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toMatch(words);
  });

  test('a target of another repository, or of none, is bad input unless the directory alone is asked for', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    const inner = join(workspace, 'inner');
    mkdirSync(inner);
    git(inner, 'init', '--quiet');
    const step = await verify(fixture, { 'working-directory': 'inner', target: '../docs' });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toContain('a directory inside the repository');
    rmSync(join(workspace, '.git'), { recursive: true });
    expect((await verify(fixture)).outputs['reason']).toContain('is not in a working tree of git');
    expect((await verify(fixture, { commit: 'false' })).exitCode).toBe(0);
  });

  test('a linked worktree, and a workspace whose path holds colons and quotes, are verified', async () => {
    const fixture = await makePublished();
    const linked = join(fixture.root, 'linked');
    git(fixture.workspace, 'worktree', 'add', '--quiet', '--detach', linked);
    await expectYes({ ...fixture, workspace: linked });
    git(fixture.workspace, 'worktree', 'remove', '--force', linked);
    const odd = join(fixture.root, 'a:b "c');
    cpSync(fixture.workspace, odd, { recursive: true, verbatimSymlinks: true });
    await expectYes({ ...fixture, workspace: odd });
  });
});
