/** The runner's reading of a log, modelled on its own parser and not on the code under test. */

/** What .NET's `TrimStart` removes, and the byte order mark that its culture-aware `StartsWith` looks past. */
const SKIPPED = new Set([
  ...['\u0009', '\u000a', '\u000b', '\u000c', '\u000d', '\u0020', '\u0085', '\u00a0', '\u1680', '\u2000'],
  ...['\u2001', '\u2002', '\u2003', '\u2004', '\u2005', '\u2006', '\u2007', '\u2008', '\u2009', '\u200a'],
  ...['\u2028', '\u2029', '\u202f', '\u205f', '\u3000', '\ufeff'],
]);

function isCommand(line: string): boolean {
  let start = 0;
  while (SKIPPED.has(line[start] ?? '')) start += 1;
  return line.startsWith('::', start) || line.includes('##[');
}

/** The lines of `text` that the runner would try to obey; it cuts at CR, LF and both. */
export function commandsIn(text: string): string[] {
  return text.split(/\r\n|\r|\n/).filter(isCommand);
}
