/** Globs as every input that takes them reads them: `*` does not descend, `**` does, `!` takes out again. */
import picomatch from 'picomatch';

/**
 * True for a path that one of the globs names and none that starts with `!`; hidden files are files, too, and the
 * name of a directory stands for all that is in it.
 */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const whole = (glob: string) => [glob, `${glob.replace(/\/+$/, '')}/**`];
  const ignore = globs.filter((glob) => glob.startsWith('!')).flatMap((glob) => whole(glob.slice(1)));
  const named = globs.filter((glob) => !glob.startsWith('!')).flatMap(whole);
  return named.length === 0 ? () => false : picomatch(named, { dot: true, ignore });
}

/** The globs that match none of `paths`: most likely a typing error, which takes away what they were to protect. */
export function unmatchedGlobs(globs: readonly string[], paths: readonly string[]): string[] {
  return globs.filter((glob) => !glob.startsWith('!') && !paths.some(globMatcher([glob])));
}
