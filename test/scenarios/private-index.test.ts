/** A command may lay hands on the private index, and put a symlink where it stands: nothing is written through that. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crashFixture } from '../support/crash.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { canStop, privateIn, raced, type Strike, swap } from '../support/race.ts';
import { git, makeFixture, write } from '../support/repository.ts';

/** A fixture beside another repository, in which the user has staged something. */
function withVictim(files: Record<string, string> = {}) {
  const fixture = makeFixture({ files });
  const victim = join(fixture.root, 'victim');
  git(fixture.root, 'clone', '--quiet', fixture.bare, victim);
  write(victim, { 'docs/mine.md': 'what the user has staged\n' });
  git(victim, 'add', '--all');
  return { ...fixture, victim, before: readFileSync(join(victim, '.git/index')) };
}

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
    const fixture = withVictim(files);
    const { workspace, victim, before } = fixture;
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
    const fixture = withVictim(files);
    const { workspace, victim, before } = fixture;
    const swap = `ln -f "${victim}/.git/index" "${workspace}"/.git/atomic/tx-*/index`;
    const gates = { 'consistency-result': 'not-given', 'consistency-command': swap };
    const step = await publishDocs(fixture, { ...gates, ...inputs });
    expect(readFileSync(join(victim, '.git/index')).equals(before), step.log).toBe(true);
  },
);

const CHECK = { mode: 'check', 'fail-on-change': 'false' };

test.each<[string, boolean, Record<string, string>, Record<string, string>]>([
  ['a check of a new target', false, {}, CHECK],
  ['a check of a target that stands', false, { 'docs/one.md': 'old\n' }, CHECK],
  ['an operation', true, {}, {}],
  ['an operation with phases', true, {}, { history: 'phases' }],
])(
  "a gate that puts a symlink in the private index's place has no other index written, in %s",
  async (_, inPlace, files, inputs) => {
    const fixture = withVictim(files);
    const { workspace, victim, before } = fixture;
    const link = `ln -sf "${victim}/.git/index" "$(echo "${workspace}"/.git/atomic/tx-*)/index"`;
    const gates = { 'consistency-result': 'not-given', 'consistency-command': link, ...inputs };
    const step = inPlace
      ? await operate(fixture, 'echo more >> src/input.txt', gates)
      : await publishDocs(fixture, gates);
    expect(readFileSync(join(victim, '.git/index')).equals(before), step.log).toBe(true);
  },
);

test('nor in that of the one that a replay uses', async () => {
  const fixture = withVictim({ 'docs/one.md': 'old\n' });
  const { workspace, victim, before, bare, root } = fixture;
  const other = join(root, 'other');
  git(root, 'clone', '--quiet', bare, other);
  const link = `ln -sf "${victim}/.git/index" "$(echo "${workspace}"/.git/atomic/tx-*)/index.replay"`;
  const move = `cd "${other}" && echo t > theirs && git add theirs && git -c user.name=a -c user.email=b commit -qm theirs && git push -q`;
  const step = await publishDocs(fixture, {
    'consistency-result': 'not-given',
    'consistency-command': `${link}; ${move}`,
  });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('was replaced by a symlink');
  expect(readFileSync(join(victim, '.git/index')).equals(before), step.log).toBe(true);
});
