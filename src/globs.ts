/** Globs as every input that takes them reads them: `*` is one name, `**` any path, `!` takes out again. */
import picomatch from 'picomatch';
import { TransactionError } from './errors.ts';
import { shortQuote } from './paths.ts';
import { oneLine } from './report.ts';

/**
 * True for a path that one of the globs names and none that starts with `!`; hidden files are files, too, and the
 * name of a directory stands for all that is in it. Throws 65 for a glob that cannot be read.
 */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const whole = (glob: string) => [glob, `${glob.replace(/\/+$/, '')}/**`];
  const ignore = globs.filter((glob) => glob.startsWith('!')).flatMap((glob) => whole(glob.slice(1)));
  const named = globs.filter((glob) => !glob.startsWith('!')).flatMap(whole);
  try {
    return named.length === 0 ? () => false : picomatch(named, { dot: true, ignore });
  } catch (error) {
    const message = `the globs ${shortQuote(globs.join(' '))} cannot be read: ${oneLine((error as Error).message)}`;
    throw new TransactionError('ATOMIC_COMMIT_FAILED', message, { cause: error });
  }
}

/** The globs that match none of `paths`: most likely a typing error, which takes away what they were to protect. */
export function unmatchedGlobs(globs: readonly string[], paths: readonly string[]): string[] {
  return globs.filter((glob) => !glob.startsWith('!') && !paths.some(globMatcher([glob])));
}
