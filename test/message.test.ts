import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Git } from '../src/git.ts';
import { withTrailers } from '../src/message.ts';
import { failureOf } from './support/failure.ts';
import { git, temporaryDirectory } from './support/repository.ts';

const TRAILERS = {
  'Task-ID': 'TASK-1: "ü" #7',
  CommitNode: 'octo/site/Docs/generate',
  'Agent-ID': 'octo[bot] <octo@example.org>',
};
const LINES = Object.entries(TRAILERS).map(([key, value]) => `${key}: ${value}`);

function repository() {
  const directory = temporaryDirectory();
  git(directory, 'init', '--quiet');
  return directory;
}

/** What git itself reads back from a message. */
function parse(directory: string, message: string): string[] {
  const file = join(directory, 'MESSAGE');
  writeFileSync(file, message);
  return git(directory, 'interpret-trailers', '--parse', file).split('\n');
}

describe('the trailers are read back by git interpret-trailers --parse after', () => {
  test.each([
    ['a subject', 'feat: one line'],
    ['a subject and a body', 'feat: subject\n\nBody: of text\nmore'],
    ['a line of three dashes', 'subject\n\nbefore\n---\nafter'],
    ['a list below three dashes', 'subject\n\n---\n\n- item'],
    ['another task in front of three dashes', 'subject\n\nTask-ID: TASK-2\n\n---\nmore'],
    ['a comment at the end', 'subject\n\nbody\n# comment'],
    ['Windows line ends', 'subject\r\n\r\nbody\r\n'],
    ['blank lines', '\n\nsubject\n\n\n\nbody\n\n\n'],
    ['a subject that looks like a trailer', 'Fixes: everything'],
    ['a scissors line', 'subject\n\n# ------------------------ >8 ------------------------\nrest'],
  ])('%s', async (_what, text) => {
    const directory = repository();
    const message = await withTrailers(new Git(directory), text, TRAILERS);
    expect(parse(directory, message)).toEqual(LINES);
    expect(message).toMatch(/^[^\r]*\n$/);
    for (const line of text.split(/\r?\n/)) expect(message).toContain(line);
  });
});

test('trailers of the message itself stay beside those of the transaction', async () => {
  const directory = repository();
  const text = 'subject\n\nSigned-off-by: Mona <mona@example.org>\nFixes: #1\n';
  const message = await withTrailers(new Git(directory), text, TRAILERS);
  expect(parse(directory, message)).toEqual([
    'Signed-off-by: Mona <mona@example.org>',
    'Fixes: #1',
    ...LINES,
  ]);
});

test('a message that has its trailers already is not given them twice', async () => {
  const directory = repository();
  const once = await withTrailers(new Git(directory), 'subject\n\nbody', TRAILERS);
  expect(await withTrailers(new Git(directory), once, TRAILERS)).toBe(once);
});

test.each([
  ['with another value', 'subject\n\nTask-ID: TASK-2'],
  ['in other letters', 'subject\n\ntask-id: TASK-2'],
  ['among others', 'subject\n\nFixes: #1\nAgent-ID: somebody\nSigned-off-by: x <x@y>'],
  ['with a space before the colon', 'subject\n\nCommitNode : elsewhere'],
  ['over two lines', 'subject\n\nTask-ID:\n TASK-2'],
  ['with a second line', `subject\n\n${LINES[0]}\n and more`],
  ['with nothing in it', 'subject\n\nTask-ID:'],
  ['twice', `subject\n\n${LINES[0]}\n${LINES[0]}`],
  ['behind a body', 'subject\n\nbody\n\nTask-ID: TASK-2\n\n\n'],
])('a message that forges a trailer %s does not reach the history', async (_what, text) => {
  const error = await failureOf(() => withTrailers(new Git(repository()), text, TRAILERS));
  expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
  expect(error.message).toContain('input message holds');
});

test.each(['TASK-1\nAgent-ID: forged', 'TASK-1\rx', 'TASK-1\r\nx'])(
  'a trailer value with a line break is refused: %j',
  async (value) => {
    const git = new Git(repository());
    const error = await failureOf(() => withTrailers(git, 'subject', { ...TRAILERS, 'Task-ID': value }));
    expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
    expect(error.message).toContain('Task-ID');
  },
);

test.each(['', ' \n\t\n'])(
  'a message of nothing is refused: git log would read trailers as its subject: %j',
  async (text) => {
    const error = await failureOf(() => withTrailers(new Git(repository()), text, TRAILERS));
    expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
    expect(error.message).toContain('input message is empty');
  },
);

test('a message with a NUL character is refused', async () => {
  const error = await failureOf(() => withTrailers(new Git(repository()), 'a\u0000b', TRAILERS));
  expect(error.message).toContain('NUL');
});

test('a repository whose configuration hooks into trailers neither runs a program nor changes one', async () => {
  const directory = repository();
  const proof = join(directory, 'ran');
  for (const name of ['task-id', 'own', 'commitnode']) {
    git(directory, 'config', `trailer.${name}.key`, name === 'own' ? 'Own' : name);
    git(directory, 'config', `trailer.${name}.command`, `touch ${proof}; echo stolen`);
    git(directory, 'config', `trailer.${name}.cmd`, `touch ${proof}; echo stolen`);
    git(directory, 'config', `trailer.${name}.ifExists`, 'replace');
    git(directory, 'config', `trailer.${name}.where`, 'start');
  }
  git(directory, 'config', 'trailer.separators', '=');
  const message = await withTrailers(new Git(directory), 'subject', TRAILERS);
  expect(message).toBe(`subject\n\n${LINES.join('\n')}\n`);
  expect(git(directory, 'status', '--porcelain')).toBe('');
});
