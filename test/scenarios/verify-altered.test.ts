/** `mode: verify` of trees that are not as they were published: it says no, and names what differs. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publishDocs } from '../support/publish.ts';
import { commitAll, expectNo, expectYes, makePublished, OLD } from '../support/published.ts';
import { git, makeFixture, write } from '../support/repository.ts';

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
