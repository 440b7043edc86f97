/** Globs as every input that takes them reads them: `*` does not descend, `**` does, `!` takes out again. */
import picomatch from 'picomatch';

/** True for a path that one of the globs names and none that starts with `!`; hidden files are files, too. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const ignore = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const named = globs.filter((glob) => !glob.startsWith('!'));
  return named.length === 0 ? () => false : picomatch(named, { dot: true, ignore });
}
