/**
 * A thread that compresses blobs while this one reads and hashes (docs/adr/0019). It knows nothing but the text of two functions: a file
 * of its own would have to be found beside the bundle. Where it fails, what it has not answered is not there.
 */
import { Worker } from 'node:worker_threads';
import { compress } from './compress.ts';

/** What goes there at once, in bytes. */
const BATCH = 1 << 18;
/** How many of them are under way before this thread has to do something itself. */
const BATCHES = 4;

/** What the thread works on. */
interface Shared {
  level: number;
  batches: SharedArrayBuffer[];
  /** Where it puts what it has compressed, one after the other. */
  room: SharedArrayBuffer;
}

/** Which batch, and how many bytes of it each blob takes. */
interface Question {
  batch: number;
  lengths: number[];
}

/** How many bytes each of them has now; 0 where there was no room left. */
type Answer = number[];

/** The thread. What it names is its own, and `press` is `compress`. */
function serve(press: typeof compress): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { level, batches, room } = workerData as Shared;
  const all = new Uint8Array(room);
  let end = 0;
  parentPort!.on('message', ({ batch, lengths }: Question) => {
    let at = 0;
    const answer: Answer = lengths.map((length) => {
      const compressed = press(new Uint8Array(batches[batch]!, at, length), level);
      at += length;
      if (compressed.length > all.length - end) return 0;
      all.set(compressed, end);
      end += compressed.length;
      return compressed.length;
    });
    parentPort!.postMessage(answer);
  });
}

/** Those of one batch. */
interface Blobs extends Question {
  ids: string[];
  bytes: number;
}

export class CompressingThread {
  readonly #worker: Worker;
  readonly #batches = Array.from({ length: BATCHES }, () => new SharedArrayBuffer(BATCH));
  readonly #free = [...this.#batches.keys()];
  readonly #compressed = new Map<string, Buffer>();
  #room: Buffer<SharedArrayBuffer>;
  #next: Blobs | undefined;
  readonly #sent: Blobs[] = [];
  #onAnswer = () => {};

  /** `level` is zlib's, `room` how much it may make, in bytes. */
  constructor(level: number, room: number) {
    this.#room = Buffer.from(new SharedArrayBuffer(room));
    const workerData: Shared = { level, batches: this.#batches, room: this.#room.buffer };
    this.#worker = new Worker(`(${serve})(${compress})`, {
      eval: true,
      env: {}, // Nothing there concerns it.
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: 1 }, // Of 20,000 files 20 MB less, in the same time.
    });
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    this.#worker.on('error', () => {
      this.#free.length = 0;
      this.#next = undefined;
      this.#sent.length = 0;
      this.#onAnswer();
    });
    // A run that packs nothing does not wait for it. Not before: who listens to it holds it, too.
    this.#worker.unref();
  }

  /** Takes a copy of the bytes. Returns false where it has enough to do. */
  add(id: string, bytes: Buffer): boolean {
    if (bytes.length > BATCH) return false;
    if (this.#next && this.#next.bytes + bytes.length > BATCH) this.#send(this.#next);
    if (!this.#next) {
      const batch = this.#free.pop();
      if (batch === undefined) return false;
      this.#next = { batch, ids: [], lengths: [], bytes: 0 };
    }
    new Uint8Array(this.#batches[this.#next.batch]!).set(bytes, this.#next.bytes);
    this.#next.bytes += bytes.length;
    this.#next.ids.push(id);
    this.#next.lengths.push(bytes.length);
    return true;
  }

  #send(blobs: Blobs): void {
    this.#next = undefined;
    this.#sent.push(blobs);
    this.#worker.postMessage({ batch: blobs.batch, lengths: blobs.lengths } satisfies Question);
  }

  #take(answer: Answer): void {
    const answered = this.#sent.shift();
    if (!answered) return; // It has failed meanwhile.
    const { batch, ids } = answered;
    this.#free.push(batch);
    for (const [at, length] of answer.entries()) {
      if (length === 0) continue;
      this.#compressed.set(ids[at]!, this.#room.subarray(0, length));
      this.#room = this.#room.subarray(length);
    }
    this.#onAnswer();
  }

  /** Waits for the rest of what it has taken, and ends it. */
  async settle(): Promise<ReadonlyMap<string, Buffer>> {
    if (this.#next) this.#send(this.#next);
    this.#worker.ref();
    while (this.#sent.length > 0) {
      await new Promise<void>((answered) => {
        this.#onAnswer = answered;
      });
    }
    void this.#worker.terminate();
    return this.#compressed;
  }
}
