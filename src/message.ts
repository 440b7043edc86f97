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

/**
 * Puts `trailers` at the end of `text`, beside those it has. Throws 65 when `text` itself carries one of them
 * with another value: a message cannot say that another transaction made the commit.
 */
export async function withTrailers(git: Git, text: string, trailers: Trailers): Promise<string> {
  if (text.includes('\u0000')) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      'input message holds a NUL character; it may hold text',
    );
  }
  const options = { env: NO_CONFIGURATION };
  const plain = `${text.replace(/\r\n?/g, '\n').trim()}\n`;
  const read = ['interpret-trailers', '--no-divider', '--only-trailers', '--unfold'];
  for (const line of (await git.run(read, { ...options, input: plain })).split('\n')) {
    const [key = '', ...rest] = line.split(':');
    const known = Object.keys(trailers).find((name) => name.toLowerCase() === key.trim().toLowerCase());
    if (known === undefined || rest.join(':').trim() === trailers[known]) continue;
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `input message holds the trailer ${JSON.stringify(line)}, which this action writes itself`,
      { next: `Leave ${known} out of the message, or give it by its input.` },
    );
  }
  const add = Object.entries(trailers).flatMap(([key, value]) => ['--trailer', `${key}: ${value}`]);
  const write = ['interpret-trailers', '--no-divider', '--if-exists', 'addIfDifferent', ...add];
  return `${await git.run(write, { ...options, input: plain })}\n`;
}
