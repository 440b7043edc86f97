import { expect, test } from 'vitest';
import { backOff, isTransient } from '../src/backoff.ts';

test.each([
  'error: RPC failed; curl 52 Empty reply from server',
  "fatal: unable to access 'https://x/': The requested URL returned error: 503",
  "fatal: unable to access 'https://x/': The requested URL returned error: 429",
  "fatal: unable to access 'https://x/': Failed to connect to x port 443 after 0 ms: Couldn't connect to server",
  "fatal: unable to access 'https://x/': Could not resolve host: x",
  'fetch-pack: unexpected disconnect while reading sideband packet',
  'fatal: the remote end hung up unexpectedly',
  'ssh: connect to host x port 22: Connection refused',
  'Connection reset by peer',
])('%j may pass by itself', (said) => {
  expect(isTransient(said)).toBe(true);
});

test.each([
  "fatal: unable to access 'https://x/': The requested URL returned error: 403",
  "fatal: unable to access 'https://x/': The requested URL returned error: 404",
  "fatal: Authentication failed for 'https://x/'",
  "fatal: repository 'https://x/' not found",
  'remote: error: GH006: Protected branch update failed',
  "fatal: '/nowhere' does not appear to be a git repository",
  'error: src refspec main does not match any',
])('%j is an answer', (said) => {
  expect(isTransient(said)).toBe(false);
});

test('a wait is drawn from a span that doubles up to 20 s, says its reason, and ends when the run is cancelled', async () => {
  const said: string[] = [];
  const cancelled = { say: (text: string) => said.push(text), signal: AbortSignal.abort('SIGINT') };
  for (let round = 0; round < 200; round += 1) {
    for (const attempt of [1, 2, 9])
      await expect(backOff(attempt, 'Why.', cancelled, 1000)).rejects.toThrow();
  }
  const waits = (attempt: number) =>
    said
      .map((text) => new RegExp(`^Why\\. Attempt ${attempt + 1} of 5 follows in (\\d+) ms\\.$`).exec(text))
      .flatMap((found) => (found ? [Number(found[1]) - 1000] : []));
  for (const [attempt, longest] of [
    [1, 500],
    [2, 1000],
    [9, 20_000],
  ] as const) {
    expect(waits(attempt)).toHaveLength(200);
    expect(Math.min(...waits(attempt))).toBeLessThan(longest / 4);
    expect(Math.max(...waits(attempt))).toBeGreaterThan((longest * 3) / 4);
    expect(Math.max(...waits(attempt))).toBeLessThanOrEqual(longest);
  }
});
