/** The commit message (clause 9): subject, body, and trailers that `git interpret-trailers --parse` reads back. */
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';

export type Trailers = Record<string, string>;

/** Where git finds no configuration: a repository's `trailer.*` settings can run programs and move trailers. */
const NO_CONFIGURATION = {
  GIT_CONFIG_COUNT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_DIR: '/dev/null/none',
};

/** Below its first paragraph: the subject is none. */
const MAY_HAVE_TRAILERS = /\n\s*\n[\s\S]*^[A-Za-z0-9-]+\s*:/m;

/** How git's tools for patches cut a message: everything below such a line is not the message. */
const DIVIDER = /^---(?=\s|$)/gm;

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
 * Puts `trailers` at the end of `text`, beside those it has. A line of three dashes in `text` gets a space in
 * front, since git's tools would look for trailers above it. Throws 65 for a value with a line break, and when
 * `text` itself carries one of the trailers with another value, or twice: a message cannot say that another transaction
 * made the commit.
 */
export async function withTrailers(git: Git, text: string, trailers: Trailers): Promise<string> {
  const refuse = (message: string, next?: string): never => {
    throw new TransactionError('ATOMIC_COMMIT_FAILED', message, next === undefined ? {} : { next });
  };
  if (text.includes('\u0000')) refuse('input message holds a NUL character; it may hold text');
  for (const [key, value] of Object.entries(trailers)) {
    if (/[\r\n\u0000]/.test(value))
      refuse(`trailer ${key} holds ${JSON.stringify(value)}; it may hold one line of text`);
  }
  const plain = `${text.replace(/\r\n?/g, '\n').trim().replace(DIVIDER, ' ---')}\n`;
  const seen = new Set<string>();
  const own = MAY_HAVE_TRAILERS.test(plain) ? await readTrailers(git, plain) : [];
  for (const { key, value } of own) {
    const known = Object.keys(trailers).find((name) => name.toLowerCase() === key.toLowerCase());
    if (known === undefined || (value === trailers[known] && !seen.has(known))) {
      seen.add(known ?? '');
      continue;
    }
    refuse(
      `input message holds the trailer ${JSON.stringify(`${key}: ${value}`)}, which this action writes itself`,
      `Leave ${known} out of the message, or give it by its input.`,
    );
  }
  const add = Object.entries(trailers).flatMap(([key, value]) => ['--trailer', `${key}: ${value}`]);
  const write = ['interpret-trailers', '--no-divider', '--if-exists', 'addIfDifferent', ...add];
  return `${await git.run(write, { env: NO_CONFIGURATION, input: plain })}\n`;
}
