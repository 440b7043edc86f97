/** What stands at the target is not read where git knows that it is as it was sealed (clause 3.8), and only there. */
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';
import { CAN_TRACE } from '../support/strace.ts';

/** Committed long ago, so that git need not look again. */
function withDocs(files: Record<string, string>, ...settings: [string, string][]): Fixture {
  const fixture = makeFixture({ files: { '.gitattributes': '' } });
  const { workspace, bare } = fixture;
  for (const [name, value] of settings) git(workspace, 'config', name, value);
  write(workspace, files);
  for (const path of Object.keys(files)) utimesSync(join(workspace, path), 1_000_000_000, 1_000_000_000);
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'docs');
  git(workspace, 'push', '--quiet', bare, 'main');
  return fixture;
}

test.skipIf(!CAN_TRACE)(
  'of a target that stands as it was committed, only what differs is read (needs ptrace)',
  async () => {
    const fixture = withDocs({ 'docs/one.md': 'one\n', 'docs/guide/two.md': 'old\n' });
    const file = join(fixture.root, 'trace');
    const wrapper = ['strace', '-f', '-qq', '-s', '300', '-e', 'trace=openat,renameat2', '-o', file];
    const step = await publishDocs(fixture, { 'validation-command': 'false' }, { wrapper });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.log).toContain('Against what is published: 0 added, 1 changed, 0 removed.');
    const [opened] = readFileSync(file, 'utf8').split(/renameat2.*work\/docs"/, 1); // The new one is read again.
    const reads = (path: string) =>
      opened!
        .split('\n')
        .filter((line) => line.includes(`work/docs/${path}"`) || line.includes(`"docs/${path}"`)).length;
    expect(reads('one.md')).toBe(0);
    expect(reads('guide/two.md')).toBeGreaterThan(0);
  },
);

/** A filter that makes other bytes of the same number. */
const SWAP = { clean: 'tr ab ba', smudge: 'tr ab ba' };

test.each<[string, Record<string, string>, [string, string][], string]>([
  [
    'a filter',
    { '.gitattributes': 'docs/* filter=swap\n', 'docs/one.md': 'aaa\n' },
    [
      ['filter.swap.clean', SWAP.clean],
      ['filter.swap.smudge', SWAP.smudge],
    ],
    'bbb\n',
  ],
  ['core.autocrlf', { 'docs/one.md': 'aaa\r\n' }, [['core.autocrlf', 'true']], 'aaa\n'],
  [
    'an attribute for line ends',
    { '.gitattributes': '* text=auto eol=crlf\n', 'docs/one.md': 'aaa\r\n' },
    [],
    'aaa\n',
  ],
  [
    'another encoding',
    { '.gitattributes': '* working-tree-encoding=IBM037\n', 'docs/one.md': '\u007a\u007a' },
    [],
    '::',
  ],
])(
  'a file of which git holds the very bytes that are published is not taken for them: %s',
  async (_, files, settings, published) => {
    const fixture = withDocs(files, ...settings);
    const inputs = { run: `printf '%s' '${published}' > "$ATOMIC_STAGING/one.md"` };
    const before = readFileSync(join(fixture.workspace, 'docs/one.md'), 'latin1');
    const refused = await publishDocs(fixture, { ...inputs, 'validation-command': 'false' });
    expect(refused.log).toContain('Against what is published: 0 added, 1 changed, 0 removed.');
    expect(refused.exitCode, refused.log).toBe(65);
    expect(readFileSync(join(fixture.workspace, 'docs/one.md'), 'latin1')).toBe(before);
    const step = await publishDocs(fixture, inputs);
    expect(step.exitCode, step.log).toBe(0);
    expect(readFileSync(join(fixture.workspace, 'docs/one.md'), 'utf8')).toBe(published);
  },
);
