/**
 * Blobs of small files, compressed while the seal had their bytes at hand: the pack need not read and compress those files
 * once more (docs/adr/0012). No more than a hint: what is not here is read again.
 */
import { deflateSync } from 'node:zlib';

/** For all of them together, in bytes. */
const ROOM = 16 << 20;
/** The least that zlib takes, in bytes. */
const LEAST_CHUNK = 64;
/** The window of zlib in which a small file is whole. A larger one has to be made for each file, and finds nothing more. */
const SMALL = { windowBits: 13 };
const SMALL_BYTES = 2 ** SMALL.windowBits;

/** As a pack holds it. `level` is zlib's. */
export function compress(bytes: Buffer, level: number): Buffer {
  // Room for what code compresses to, and not for more: the result keeps all of it.
  const chunkSize = Math.max(LEAST_CHUNK, bytes.length >> 1);
  return deflateSync(bytes, { level, chunkSize, ...(bytes.length <= SMALL_BYTES && SMALL) });
}

export class CompressedBlobs {
  readonly #level: number;
  readonly #known: ReadonlySet<string>;
  readonly #blobs = new Map<string, Buffer>();
  /** One for all: what zlib returns is twice as large as what is in it. */
  #room = Buffer.allocUnsafeSlow(ROOM);

  /** `known`: ids of blobs that the repository has. */
  constructor(level: number, known: ReadonlySet<string>) {
    this.#level = level;
    this.#known = known;
  }

  /** Compresses what `id` names, unless that is known or there is no room left. */
  add(id: string, bytes: Buffer): void {
    if (this.#known.has(id) || this.#blobs.has(id) || bytes.length > this.#room.length) return;
    const compressed = compress(bytes, this.#level);
    if (compressed.copy(this.#room) < compressed.length) return;
    this.#blobs.set(id, this.#room.subarray(0, compressed.length));
    this.#room = this.#room.subarray(compressed.length);
  }

  get(id: string): Buffer | undefined {
    return this.#blobs.get(id);
  }

  /** Frees the memory. */
  clear(): void {
    this.#blobs.clear();
    this.#room = Buffer.alloc(0);
  }
}
