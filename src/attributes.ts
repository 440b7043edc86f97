/** What git does to bytes between the working tree and its objects, as attributes say. Names are bytes, as `latin1`. */
import type { Git, GitOptions } from './git.ts';

/** Attributes that make git hold other bytes than the file has. */
const CONTENT = ['filter', 'ident', 'working-tree-encoding'];
/** Attributes that make git look at line ends. */
const LINE_ENDS = ['text', 'eol', 'crlf'];

/** Pathspec of what stands at `path` and has any attribute that `conversionsOf` asks for. */
export const convertible = (path: string) => {
  const none = [...CONTENT, ...LINE_ENDS].map((name) => `!${name}`).join(' ');
  return [`:(literal)${path}`, `:(exclude,attr:${none})`];
};

/** git answers with six lines for each: of all names at once the answer would fill the memory. */
const NAMES_AT_ONCE = 10_000;

interface Conversion {
  /** A filter, an id written into the file, another encoding: only git knows what comes of it. */
  content: boolean;
  /** Line ends become LF in the object. */
  lineEnds: boolean;
  /** Line ends become CRLF in the file. */
  toCrlf: boolean;
}

/** The conversions of those of `names` that have any. git reads attributes through `options.index`. */
export async function conversionsOf(
  git: Git,
  names: readonly string[],
  options: GitOptions,
): Promise<Map<string, Conversion>> {
  const conversions = new Map<string, Conversion>();
  for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
    const some = names.slice(start, start + NAMES_AT_ONCE);
    const input = Buffer.from(some.map((name) => `${name}\0`).join(''), 'latin1');
    const args = ['check-attr', '-z', '--stdin', ...CONTENT, ...LINE_ENDS];
    const fields = (await git.run(args, { ...options, input, encoding: 'latin1' })).split('\0');
    for (let at = 0; at + 2 < fields.length; at += 3) {
      const [name, attribute, value] = fields.slice(at, at + 3) as [string, string, string];
      if (value === 'unspecified' || value === 'unset') continue;
      const known = conversions.get(name) ?? { content: false, lineEnds: false, toCrlf: false };
      conversions.set(name, known);
      if (CONTENT.includes(attribute)) known.content = true;
      else known.lineEnds = true;
      if (attribute === 'eol' && value === 'crlf') known.toCrlf = true;
    }
  }
  return conversions;
}

/** What settings say where attributes do not: `core.autocrlf`, which is true without a value, and `core.eol`. */
export async function convertsLineEnds(git: Git): Promise<Pick<Conversion, 'lineEnds' | 'toCrlf'>> {
  const { stdout } = await git.try(['config', '--get-regexp', '^core\\.(autocrlf|eol)$']);
  const said = stdout.toString();
  const isWindows = process.platform === 'win32';
  return {
    lineEnds: /^core\.autocrlf(?! false)/im.test(said),
    toCrlf: isWindows || /^core\.(autocrlf(?! false| input)|eol (?!lf|native))/im.test(said),
  };
}
