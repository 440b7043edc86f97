import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../src/gates.ts';
import { escapeMarkdown, renderSummary, type Summary, seconds, size } from '../src/report.ts';
import type { Tree } from '../src/tree.ts';
import { commandsIn } from './support/log.ts';
import { temporaryDirectory } from './support/repository.ts';
import { SOURCES, startScript } from './support/script.ts';

/** What a process of its own writes to the log with a `Report`. */
async function logOf(script: string, env: Record<string, string> = {}): Promise<string> {
  const source = `import { Report } from '${SOURCES}/report.ts';
    import { TransactionError } from '${SOURCES}/errors.ts';
    const report = new Report();
    ${script}`;
  const { exitCode, log, errors } = await startScript(source, { env }).ended;
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
  return log;
}

const HOSTILE = JSON.stringify('a\r::set-output name=x::y\n  ::error::forged\n##[error]forged\u0085::x');

describe('the log', () => {
  test('shows each step as a group that closes with its duration, also when the step fails', async () => {
    const log = await logOf(`
      report.say(await report.step('Seal', async () => { report.say('inside'); return 'result'; }));
      await report.step('Push', async () => { throw new Error('refused'); }).catch((error) => report.say(error.message));
      report.say(JSON.stringify(report.phases.map(({ name, failed }) => ({ name, failed }))));`);
    expect(log.replace(/\d+\.\d\d s/g, 'N s').split('\n')).toEqual([
      '::group::Seal',
      'inside',
      'Seal: done in N s',
      '::endgroup::',
      'result',
      '::group::Push',
      'Push: failed after N s',
      '::endgroup::',
      'refused',
      '[{"name":"Seal","failed":false},{"name":"Push","failed":true}]',
      '',
    ]);
  });

  test('holds one annotation for a failure, whose title carries code and name and whose text says what to do', async () => {
    const log =
      await logOf(`report.fail(new TransactionError('OUTPUT_NOT_WRITABLE', 'target "docs" is a file', {
      next: 'Remove it.', tail: ['line 1', 'line 2'] }), 'Nothing was changed.');`);
    expect(log).toBe(`  | line 1
  | line 2
::error title=Atomic Publish%3A 61 OUTPUT_NOT_WRITABLE::target "docs" is a file%0ANothing was changed.%0ARemove it.
`);
  });

  test('obeys nothing that a child or a path says', async () => {
    const said = await logOf(`report.say(${HOSTILE})`);
    expect(commandsIn(said)).toEqual([]);
    const warned = await logOf(`report.warn(${HOSTILE})`);
    expect(commandsIn(warned)).toEqual([expect.stringMatching(/^::warning title=Atomic Publish::a%0A/)]);
    const failed = await logOf(`const text = ${HOSTILE};
      const tail = text.split(/[\\r\\n]/);
      report.fail(new TransactionError('ATOMIC_COMMIT_FAILED', text, { tail, next: text }), '');`);
    expect(commandsIn(failed)).toEqual([
      expect.stringMatching(/^::error title=Atomic Publish%3A 65 ATOMIC_COMMIT_FAILED::a%0A/),
    ]);
  });

  test('says so when the summary cannot be written, and the run goes on', async () => {
    const log = await logOf(`report.summarize('text')`, { GITHUB_STEP_SUMMARY: temporaryDirectory() });
    expect(log).toMatch(/^::warning title=Atomic Publish::The job summary could not be written: EISDIR/);
  });
});

test('the summary is added to what other steps wrote', async () => {
  const path = join(temporaryDirectory(), 'summary');
  await logOf(`report.summarize('one\\n'); report.summarize('two\\n')`, { GITHUB_STEP_SUMMARY: path });
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(await logOf(`report.summarize('text')`)).toBe('');
});

const EMPTY: Summary = {
  exitName: 'COMMITTED',
  success: 'COMMITTED',
  headline: 'Published.',
  facts: [],
  phases: [],
  verdicts: [],
  tail: [],
  tree: [],
  next: undefined,
};

const phase = (name: string, atMs: number, milliseconds: number, failed = false) => ({
  name,
  beganAt: new Date(1_700_000_000_000 + atMs),
  milliseconds,
  failed,
});

const entries = (count: number, name = 'file'): Tree =>
  Array.from({ length: count }, (_, index) => ({
    path: `${name}-${index}`,
    mode: '100644',
    size: 1024,
    sha256: 'a'.repeat(64),
    stamp: '',
    changedAtMs: 0,
  }));

describe('the summary', () => {
  test.each([
    [{}, '## ✅ COMMITTED\n'],
    [{ success: 'COMMITTED, nothing to change' }, '## ✅ COMMITTED, nothing to change\n'],
    [{ exitName: 'INSUFFICIENT_DISK_SPACE' }, '## ❌ INSUFFICIENT_DISK_SPACE (exit code 62)\n'],
    [{ exitName: 'ROLLBACK_FAILED' }, '## ❌ ROLLBACK_FAILED (exit code 66)\n'],
  ] as [Partial<Summary>, string][])('of %j begins with the verdict', (changes, verdict) => {
    expect(renderSummary({ ...EMPTY, ...changes })).toMatch(
      new RegExp(`^${verdict.replace(/[()]/g, '\\$&')}\nPublished`),
    );
  });

  test('says what to do next, and shows the last output as it was printed', () => {
    const tail = ['<b>&', '```', '| not a table |'];
    const text = renderSummary({ ...EMPTY, exitName: 'ATOMIC_COMMIT_FAILED', next: 'Mend it', tail });
    expect(text).toContain('**What to do next:** Mend it\n');
    expect(text).toContain('````text\n<b>&\n```\n| not a table |\n````\n');
  });

  test('shows gates, facts and up to 50 files, then totals', () => {
    const verdict: Verdict = {
      gate: 'message',
      source: 'message-command',
      passed: false,
      reason: 'a|b',
      tail: [],
    };
    const text = renderSummary({
      ...EMPTY,
      facts: [['branch', 'main']],
      verdicts: [verdict],
      tree: entries(51),
    });
    expect(text).toContain('| branch | main |\n');
    expect(text).toContain('| message | message-command | **no** | a&#124;b |\n');
    expect(text.match(/^\| file-\d+ \| 100644 \| 1024 \|/gm)).toHaveLength(50);
    expect(text).toContain('The first 50 of 51 files, 51.0 KiB.\n');
    expect(renderSummary({ ...EMPTY, tree: entries(50) })).toContain('\n50 files, 50.0 KiB.\n');
  });

  test.each([
    ['each phase, from its start to its end', 'Seal'],
    ['a phase whose name holds a colon', 'Gate: consistency'],
  ])('draws a bar for %s, and marks the one that failed', (_what, name) => {
    const phases = [phase('Begin', 0, 20), phase(name, 20, 1500), phase('Push', 1520, 0.2, true)];
    const text = renderSummary({ ...EMPTY, phases });
    const [, diagram = ''] = /```mermaid\ngantt\n([^`]*)```/.exec(text) ?? [];
    const bars = diagram.split('\n').filter((line) => / s\) :/.test(line));
    // Mermaid takes what follows the first colon of a line for the bar's data.
    const data = bars.map((line) => line.replace(/^[^:]*:/, '').trim());
    expect(data).toEqual(['0, 20', '20, 1520', 'crit, 1520, 1521']);
  });

  test('stays within what a step may write, however much there is to tell', () => {
    const long = '🙂|'.repeat(100_000);
    const verdict: Verdict = {
      gate: 'message',
      source: 'message-command',
      passed: false,
      reason: long,
      tail: [],
    };
    const text = renderSummary({
      ...EMPTY,
      headline: long,
      next: long,
      facts: Array.from({ length: 17 }, () => ['reason', long] as [string, string]),
      phases: Array.from({ length: 20 }, () => phase('Gate', 0, 1)),
      verdicts: [verdict, verdict, verdict, verdict],
      tail: Array.from({ length: 30 }, () => long),
      tree: entries(60, long),
    });
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  });
});

test('no text in a table can make markup, a cell or a line of its own', () => {
  expect(escapeMarkdown('<a>|[`@\r\n*')).toBe('&#60;a&#62;&#124;&#91;&#96;&#64; &#42;');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeMarkdown(text);
      expect(escaped.replace(/&#\d+;/g, '')).not.toMatch(/[&<>`|\\*_[\]@\u0000-\u001f\u2028\u2029]/);
      const read = escaped.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      expect(read).toBe(text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' '));
    }),
  );
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1024 * 1024, '1.0 MiB'],
])('%i bytes are shown as %s', (bytes, shown) => {
  expect(size(bytes)).toBe(shown);
});

test('a duration is shown in seconds', () => {
  expect([seconds(0), seconds(1234), seconds(61_000)]).toEqual(['0.00 s', '1.23 s', '61.00 s']);
});
