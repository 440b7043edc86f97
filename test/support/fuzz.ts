/**
 * Property tests over hostile input. What must hold, whatever comes in (clauses 2, 4, 12, 14 and 17 of the
 * specification): the exit code is the right one; a refusal is a `TransactionError` with words and has changed nothing;
 * manifest, tree and trailers agree; the ledger is closed; nothing that is shown commands the runner.
 *
 * `ATOMIC_FUZZ_SEED` draws other cases, `ATOMIC_FUZZ_TIMES` that many times as many:
 * `ATOMIC_FUZZ_SEED=$RANDOM ATOMIC_FUZZ_TIMES=30 npx vitest run test/fuzz`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { TransactionError } from '../../src/errors.ts';

const SEED = Number(process.env['ATOMIC_FUZZ_SEED'] ?? 20_261_126);
const TIMES = Number(process.env['ATOMIC_FUZZ_TIMES'] ?? 1);
const HOUR = 3_600_000;

/** How many cases each file of test/fuzz tries at least. */
export const CASES = {
  artifacts: 2000,
  gates: 6000,
  inputs: 3000,
  manifests: 6000,
  messages: 2500,
  output: 4000,
  publishes: 24,
  trees: 150,
} as const;

type Predicate<T> = (value: T) => void | Promise<void>;

/** The property tests of one file; at the end it must have tried as many cases as `CASES` says. */
export function fuzz(subject: keyof typeof CASES) {
  let tried = 0;
  const directory = mkdtempSync(join(tmpdir(), `atomic-fuzz-${subject}-`));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return {
    /** One for all tests of the file. */
    directory,
    /** A test that `predicate` holds for `runs` values, and for each of `examples`. */
    always<T>(
      name: string,
      runs: number,
      values: fc.Arbitrary<T>,
      predicate: Predicate<T>,
      examples: T[] = [],
    ) {
      const property = fc.asyncProperty(values, async (value) => {
        tried += 1;
        await predicate(value);
      });
      const cases = examples.map((value): [T] => [value]);
      test(name, () => fc.assert(property, { seed: SEED, numRuns: runs * TIMES, examples: cases }), HOUR);
    },
    /** To be called last. */
    end() {
      test(`${CASES[subject]} cases and more were tried, drawn by the seed ${SEED}`, () => {
        expect(tried).toBeGreaterThanOrEqual(CASES[subject] * TIMES);
      });
    },
  };
}

/** What `perform` returns, or the refusal it ends in; any other error fails the test. */
export async function resultOf<T>(perform: () => T | Promise<T>): Promise<T | TransactionError> {
  try {
    return await perform();
  } catch (error) {
    if (!(error instanceof TransactionError)) throw error;
    expect(error.message).toMatch(/\w/);
    expect(error.message, 'no control characters').not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    return error;
  }
}

/** Pieces of names and texts that some reader somewhere takes for something else. */
const PIECES = [
  ...[
    '',
    ' ',
    '\t',
    '\r',
    '\n',
    '\r\n',
    '\u0000',
    '\u001b[2J',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\ufeff',
  ],
  ...[
    '\u00e9',
    'e\u0301',
    '\u212b',
    '\u00df',
    '\u0130',
    '\u200b',
    '\u202e',
    '\ufffd',
    '\ud800',
    '\udc00',
    '\u{1f600}',
  ],
  ...[
    '.git',
    '.GIT',
    'git~1',
    '.g\u200cit',
    '..',
    '.',
    '/',
    '\\',
    'C:',
    'CON',
    'aux.txt',
    '~',
    '-',
    '--',
    '---',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'null',
    'NaN',
    '0',
    '-0',
    '1e400',
    '9'.repeat(40),
  ],
  ...['::', ':', '::error::x', '::set-output name=a::b', '##[', '##[error]', '%0A', '%', ']', '[', '(', ')'],
  ...[
    '`',
    '```',
    '|',
    '<b>',
    '&#64;',
    '@octocat',
    '#1',
    '!',
    '*',
    '**',
    '_',
    '$(x)',
    '$' + '{{ x }}',
    '"',
    "'",
  ],
  ...['=>', ' => ', ',', ';', '{', '}', '{"a":1}', 'x'.repeat(255), '\u00e9'.repeat(128), 'a/'.repeat(12)],
];

/** Any text, most of it hostile. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 2, arbitrary: fc.string({ maxLength: 8 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

/** The same as an environment or a file system can hold it: bytes of UTF-8 without NUL. */
export const hostileWords = hostileText.map((text) => text.toWellFormed().replaceAll('\0', ''));
