/**
 * Objects written straight into one pack, each byte compressed once: git would make a file of each, and compress it
 * again for the push (docs/adr/0012). The format is that of gitformat-pack(5): pack version 2, index version 2.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, createReadStream, mkdirSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, crc32, createDeflate, deflateSync } from 'node:zlib';
import { compress } from './compress.ts';
import { openToRead, writeAll } from './disk.ts';
import { effect } from './effect.ts';
import { type ObjectFormat, objectId } from './object-id.ts';
import type { Share } from './shared-repository.ts';
import type { Progress } from './tree.ts';
import { inTurns } from './turns.ts';

/** Larger files are never whole in memory, in bytes. */
const CHUNK = 1 << 20;
/** What tells whether a large file is worth compressing, in bytes. */
const SAMPLE = 1 << 17;
const PIECES = { highWaterMark: CHUNK };
/** How a pack names them. */
const TYPES = { tree: 2, blob: 3 } as const;
/** What compresses to more than this part of it is stored as it is. */
const WORTH_IT = 0.95;
/** From here on the index has a table of large offsets. */
const LARGE_OFFSET = 2 ** 31;

/** Something to pack. `content` is the path of a file, or the bytes themselves. */
export interface Packable {
  type: keyof typeof TYPES;
  id: string;
  /** In bytes. */
  size: number;
  content: string | Buffer;
  /** What `compress` made of it, where that was done before. */
  compressed?: Buffer | undefined;
}

/** Counted before they are made: of many, all at once would fill the memory. */
interface Packables extends Iterable<Packable> {
  readonly length: number;
}

export interface Packed {
  id: string;
  crc: number;
  offset: number;
}

interface PackOptions {
  format: ObjectFormat;
  level: number;
  share?: Share;
  progress?: Progress | undefined;
  signal: AbortSignal | undefined;
}

/**
 * Packs `objects`, distinct ones, below `directory`, where a repository keeps its objects, and makes them part of it. Rejects with
 * `changed` where one no longer is what its id says. `level` is zlib's.
 */
export async function writePack(
  directory: string,
  objects: Packables,
  options: PackOptions,
  changed: (content: string) => Error,
): Promise<void> {
  // The name by which git's own cleaning knows what was never finished.
  const temporary = join(directory, 'pack', `tmp_pack_${process.pid}`);
  mkdirSync(dirname(temporary), { recursive: true });
  const writer = new Writer(temporary, objects.length, options);
  try {
    await effect('write pack', async () => {
      let [count, bytes] = [0, 0];
      await inTurns(objects, options.signal, async (object) => {
        if (!(await writer.add(object))) throw changed(String(object.content));
        if (object.type === 'tree') return; // Nobody waits for those.
        count += 1;
        bytes += object.size;
        options.progress?.(count, bytes);
      });
      writer.finish();
    });
    const name = join(dirname(temporary), `pack-${writer.name}`);
    await effect('rename pack', () => {
      renameSync(temporary, `${name}.pack`);
      renameSync(`${temporary}.idx`, `${name}.idx`); // Last: a pack is there once its index is.
    });
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

class Writer {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #format: ObjectFormat;
  readonly #level: number;
  readonly #share: Share | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #sum: Hash;
  readonly #packed: Packed[] = [];
  /** One for all files that fit: a new one for each would be memory that waits to be freed. */
  readonly #buffer = Buffer.allocUnsafe(CHUNK + 1);
  #offset = 0;
  #crc = 0;
  #name = '';
  #isOpen = true;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(path: string, count: number, { format, level, share, signal }: PackOptions) {
    this.#path = path;
    this.#format = format;
    this.#level = level;
    this.#share = share;
    this.#signal = signal;
    this.#sum = createHash(format);
    this.#remove();
    this.#descriptor = this.#create(path);
    const header = Buffer.from('PACK\0\0\0\u0002....'); // Its version is 2.
    header.writeUInt32BE(count, 8);
    this.#write(header);
  }

  /** What git names the pack after. After `finish`. */
  get name(): string {
    return this.#name;
  }

  /** Returns false where the content is not what the id says. */
  async add({ type, id, size, content, compressed }: Packable): Promise<boolean> {
    const offset = this.#offset;
    this.#crc = 0;
    this.#write(entryHeader(type, size));
    let actual = id;
    if (compressed) this.#write(compressed);
    else if (size > CHUNK && typeof content === 'string') actual = await this.#stream(content, size);
    else actual = this.#whole(type, content, size);
    this.#packed.push({ id, crc: this.#crc, offset });
    return actual === id;
  }

  #whole(type: Packable['type'], content: string | Buffer, size: number): string {
    const bytes = typeof content === 'string' ? this.#read(content, size) : content;
    this.#write(compress(bytes, this.#level));
    return bytes.length === size ? objectId(this.#format, bytes, type) : '';
  }

  /** The bytes of a file, and one more where it has grown; valid until the next call. */
  #read(path: string, size: number): Buffer {
    const descriptor = openToRead(path);
    try {
      let length = 0;
      while (length <= size) {
        const count = readSync(descriptor, this.#buffer, length, size + 1 - length, null);
        if (count === 0) break;
        length += count;
      }
      return this.#buffer.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  }

  async #stream(path: string, size: number): Promise<string> {
    const sum = createHash(this.#format).update(`blob ${size}\0`);
    const signal = this.#signal;
    let read = 0;
    const open = () => ({ ...PIECES, fd: openToRead(path) });
    const [sample = Buffer.alloc(0)] = await createReadStream(path, { ...open(), end: SAMPLE - 1 }).toArray();
    // What fails at any end, a full disk at the last, ends the others and is thrown here.
    await pipeline(
      createReadStream(path, open()),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          signal?.throwIfAborted();
          sum.update(chunk);
          read += chunk.length;
          yield chunk;
        }
      },
      createDeflate({ level: levelFor(sample, this.#level), chunkSize: CHUNK }),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) this.#write(piece);
      },
    );
    return read === size ? sum.digest('hex') : '';
  }

  #write(bytes: Buffer): void {
    this.#crc = crc32(bytes, this.#crc);
    this.#offset += bytes.length;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= CHUNK) this.#flush();
  }

  #flush(): void {
    const [first, ...others] = this.#pending;
    const bytes = first && others.length === 0 ? first : Buffer.concat(this.#pending);
    this.#sum.update(bytes);
    writeAll(this.#descriptor, bytes);
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** Ends the pack and writes its index. */
  finish(): void {
    this.#flush();
    const trailer = this.#sum.digest();
    this.#name = trailer.toString('hex'); // By its bytes, as git: a pack that stands there is never another one.
    writeAll(this.#descriptor, trailer);
    closeSync(this.#descriptor);
    this.#isOpen = false;
    const sorted = this.#packed.sort((one, other) => (one.id < other.id ? -1 : 1));
    const body = packIndex(sorted, trailer);
    const descriptor = this.#create(`${this.#path}.idx`);
    try {
      writeAll(descriptor, body);
      writeAll(descriptor, createHash(this.#format).update(body).digest());
    } finally {
      closeSync(descriptor);
    }
  }

  #create(path: string): number {
    const descriptor = openSync(path, 'wx', 0o444);
    this.#share?.(descriptor);
    return descriptor;
  }

  abandon(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#remove();
  }

  #remove(): void {
    for (const path of [this.#path, `${this.#path}.idx`]) rmSync(path, { force: true });
  }
}

function levelFor(sample: Buffer, level: number): number {
  const isWorthIt = deflateSync(sample, { level: 1 }).length < sample.length * WORTH_IT;
  return isWorthIt ? level : constants.Z_NO_COMPRESSION;
}

/** Type and size: four bits of size beside the type, then seven in each byte, the lowest first. */
function entryHeader(type: Packable['type'], size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = (TYPES[type] << 4) | (size % 16);
  for (; rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80);
    byte = rest % 128;
  }
  return Buffer.from([...bytes, byte]);
}

/** A pack index without its own checksum; `sorted` by id. */
export function packIndex(sorted: readonly Packed[], trailer: Buffer): Buffer {
  const fanOut = new Array<number>(256).fill(0);
  for (const { id } of sorted) fanOut[Number.parseInt(id.slice(0, 2), 16)]! += 1;
  for (let first = 1; first < 256; first += 1) fanOut[first]! += fanOut[first - 1]!;
  const large = sorted.filter(({ offset }) => offset >= LARGE_OFFSET);
  const parts = 2 + 256 + 2 * sorted.length + 2 * large.length;
  const index = Buffer.alloc(4 * parts + (sorted.length + 1) * trailer.length);
  let at = 0;
  const add = (value: number) => {
    at = index.writeUInt32BE(value, at);
  };
  for (const value of [0xff744f63, 2, ...fanOut]) add(value);
  for (const { id } of sorted) at += index.write(id, at, 'hex');
  for (const { crc } of sorted) add(crc);
  let next = LARGE_OFFSET;
  for (const { offset } of sorted) add(offset < LARGE_OFFSET ? offset : next++);
  for (const { offset } of large) at = index.writeBigUInt64BE(BigInt(offset), at);
  trailer.copy(index, at);
  return index;
}
