import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checksums, makeManifest } from '../src/manifest.ts';
import { hashTree } from '../src/tree.ts';
import { temporaryDirectory, write } from './support/repository.ts';

const PROVENANCE = {
  transactionId: '0198f000-0000-7000-8000-000000000000',
  generatedAt: '2026-01-02T03:04:05Z',
  taskId: 'TASK-1 "ü" \u2028',
  agentId: 'octocat',
  commitNode: 'octo/site/Docs/generate',
  baseCommit: 'a'.repeat(40),
};

/** U+10000 is a surrogate pair, which sorts before U+FF61 by code unit and after it by code point. */
const ORDER = ['Z', 'a b', 'a.d/b', '\u00e9', '\u{10000}', '\uff61'];

async function sampleTree() {
  const root = temporaryDirectory();
  write(root, Object.fromEntries(ORDER.toReversed().map((name) => [name, `content of ${name}`])));
  execFileSync('chmod', ['+x', join(root, 'Z')]);
  symlinkSync('Z', join(root, 'link'));
  return { root, tree: await hashTree(root) };
}

/** RFC 8785 for values without fractions: members sorted by code unit, no white space. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

test('the manifest is an in-toto statement that lists every file with its digest, size and mode', async () => {
  const { root, tree } = await sampleTree();
  const statement = JSON.parse(makeManifest(tree, PROVENANCE).bytes.toString());
  const sha256 = (path: string) => execFileSync('sha256sum', ['-z', join(root, path)], { encoding: 'utf8' });
  expect(statement._type).toBe('https://in-toto.io/Statement/v1');
  expect(statement.predicateType).toMatch(/^urn:/);
  expect(statement.predicate).toEqual({ ...PROVENANCE, files: 7, bytes: totalOf(statement.subject) });
  expect(Object.keys(statement).sort()).toEqual(['_type', 'predicate', 'predicateType', 'subject']);
  expect(statement.subject[0]).toEqual({
    name: 'Z',
    digest: { sha256: sha256('Z').slice(0, 64) },
    annotations: { mode: '100755', size: 12 },
  });
  const link = statement.subject.find((subject: { name: string }) => subject.name === 'link');
  expect(link.annotations).toEqual({ mode: '120000', size: 1 });
  expect(link.digest.sha256).toBe(createHash('sha256').update('Z').digest('hex'));
});

const totalOf = (subjects: { annotations: { size: number } }[]) =>
  subjects.reduce((sum, { annotations }) => sum + annotations.size, 0);

test('the manifest lists its files by UTF-16 code unit, whatever order they were written in', async () => {
  const { tree } = await sampleTree();
  const statement = JSON.parse(makeManifest(tree, PROVENANCE).bytes.toString());
  const names = statement.subject.map((subject: { name: string }) => subject.name);
  expect(names).toEqual(['Z', 'a b', 'a.d/b', 'link', '\u00e9', '\u{10000}', '\uff61']);
});

test('the manifest is canonical JSON and a final newline, and its digest is that of its bytes', async () => {
  const { tree } = await sampleTree();
  const { bytes, sha256 } = makeManifest(tree, PROVENANCE);
  expect(bytes.toString()).toBe(`${canonical(JSON.parse(bytes.toString()))}\n`);
  expect(sha256).toBe(execFileSync('sha256sum', { input: bytes, encoding: 'utf8' }).slice(0, 64));
});

test('equal outputs and equal provenance give equal bytes, and any difference gives others', async () => {
  const { tree } = await sampleTree();
  const { tree: again } = await sampleTree();
  const reversed = Object.fromEntries(Object.entries(PROVENANCE).toReversed()) as typeof PROVENANCE;
  const { bytes } = makeManifest(tree, PROVENANCE);
  expect(makeManifest(again, reversed).bytes).toEqual(bytes);
  for (const name of Object.keys(PROVENANCE)) {
    expect(makeManifest(tree, { ...PROVENANCE, [name]: 'other' }).bytes, name).not.toEqual(bytes);
  }
  expect(makeManifest(tree.slice(1), PROVENANCE).bytes).not.toEqual(bytes);
});

test('a manifest made without a commit names no base', async () => {
  const { baseCommit: _, ...provenance } = PROVENANCE;
  const { predicate } = JSON.parse(makeManifest([], provenance).bytes.toString());
  expect(predicate).toEqual({ ...provenance, files: 0, bytes: 0 });
});

test('sha256sum accepts the checksums of a published directory, and finds a file that changed', async () => {
  const { root } = await sampleTree();
  write(root, { '*star': '1', 'back`tick "quote"': '2', ' lead': '3', 'sub/dir/x': '4' });
  const tree = await hashTree(root);
  const manifest = makeManifest(tree, PROVENANCE);
  write(root, { 'atomic manifest.json': manifest.bytes });
  const input = checksums(tree, { name: 'atomic manifest.json', sha256: manifest.sha256 });
  const verify = () =>
    spawnSync('sha256sum', ['--check', '--strict'], { cwd: root, input, encoding: 'utf8' });
  const { status, stdout, stderr } = verify();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.match(/: OK$/gm)).toHaveLength(tree.length);
  expect(stdout).not.toContain('link');
  write(root, { 'a b': 'changed' });
  expect(verify().stdout).toContain('a b: FAILED');
});
