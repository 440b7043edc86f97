/** What stands at the target is compared by its bytes (clause 3.8): what git's index says of it is no proof. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';
import { CAN_TRACE } from '../support/strace.ts';

const OLD = 1_000_000_000;
const startOfSecond = () => setTimeout(1005 - (Date.now() % 1000));

/** Committed long ago, so that git need not look again. */
function withDocs(files: Record<string, string>, ...settings: [string, string][]): Fixture {
  const fixture = makeFixture({ files: { '.gitattributes': '' } });
  const { workspace, bare } = fixture;
  for (const [name, value] of settings) git(workspace, 'config', name, value);
  write(workspace, files);
  for (const path of Object.keys(files)) utimesSync(join(workspace, path), OLD, OLD);
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'docs');
  git(workspace, 'push', '--quiet', bare, 'main');
  return fixture;
}

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

test('a file whose filter is gone since git looked is not taken for what is published', async () => {
  const fixture = makeFixture({ files: { '.gitattributes': 'docs/* filter=swap\n' } });
  const { workspace, bare } = fixture;
  git(workspace, 'config', 'filter.swap.clean', 'tr ab ba');
  git(workspace, 'config', 'filter.swap.smudge', 'tr ab ba');
  write(workspace, { 'docs/one.md': 'aaa\n' });
  utimesSync(join(workspace, 'docs/one.md'), OLD, OLD);
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'docs');
  writeFileSync(join(workspace, '.gitattributes'), '');
  git(workspace, 'commit', '--quiet', '--all', '--message', 'no filter');
  git(workspace, 'push', '--quiet', bare, 'main');
  const inputs = { run: `printf 'bbb\\n' > "$ATOMIC_STAGING/one.md"` };
  const step = await publishDocs(fixture, inputs);
  expect(step.log).toContain('Against what is published: 0 added, 1 changed, 0 removed.');
  expect(readFileSync(join(workspace, 'docs/one.md'), 'utf8')).toBe('bbb\n');
});

test('a file that was changed in the second git looked, its time put back, is not taken for what it was', async () => {
  const fixture = makeFixture();
  const { workspace, bare } = fixture;
  const file = join(workspace, 'docs/one.md');
  await startOfSecond();
  write(workspace, { 'docs/one.md': 'one\n' });
  utimesSync(file, OLD, OLD);
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'docs');
  writeFileSync(file, 'ONE\n');
  utimesSync(file, OLD, OLD);
  git(workspace, 'push', '--quiet', bare, 'main');
  const step = await publishDocs(fixture, { run: `printf 'one\\n' > "$ATOMIC_STAGING/one.md"` });
  expect(step.log).toContain('Against what is published: 0 added, 1 changed, 0 removed.');
});

/** Published long enough after it was made to be recognised. */
const SETTLED = { run: `printf 'one\\n' > "$ATOMIC_STAGING/one.md"; sleep 0.2` };

test.skipIf(!CAN_TRACE)(
  'a file that an earlier publish has left is recognised, and not read again (needs ptrace)',
  async () => {
    const fixture = makeFixture();
    const trace = join(fixture.root, 'trace');
    const wrapper = ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=openat', '-o', trace];
    const reads = async (inputs: Record<string, string>) => {
      const step = await publishDocs(fixture, { ...inputs, checkpoints: '1' }, { wrapper });
      expect(step.exitCode, step.log).toBe(0);
      const opened = readFileSync(trace, 'utf8').split('\n');
      return opened.filter((line) => line.includes('/docs/one.md"') && !line.includes('.atomic-')).length;
    };
    await reads(SETTLED);
    expect(await reads(SETTLED)).toBe(0);
    expect(await reads(SETTLED)).toBe(0);
    expect(await reads({ run: `${SETTLED.run}; echo two > "$ATOMIC_STAGING/two.md"` })).toBe(0); // After one that changed nothing, too.
    writeFileSync(join(fixture.workspace, 'docs/one.md'), 'one\n'); // The same again, but who knows.
    expect(await reads(SETTLED)).toBeGreaterThan(0);
  },
);

test('a file that was changed since it was published, its time put back, is not recognised', async () => {
  const fixture = makeFixture();
  const file = join(fixture.workspace, 'docs/one.md');
  expect((await publishDocs(fixture, SETTLED)).exitCode).toBe(0);
  const copy = join(fixture.root, 'copy');
  execFileSync('cp', ['-p', file, copy]);
  writeFileSync(file, 'ONE\n');
  execFileSync('touch', ['-r', copy, file]);
  expect(statSync(file, { bigint: true }).mtimeNs).toBe(statSync(copy, { bigint: true }).mtimeNs);
  const step = await publishDocs(fixture, SETTLED);
  expect(step.log).toContain('Against what is published: 0 added, 1 changed, 0 removed.');
  expect(readFileSync(file, 'utf8')).toBe('one\n');
});
