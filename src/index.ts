/** The process edge: signals in, exit code out. No code but those of clause 14 leaves it. */
import { killAll } from './command.ts';
import { EXIT_CODES } from './errors.ts';
import { bug, isPost, main } from './main.ts';
import { post } from './settlement.ts';

const KNOWN = new Set<unknown>(Object.values(EXIT_CODES));
const cancellation = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const) {
  process.on(signal, () => cancellation.abort(signal));
}
// A pipe that nobody reads must not stop a rollback.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('exit', () => {
  killAll();
  if (!KNOWN.has(process.exitCode)) process.exitCode = EXIT_CODES.ATOMIC_COMMIT_FAILED;
});
process.on('uncaughtException', (error) => {
  killAll();
  process.exit(bug(error));
});

process.exitCode = EXIT_CODES.ATOMIC_COMMIT_FAILED; // Until it is known better: an empty event loop is no success.
process.exitCode = await (isPost() ? post : main)(cancellation.signal);
