/** Messages that anyone may have written: git reads each trailer once, as it was given, or the message is refused. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TransactionError } from '../../src/errors.ts';
import { Git } from '../../src/git.ts';
import type { Provenance } from '../../src/manifest.ts';
import { readTrailers, withTrailers } from '../../src/message.ts';
import { compareCommit, type Site } from '../../src/published-commit.ts';
import { fuzz, hostileText, hostileWords, resultOf } from '../support/fuzz.ts';
import { git } from '../support/repository.ts';

const { always, directory, end } = fuzz('messages');
git(directory, 'init', '--quiet', '--initial-branch=main');
const opened = new Git(directory);

const KEYS = [
  'Task-ID',
  'CommitNode',
  'Agent-ID',
  'Transaction-ID',
  'Transaction-Timestamp',
  'Manifest-SHA256',
];
const VALUES = ['TASK-1', '2', 'a: b', '#7', '--- x', 'x <x@y>', '\u00fc', 'Task-ID: TASK-1'];

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const key = fc.oneof(
  pick(...KEYS),
  pick(
    'T',
    'Task',
    'task-id',
    'TASK-ID',
    'Task-ID-More',
    'A',
    'Agent',
    'Commit',
    'C',
    'Signed-off-by',
    'Key',
  ),
);
/** Stands for the trailer of ours with that number and its right value. */
const own = fc.nat({ max: KEYS.length - 1 }).map((index) => `@own${index}`);
const line = fc.oneof(
  { weight: 4, arbitrary: own },
  {
    weight: 5,
    arbitrary: fc.tuple(key, pick(':', ': ', ' : ', '=', ':\n '), pick(...VALUES)).map((all) => all.join('')),
  },
  {
    weight: 4,
    arbitrary: pick(
      '',
      '',
      ' ',
      '\t',
      '---',
      '--- a',
      '---\t',
      '# note',
      ' folded',
      'text',
      'Conflicts:',
      '\tfile',
    ),
  },
  { weight: 1, arbitrary: pick('(cherry picked from commit 1)', 'diff --git a/x b/x', '-- ', 'From: x') },
  {
    weight: 1,
    arbitrary: pick('# ------------------------ >8 ------------------------', '\u2028Task-ID: 3', '\u00a0'),
  },
  { weight: 2, arbitrary: hostileWords },
);
const joined = (lines: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(lines, { maxLength: 9 }), pick('\n', '\n', '\r\n', '\r'))
    .map(([all, end]) => all.join(end));
const trailers = joined(
  fc.oneof(own, own, pick('Fixes: 1', 'T: 2', '# note', ' folded', 'Signed-off-by: a <b>')),
);
const text = fc.oneof(
  joined(line),
  trailers.map((all) => `subject\n\n${all}`),
);
const values = fc.tuple(...KEYS.map(() => pick(...VALUES)));

/** What was made of each message that was taken: its trailers, and the whole of it. */
const taken: { trailers: [string, string][]; message: string }[] = [];
always(
  'a message is refused with words, or keeps each of its lines and gets each trailer once',
  250,
  fc.tuple(text, values),
  async ([lines, own]) => {
    const ours = KEYS.map((name, index): [string, string] => [name, own[index]!]);
    const written = lines.replace(/@own(\d)/g, (_, index: string) => ours[Number(index)]!.join(': '));
    const message = await resultOf(() => withTrailers(opened, written, Object.fromEntries(ours)));
    if (message instanceof TransactionError) {
      expect(message.code).toBe('ATOMIC_COMMIT_FAILED');
      return;
    }
    for (const each of written.split(/\r\n|\r|\n/)) expect(message).toContain(each.trim());
    taken.push({ trailers: ours, message });
  },
);

/** Of all trailers those that are ours, as `key: value`. */
const ours = (lines: readonly string[]) =>
  lines.filter((each) => KEYS.some((name) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`)));

test('git interpret-trailers --parse reads the trailers of every message, each once with its own value', () => {
  expect(taken.length).toBeGreaterThan(100);
  const files = taken.map(({ message }, index) => {
    const name = `message-${index}`;
    writeFileSync(join(directory, name), message);
    writeFileSync(join(directory, `${name}-end`), `end\n\nEnd-Of: ${index}\n`);
    return [name, `${name}-end`];
  });
  // One process for all: after the trailers of each message comes one that no message has.
  const parsed = git(directory, 'interpret-trailers', '--parse', ...files.flat()).split('\n');
  let lines: string[] = [];
  let index = 0;
  for (const each of parsed) {
    if (each !== `End-Of: ${index}`) lines.push(each);
    else {
      const { trailers, message } = taken[index]!;
      const wanted = trailers.map(([name, value]) => `${name}: ${value}`);
      // A message may have one of them already, in letters of its own.
      const read = ours(lines).map((line) => line.toLowerCase());
      expect(read.sort(), message).toEqual(wanted.map((line) => line.toLowerCase()).sort());
      lines = [];
      index += 1;
    }
  }
  expect(index).toBe(taken.length);
});

test('git log reads the same from the commits of all these messages', () => {
  const stream = taken.map(({ message }, index) => {
    const head = `commit refs/heads/main\ncommitter A <a@example.org> ${index} +0000\n`;
    return `${head}data ${Buffer.byteLength(message)}\n${message}\n`;
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: directory, input: stream.join('') });
  const format = KEYS.map((name) => `%(trailers:key=${name},valueonly,unfold)`).join('%x01');
  const shown = git(directory, 'log', '--reverse', `--format=%x00${format}`, 'main').split('\0').slice(1);
  expect(shown).toHaveLength(taken.length);
  for (const [index, each] of shown.entries()) {
    const { trailers, message } = taken[index]!;
    const wanted = trailers.map(([, value]) => value);
    expect(
      each.split('\x01').map((value) => value.trim()),
      JSON.stringify(message),
    ).toEqual(wanted);
  }
});

const SHA = 'b'.repeat(40);
const MANIFEST: { sha256: string; provenance: Provenance } = {
  sha256: 'a'.repeat(64),
  provenance: {
    transactionId: 'id-1',
    generatedAt: '2026-01-02T03:04:05Z',
    taskId: 'TASK-1',
    agentId: 'octocat',
    commitNode: 'octo/site/Docs/generate',
    baseCommit: SHA,
  },
};
const { provenance, sha256 } = MANIFEST;
const RIGHT = [
  { key: 'Task-ID', value: provenance.taskId },
  { key: 'CommitNode', value: provenance.commitNode },
  { key: 'Agent-ID', value: provenance.agentId },
  { key: 'Transaction-ID', value: provenance.transactionId },
  { key: 'Transaction-Timestamp', value: provenance.generatedAt },
  { key: 'Manifest-SHA256', value: sha256 },
];
const trailer = fc.oneof(
  { weight: 6, arbitrary: pick(...RIGHT) },
  {
    weight: 1,
    arbitrary: pick(...RIGHT).map(({ key: name, value }) => ({ key: name.toLowerCase(), value })),
  },
  { weight: 1, arbitrary: fc.record({ key, value: pick(...RIGHT.map(({ value }) => value), '') }) },
  { weight: 1, arbitrary: fc.record({ key: hostileText, value: hostileText }) },
);
const lists = fc.oneof(
  fc.shuffledSubarray(RIGHT, { minLength: 5 }),
  fc.array(trailer, { maxLength: 9 }),
  fc
    .tuple(fc.shuffledSubarray(RIGHT, { minLength: 6 }), fc.array(trailer, { maxLength: 2 }))
    .map((both) => both.flat()),
);

always(
  'verify takes the trailers of a commit only where each of the six stands once and says what the manifest says',
  2250,
  lists,
  async (trailers) => {
    const publication = { sha: 'c'.repeat(40), parents: [SHA], trailers, mayBeDeeper: false };
    // The commit stands on the base that the manifest names: git is not asked.
    const { differences, unknown } = await compareCommit({} as Site, publication, MANIFEST);
    expect(unknown).toBeUndefined();
    const isRight = RIGHT.every(({ key: name, value }) => {
      const same = trailers.filter(({ key: one }) => one.toLowerCase() === name.toLowerCase());
      return same.length === 1 && same[0]!.value === value;
    });
    expect(differences.length === 0).toBe(isRight);
    for (const each of differences) expect(each).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  },
  [RIGHT],
);

test.each(['T', 'Task', 'task', 'Task-ID-More', 'Agent'])(
  'a message with %s and the value of ours still gets every trailer: to git one is the other',
  async (name) => {
    const trailers = { 'Task-ID': 'TASK-1', 'Agent-ID': 'TASK-1' };
    const message = await withTrailers(opened, `subject\n\n${name}: TASK-1`, trailers);
    expect(await readTrailers(opened, message)).toEqual([
      { key: name, value: 'TASK-1' },
      { key: 'Task-ID', value: 'TASK-1' },
      { key: 'Agent-ID', value: 'TASK-1' },
    ]);
  },
);

test.each([
  ['a scissors line', '# ------------------------ >8 ------------------------'],
  [
    'a subject above a scissors line',
    'subject\n# ------------------------ >8 ------------------------\nrest',
  ],
  ['a number among its trailers', 'subject\n\nFixes: 1\n#123 is fixed\nSigned-off-by: a <b>'],
  ['a number below its trailers', 'subject\n\nFixes: 1\n\n#123 is fixed'],
  ['trailers without a space', 'subject\n\nFixes:1'],
])('a message of %s keeps every line, and git reads the trailers of ours', async (_what, text) => {
  const message = await withTrailers(opened, text, { 'Task-ID': 'TASK-1' });
  for (const each of text.split('\n')) expect(message).toContain(each);
  expect(await readTrailers(opened, message)).toContainEqual({ key: 'Task-ID', value: 'TASK-1' });
  writeFileSync(join(directory, 'text'), message);
  const commit = git(directory, 'commit-tree', '-F', 'text', git(directory, 'write-tree'));
  expect(git(directory, 'log', '-1', '--format=%(trailers:key=Task-ID,valueonly)', commit)).toBe('TASK-1\n');
});

test('a trailer of ours that a message has already, above a comment, is not lost', async () => {
  const trailers = { 'Task-ID': 'TASK-1', 'Agent-ID': 'me' };
  const message = await withTrailers(opened, 'subject\n\nTask-ID: TASK-1\n\n# note', trailers);
  const read = await readTrailers(opened, message);
  expect(Object.fromEntries(read.map(({ key: name, value }) => [name, value]))).toEqual(trailers);
});

test('a value of any text comes back, or is refused for what it holds', async () => {
  const all = fc.sample(hostileWords, { numRuns: 100, seed: 1 });
  for (const value of all) {
    const message = await resultOf(() => withTrailers(opened, 'subject', { 'Task-ID': value.trim() || 'x' }));
    if (message instanceof TransactionError) expect(value).toMatch(/[\r\n]/);
    else
      expect(await readTrailers(opened, message)).toEqual([{ key: 'Task-ID', value: value.trim() || 'x' }]);
  }
});

end();
