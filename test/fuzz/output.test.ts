/** Whatever a child prints: no line of log, annotation or summary commands the runner or is markup (clauses 17 and 18). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineSplitter } from '../../src/command.ts';
import { TransactionError } from '../../src/errors.ts';
import { inert, inertText } from '../../src/filter.ts';
import { oneLine } from '../../src/report.ts';
import { runUserCommand } from '../../src/shell.ts';
import { renderSummary, type Summary } from '../../src/summary.ts';
import { STAMP } from '../support/entry.ts';
import { fuzz, hostileText } from '../support/fuzz.ts';
import { commandsIn } from '../support/log.ts';
import { SOURCES, startScript } from '../support/script.ts';

const { always, directory, end } = fuzz('output');

const SPACES = [
  '\u00a0',
  '\u0085',
  '\ufeff',
  '\u3000',
  '\u2028',
  '\u000b',
  '\u001c \t',
  '\u200b',
  '\u0301',
  '\u00ad',
];
const COMMANDS = [
  '::add-mask::x',
  '##[error]y',
  '##[##[',
  ':::',
  '::error file=a::',
  '::stop-commands::x',
  '#',
  ':',
  '[',
  '::',
];
const printed = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...COMMANDS) },
      { weight: 2, arbitrary: fc.constantFrom('\n', '\r', '\r\n', '\n\r', ...SPACES) },
      { weight: 2, arbitrary: hostileText },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'x'.repeat(16_382),
          'x'.repeat(16_383),
          '#'.repeat(16_384),
          ':'.repeat(16_385),
        ),
      },
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

/** What people read of a text. */
const visible = (text: string) => text.replace(/[\r\n]/g, '').replaceAll('\u200b', '');

always(
  'whatever is printed, in whatever pieces it arrives, the runner finds no command in it and people read the same text',
  2000,
  fc.tuple(printed, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 })),
  ([text, cuts]) => {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    const places = [0, ...cuts.map((cut) => Math.floor(cut * text.length)).sort((one, other) => one - other)];
    for (const [index, from] of places.entries())
      splitter.write(text.slice(from, places[index + 1] ?? text.length));
    splitter.end();
    for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
    const log = lines.map(inert).join('\n');
    expect(commandsIn(log)).toEqual([]);
    expect(visible(log)).toBe(visible(text));
    expect(visible(inertText(text))).toBe(visible(text));
    expect(commandsIn(inertText(text))).toEqual([]);
    expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  },
);

const MARKUP = [
  '![a](b)',
  '<img src=x>',
  '[a](javascript:b)',
  '| a |',
  '\n\n# title',
  '````',
  '~~~~',
  '```text',
  '&lt;',
  '$x$',
  '<!--',
];
const words = fc.oneof(
  hostileText,
  fc.array(fc.oneof(fc.constantFrom(...MARKUP), hostileText), { maxLength: 5 }).map((all) => all.join('')),
);

function summaryOf(text: (number: number) => string): Summary {
  const lines = (...numbers: number[]) => numbers.map((number) => text(number).replace(/[\r\n]/g, ''));
  return {
    failure: new TransactionError('ATOMIC_COMMIT_FAILED', 'x', { next: `x ${text(6)}`, tail: lines(3, 4) }),
    success: 'COMMITTED',
    headline: `x ${text(0)}`,
    restored: `x ${text(7)}`,
    facts: [['reason', text(1)]],
    message: `x ${text(8)}`,
    phases: [{ name: 'Seal', beganAt: new Date(0), milliseconds: 1, failed: true }],
    verdicts: [
      { gate: 'message', source: 'message-command', passed: false, reason: text(2), tail: lines(9, 10) },
    ],
    tree: [
      {
        path: text(5),
        mode: '100644',
        size: 1,
        sha256: 'a'.repeat(64),
        ...STAMP,
      },
    ],
    outputs: [['reason', text(11)]],
  };
}

/** The marks of a summary, line by line; of a fenced block only that it is one, and which. */
function skeleton(markdown: string): string[] {
  const marks: string[] = [];
  let fence = '';
  for (const line of markdown.split(/\r\n|\r|\n/)) {
    const [mark = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === '' && mark !== '') {
      fence = mark;
      marks.push(`fence ${line.slice(mark.length)}`);
    } else if (fence !== '') {
      if (line.startsWith(fence) && line.replaceAll('`', '').trim() === '') fence = '';
    } else {
      const own = line.replace(/(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])/g, ''); // Between letters it is no mark.
      marks.push(own.replace(/&#\d+;?/g, '').replace(/[^<>`|\\*_[\]#$@&~]/g, ''));
    }
  }
  expect(fence, 'an open fence').toBe('');
  return marks;
}

const plain = skeleton(renderSummary(summaryOf(() => 'x')));

always(
  'whatever is in a summary, its marks are those of ours',
  2000,
  fc.array(words, { minLength: 12, maxLength: 12 }),
  (texts) => {
    const markdown = renderSummary(summaryOf((number) => texts[number]!));
    expect(skeleton(markdown)).toEqual(plain);
    expect(commandsIn(markdown)).toEqual([]);
    expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024);
  },
);

const sample = fc.sample(printed, { numRuns: 300, seed: 20_261_126 });
const path = join(directory, 'printed.json');
writeFileSync(path, JSON.stringify(sample));

test('a report of anything says only what is its own to the runner', async () => {
  const script = startScript(`import { Report } from '${SOURCES}/report.ts';
    import { TransactionError } from '${SOURCES}/errors.ts';
    import { readFileSync } from 'node:fs';
    const report = new Report();
    for (const text of JSON.parse(readFileSync(${JSON.stringify(path)}, 'utf8'))) {
      report.say(text);
      report.warn(text);
      report.fail(new TransactionError('ATOMIC_COMMIT_FAILED', text, { next: text, tail: text.split('\\n') }), text);
    }`);
  const { log, errors } = await script.ended;
  expect(errors).toBe('');
  const commands = commandsIn(log);
  expect(commands).toHaveLength(2 * sample.length);
  for (const [index, line] of commands.entries()) {
    const title =
      index % 2 === 0
        ? 'warning title=Atomic Publish::'
        : 'error title=Atomic Publish%3A 65 ATOMIC_COMMIT_FAILED::';
    expect(line.startsWith(`::${title}`)).toBe(true);
  }
});

test('a command that prints all of it to both streams, with bytes that are no text, commands nothing', async () => {
  const noise = fc.sample(fc.uint8Array({ maxLength: 30 }), { numRuns: 300, seed: 1 });
  const bytes = sample.flatMap((text, index) => [
    Buffer.from(text),
    Buffer.from(noise[index]!),
    Buffer.from('\n'),
  ]);
  const file = join(directory, 'printed');
  writeFileSync(file, Buffer.concat(bytes));
  const lines: string[] = [];
  const result = await runUserCommand({
    ...{
      input: 'run',
      script: 'cat "$FILE"; cat "$FILE" >&2',
      shell: 'bash',
      cwd: directory,
      temp: directory,
    },
    ...{ env: { FILE: file }, timeoutMs: undefined, signal: new AbortController().signal },
    onLine: (line) => lines.push(inertText(line)),
  });
  expect(result.failure).toBeUndefined();
  expect(lines.length).toBeGreaterThan(2 * sample.length);
  expect(commandsIn(lines.join('\n'))).toEqual([]);
  expect(result.tail).toHaveLength(30);
  expect(readFileSync(file).length).toBeGreaterThan(10_000);
});

end();
