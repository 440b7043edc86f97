/** Blobs that are compressed while they are sealed: the right bytes, each once, and no more than there is room for. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CompressedBlobs } from '../src/compressed-blobs.ts';
import { CompressingThread } from '../src/compressing-thread.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

test('holds what it was given, but for what is known', async () => {
  const blobs = new CompressedBlobs(1, new Set(['known']));
  const contents = [0, 1, 8 * KIB, 8 * KIB + 1, 900 * KIB].map((size) => Buffer.alloc(size, 'text '));
  for (const bytes of [...contents, ...contents]) {
    const reused = Buffer.from(bytes); // The caller reads the next file into the same memory.
    blobs.add(String(bytes.length), reused);
    reused.fill(0);
  }
  blobs.add('known', Buffer.from('known'));
  await blobs.settle();
  for (const bytes of contents) expect(inflateSync(blobs.get(String(bytes.length))!)).toEqual(bytes);
  expect(blobs.get('known')).toBeUndefined();
});

const ROOMS: [string, number, number, number][] = [['as one thread has', 500, 20, 25]];
if (availableParallelism() > 1) ROOMS.push(['as two threads have', 100, 125, 250]);

test.each(ROOMS)(
  'what there is no room for, %s, it does not hold, and what it holds stays whole',
  async (_, kib, most, all) => {
    const blobs = new CompressedBlobs(1, new Set());
    const contents = Array.from({ length: 2 * all }, () => randomBytes(kib * KIB));
    for (const [at, bytes] of contents.entries()) {
      const reused = Buffer.from(bytes);
      blobs.add(String(at), reused);
      reused.fill(0);
      await setTimeout(1); // As the seal, which gives others their turn.
    }
    await blobs.settle();
    const held = contents.filter((bytes, at) => {
      const compressed = blobs.get(String(at));
      if (compressed) expect(inflateSync(compressed).equals(bytes), String(at)).toBe(true);
      return compressed;
    });
    expect(held.length).toBeGreaterThan(most);
    expect(held.length).toBeLessThan(all);
  },
);

describe('the other thread', () => {
  test('gives back what it has taken, and takes no more at once than it was given room for', async () => {
    const thread = new CompressingThread(6, 16 * MIB);
    const taken = Array.from({ length: 40 }, (_, n) => Buffer.alloc(60 * KIB, `text ${n} `)).filter(
      (bytes, n) => thread.add(String(n), bytes),
    );
    expect(taken.length).toBe(16); // Four batches of four.
    const compressed = await thread.settle();
    expect(compressed.size).toBe(16);
    for (const [n, bytes] of compressed) expect(inflateSync(bytes)).toEqual(taken[Number(n)]);
    expect(thread.add('larger than a batch', Buffer.alloc(257 * KIB))).toBe(false);
  });

  test('is not missed where it fails, and not asked again', async () => {
    const thread = new CompressingThread(99, MIB); // No level of zlib's.
    expect(thread.add('1', Buffer.from('1'))).toBe(true);
    expect((await thread.settle()).size).toBe(0);
    expect(thread.add('2', Buffer.from('2'))).toBe(false);
    expect((await thread.settle()).size).toBe(0);
  });
});
