/** Long work that leaves the event loop its turn: a signal that nobody hears stops nothing. */
import { setImmediate } from 'node:timers/promises';

const YIELD_EVERY_MS = 5;
let yieldedAt = performance.now();

/** Lets signals and timers in between, at least every 5 ms where it is called often. Rejects when the run is cancelled. */
export async function turn(signal: AbortSignal | undefined): Promise<void> {
  if (performance.now() - yieldedAt > YIELD_EVERY_MS) {
    await setImmediate();
    yieldedAt = performance.now();
  }
  signal?.throwIfAborted();
}

/** Runs `step` for each item, one after the other, with turns in between. */
export async function inTurns<T>(
  items: Iterable<T>,
  signal: AbortSignal | undefined,
  step: (item: T) => void | Promise<void>,
): Promise<void> {
  for (const item of items) {
    await turn(signal);
    await step(item);
  }
}
