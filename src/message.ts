/** The commit message (clause 9): subject, body, and trailers that `git interpret-trailers --parse` reads back. */
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import { quote } from './paths.ts';

export type Trailers = Record<string, string>;

/** Where git finds no configuration: a repository's `trailer.*` settings can run programs and move trailers. */
const NO_CONFIGURATION = {
  GIT_CONFIG_COUNT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_DIR: '/dev/null/none',
};

/** Where the first paragraph ends, which is the subject and holds no trailers. */
const BLANK_LINE = /\n[ \t]*\n/;
const LIKE_A_TRAILER = /^[A-Za-z0-9-]+[ \t]*:/m;

/** How git's tools cut a message: everything below a line of three dashes, or a scissors line, is not the message. */
const DIVIDER = /^(?=---(\s|$)|# -{24} >8 -{24}$)/gm;

/** What no message of a user may say of a commit, whatever this run writes itself: `rollback` and `verify` believe it. */
const RESERVED = 'Reverts-Transaction';

/** One line of the end of a message. */
export interface Trailer {
  key: string;
  value: string;
}

/** The trailers of a message, in its order, as git reads them without any configuration. */
export async function readTrailers(git: Git, message: string): Promise<Trailer[]> {
  const args = ['interpret-trailers', '--no-divider', '--only-trailers', '--unfold'];
  const lines = await git.run(args, { env: NO_CONFIGURATION, input: message });
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [key = '', ...rest] = line.split(':');
      return { key: key.trim(), value: rest.join(':').trim() };
    });
}

/**
 * Puts `trailers` at the end of `text`, beside those it has. A line that git's tools would take for the end of the
 * message gets a space in front, every other stays as it is. Throws 65 for no text, for a value with a line break, and
 * when `text` itself carries one of the trailers with another value, or twice, or the one that only a rollback has: a
 * message cannot say that another transaction made the commit.
 */
export async function withTrailers(git: Git, text: string, trailers: Trailers): Promise<string> {
  const refuse = (message: string, next?: string): never => {
    throw new TransactionError('ATOMIC_COMMIT_FAILED', message, { next });
  };
  // Trailers that follow nothing are a subject to `git log`.
  if (text.trim() === '') refuse('input message is empty; it may hold a subject and a body');
  if (text.includes('\u0000')) refuse('input message holds a NUL character; it may hold text');
  for (const [key, value] of Object.entries(trailers)) {
    if (/[\r\n\u0000]/.test(value))
      refuse(`trailer ${key} holds ${quote(value)}; it may hold one line of text`);
  }
  const plain = text.replace(/\r\n?/g, '\n').trim().replace(DIVIDER, ' ');
  const ours = Object.entries(trailers).map(([key, value]): Trailer => ({ key, value: value.trim() }));
  const lines = (list: Trailer[]) => list.map(({ key, value }) => `${key}: ${value}\n`).join('');
  const alone = `${plain}\n\n${lines(ours)}`;
  const body = plain.slice(plain.search(BLANK_LINE) + 1 || plain.length);
  const own = LIKE_A_TRAILER.test(body) ? await readTrailers(git, `${plain}\n`) : [];
  if (own.length === 0) return alone;

  const seen = new Set<string>();
  for (const { key, value } of own) {
    const isSame = (name: string) => name.toLowerCase() === key.toLowerCase();
    const known = ours.find((one) => isSame(one.key));
    if (known === undefined && !isSame(RESERVED)) continue;
    if (value === known?.value && !seen.has(known.key)) {
      seen.add(known.key);
      continue;
    }
    refuse(
      `input message holds the trailer ${quote(`${key}: ${value}`)}, which this action writes itself`,
      `Leave ${known?.key ?? key} out of the message${known ? ', or give it by its input' : ''}.`,
    );
  }
  // Where a comment or what git takes for one follows its trailers, the message does not end in them.
  const together = `${plain}\n${lines(ours.filter(({ key }) => !seen.has(key)))}`;
  const read = await readTrailers(git, together);
  const isWhole = read.length === own.length + ours.length - seen.size;
  return isWhole ? together : alone;
}
