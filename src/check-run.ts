/** A gate that is a check of GitHub's: the conclusion of its runs on the base commit, waited for (clause 4). */
import { setTimeout } from 'node:timers/promises';
import type { CheckRun } from './github.ts';
import { quote } from './paths.ts';
import { duration } from './quantities.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10_000;

interface CheckQuestion {
  name: string;
  /** The commit the runs are on. */
  sha: string;
  read: () => Promise<CheckRun[]>;
  timeoutMs: number;
  say: (message: string) => void;
  signal: AbortSignal | undefined;
}

/**
 * Waits until every run of that name has ended, and until there is one. Yes when each concluded with success:
 * neutral, skipped, cancelled and the like are no. The first no is the answer. Returns it with its reason.
 */
export async function awaitCheck(question: CheckQuestion): Promise<[boolean, string]> {
  const { name, sha, read, timeoutMs, say, signal } = question;
  const check = `check ${quote(name)} on ${sha}`;
  const deadline = Date.now() + timeoutMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    const runs = await read();
    const no = runs.find(({ status, conclusion }) => status === 'completed' && conclusion !== 'success');
    if (no) return [false, `${check} concluded with ${quote(no.conclusion ?? 'nothing')}`];
    const open = runs.filter(({ status }) => status !== 'completed').length;
    if (runs.length > 0 && open === 0) return [true, `${check} concluded with success (${runs.length} runs)`];
    const state = runs.length === 0 ? 'has no run' : `has ${open} of ${runs.length} runs under way`;
    const leftMs = deadline - Date.now();
    if (leftMs <= 0) return [false, `${check} ${state} after gate-timeout (${duration(timeoutMs)})`];
    say(`${check} ${state}: waiting, ${Math.ceil(leftMs / 1000)} s at most.`);
    await setTimeout(Math.min(waitMs, leftMs), undefined, { signal });
  }
}
