/** Who may use what is put into a repository, as `core.sharedRepository` says (git-init(1), `--shared`). */
import { fchmodSync, fstatSync } from 'node:fs';
import type { Git } from './git.ts';

/** Gives a new file of the repository, which is open, the mode that git would give it. */
export type Share = (descriptor: number) => void;

const [GROUP, EVERYBODY] = [0o660, 0o664];

export async function shareOf(git: Git): Promise<Share> {
  const value = await git.setting('core.sharedRepository');
  const [isExact, bits] = bitsOf(value ?? 'umask');
  return (descriptor) => {
    const mode = fstatSync(descriptor).mode & 0o777;
    const own = mode & 0o200 ? bits : bits & 0o444; // What is read-only stays so.
    const shared = isExact ? own : mode | own;
    if (shared !== mode) fchmodSync(descriptor, shared);
  };
}

/** Bits of a mode, and whether they are all of it: else they are more than the process's own mask gives. */
function bitsOf(value: string): [isExact: boolean, bits: number] {
  if (/^(all|world|everybody)$/.test(value)) return [false, EVERYBODY];
  if (!/^[0-7]+$/.test(value)) return [false, /^(group|true|yes|on||0*[1-9]\d*)$/i.test(value) ? GROUP : 0];
  const number = Number.parseInt(value, 8);
  const known = [0, GROUP, EVERYBODY][number];
  return known === undefined ? [true, number & 0o666] : [false, known];
}
