/**
 * The manifest of clause 7: an unsigned in-toto Statement v1 in RFC 8785 bytes and a final newline. It lists
 * every file of the target but itself; its own SHA-256 goes into the commit.
 */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type Tree, totalBytes } from './tree.ts';

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
  bytes: Buffer;
  sha256: string;
}

/** Writes the manifest of `tree`. Equal arguments give equal bytes. */
export function makeManifest(tree: Tree, provenance: Provenance): Manifest {
  const statement = {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(tree),
    predicateType: PREDICATE_TYPE,
    predicate: { ...provenance, files: tree.length, bytes: totalBytes(tree) },
  };
  const bytes = Buffer.from(`${canonicalize(statement)}\n`);
  return { bytes, sha256: hash('sha256', bytes) };
}

function subjectsOf(tree: Tree) {
  return tree.map(({ path, mode, size, sha256 }) => ({
    name: path,
    digest: { sha256 },
    annotations: { mode, size },
  }));
}

/** True when the manifest in `bytes` lists exactly `tree`, whoever wrote it and when. */
export function describes(bytes: Buffer, tree: Tree): boolean {
  try {
    const { subject } = JSON.parse(bytes.toString()) as { subject?: unknown };
    return subject !== undefined && canonicalize(subject) === canonicalize(subjectsOf(tree));
  } catch {
    return false;
  }
}

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
