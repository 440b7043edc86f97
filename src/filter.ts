/**
 * What a child prints cannot speak to the runner (clause 17). The runner obeys `::command::` at a line's
 * start, after trimming what .NET calls white space, and `##[command]` anywhere. A zero-width space after the
 * first character leaves the text readable and the command dead.
 */
const INVISIBLE = '\u200b';

export function inert(line: string): string {
  return line
    .replace(/^([^\p{L}\p{N}\p{P}\p{S}]*):(?=:)/u, `$1:${INVISIBLE}`)
    .replace(/#(?=#\[)/g, `#${INVISIBLE}`);
}

/** The same for a text of several lines, cut where the runner cuts. */
export function inertText(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(inert)
    .join('\n');
}
