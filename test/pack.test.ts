/** A pack of ours is one that git itself would have written: git reads it, checks it, and finds the same bytes. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ObjectFormat, objectId } from '../src/object-id.ts';
import { type Packable, type Packed, packIndex, writePack } from '../src/pack.ts';
import { isRoot, mountTmpfs } from './support/filesystems.ts';
import { git, temporaryDirectory } from './support/repository.ts';

const MIB = 1024 * 1024;
const text = (size: number) => Buffer.alloc(size, 'export const answer = 42;\n');

function makeRepository(format: ObjectFormat = 'sha1') {
  const directory = temporaryDirectory();
  git(directory, 'init', '--quiet', `--object-format=${format}`);
  return { directory, objects: join(directory, '.git/objects') };
}

function fileOf(directory: string, format: ObjectFormat, bytes: Buffer): Packable {
  const id = objectId(format, bytes);
  const content = join(directory, `file-${id}`);
  writeFileSync(content, bytes);
  return { type: 'blob', id, size: bytes.length, content };
}

const packsOf = (objects: string) => readdirSync(join(objects, 'pack')).sort();
const options = { format: 'sha1', level: 1, signal: undefined } as const;
const changed = (content: string) => new Error(`changed: ${content}`);

describe.each<[ObjectFormat, number]>([
  ['sha1', 1],
  ['sha1', 6],
  ['sha256', 1],
])('in a %s repository at level %i', (format, level) => {
  test('files of every size come back, and git finds nothing wrong', async () => {
    const { directory, objects } = makeRepository(format);
    const sizes = [0, 1, 15, 16, 17, 2047, 2048, 65_535, 262_143, 262_144, MIB - 1, MIB, MIB + 1, 5 * MIB];
    const contents = [...sizes.map(text), randomBytes(100), randomBytes(3 * MIB + 7)];
    const blobs = contents.map((bytes) => fileOf(directory, format, bytes));
    const link = Buffer.from('elsewhere/\xff', 'latin1');
    blobs.push({ type: 'blob', id: objectId(format, link), size: link.length, content: link });
    let progress: number[] = [];
    const report = (...values: number[]) => {
      progress = values;
    };
    await writePack(objects, blobs, { format, level, progress: report, signal: undefined }, changed);
    expect(progress).toEqual([blobs.length, blobs.reduce((sum, { size }) => sum + size, 0)]);
    const [index] = packsOf(objects).filter((name) => name.endsWith('.idx'));
    expect(git(directory, 'verify-pack', '-v', join(objects, 'pack', index!))).toContain(
      `non delta: ${blobs.length} objects`,
    );
    git(directory, 'fsck', '--full', '--strict');
    for (const [at, bytes] of [...contents, link].entries()) {
      const back = execFileSync('git', ['cat-file', 'blob', blobs[at]!.id], {
        cwd: directory,
        maxBuffer: 1 << 30,
      });
      expect(back.equals(bytes), String(bytes.length)).toBe(true);
    }
  });
});

test('what compresses is compressed, and what does not is stored', async () => {
  const { directory, objects } = makeRepository();
  await writePack(objects, [fileOf(directory, 'sha1', text(4 * MIB))], options, changed);
  const sizeOf = (name: string) => statSync(join(objects, 'pack', name)).size;
  const [pack] = packsOf(objects).filter((name) => name.endsWith('.pack'));
  expect(sizeOf(pack!)).toBeLessThan(MIB / 8);
  await writePack(objects, [fileOf(directory, 'sha1', randomBytes(4 * MIB))], options, changed);
  const [other] = packsOf(objects).filter((name) => name.endsWith('.pack') && name !== pack);
  expect(sizeOf(other!)).toBeGreaterThan(4 * MIB);
  expect(sizeOf(other!)).toBeLessThan(4 * MIB + 4096);
});

describe('a file that is no longer what it was is refused and leaves nothing behind, where it', () => {
  test.each([
    ['has other bytes', 10, Buffer.from('0123456780')],
    ['grew', 10, Buffer.from('01234567890')],
    ['shrank', 10, Buffer.from('01234')],
    ['is large and has other bytes', 2 * MIB, text(2 * MIB).fill('x', 99, 100)],
    ['is large and shrank', 2 * MIB, text(2 * MIB - 1)],
    ['is large and is empty', 2 * MIB, Buffer.alloc(0)],
  ])('%s', async (_, size, now) => {
    const { directory, objects } = makeRepository();
    const blob = fileOf(directory, 'sha1', size === 10 ? Buffer.from('0123456789') : text(size));
    writeFileSync(blob.content, now);
    await expect(writePack(objects, [blob], options, changed)).rejects.toThrow(`changed: ${blob.content}`);
    expect(packsOf(objects)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32').each([
    ['is a pipe now, which is not waited for', 10, (path: string) => execFileSync('mkfifo', [path])],
    ['is large and a pipe now', 2 * MIB, (path: string) => execFileSync('mkfifo', [path])],
    ['is a link to an equal file now', 10, (path: string, equal: string) => symlinkSync(equal, path)],
    [
      'is large and a link to an equal file now',
      2 * MIB,
      (path: string, equal: string) => symlinkSync(equal, path),
    ],
  ])('%s', async (_, size, replace) => {
    const { directory, objects } = makeRepository();
    const blob = fileOf(directory, 'sha1', text(size));
    renameSync(blob.content, join(directory, 'equal'));
    replace(String(blob.content), join(directory, 'equal'));
    await expect(writePack(objects, [blob], options, changed)).rejects.toThrow(/^changed|ELOOP/);
    expect(packsOf(objects)).toEqual([]);
  });
});

test('one that is cancelled leaves nothing behind', async () => {
  const { directory, objects } = makeRepository();
  const signal = AbortSignal.abort(new Error('cancelled'));
  const packing = writePack(objects, [fileOf(directory, 'sha1', text(9))], { ...options, signal }, changed);
  await expect(packing).rejects.toThrow('cancelled');
  expect(packsOf(objects)).toEqual([]);
});

test('a cancellation that comes while it packs is heard', async () => {
  const { directory, objects } = makeRepository();
  const blobs = Array.from({ length: 200 }, () => fileOf(directory, 'sha1', randomBytes(MIB / 4)));
  const cancellation = new AbortController();
  setTimeout(() => cancellation.abort(new Error('cancelled')), 1);
  const { signal } = cancellation;
  await expect(writePack(objects, blobs, { ...options, signal }, changed)).rejects.toThrow('cancelled');
  expect(packsOf(objects)).toEqual([]);
});

test('a pack is named by its bytes, as git does: two of the same blobs stand beside each other', async () => {
  const { directory, objects } = makeRepository();
  const blobs = [fileOf(directory, 'sha1', text(4096))];
  await writePack(objects, blobs, options, changed);
  await writePack(objects, blobs, { ...options, level: 6 }, changed);
  const packs = packsOf(objects).filter((name) => name.endsWith('.pack'));
  const trailers = packs.map((name) =>
    readFileSync(join(objects, 'pack', name))
      .subarray(-20)
      .toString('hex'),
  );
  expect(packs).toEqual(trailers.map((trailer) => `pack-${trailer}.pack`));
  expect(new Set(packs).size).toBe(2);
});

test('offsets beyond two gigabytes stand in the table of large ones', () => {
  const packed = [7, 2 ** 31 - 1, 2 ** 31, 5 * 2 ** 32 + 3].map((offset, at): Packed => {
    return { id: Buffer.alloc(20, at * 64).toString('hex'), crc: at, offset };
  });
  const body = packIndex(packed, Buffer.alloc(20));
  const whole = Buffer.concat([body, createHash('sha1').update(body).digest()]);
  const shown = execFileSync('git', ['show-index'], {
    input: whole,
    encoding: 'utf8',
    cwd: makeRepository().directory,
  });
  const offsets = shown
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[0]));
  expect(offsets).toEqual(packed.map(({ offset }) => offset));
});

test.runIf(isRoot).each([
  ['one large file', [9 * MIB]],
  ['many files', Array.from({ length: 36 }, () => MIB / 4)],
])('a disk that fills up under %s is said, and leaves nothing behind', async (_, sizes) => {
  const { directory } = makeRepository();
  const objects = join(directory, 'small');
  mountTmpfs(objects, { megabytes: 4, inodes: 100 });
  const blobs = sizes.map((size) => fileOf(directory, 'sha1', randomBytes(size)));
  await expect(writePack(objects, blobs, options, changed)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(packsOf(objects)).toEqual([]);
});
