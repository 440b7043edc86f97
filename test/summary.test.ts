import { describe, expect, test } from 'vitest';
import { TransactionError } from '../src/errors.ts';
import type { Verdict } from '../src/gates.ts';
import { EMPTY_SUMMARY, renderSummary, type Summary } from '../src/summary.ts';
import type { Tree } from '../src/tree.ts';
import { STAMP } from './support/entry.ts';

const EMPTY: Summary = {
  ...EMPTY_SUMMARY,
  success: 'COMMITTED',
  headline: 'Published.',
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
    ...STAMP,
  }));

const NO: Verdict = {
  gate: 'message',
  source: 'message-command',
  passed: false,
  reason: 'a|b',
  tail: ['no ticket'],
};
const YES: Verdict = {
  ...NO,
  gate: 'consistency',
  source: 'consistency-command',
  passed: true,
  tail: ['all good'],
};

describe('the summary', () => {
  test.each([
    [{}, '## ✅ COMMITTED\n'],
    [{ success: 'COMMITTED, nothing to change' }, '## ✅ COMMITTED, nothing to change\n'],
    [
      { failure: new TransactionError('INSUFFICIENT_DISK_SPACE', 'why') },
      '## ❌ INSUFFICIENT_DISK_SPACE (exit code 62)\n',
    ],
    [{ failure: new TransactionError('ROLLBACK_FAILED', 'why') }, '## ❌ ROLLBACK_FAILED (exit code 66)\n'],
  ] as [Partial<Summary>, string][])('of %j begins with the verdict', (changes, verdict) => {
    expect(renderSummary({ ...EMPTY, ...changes })).toMatch(
      new RegExp(`^${verdict.replace(/[()]/g, '\\$&')}\nPublished`),
    );
  });

  test('says what happened, what was restored and what to do next, as sentences', () => {
    const text = renderSummary({
      ...EMPTY,
      failure: new TransactionError('ATOMIC_COMMIT_FAILED', 'why', { next: 'Mend it' }),
      headline: 'the push was refused',
      restored: 'Target, index and branch are as they were',
    });
    expect(text.trim().split('\n\n').slice(1)).toEqual([
      'The push was refused&#46;',
      '**Target, index and branch are as they were&#46;**',
      '**What to do next:** Mend it&#46;',
    ]);
  });

  test('shows the last output as it was printed, with nothing the runner obeys', () => {
    const tail = ['<b>&', '```', '| not a table |  ', '##[error]forged'];
    const text = renderSummary({
      ...EMPTY,
      failure: new TransactionError('ATOMIC_COMMIT_FAILED', 'why', { tail }),
    });
    expect(text).toContain('````text\n<b>&\n```\n| not a table |\n#\u200b#[error]forged\n````\n');
  });

  test('shows the message of the commit with its trailers', () => {
    const message = 'feat: types\n\n@octocat <img src=x>\n\nTask-ID: T-1\nAgent-ID: octocat\n';
    expect(renderSummary({ ...EMPTY, message })).toContain(
      '### Commit\n\n```text\nfeat: types\n\n@octocat <img src=x>\n\nTask-ID: T-1\nAgent-ID: octocat\n```\n',
    );
  });

  test('shows gates with the end of their output, open where it is a no, and a failing one not twice', () => {
    const text = renderSummary({
      ...EMPTY,
      failure: new TransactionError('MESSAGE_VALIDATION_FAILED', 'why', { tail: NO.tail }),
      verdicts: [YES, NO],
    });
    expect(text).toContain('| message | message-command | ❌ **no** | a&#124;b |\n');
    expect(text).toContain('| consistency | consistency-command | ✅ yes | a&#124;b |\n');
    expect(text).toContain(
      '<details><summary>The end of what consistency-command printed</summary>\n\n```text\nall good\n```\n\n</details>\n',
    );
    expect(text).toContain(
      '<details open><summary>The end of what message-command printed</summary>\n\n```text\nno ticket\n```\n\n</details>\n',
    );
    expect(text.match(/no ticket/g)).toHaveLength(1);
  });

  test('shows facts, up to 50 files, then totals, and says when they were not published', () => {
    const text = renderSummary({ ...EMPTY, facts: [['branch', 'a|b']], tree: entries(51) });
    expect(text).toContain('| branch | a&#124;b |\n');
    expect(text.match(/^\| file-\d+ \| 100644 \| 1.0&nbsp;KiB \| `aaaaaaaaaaaaaaaa…` \|/gm)).toHaveLength(50);
    expect(text).toContain('### Manifest\n');
    expect(text).toContain('<details><summary>The first 50 of 51 files, 51.0 KiB</summary>');
    expect(renderSummary({ ...EMPTY, tree: entries(1) })).toContain(
      '<details open><summary>1 file, 1.0 KiB<',
    );
    expect(
      renderSummary({
        ...EMPTY,
        failure: new TransactionError('ATOMIC_COMMIT_FAILED', 'why'),
        tree: entries(1),
      }),
    ).toContain('### Not published\n');
  });

  test('shows the outputs of the step, folded', () => {
    const text = renderSummary({ ...EMPTY, outputs: [['reason', '<b>']] });
    expect(text).toContain('<details><summary>Outputs of this step</summary>\n\n| output | value |\n');
    expect(text).toContain('| `reason` | &#60;b&#62; |\n');
  });

  test('stays within what a step may write, however much there is to tell', () => {
    const long = '@'.repeat(1_000_000); // What takes the most room where it is escaped,
    const printed = '€'.repeat(1_000_000); // and where it is not.
    const tail = Array.from({ length: 30 }, () => printed);
    const rows = Array.from({ length: 17 }, () => ['reason', long] as [string, string]);
    const text = renderSummary({
      ...EMPTY,
      failure: new TransactionError('ATOMIC_COMMIT_FAILED', 'why', { next: long, tail }),
      headline: long,
      restored: long,
      message: Array.from({ length: 30 }, () => printed).join('\n'),
      facts: rows,
      phases: Array.from({ length: 10_000 }, () => phase('é'.repeat(1000), 0, 1)),
      verdicts: Array.from({ length: 10 }, () => ({ ...NO, reason: long, tail: [...tail] })),
      tree: entries(100_000, long),
      outputs: rows,
    });
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  });
});

describe('the timeline', () => {
  /** The lines of the diagram that draw a bar. */
  function barsOf(phases: Summary['phases']): string[] {
    const text = renderSummary({ ...EMPTY, phases });
    const [, diagram = ''] = /```mermaid\ngantt\n([^`]*)```/.exec(text) ?? [];
    return diagram.split('\n').filter((line) => /\) :/.test(line));
  }
  // Mermaid takes what follows the first colon of a line for the bar's data.
  const dataOf = (bars: string[]) => bars.map((line) => line.replace(/^[^:]*:/, '').trim());

  test.each([
    ['each phase, from its start to its end', 'Seal'],
    ['a phase whose name holds a colon', 'Gate: consistency'],
  ])('has a bar for %s, and marks the one that failed', (_what, name) => {
    const phases = [phase('Begin', 0, 20), phase(name, 20, 1500), phase('Push', 1520, 30, true)];
    expect(dataOf(barsOf(phases))).toEqual(['0, 20', '20, 1520', 'crit, 1520, 1550']);
  });

  test('has a bar that can be seen also for the shortest phase', () => {
    const phases = [phase('Begin', 0, 1), phase('Seal', 1, 20_000)];
    expect(dataOf(barsOf(phases))).toEqual(['0, 101', '1, 20001']);
  });

  test.each([
    'click Push href "https://example.org"',
    'section forged',
    'title forged',
    '%%{init: {"securityLevel": "loose"}}%%',
    'a\nclick b call alert()',
    '```\n<img src=x onerror=alert(1)>',
    '[x](https://example.org) @octocat',
    'done :crit, 0, 5',
  ])('takes a phase named %j for a name and nothing else', (name) => {
    const [bar = '', ...more] = barsOf([phase(name, 0, 5)]);
    expect(more).toEqual([]);
    // What is no word of Mermaid's at the start of a line is the text of a bar.
    expect(bar).toMatch(/^ {2}\u200b[\p{L}\p{N} .-]* \(5 ms\) :0, 5$/u);
    const linesOf = (one: string) =>
      renderSummary({ ...EMPTY, phases: [phase(one, 0, 5)] }).split('\n').length;
    expect(linesOf(name)).toBe(linesOf('Seal'));
  });
});
