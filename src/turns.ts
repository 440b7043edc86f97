/** Long work that leaves the event loop its turn: a signal that nobody hears stops nothing. */
import { setImmediate } from 'node:timers/promises';

const YIELD_EVERY_MS = 5;

/** Runs `step` for each item, one after the other, and lets signals and timers in between, at least every 5 ms. */
export async function inTurns<T>(
  items: Iterable<T>,
  signal: AbortSignal | undefined,
  step: (item: T) => void | Promise<void>,
): Promise<void> {
  let yieldedAt = performance.now();
  for (const item of items) {
    if (performance.now() - yieldedAt > YIELD_EVERY_MS) {
      await setImmediate();
      yieldedAt = performance.now();
    }
    signal?.throwIfAborted();
    await step(item);
  }
}
