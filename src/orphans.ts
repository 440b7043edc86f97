/**
 * What a killed process leaves running: children that still work for its transaction. Each child carries the
 * transaction's private directory in its environment (command.ts), by which recovery finds and ends it. Linux only; elsewhere
 * nothing is found.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { CHILD_MARK } from './command.ts';
import { TransactionError } from './errors.ts';
import { quote } from './paths.ts';

const END_WITHIN_MS = 5000;

function processes(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  } catch {
    return [];
  }
}

/** Reads one fact of a process; `undefined` when it is gone or another user's. */
function read<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function worksFor(privateDirectory: string): string[] {
  const mark = `${CHILD_MARK}=${privateDirectory}`;
  return processes().filter((pid) =>
    read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))
      ?.split('\0')
      .includes(mark),
  );
}

/** Ends every process that works for a dead transaction and waits until it is gone. Throws 66 when one stays. */
export async function endOrphans(privateDirectory: string): Promise<void> {
  const deadline = Date.now() + END_WITHIN_MS;
  for (let left = worksFor(privateDirectory); left.length > 0; left = worksFor(privateDirectory)) {
    if (Date.now() > deadline) {
      throw new TransactionError(
        'ROLLBACK_FAILED',
        `processes ${left.join(', ')} of the transaction in ${quote(privateDirectory)} do not end`,
        { next: 'End them, then run again. Nothing was touched.' },
      );
    }
    for (const pid of left) read(() => process.kill(Number(pid), 'SIGKILL'));
    await setTimeout(10);
  }
}

/** True when a living process may hold `lock`: it has the file open, or is a git that works in `directories`. */
export function isHeld(lock: string, directories: readonly string[]): boolean {
  if (process.platform !== 'linux') return true;
  return processes().some((pid) => {
    const name = read(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? '';
    const cwd = read(() => readlinkSync(`/proc/${pid}/cwd`)) ?? '';
    if (
      /^git(-|$)/.test(name) &&
      directories.some((directory) => cwd === directory || cwd.startsWith(`${directory}/`))
    ) {
      return true;
    }
    const files = read(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    return files.some((file) => read(() => readlinkSync(`/proc/${pid}/fd/${file}`)) === lock);
  });
}

/** The names of git's temporary files in a directory: objects and packs that a killed git did not finish. */
export function temporaryObjects(directory: string): string[] {
  const names = read(() => readdirSync(directory)) ?? [];
  return names.filter((name) => /^(tmp_(obj|pack|idx|rev|bitmap)_|\.tmp-)/.test(name));
}
