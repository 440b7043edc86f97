/** Text of others in Markdown (clause 17): whatever it holds, it stays text. */

const INVISIBLE = '&#8203;';

/** At most `limit` characters, none of them cut in half. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * Text for a table cell or paragraph: nothing in it is markup, a link, a mention or a new cell. Who is mentioned is
 * looked for after the entities were read, so that after `@` and `#` something invisible stands in the way. Between letters `_` is
 * no markup, and stays: the runner looks for secrets as they are, and GitHub's tokens have it.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(
      /[&<>`|\\*[\]()#.~@:$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g,
      (character) => `&#${character.charCodeAt(0)};`,
    )
    .replace(/&#(35|64);/g, `$&${INVISIBLE}`);
}

/** What a terminal would obey, and what would show text in another order than it has. */
const UNPRINTABLE =
  /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A block of preformatted text, which nothing in it can end. */
export function fence(text: string): string {
  const plain = text.replace(UNPRINTABLE, '');
  const longest = Math.max(2, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}text\n${plain}\n${mark}\n`;
}

/** A table whose cells are Markdown already. Without a head of words it lists names and what they stand for. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

/** A part that is folded away until somebody wants it. */
export function fold(title: string, content: string, isOpen = false): string {
  return `<details${isOpen ? ' open' : ''}><summary>${title}</summary>\n\n${content}\n</details>\n`;
}
