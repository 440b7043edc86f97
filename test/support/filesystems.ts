/** File systems made for one test: mounts that are undone when it ends, whatever its end, and disks that fill up. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Fixture, git, temporaryDirectory } from './repository.ts';

/** Mounts, other users and immutable files are the superuser's to make. */
export const isRoot = process.getuid?.() === 0;

export function sh(script: string, env: Record<string, string> = {}): string {
  return execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    encoding: 'utf8',
    env: { PATH: `${process.env['PATH']}${delimiter}/usr/sbin${delimiter}/sbin`, LC_ALL: 'C', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs `mount` with these arguments on `at`, which is made if need be; unmounted when the test has ended. */
export function mount(at: string, ...args: string[]): void {
  mkdirSync(at, { recursive: true });
  execFileSync('mount', [...args, at], { stdio: ['ignore', 'pipe', 'pipe'] });
  // A lazy unmount, so that a process a failed test left behind cannot keep the mount.
  onTestFinished(() => void execFileSync('umount', ['--lazy', at]));
}

interface Size {
  /** MiB. */
  megabytes: number;
  inodes: number;
}

export function mountTmpfs(at: string, { megabytes, inodes }: Size): void {
  mount(at, '-t', 'tmpfs', '-o', `size=${megabytes}m,nr_inodes=${inodes}`, 'tmpfs');
}

/** An ext4 in a file beside `at`, with all of its space for everyone. */
export function mountExt4(at: string, { megabytes, inodes }: Size): void {
  sh('truncate --size "$SIZE" "$IMAGE"; mkfs.ext4 -q -F -m 0 -N "$INODES" "$IMAGE"', {
    IMAGE: `${at}.img`,
    SIZE: `${megabytes}M`,
    INODES: String(inodes),
  });
  mount(at, '-o', 'loop', `${at}.img`);
  rmSync(join(at, 'lost+found'), { recursive: true });
}

export function mountReadOnly(at: string): void {
  mount(at, '--bind', at);
  execFileSync('mount', ['-o', 'remount,bind,ro', at]);
}

/** The fixture with its working tree moved below `directory`, with the times of its files as git knows them. */
export function moveWorkspace(fixture: Fixture, directory: string): Fixture {
  const workspace = join(directory, 'work');
  sh('cp --archive "$FROM" "$TO"', { FROM: fixture.workspace, TO: workspace });
  git(workspace, 'update-index', '--refresh');
  return { ...fixture, workspace };
}

/** What runs out. */
export type Resource = 'bytes' | 'inodes';

/**
 * A script that leaves `level` of a resource free on the disk mounted at `at`: one large file takes the bytes,
 * many empty ones the inodes. For `bash` here, or as a command inside the step.
 */
export function fill(at: string, resource: Resource, level: number): string {
  const free = (format: string) => `$(( $(stat --file-system --format '${format}' '${at}') - ${level} ))`;
  if (resource === 'inodes')
    return `i=${free('%d')}; while (( i > 0 )); do : > '${at}/filler/'$(( i-- )); done`;
  // The file's own map may not fit any more: then what is left goes byte by byte.
  const write = `head --bytes=$size /dev/zero > '${at}/filler/bytes'`;
  return `size=${free('%a * %S')}; if (( size > 0 )); then fallocate --length $size '${at}/filler/bytes' || ${write} || true; fi`;
}

/** Empties the disk of what `fill` put there, or makes the place for it. */
export function unfill(at: string): void {
  rmSync(join(at, 'filler'), { recursive: true, force: true });
  mkdirSync(join(at, 'filler'));
}

/** A search path on which everything is found that is found now, but the programs named. */
export function pathWithout(...hidden: string[]): string {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o755);
  const seen = new Set(hidden);
  for (const place of (process.env['PATH'] ?? '').split(delimiter)) {
    let names: string[] = [];
    try {
      names = readdirSync(place);
    } catch {
      continue; // A search path may name directories that are not there.
    }
    for (const name of names) {
      if (seen.has(name)) continue;
      seen.add(name);
      symlinkSync(join(place, name), join(directory, name));
    }
  }
  return directory;
}

/** What `runStep` needs to run as nobody: the wrapper, and file commands and a temp directory open to that user. */
export function asNobody(fixture: Fixture): { wrapper: string[]; temp: string; env: Record<string, string> } {
  const temp = join(fixture.root, 'temp-of-nobody');
  mkdirSync(join(temp, 'home'), { recursive: true });
  for (const path of [fixture.root, temp, join(temp, 'home')]) chmodSync(path, 0o777);
  const env: Record<string, string> = {};
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH']) {
    env[name] = join(temp, name);
    writeFileSync(env[name], '');
    chmodSync(env[name], 0o666);
  }
  // The repository is theirs, but its two top directories stay ours: git reads only repositories of its own user.
  const DIR = fixture.workspace;
  sh('chown --recursive 65534 "$DIR"; chown root "$DIR" "$DIR/.git"; chmod 0777 "$DIR" "$DIR/.git"', { DIR });
  git(DIR, 'update-index', '--refresh');
  sh('chown 65534 "$DIR/.git/index"', { DIR });
  return { wrapper: ['setpriv', '--reuid', '65534', '--clear-groups'], temp, env };
}

/** As a user who is not root, to whom the clone belongs: read-only is nothing to root. */
export function asUser({ root }: Fixture) {
  const temp = join(root, 'temp');
  mkdirSync(temp, { recursive: true });
  sh('chown --recursive 65534:65534 "$ROOT"', { ROOT: root });
  chmodSync(root, 0o755);
  const drop = 'chmod -R a+rwX "$RUNNER_TEMP"; exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
  return { wrapper: ['bash', '-c', drop, 'sh'], temp };
}
