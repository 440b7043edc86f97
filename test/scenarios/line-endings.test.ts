/** Attributes that convert line endings: the manifest describes the bytes on disk, git its own of them. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cloneWith, expectPublished, FILES, moveRemote } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';
import { shadowGit } from '../support/shadow.ts';

/** Outputs in every mixture, one of them binary. */
const RUN = `cd "$ATOMIC_STAGING"
printf 'a\\nb\\n' > lf.md
printf 'a\\r\\nb\\r\\n' > crlf.md
printf 'a\\r\\nb\\n' > mixed.md
printf 'a\\0\\r\\nb\\n' > data.bin`;

/** What stands on the disk, and how many bytes git holds of it. */
const NAMES = ['lf.md', 'crlf.md', 'mixed.md', 'data.bin'];
const ON_DISK = ['a\nb\n', 'a\r\nb\r\n', 'a\r\nb\n', 'a\0\r\nb\n'];
const NORMALIZED = [4, 4, 4, 6];

const AUTO = ['--config', 'core.autocrlf=true'];
const ATTRIBUTES = { ...FILES, '.gitattributes': '* text=auto eol=crlf\n' };
const WITH_CRLF = { ...FILES, 'docs/crlf.md': 'old\r\n', 'docs/lf.md': 'old\n' };

const KINDS: [string, () => Fixture, number[]][] = [
  ['text=auto eol=crlf', () => cloneWith([], ATTRIBUTES), NORMALIZED],
  ['core.autocrlf', () => cloneWith(AUTO), NORMALIZED],
  // What git holds with CRLF it does not convert.
  ['core.autocrlf over CRLF that git holds', () => cloneWith(AUTO, WITH_CRLF), [4, 6, 4, 6]],
  ['core.safecrlf', () => cloneWith([...AUTO, '--config', 'core.safecrlf=true']), NORMALIZED],
];

test.each(KINDS)('outputs with any line endings are published under %s', async (_, make, sizes) => {
  const fixture = make();
  await expectPublished(fixture, { inputs: { run: RUN } });
  const { workspace, bare } = fixture;
  expect(NAMES.map((name) => readFileSync(join(workspace, 'docs', name), 'latin1'))).toEqual(ON_DISK);
  expect(NAMES.map((name) => Number(git(bare, 'cat-file', '-s', `main:docs/${name}`)))).toEqual(sizes);
});

test.each(KINDS)('a remote that moved is followed under %s', async (_, make) => {
  const fixture = make();
  const theirs = moveRemote(fixture);
  await expectPublished(fixture, { theirs, inputs: { run: RUN } });
  // Converted as git converts what it checks out.
  expect(readFileSync(join(fixture.workspace, 'a.txt'), 'utf8')).toBe('theirs\r\n');
  expect(readFileSync(join(fixture.workspace, 'deep/new/d.txt'), 'utf8')).toBe('new\r\n');
});

test('outputs that stand there already are not published again because a checkout gave the manifest CRLF', async () => {
  const fixture = cloneWith([], { ...FILES, '.gitattributes': '*.json text eol=crlf\n' });
  const { workspace } = fixture;
  const inputs = { run: `printf 'a\\0b' > "$ATOMIC_STAGING/data.bin"` };
  expect((await publishDocs(fixture, inputs)).outputs['changed']).toBe('true');
  rmSync(join(workspace, 'docs'), { recursive: true });
  git(workspace, 'checkout', '--', 'docs');
  expect(readFileSync(join(workspace, 'docs/atomic-manifest.json'), 'utf8')).toMatch(/\r\n$/);
  const again = await publishDocs(fixture, inputs);
  expect(again.outputs['changed'], again.log).toBe('false');
});

test('what is new is converted also where git holds its very bytes under another name', async () => {
  const fixture = cloneWith(AUTO, { ...FILES, 'docs/old.md': 'a\r\nb\r\n' });
  const run = `cd "$ATOMIC_STAGING"; printf 'a\\r\\nb\\r\\n' | tee old.md > new.md`;
  await expectPublished(fixture, { inputs: { run } });
  const sizes = ['old.md', 'new.md'].map((name) => git(fixture.bare, 'cat-file', '-s', `main:docs/${name}`));
  expect(sizes).toEqual(['6', '4']);
});

test('what git reads of a file that it converts is what was sealed, also where it is put back after', async () => {
  const fixture = makeFixture({ files: { '.gitattributes': 'docs/*.md text\n' } });
  const { workspace } = fixture;
  const base = git(workspace, 'rev-parse', 'HEAD');
  const env = {
    PATH: shadowGit(
      '*"add --force"*',
      `file=$(find ${workspace} -path '*.atomic-*' -name one.md)
printf 'two\\r\\n' > "$file"; $git "$@"; code=$?; printf 'one\\r\\n' > "$file"; exit $code`,
    ),
  };
  const run = `printf 'one\\r\\n' > "$ATOMIC_STAGING/one.md"`;
  const step = await publishDocs(fixture, { run }, { env });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.log).toContain('one.md');
  expect(step.log).toContain('changed after it was sealed');
  expect(git(workspace, 'rev-parse', 'HEAD')).toBe(base);
});

test('a file that git converts and whose time is in the future is published, and not waited for', async () => {
  const fixture = makeFixture({ files: { '.gitattributes': 'docs/*.md text\n' } });
  const run = `printf 'one\\r\\n' > "$ATOMIC_STAGING/one.md"; touch -d tomorrow "$ATOMIC_STAGING/one.md"`;
  const step = await publishDocs(fixture, { run });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'show', 'main:docs/one.md')).toBe('one');
});
