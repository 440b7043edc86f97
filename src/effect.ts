/**
 * Every durable effect of the protocol passes through `effect`, so that a crash test can stop the process
 * right before and right after each of them. `ATOMIC_FUSE=<point>` kills the process at that point, by its
 * number or by its name, and with `ATOMIC_FUSE_SIGNAL=SIGSTOP` it waits there while somebody else does something.
 * `ATOMIC_FUSE_LOG=<file>` writes the points down. Without them this costs a counter.
 */
import { appendFileSync } from 'node:fs';

const fuse = process.env['ATOMIC_FUSE'];
const signal = process.env['ATOMIC_FUSE_SIGNAL'] ?? 'SIGKILL';
const log = process.env['ATOMIC_FUSE_LOG'];
let points = 0;

function point(name: string): void {
  points += 1;
  if (log) appendFileSync(log, `${points} ${name}\n`);
  if (fuse === String(points) || fuse === name) process.kill(process.pid, signal);
}

export async function effect<T>(name: string, perform: () => T | Promise<T>): Promise<T> {
  point(`before ${name}`);
  const result = await perform();
  point(`after ${name}`);
  return result;
}
