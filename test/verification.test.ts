/** What `verify` says of manifests and trees that anyone may have written. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeManifest, parseManifest, type Subject } from '../src/manifest.ts';
import type { Tree } from '../src/tree.ts';
import { compareTree } from '../src/verification.ts';
import { failureOf } from './support/failure.ts';

const PROVENANCE = {
  transactionId: '0198f000-0000-7000-8000-000000000000',
  generatedAt: '2026-01-02T03:04:05Z',
  taskId: 'TASK-1',
  agentId: 'octocat',
  commitNode: 'octo/site/Docs/generate',
  baseCommit: 'a'.repeat(40),
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const entry = (path: string, mode: Subject['mode'] = '100644', content = path): Tree[number] => ({
  ...{ path, mode, size: content.length, sha256: sha256(content) },
  ...{ stamp: '', changedAtMs: 0 },
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
    ['an endless path', named('a/'.repeat(1e6)), /: the name of subject 1 has 2000000 characters$/],
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

/** What `verify` decides of a manifest beside `TREE`: a yes, or the words of its no. */
function judge(bytes: Buffer): 'yes' | string[] {
  let subjects: Subject[];
  try {
    ({ subjects } = parseManifest(bytes));
  } catch (error) {
    expect(error).toMatchObject({
      code: 'CONSISTENCY_VALIDATION_FAILED',
      message: expect.stringMatching(/: ./),
    });
    return [(error as Error).message];
  }
  const found = compareTree(subjects, TREE, [], () => false);
  return found.length === 0 ? 'yes' : found;
}

/** Every place in a document, as the names that lead there. */
function placesOf(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, member]) => placesOf(member, [...at, name]))];
}

const PLACES = placesOf(JSON.parse(BYTES.toString())).filter((place) => place.length > 0);

const mutation = fc.oneof(
  fc.record({
    kind: fc.constant('replace' as const),
    place: fc.constantFrom(...PLACES),
    value: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('Z', 'a/b', 4, 10, 0, '100644', '')),
  }),
  fc.record({ kind: fc.constant('remove' as const), place: fc.constantFrom(...PLACES) }),
  fc.record({
    kind: fc.constant('add' as const),
    place: fc.constantFrom(...PLACES),
    name: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'name', 'sha256')),
    value: fc.jsonValue({ maxDepth: 3 }),
  }),
  fc.record({
    kind: fc.constant('copy' as const),
    from: fc.constantFrom(...PLACES),
    to: fc.constantFrom(...PLACES),
  }),
);

function mutate(document: unknown, step: typeof mutation extends fc.Arbitrary<infer T> ? T : never): void {
  const holderOf = (place: string[]) =>
    place
      .slice(0, -1)
      .reduce<unknown>((at, name) => (at as { [name: string]: unknown } | null)?.[name], document);
  const set = (place: string[], value: unknown) => {
    const holder = holderOf(place);
    if (typeof holder !== 'object' || holder === null) return;
    Object.defineProperty(holder, place.at(-1)!, { value, ...PLAIN });
  };
  if (step.kind === 'replace') set(step.place, step.value);
  else if (step.kind === 'add') set([...step.place, step.name], step.value);
  else if (step.kind === 'copy') {
    const from = (holderOf(step.from) as { [name: string]: unknown } | null | undefined)?.[step.from.at(-1)!];
    set(step.to, structuredClone(from));
  } else {
    const holder = holderOf(step.place);
    if (Array.isArray(holder)) holder.splice(Number(step.place.at(-1)), 1);
    else if (typeof holder === 'object' && holder !== null)
      Reflect.deleteProperty(holder, step.place.at(-1)!);
  }
}

const PLAIN = { writable: true, enumerable: true, configurable: true };

/** An answer of its own to whether bytes are a manifest of `TREE`: its list, its totals, its types, its one form. */
function isManifestOfTree(bytes: Buffer): boolean {
  const text = bytes.toString();
  const { subject, predicate, _type, predicateType } = JSON.parse(text);
  const { taskId, agentId, commitNode, transactionId, generatedAt, baseCommit } = predicate;
  const texts = [taskId, agentId, commitNode, transactionId, generatedAt];
  const original = JSON.parse(BYTES.toString());
  return (
    `${canonicalize(JSON.parse(text))}\n` === text &&
    canonicalize(subject) === canonicalize(original.subject) &&
    canonicalize([_type, predicateType]) === canonicalize([original._type, original.predicateType]) &&
    texts.every((value) => typeof value === 'string') &&
    (baseCommit === undefined || /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(baseCommit)) &&
    Object.keys(predicate).length === (baseCommit === undefined ? 7 : 8) &&
    Object.keys(JSON.parse(text)).length === 4 &&
    predicate.files === 4 &&
    predicate.bytes === 10
  );
}

describe('whatever is changed in a manifest', () => {
  const noWrongYes = (bytes: Buffer) => {
    if (judge(bytes) === 'yes') expect(isManifestOfTree(bytes)).toBe(true);
  };

  test('in its members it is judged without a crash, and never a wrong yes', () => {
    const isPlain = fc.boolean();
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), isPlain, (steps, indented) => {
        const document = JSON.parse(BYTES.toString());
        for (const step of steps) mutate(document, step);
        let text: string | undefined;
        try {
          text = indented ? JSON.stringify(document, null, 1) : canonicalize(document);
        } catch {
          text = JSON.stringify(document); // Half a character has no canonical form.
        }
        noWrongYes(Buffer.from(`${text}\n`));
      }),
      { numRuns: 4000 },
    );
  });

  test('in its bytes it is judged without a crash, and never a wrong yes', () => {
    const edit = fc.record({
      at: fc.nat({ max: BYTES.length - 1 }),
      remove: fc.nat({ max: 5 }),
      insert: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(edit, ({ at, remove, insert }) => {
        noWrongYes(Buffer.concat([BYTES.subarray(0, at), insert, BYTES.subarray(at + remove)]));
      }),
      { numRuns: 4000 },
    );
  });

  test('or in the tree beside it, the yes is for the very same files alone', () => {
    const file = fc.record({
      path: fc.constantFrom('Z', 'a.d/b', 'a/b', 'link', 'more'),
      mode: fc.constantFrom<Subject['mode'][]>('100644', '100755', '120000'),
      content: fc.constantFrom('Z', 'a.d/b', 'a/b', 'x'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(file, { selector: ({ path }) => path }), (files) => {
        const tree = files.map(({ path, mode, content }) => entry(path, mode, content));
        const plain = (list: Tree) =>
          list.map(({ path, mode, sha256: id }) => `${path} ${mode} ${id}`).sort();
        const isSame = canonicalize(plain(tree)) === canonicalize(plain(TREE));
        expect(compareTree(SUBJECTS, tree, [], () => false).length === 0).toBe(isSame);
      }),
      {
        numRuns: 4000,
        examples: [
          [[...TREE.map(({ path, mode }) => ({ path, mode, content: path === 'link' ? 'Z' : path }))]],
        ],
      },
    );
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
