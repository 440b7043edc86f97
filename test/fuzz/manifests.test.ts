/** Manifests that anyone may have written: 63 and words, or a yes for the one text that this action writes of the tree. */
import { hash } from 'node:crypto';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TransactionError } from '../../src/errors.ts';
import { describes, makeManifest, parseManifest } from '../../src/manifest.ts';
import { hashTree, type Mode, type Tree } from '../../src/tree.ts';
import { compareTree } from '../../src/verification.ts';
import { STAMP } from '../support/entry.ts';
import { fuzz, hostileText, resultOf } from '../support/fuzz.ts';
import { edited, edits, mutated, mutationsOf, withRaw } from '../support/mutations.ts';
import { write } from '../support/repository.ts';
import { PROVENANCE, verifyDirectory } from '../support/verify.ts';

const { always, directory, end } = fuzz('manifests');

const target = join(directory, 'target');
write(target, { Z: 'Z', 'a.d/b': 'a.d/b', 'a/b': 'a/b' });
symlinkSync('Z', join(target, 'link'));
const TREE = await hashTree(target);
const OURS = makeManifest(TREE, PROVENANCE);
const BYTES = OURS.bytes;
const DOCUMENT = JSON.parse(BYTES.toString());

/** An answer of its own to whether bytes are a manifest of `TREE`: its list, its totals, its types, its one form. */
function isManifestOfTree(bytes: Buffer): boolean {
  const text = bytes.toString();
  const { subject, predicate, _type, predicateType } = JSON.parse(text);
  const { taskId, agentId, commitNode, transactionId, generatedAt, baseCommit } = predicate;
  const texts = [taskId, agentId, commitNode, transactionId, generatedAt];
  return (
    Buffer.from(text).equals(bytes) &&
    `${canonicalize(JSON.parse(text))}\n` === text &&
    canonicalize(subject) === canonicalize(DOCUMENT.subject) &&
    canonicalize([_type, predicateType]) === canonicalize([DOCUMENT._type, DOCUMENT.predicateType]) &&
    texts.every((value) => typeof value === 'string' && value.isWellFormed()) &&
    (baseCommit === undefined || /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(baseCommit)) &&
    Object.keys(predicate).length === (baseCommit === undefined ? 7 : 8) &&
    Object.keys(JSON.parse(text)).length === 4 &&
    predicate.files === DOCUMENT.predicate.files &&
    predicate.bytes === DOCUMENT.predicate.bytes
  );
}

/** Reads bytes as the manifest of `TREE`, and expects a yes for what is one, and 63 for what is none. */
async function judge(bytes: Buffer): Promise<void> {
  const statement = await resultOf(() => parseManifest(bytes));
  if (describes(bytes, OURS)) {
    expect(canonicalize(JSON.parse(bytes.toString()).subject)).toBe(canonicalize(DOCUMENT.subject));
  }
  if (statement instanceof TransactionError) {
    expect(statement.code).toBe('CONSISTENCY_VALIDATION_FAILED');
    expect(statement.message.length).toBeLessThan(20_000);
    return;
  }
  if (compareTree(statement.subjects, TREE, [], () => false).length > 0) return;
  expect(isManifestOfTree(bytes), bytes.toString()).toBe(true);
  expect(describes(bytes, OURS)).toBe(true);
}

const WORDS = {
  values: ['Z', 'a/b', '../x', '.git', 'a'.repeat(64), '100644', '100755', '120000', 4, 10, 1, 2 ** 53],
  names: [
    'name',
    'digest',
    'sha256',
    'annotations',
    'mode',
    'size',
    'subject',
    'predicate',
    'taskId',
    'files',
    'bytes',
  ],
};
const changes = fc.array(mutationsOf(DOCUMENT, WORDS), { minLength: 1, maxLength: 4 });

/** The canonical text of a value, or the plain one where there is none: half a character has no canonical form. */
function textOf(value: unknown, form: 'canonical' | 'indented'): string {
  if (form === 'indented') return JSON.stringify(value, null, 1) ?? '';
  try {
    return canonicalize(value) ?? '';
  } catch {
    return JSON.stringify(value) ?? '';
  }
}

const documents = fc
  .tuple(changes, fc.constantFrom('canonical' as const, 'canonical' as const, 'indented' as const))
  .map(([steps, form]) => Buffer.from(`${withRaw(textOf(mutated(DOCUMENT, steps), form))}\n`));

always(
  'whatever is changed in the members of a manifest, it is judged, and never a wrong yes',
  3000,
  documents,
  judge,
  [BYTES],
);

always(
  'whatever is changed in the bytes of a manifest, it is judged, and never a wrong yes',
  2000,
  edits.map((all) => edited(BYTES, all)),
  judge,
);

always('whatever stands where a manifest should, it is judged', 500, hostileText, (text) =>
  judge(Buffer.from(text)),
);

always(
  'verify says yes to no other manifest beside the published files than the one of ours',
  300,
  fc.oneof(
    documents,
    edits.map((all) => edited(BYTES, all)),
    hostileText.map((text) => Buffer.from(text)),
  ),
  async (bytes) => {
    writeFileSync(join(target, 'atomic-manifest.json'), bytes);
    const outcome = await resultOf(() => verifyDirectory(target));
    if (outcome instanceof TransactionError) expect(outcome.code).toBe('CONSISTENCY_VALIDATION_FAILED');
    else expect(isManifestOfTree(bytes)).toBe(true);
  },
  [BYTES],
);

interface File {
  path: string;
  mode: Mode;
  content: string;
}

const file: fc.Arbitrary<File> = fc.record({
  path: fc.constantFrom('Z', 'a.d/b', 'a/b', 'link', 'more'),
  mode: fc.constantFrom<Mode[]>('100644', '100755', '120000'),
  content: fc.constantFrom('Z', 'a.d/b', 'a/b', 'x'),
});
const treeOf = (files: File[]): Tree =>
  files.map(({ path, mode, content }) => ({
    ...{ path, mode, size: content.length, sha256: hash('sha256', content) },
    ...STAMP,
  }));

always(
  'whatever stands beside the manifest, the yes is for the very same files alone',
  1000,
  fc.uniqueArray(file, { selector: ({ path }) => path }),
  (files) => {
    const tree = treeOf(files);
    const plain = (list: Tree) => list.map(({ path, mode, sha256 }) => `${path} ${mode} ${sha256}`).sort();
    const isSame = canonicalize(plain(tree)) === canonicalize(plain(TREE));
    const { subjects } = parseManifest(BYTES);
    expect(compareTree(subjects, tree, [], () => false).length === 0).toBe(isSame);
  },
  [TREE.map(({ path, mode }) => ({ path, mode, content: path === 'link' ? 'Z' : path }))],
);

const provenance = fc.record(
  {
    transactionId: hostileText,
    generatedAt: hostileText,
    taskId: hostileText,
    agentId: hostileText,
    commitNode: hostileText,
    baseCommit: fc.constant('b'.repeat(40)),
  },
  { requiredKeys: ['transactionId', 'generatedAt', 'taskId', 'agentId', 'commitNode'] },
);

always('what this action writes it reads back, whatever text is in it', 500, provenance, (said) => {
  const wellFormed = Object.fromEntries(
    Object.entries(said).map(([name, text]) => [name, text?.toWellFormed()]),
  );
  const { bytes } = makeManifest(TREE, wellFormed as typeof said);
  const { subjects, provenance: read } = parseManifest(bytes);
  expect(read).toEqual(wellFormed);
  expect(compareTree(subjects, TREE, [], () => false)).toEqual([]);
  expect(Object.keys(JSON.parse(bytes.toString()))).toEqual([
    '_type',
    'predicate',
    'predicateType',
    'subject',
  ]);
});

test('a manifest that is nested without end, or full of what it may not hold, is 63', async () => {
  for (const raw of ['"@deep"', '{"subject":"@deeper"}', '[null]', '"@huge"', '"@proto"']) {
    await judge(Buffer.from(`${withRaw(raw)}\n`));
  }
  await judge(Buffer.from(BYTES.toString().replace('TASK-1', '\\ud800')));
});

end();
