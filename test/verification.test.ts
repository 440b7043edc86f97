/** What `verify` says of manifests and trees that anyone may have written. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { makeManifest, parseManifest, type Subject } from '../src/manifest.ts';
import type { Tree } from '../src/tree.ts';
import { compareTree } from '../src/verification.ts';
import { STAMP } from './support/entry.ts';
import { failureOf } from './support/failure.ts';
import { PROVENANCE } from './support/verify.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const entry = (path: string, mode: Subject['mode'] = '100644', content = path): Tree[number] => ({
  ...{ path, mode, size: content.length, sha256: sha256(content) },
  ...STAMP,
});

const TREE: Tree = [entry('Z', '100755'), entry('a.d/b'), entry('a/b'), entry('link', '120000', 'Z')];
const SUBJECTS = TREE.map(({ path, mode, size, sha256: digest }) => ({ path, mode, size, sha256: digest }));
const BYTES = makeManifest(TREE, PROVENANCE).bytes;

interface Document {
  [name: string]: unknown;
  subject: { [name: string]: unknown }[];
  predicate: { [name: string]: unknown };
}

/** The bytes of the valid manifest after a change, in the canonical form. */
function altered(change: (document: Document) => void): Buffer {
  const document = JSON.parse(BYTES.toString());
  change(document);
  return Buffer.from(`${canonicalize(document)}\n`);
}

test('a manifest that this action wrote says what it was made of', () => {
  expect(parseManifest(BYTES)).toEqual({ subjects: SUBJECTS, provenance: PROVENANCE });
  const { baseCommit: _, ...provenance } = PROVENANCE;
  expect(parseManifest(makeManifest([], provenance).bytes)).toEqual({ subjects: [], provenance });
});

const first = (value: object) => altered(({ subject }) => Object.assign(subject[0]!, value));
const named = (name: unknown) => first({ name });
const noted = (annotations: object) => first({ annotations: { mode: '100755', size: 1, ...annotations } });
const said = (value: object) => altered(({ predicate }) => Object.assign(predicate, value));

describe('a manifest is refused with 63 and words', () => {
  test.each<[string, Buffer, RegExp]>([
    ['no JSON', Buffer.from('{'), /: it is no JSON$/],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BYTES]), /: it is no JSON$/],
    ['a list', Buffer.from('[]\n'), /: it is no object$/],
    ['no type', altered((all) => delete all['_type']), /its _type and predicateType are not/],
    [
      'another predicate',
      altered((all) => Object.assign(all, { predicateType: 'x' })),
      /predicateType are not/,
    ],
    ['no subject', altered((all) => Object.assign(all, { subject: {} })), /: its subject is no list$/],
    [
      'null for a subject',
      altered(({ subject }) => Object.assign(subject, { 1: null })),
      /: subject 2 is no object$/,
    ],
    ['a number for a name', named(7), /: the name of subject 1 is no text$/],
    [
      'half a character',
      Buffer.from(BYTES.toString().replace('"Z"', '"\\ud800"')),
      /name of subject 1 is no text$/,
    ],
    ['an absolute path', named('/etc/passwd'), /: path "\/etc\/passwd" is refused: it is absolute$/],
    ['a path that leaves', named('../x'), /: path "..\/x" is refused: it leaves the target$/],
    ['a path into git', named('.GIT/config'), /: path ".GIT\/config" is refused: ".GIT" is ".git"/],
    [
      'an endless path',
      named('a/'.repeat(1e6)),
      /: path "[a/]{200}…" is refused: it has more than 4096 characters$/,
    ],
    ['no digest', first({ digest: {} }), /: "Z" has no SHA-256$/],
    ['a digest of capitals', first({ digest: { sha256: 'A'.repeat(64) } }), /: "Z" has no SHA-256$/],
    ['a text for a digest', first({ digest: 'x' }), /: the digest of "Z" is no object$/],
    ['no annotations', first({ annotations: null }), /: the annotations of "Z" is no object$/],
    [
      'a mode of its own',
      noted({ mode: '160000' }),
      /: "Z" has a mode that is none of 100644, 100755, 120000$/,
    ],
    ['a text for a size', noted({ size: '1' }), /: the size of "Z" is no whole number$/],
    ['a size below nothing', noted({ size: -1 }), /: the size of "Z" is no whole number$/],
    ['half a byte', noted({ size: 0.5 }), /: the size of "Z" is no whole number$/],
    ['a size beyond counting', noted({ size: 2 ** 60 }), /: the size of "Z" is no whole number$/],
    ['a file twice', altered(({ subject }) => subject.splice(1, 0, subject[0]!)), /: it lists "Z" twice$/],
    ['files out of order', altered(({ subject }) => subject.reverse()), /: "a\/b" is out of order$/],
    [
      'no predicate',
      altered((all) => delete (all as Partial<Document>).predicate),
      /: the predicate is no object$/,
    ],
    ['a list for a task', said({ taskId: ['TASK-1'] }), /: taskId of the predicate is no text$/],
    [
      'an option for a base',
      said({ baseCommit: '--output=x' }),
      /: baseCommit of the predicate is no id of a com/,
    ],
    ['null for a base', said({ baseCommit: null }), /: baseCommit of the predicate is no text$/],
    ['too many files', said({ files: 5 }), /: it counts 5 files and lists 4$/],
    ['too few bytes', said({ bytes: 1 }), /: it counts 1 bytes, and what it lists has 10$/],
    [
      'a further member',
      altered((all) => Object.assign(all, { more: 1 })),
      /its bytes are not the RFC 8785 form/,
    ],
    ['a further digest', first({ digest: { sha256: sha256('Z'), sha1: '' } }), /not the RFC 8785 form/],
    ['a further annotation', noted({ owner: 'x' }), /not the RFC 8785 form/],
    ['a further claim', said({ more: 1 }), /not the RFC 8785 form/],
    ['a prototype', Buffer.from(BYTES.toString().replace('{', '{"__proto__":{},')), /not the RFC 8785 form/],
    ['a member twice', Buffer.from(BYTES.toString().replace('{', '{"_type":1,')), /not the RFC 8785 form/],
    ['a space', Buffer.from(BYTES.toString().replace(':', ': ')), /not the RFC 8785 form/],
    ['an escape', Buffer.from(BYTES.toString().replace('"Z"', '"\\u005a"')), /not the RFC 8785 form/],
    [
      'a number of its own',
      Buffer.from(BYTES.toString().replace('"files":4', '"files":4.0')),
      /not the RFC 8785 form/,
    ],
    ['no newline', BYTES.subarray(0, -1), /not the RFC 8785 form/],
    ['two newlines', Buffer.concat([BYTES, Buffer.from('\n')]), /not the RFC 8785 form/],
    [
      'a byte that is no text',
      Buffer.from(BYTES.toString('latin1').replace('TASK', 'T\xffSK'), 'latin1'),
      /not the RFC/,
    ],
  ])('for %s', async (_, bytes, words) => {
    const failure = await failureOf(() => parseManifest(bytes));
    expect(failure.code).toBe('CONSISTENCY_VALIDATION_FAILED');
    expect(failure.message).toMatch(words);
    expect(failure.next).toMatch(/\w/);
  });
});

test('differences are named by path in the order of the manifest, each in plain words', () => {
  const tree = [entry('Z', '100644'), entry('a.d/b', '120000'), entry('extra'), entry('link', '120000', 'Y')];
  expect(compareTree(SUBJECTS, tree, ['a/b', 'pipe'], () => false)).toEqual([
    '"Z" has mode 100644 instead of 100755',
    '"a.d/b" is a symlink, where the manifest has a file',
    '"a/b" is a socket, a device or a pipe, where the manifest has a file',
    '"extra" is not in the manifest',
    '"link" was altered: other content of the same size',
    '"pipe" is a socket, a device or a pipe, and not in the manifest',
  ]);
  expect(compareTree(SUBJECTS, TREE.slice(2), [], (path) => path === 'Z')).toEqual([
    '"Z" is a directory, where the manifest has a file',
    '"a.d/b" is missing',
  ]);
});

test('a name can neither break a line nor command the runner, nor fill the message', () => {
  const [long = '', hidden] = compareTree(
    [],
    [entry('x'.repeat(4000)), entry('\u202eevil\n::error::x')],
    [],
    () => false,
  ).toReversed();
  expect(hidden ?? long).toBeDefined();
  for (const text of [long, hidden!]) {
    expect(text.length).toBeLessThan(260);
    expect(text).not.toMatch(/[\n\u202e]/);
  }
});
