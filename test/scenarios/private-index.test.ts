/** A command may lay hands on the private index, and put a symlink where it stands: nothing is written through that. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crashFixture } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { canStop, privateIn, raced, type Strike, swap } from '../support/race.ts';
import { git, makeFixture, write } from '../support/repository.ts';

test.each([
  ["the user's own", 'work'],
  ["another repository's", 'victim'],
])(
  'a gate that replaces the private directory by a symlink has %s index not written over',
  async (_, name) => {
    const fixture = makeFixture();
    const { root, workspace } = fixture;
    const victim = join(root, name);
    if (victim !== workspace) git(root, 'clone', '--quiet', fixture.bare, victim);
    write(victim, { 'docs/mine.md': 'what the user has staged\n' });
    git(victim, 'add', '--all');
    rmSync(join(victim, 'docs'), { recursive: true }); // Where the target stands git is started in between, and sees the symlink.
    const before = readFileSync(join(victim, '.git/index'));
    const swapIt = `cd "${workspace}/.git/atomic" && tx=$(echo tx-*) && mv "$tx" "${root}/away" && ln -s "${victim}/.git" "$tx"`;
    const gates = { 'consistency-result': 'not-given', 'consistency-command': swapIt };
    const step = await publishDocs(fixture, gates);
    expect(step.outputs['reason'], step.log).toContain('was replaced by a symlink');
    expect(git(victim, 'ls-files', 'docs')).toBe('docs/mine.md');
    expect(readFileSync(join(victim, '.git/index')).equals(before), step.log).toBe(true);
  },
);

const swapPrivate: Strike = ({ workspace, outside, away }) => swap(privateIn(workspace), away, outside);

test.skipIf(!canStop)(
  'nor is anything written through one that is put there right before the index is written',
  async () => {
    const { step } = await raced(crashFixture(), 'before write index', swapPrivate, publishDocs);
    expect([65, 66], step.log).toContain(step.exitCode);
  },
);

test.each([
  ['that is new', {}],
  ['that stands', { 'docs/one.md': 'old\n' }],
])(
  "a gate that puts a symlink in the private index's place has no other index written, for a target %s",
  async (_, files) => {
    const fixture = makeFixture({ files });
    const { root, workspace } = fixture;
    const victim = join(root, 'victim');
    git(root, 'clone', '--quiet', fixture.bare, victim);
    write(victim, { 'docs/mine.md': 'what the user has staged\n' });
    git(victim, 'add', '--all');
    const before = readFileSync(join(victim, '.git/index'));
    const swap = `ln -sf "${victim}/.git/index" "${workspace}"/.git/atomic/tx-*/index`;
    const gates = { 'consistency-result': 'not-given', 'consistency-command': swap };
    const step = await publishDocs(fixture, gates);
    expect(readFileSync(join(victim, '.git/index')).equals(before), step.log).toBe(true);
    expect(git(victim, 'ls-files', 'docs')).toContain('docs/mine.md');
  },
);

test.each([
  ['that is new', {}],
  ['that stands', { 'docs/one.md': 'old\n' }],
])(
  'a gate that removes the private index does not take all other files from the branch, for a target %s',
  async (_, files) => {
    const fixture = makeFixture({ files });
    const { workspace, bare } = fixture;
    const gates = {
      'consistency-result': 'not-given',
      'consistency-command': `rm "${workspace}"/.git/atomic/tx-*/index`,
    };
    const step = await publishDocs(fixture, gates);
    expect(git(bare, 'ls-tree', '--name-only', 'main'), step.log).toContain('README.md');
    expect(git(workspace, 'ls-tree', '--name-only', 'main'), step.log).toContain('README.md');
  },
);

test.each<[string, Record<string, string>, Record<string, string>]>([
  ['a target that is new', {}, {}],
  ['a check', { 'docs/one.md': 'old\n' }, { mode: 'check', 'fail-on-change': 'false' }],
])(
  "a gate that puts a hard link in the private index's place has no other index written, for %s",
  async (_, files, inputs) => {
    const fixture = makeFixture({ files });
    const { root, workspace } = fixture;
    const victim = join(root, 'victim');
    git(root, 'clone', '--quiet', fixture.bare, victim);
    write(victim, { 'docs/mine.md': 'what the user has staged\n' });
    git(victim, 'add', '--all');
    const before = readFileSync(join(victim, '.git/index'));
    const swap = `ln -f "${victim}/.git/index" "${workspace}"/.git/atomic/tx-*/index`;
    const gates = { 'consistency-result': 'not-given', 'consistency-command': swap };
    const step = await publishDocs(fixture, { ...gates, ...inputs });
    expect(readFileSync(join(victim, '.git/index')).equals(before), step.log).toBe(true);
  },
);
