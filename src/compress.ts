/** What a pack holds of a small object. */

/**
 * As a pack holds it; `level` is zlib's. Runs in a thread that has nothing but its text, too (compressing-thread.ts): what it names is
 * its own.
 */
export function compress(bytes: Uint8Array, level: number): Buffer {
  const { deflateSync } = process.getBuiltinModule('node:zlib');
  const [leastChunk, smallBits] = [64, 13]; // The least that zlib takes, in bytes.
  // Room for what code compresses to, and not for more: the result keeps all of it.
  const chunkSize = Math.max(leastChunk, bytes.length >> 1);
  // A window in which a small file is whole. A larger one has to be made for each file, and finds nothing more.
  return deflateSync(bytes, {
    level,
    chunkSize,
    ...(bytes.length <= 2 ** smallBits && { windowBits: smallBits }),
  });
}
