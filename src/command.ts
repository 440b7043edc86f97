/**
 * The only door to child processes. Each child leads its own process group, so that a cancelled run can end
 * it together with everything it started; nothing but `gitVersion` blocks, so that signal handlers run meanwhile.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';

const KILL_AFTER_MS = 1500;
const QUIET_MS = 1000;
const LONGEST_LINE = 16_384;
const KEPT_STDERR_LINES = 200;
/** Names the private directory of the transaction that a child works for. */
export const CHILD_MARK = 'ATOMIC_TRANSACTION';

/** What a child reads; of much, in parts that are made as it reads them. What making one throws ends the child and is thrown. */
export type Input = string | Uint8Array | Iterable<string>;

export interface CommandOptions {
  cwd: string;
  env: Record<string, string>;
  input?: Input | undefined;
  /** Called for each line of both streams; without it stdout is collected into the result. */
  onLine?: (line: string) => void;
  /** Called for each piece of stdout, which is then not collected. What it throws ends the child and is thrown. */
  onData?: ((data: Buffer) => void) | undefined;
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface CommandResult {
  /** `null` when a signal ended the child: compare with `=== 0`. */
  exitCode: number | null;
  killedBy: NodeJS.Signals | null;
  timedOut: boolean;
  stdout: Buffer;
  stderr: string;
}

const running = new Set<ChildProcess>();
let mark: Record<string, string> = {};

/**
 * From now on every child carries in its environment whom it works for, by which recovery finds it. The private
 * directory and not the id: two repositories on one machine may have transactions of the same id.
 */
export function markChildren(privateDirectory: string): void {
  mark = { [CHILD_MARK]: privateDirectory };
}

/** Ends every process group started here, at once. For the last moment of this process. */
export function killAll(): void {
  for (const child of running) signalGroup(child, 'SIGKILL');
}

/** What git says of its version. Blocks: for the last words of a process that has met a bug. */
export function gitVersion(): string {
  const { stdout } = spawnSync('git', ['version'], { encoding: 'utf8', timeout: 5000, windowsHide: true });
  return stdout?.trim() || 'no git';
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Calls `done` once a child that has ended sends nothing more, though others may hold its pipes open. */
function whenQuiet(child: ChildProcess, done: () => void): void {
  const streams = [child.stdout!, child.stderr!];
  const wait = () => setTimeout(end, QUIET_MS);
  const end = () => {
    for (const stream of streams) stream.destroy();
    done();
  };
  let timer = wait();
  for (const stream of streams) {
    stream.on('data', () => {
      clearTimeout(timer);
      timer = wait();
    });
  }
  child.once('close', () => clearTimeout(timer));
}

/** Cuts a stream into lines the way the runner does: at CR, LF or both. */
export function lineSplitter(onLine: (line: string) => void): { write(text: string): void; end(): void } {
  let rest = '';
  return {
    write(text) {
      const lines = (rest + text).split(/\r\n|\r(?!$)|\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
      while (rest.length > LONGEST_LINE) {
        onLine(rest.slice(0, LONGEST_LINE));
        rest = rest.slice(LONGEST_LINE);
      }
    },
    end() {
      if (rest !== '') onLine(rest.replace(/\r$/, ''));
      rest = '';
    },
  };
}

/**
 * Runs one program and waits for it. Rejects only when it cannot be started (`ENOENT`, `EAGAIN`, …) or when
 * `signal` is aborted, then with the signal's reason and after the whole group has ended.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...options.env, ...mark },
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  if (!child.stdout) throw (await once(child, 'error'))[0]; // This process may open no more files.
  running.add(child);

  const stdout: Buffer[] = [];
  const stderr: string[] = [];
  let failure: unknown;
  const fail = (error: unknown) => {
    failure = error;
    signalGroup(child, 'SIGKILL');
  };
  const take = (data: Buffer) => {
    if (!options.onData) stdout.push(data);
    else if (failure === undefined) {
      try {
        options.onData(data);
      } catch (error) {
        fail(error);
      }
    }
  };
  const out = options.onLine ? lineSplitter(options.onLine) : undefined;
  const err = lineSplitter((line) => {
    options.onLine?.(line);
    stderr.push(line);
    if (stderr.length > KEPT_STDERR_LINES) stderr.shift();
  });
  if (out) child.stdout!.setEncoding('utf8').on('data', (text: string) => out.write(text));
  else child.stdout!.on('data', take);
  child.stderr!.setEncoding('utf8').on('data', (text: string) => err.write(text));
  child.stdin?.on('error', () => {}); // A child that does not read to the end says why by its exit code.
  const { input } = options;
  if (input === undefined || typeof input === 'string' || input instanceof Uint8Array)
    child.stdin?.end(input);
  else Readable.from(input).on('error', fail).pipe(child.stdin!);

  let timedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearTimeout(killTimer);
    signalGroup(child, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  };
  const timeout =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          stop();
        }, options.timeoutMs);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const [exitCode, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code, signal) => {
          signalGroup(child, 'SIGKILL'); // What it left in the background goes with it,
          whenQuiet(child, () => resolve([code, signal])); // and what left the group does not keep us.
        });
        child.once('close', (code, signal) => resolve([code, signal]));
      },
    );
    out?.end();
    err.end();
    options.signal?.throwIfAborted();
    if (failure !== undefined) throw failure;
    return { exitCode, killedBy, timedOut, stdout: Buffer.concat(stdout), stderr: stderr.join('\n') };
  } finally {
    clearTimeout(timeout);
    clearTimeout(killTimer);
    options.signal?.removeEventListener('abort', stop);
    running.delete(child);
  }
}
