/** Debian's strace as the hand that kills or fails a process at a system call. */
import { spawnSync } from 'node:child_process';

/** False where there is no strace or the system refuses ptrace: tests that need it say so in their name. */
export const CAN_TRACE = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;

/**
 * Arguments that inject `fault` into the `nth` such call of each process and thread. With `--seccomp-bpf` a run
 * is several times faster, but strace 6.1 then injects errors only, no signals. `path`
 * limits the fault to calls on that file.
 */
export function injecting(call: string, fault: string, nth: number, path?: string): string[] {
  const fast = fault.startsWith('signal') || path !== undefined ? [] : ['--seccomp-bpf'];
  const only = path === undefined ? [] : ['-P', path];
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:${fault}:when=${nth}`];
  return ['strace', '-f', '-qq', ...fast, ...only, '-o', '/dev/null', ...inject];
}

/** One libuv thread, so that "the nth call of a thread" is the same call on every run. */
export const ONE_THREAD = { UV_THREADPOOL_SIZE: '1' };
