/** The exchange of two directories in one step (clause 8). */
import { basename } from 'node:path';
import { run } from './command.ts';
import { childPath } from './disk.ts';
import { effect } from './effect.ts';
import { errorCode } from './errors.ts';

/** Arguments of the exchange's system call: its number, the "current directory" handle, the swap flag. */
const EXCHANGE_CALL: Record<string, string> = {
  'linux x64': '316, -100, $ARGV[0], -100, $ARGV[1], 2',
  'linux arm64': '276, -100, $ARGV[0], -100, $ARGV[1], 2',
  'darwin x64': '488, -2, $ARGV[0], -2, $ARGV[1], 2',
  'darwin arm64': '488, -2, $ARGV[0], -2, $ARGV[1], 2',
};

/**
 * Exchanges two directories of one mount in a single system call (clause 8): `renameat2` with
 * `RENAME_EXCHANGE`, `renameatx_np` with `RENAME_SWAP`. Node has no call for it, so perl makes it.
 * Rejects with `code` `ENOSYS` where there is none or no perl, else with the kernel's own code.
 */
export function exchange(one: string, other: string, check: () => void = () => {}): Promise<void> {
  return effect(`exchange ${basename(other)}`, async () => {
    check();
    const call = EXCHANGE_CALL[`${process.platform} ${process.arch}`];
    const unavailable = (why: string) =>
      Object.assign(new Error(`no exchange of directories: ${why}`), { code: 'ENOSYS' });
    if (!call) throw unavailable(`unknown on ${process.platform} ${process.arch}`);
    const program = `exit 0 if syscall(${call}) == 0; my ($n) = grep { $!{$_} } keys %!; print $n; exit 1`;
    const args = ['-MErrno', '-e', program, one, other];
    const { exitCode, killedBy, stdout, stderr } = await run('perl', args, {
      cwd: '/',
      env: childPath(),
    }).catch((error) => {
      throw errorCode(error) === 'ENOENT' ? unavailable('perl is not installed') : error;
    });
    if (exitCode === 0) return;
    if (killedBy) {
      const message = `perl was ended by ${killedBy} while it exchanged ${other}`;
      throw Object.assign(new Error(message), { code: 'EINTR' });
    }
    const code = stdout.toString() || 'EIO';
    throw Object.assign(new Error(`exchange of ${other} failed: ${code} ${stderr}`.trim()), { code });
  });
}
