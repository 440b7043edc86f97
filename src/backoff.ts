/**
 * Waiting between attempts (clause 10): full jitter, so that many who lost the same race do not meet again, and
 * every wait says its reason. Only what may pass by itself is tried again, never a refusal.
 */
import { setTimeout as wait } from 'node:timers/promises';

const FIRST_MS = 250;
const LONGEST_MS = 20_000;

/** How often a connection that fails is tried. What is refused is not tried again. */
export const CONNECTION_ATTEMPTS = 5;

export interface Patience {
  /** Instead of `CONNECTION_ATTEMPTS`. */
  attempts?: number;
  say: (message: string) => void;
  signal: AbortSignal | undefined;
}

/** Waits after attempt number `attempt`, at least `leastMs`. Rejects when the run is cancelled. */
export async function backOff(
  attempt: number,
  reason: string,
  { attempts = CONNECTION_ATTEMPTS, say, signal }: Patience,
  leastMs = 0,
): Promise<void> {
  const waitMs = leastMs + Math.round(Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
  say(`${reason} Attempt ${attempt + 1} of ${attempts} follows in ${waitMs} ms.`);
  await wait(waitMs, undefined, { signal });
}

/** How curl, git and a server's gateway say that a connection failed rather than that the server said no. */
const TRANSIENT = [
  /returned error: (408|429|5\d\d)|HTTP (408|429|5\d\d)/,
  /[Cc]onnection (was )?(reset|refused|closed|timed out|aborted)|Broken pipe|unexpected disconnect/,
  /Could not (resolve|connect)|Failed to connect|Operation timed out|Network is unreachable/,
  /early EOF|hung up unexpectedly|RPC failed|Empty reply|Recv failure|GnuTLS recv|SSL_read/,
];

/** A status by which a server answered that it will not. */
const ANSWERED = /(returned error:|HTTP) 4(?!08|29)\d\d/;

/** True for what git says when the server answered with a refusal of its own, below git's protocol. */
export function isAnswered(said: string): boolean {
  return ANSWERED.test(said);
}

/** True for what git says of a connection that failed and may work the next time. */
export function isTransient(said: string): boolean {
  return !isAnswered(said) && TRANSIENT.some((pattern) => pattern.test(said));
}

/** The runner ends a cancelled step after 7.5 s: until shortly before, the answer to a push is worth waiting for. */
const GRACE_MS = 5500;

/** A signal that follows `signal` late: what was sent cannot be called back, but its answer can still arrive. */
export function patient(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (!signal) return undefined;
  const late = new AbortController();
  const follow = () => setTimeout(() => late.abort(signal.reason), GRACE_MS).unref();
  signal.addEventListener('abort', follow, { once: true });
  return late.signal;
}
