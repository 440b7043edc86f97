/** How git names objects. */
import { createHash, hash } from 'node:crypto';

/** How a repository names objects. */
export type ObjectFormat = 'sha1' | 'sha256';

/** How the repository of a commit names objects. */
export function formatOf(commit: string): ObjectFormat {
  return commit.length === 40 ? 'sha1' : 'sha256';
}

/** The id that git gives an object of these bytes. */
export function objectId(format: ObjectFormat, bytes: Buffer, type: 'blob' | 'tree' = 'blob'): string {
  const start = headed.write(`${type} ${bytes.length}\0`);
  if (start + bytes.length > headed.length) {
    return createHash(format).update(headed.subarray(0, start)).update(bytes).digest('hex');
  }
  bytes.copy(headed, start);
  return hash(format, headed.subarray(0, start + bytes.length));
}

/** Where a header comes before its bytes: an object that hashes both for each file would be work for the collector. */
const headed = Buffer.allocUnsafe(1 << 20);
