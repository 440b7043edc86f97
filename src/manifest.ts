/**
 * The manifest of clause 7: an unsigned in-toto Statement v1 in RFC 8785 bytes and a final newline. It lists
 * every file of the target but itself; its own SHA-256 goes into the commit.
 */
import { createHash, hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { TransactionError } from './errors.ts';
import { isObject, type Json } from './json.ts';
import { checkPath, quote } from './paths.ts';
import { type Entry, type Mode, type Tree, totalBytes } from './tree.ts';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'urn:atomic-publish:manifest:v1';

export interface Provenance {
  transactionId: string;
  /** RFC 3339, UTC, whole seconds. */
  generatedAt: string;
  taskId: string;
  agentId: string;
  commitNode: string;
  /** Commit id the outputs were published on; absent with `commit: false`. */
  baseCommit?: string;
}

export interface Manifest {
  /** Of the whole. */
  sha256: string;
  /** Of its list of files alone, with the member's name before it. */
  listing: { bytes: number; sha256: string };
}

/** What a manifest says of one file. */
export type Subject = Pick<Entry, 'path' | 'mode' | 'size' | 'sha256'>;

/** Makes the manifest of `tree`. Equal arguments give equal bytes. */
export function makeManifest(tree: readonly Subject[], provenance: Provenance): Manifest & { bytes: Buffer } {
  const parts: Buffer[] = [];
  const manifest = writeManifest(tree, provenance, (part) => parts.push(part));
  return { ...manifest, bytes: Buffer.concat(parts) };
}

/** The same in parts that `write` takes: of many files, all at once would fill the memory. */
export function writeManifest(
  tree: readonly Subject[],
  provenance: Provenance,
  write: (part: Buffer) => void,
): Manifest {
  const [whole, listing] = [createHash('sha256'), createHash('sha256')];
  let length = 0;
  const add = (text: string, isListed = true) => {
    const part = Buffer.from(text);
    whole.update(part);
    write(part);
    if (!isListed) return;
    listing.update(part);
    length += part.length;
  };
  const predicate = { ...provenance, files: tree.length, bytes: totalBytes(tree) };
  const head = canonicalize({ _type: STATEMENT_TYPE, predicate, predicateType: PREDICATE_TYPE })!;
  // The list is the last member.
  add(head.slice(0, head.lastIndexOf(LISTED_AFTER)), false);
  add(`${LISTED_AFTER},"subject":[`);
  for (let start = 0; start < tree.length; start += SUBJECTS_AT_ONCE) {
    const subjects = tree.slice(start, start + SUBJECTS_AT_ONCE).map(subjectOf);
    add(`${start === 0 ? '' : ','}${canonicalize(subjects)!.slice(1, -1)}`);
  }
  add(']}');
  add('\n', false);
  return { sha256: whole.digest('hex'), listing: { bytes: length, sha256: listing.digest('hex') } };
}

const SUBJECTS_AT_ONCE = 1000;

function subjectOf({ path, mode, size, sha256 }: Subject) {
  return { name: path, digest: { sha256 }, annotations: { mode, size } };
}

/** What stands in a manifest before its list of files. */
const LISTED_AFTER = `"predicateType":"${PREDICATE_TYPE}"`;

/**
 * True when the manifest in `bytes` lists exactly what `manifest` lists, whoever wrote it and when. Its line end may be
 * one that a checkout has made.
 */
export function describes(bytes: Buffer, { listing }: Manifest): boolean {
  const end = bytes.lastIndexOf('}') + 1;
  const start = end - listing.bytes;
  if (start < 0 || hash('sha256', bytes.subarray(start, end)) !== listing.sha256) return false;
  try {
    JSON.parse(`${bytes.subarray(0, start)}"subject":[]}${bytes.subarray(end)}`);
    return true;
  } catch {
    return false;
  }
}

/** Whether a manifest names that transaction. */
export const isOfTransaction = (text: string, id: string) =>
  text.includes(`"transactionId":${JSON.stringify(id)}`);

/**
 * `SHA256SUMS` lines, as `sha256sum -c` in the target and `actions/attest` read them: every regular file and
 * the manifest. A symlink has no bytes of its own and is left to the manifest.
 */
export function checksums(tree: Tree, manifest: { name: string; sha256: string } | undefined): string {
  const lines = tree
    .filter(({ mode }) => mode !== '120000')
    .map(({ sha256, path }) => `${sha256}  ${path === '-' ? './-' : path}`);
  if (manifest) lines.push(`${manifest.sha256}  ${manifest.name}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** What a manifest says, once every byte of it was seen to be one that this action writes. */
export interface Statement {
  subjects: Subject[];
  provenance: Provenance;
}

const MODES: readonly unknown[] = ['100644', '100755', '120000'] satisfies Mode[];

/**
 * Reads a manifest that anyone may have written. Throws 63 unless its bytes are exactly those that `makeManifest`
 * gives for what it says. Only the members that it must have are looked at; any other makes the bytes differ.
 */
export function parseManifest(bytes: Buffer): Statement {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString());
  } catch (error) {
    throw refused('it is no JSON', error);
  }
  const { _type, predicateType, predicate, subject } = membersOf(parsed, 'it');
  if (_type !== STATEMENT_TYPE || predicateType !== PREDICATE_TYPE) {
    throw refused(`its _type and predicateType are not ${STATEMENT_TYPE} and ${PREDICATE_TYPE}`);
  }
  if (!Array.isArray(subject)) throw refused('its subject is no list');
  const subjects: Subject[] = [];
  for (const [index, one] of subject.entries()) {
    const next = parseSubject(one, index + 1);
    const previous = subjects.at(-1)?.path;
    if (previous === next.path) throw refused(`it lists ${quote(next.path)} twice`);
    if (previous !== undefined && previous > next.path) throw refused(`${quote(next.path)} is out of order`);
    subjects.push(next);
  }
  const provenance = parsePredicate(predicate, subjects);
  if (!makeManifest(subjects, provenance).bytes.equals(bytes)) {
    throw refused('its bytes are not the RFC 8785 form of what it says: it was formatted again, or added to');
  }
  return { subjects, provenance };
}

function parseSubject(value: unknown, number: number): Subject {
  const what = `subject ${number}`;
  const { name, digest, annotations } = membersOf(value, what);
  const path = textOf(name, `the name of ${what}`);
  try {
    checkPath(path);
  } catch (error) {
    throw refused((error as Error).message, error);
  }
  const { sha256 } = membersOf(digest, `the digest of ${quote(path)}`);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw refused(`${quote(path)} has no SHA-256`);
  }
  const { mode, size } = membersOf(annotations, `the annotations of ${quote(path)}`);
  if (!MODES.includes(mode)) throw refused(`${quote(path)} has a mode that is none of ${MODES.join(', ')}`);
  return { path, mode: mode as Mode, size: countOf(size, `the size of ${quote(path)}`), sha256 };
}

function parsePredicate(value: unknown, subjects: readonly Subject[]): Provenance {
  const members = membersOf(value, 'the predicate');
  const text = (name: keyof Provenance) => textOf(members[name], `${name} of the predicate`);
  const provenance: Provenance = {
    transactionId: text('transactionId'),
    generatedAt: text('generatedAt'),
    taskId: text('taskId'),
    agentId: text('agentId'),
    commitNode: text('commitNode'),
  };
  if (members['baseCommit'] !== undefined) {
    provenance.baseCommit = text('baseCommit');
    if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(provenance.baseCommit)) {
      throw refused('baseCommit of the predicate is no id of a commit');
    }
  }
  const files = countOf(members['files'], 'files of the predicate');
  if (files !== subjects.length) throw refused(`it counts ${files} files and lists ${subjects.length}`);
  const total = countOf(members['bytes'], 'bytes of the predicate');
  const listed = totalBytes(subjects);
  if (total !== listed) throw refused(`it counts ${total} bytes, and what it lists has ${listed}`);
  return provenance;
}

function membersOf(value: unknown, what: string): Json {
  if (isObject(value)) return value;
  throw refused(`${what} is no object`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string' && value.isWellFormed()) return value;
  throw refused(`${what} is no text`);
}

function countOf(value: unknown, what: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw refused(`${what} is no whole number`);
}

/** 63, for a manifest that this action did not write. */
export function refused(why: string, cause?: unknown): TransactionError {
  return new TransactionError(
    'CONSISTENCY_VALIDATION_FAILED',
    `the manifest is not as this action writes it: ${why}`,
    { cause, next: 'Bring it back from the commit that published it, or publish again.' },
  );
}
