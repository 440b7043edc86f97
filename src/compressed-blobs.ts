/**
 * Blobs of small files, compressed while the seal had their bytes at hand: the pack need not read and compress those files
 * once more (docs/adr/0012). No more than a hint: what is not here is read again.
 */
import { availableParallelism } from 'node:os';
import { compress } from './compress.ts';
import { CompressingThread } from './compressing-thread.ts';

/** For all of them together that one thread has compressed, in bytes. */
const ROOM = 12 << 20;
/** What is compressed before another thread is worth its start, in bytes. */
const WORTH_A_THREAD = 6 << 20;

export class CompressedBlobs {
  readonly #level: number;
  readonly #known: ReadonlySet<string>;
  /** `undefined`: with the other thread. */
  readonly #blobs = new Map<string, Buffer | undefined>();
  /** One for all: what zlib returns is twice as large as what is in it. */
  #room = Buffer.allocUnsafeSlow(ROOM);
  #bytes = 0;
  #thread: CompressingThread | undefined;
  /** On one core, or where no thread could be started. */
  #isAlone = availableParallelism() === 1;

  /** `known`: ids of blobs that the repository has. */
  constructor(level: number, known: ReadonlySet<string>) {
    this.#level = level;
    this.#known = known;
  }

  /** Compresses what `id` names, unless that is known or there is no room left. */
  add(id: string, bytes: Buffer): void {
    if (this.#known.has(id) || this.#blobs.has(id)) return;
    this.#bytes += bytes.length;
    if (this.#bytes > WORTH_A_THREAD && this.#startThread()?.add(id, bytes)) {
      this.#blobs.set(id, undefined);
      return;
    }
    if (bytes.length > this.#room.length) return;
    const compressed = compress(bytes, this.#level);
    if (compressed.copy(this.#room) < compressed.length) return;
    this.#blobs.set(id, this.#room.subarray(0, compressed.length));
    this.#room = this.#room.subarray(compressed.length);
  }

  /** Starts it the first time. Where the system has none to give, nothing is lost but time. */
  #startThread(): CompressingThread | undefined {
    if (this.#isAlone) return undefined;
    try {
      this.#thread ??= new CompressingThread(this.#level, ROOM);
    } catch {
      this.#isAlone = true;
    }
    return this.#thread;
  }

  /** Resolves when all is here that will be. */
  async settle(): Promise<void> {
    for (const [id, compressed] of (await this.#thread?.settle()) ?? []) this.#blobs.set(id, compressed);
  }

  /** After `settle`. */
  get(id: string): Buffer | undefined {
    return this.#blobs.get(id);
  }

  /** Frees the memory. */
  clear(): void {
    this.#blobs.clear();
    this.#room = Buffer.alloc(0);
    this.#thread = undefined;
  }
}
