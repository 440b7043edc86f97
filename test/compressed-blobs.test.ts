/** Blobs that are compressed while they are sealed: the right bytes, each once, and no more than there is room for. */
import { randomBytes } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { CompressedBlobs } from '../src/compressed-blobs.ts';

const KIB = 1024;

test('holds what it was given, but for what is known', () => {
  const blobs = new CompressedBlobs(1, new Set(['known']));
  const contents = [0, 1, 8 * KIB, 8 * KIB + 1, 900 * KIB].map((size) => Buffer.alloc(size, 'text '));
  for (const bytes of [...contents, ...contents]) {
    const reused = Buffer.from(bytes); // The caller reads the next file into the same memory.
    blobs.add(String(bytes.length), reused);
    reused.fill(0);
  }
  blobs.add('known', Buffer.from('known'));
  for (const bytes of contents) expect(inflateSync(blobs.get(String(bytes.length))!)).toEqual(bytes);
  expect(blobs.get('known')).toBeUndefined();
});

test('what there is no room for it does not hold, and what it holds stays whole', () => {
  const blobs = new CompressedBlobs(1, new Set());
  const contents = Array.from({ length: 40 }, () => randomBytes(500 * KIB));
  for (const [at, bytes] of contents.entries()) blobs.add(String(at), bytes);
  const held = contents.filter((bytes, at) => {
    const compressed = blobs.get(String(at));
    if (compressed) expect(inflateSync(compressed).equals(bytes)).toBe(true);
    return compressed;
  });
  expect(held.length).toBeGreaterThan(20);
  expect(held.length).toBeLessThan(40);
});
