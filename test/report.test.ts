import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsIn } from './support/log.ts';
import { temporaryDirectory } from './support/repository.ts';
import { SOURCES, startScript } from './support/script.ts';

/** What a process of its own writes to the log with a `Report`. */
async function logOf(script: string, env: Record<string, string> = {}, options = '{}'): Promise<string> {
  const source = `import { Report } from '${SOURCES}/report.ts';
    import { TransactionError } from '${SOURCES}/errors.ts';
    const report = new Report(${options});
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
    expect(log.replace(/\d+ ms/g, 'N ms').split('\n')).toEqual([
      '::group::Seal',
      'inside',
      'Seal: done in N ms',
      '::endgroup::',
      'result',
      '::group::Push',
      'Push: failed after N ms',
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
::error title=Atomic Publish%3A 61 OUTPUT_NOT_WRITABLE::target "docs" is a file%0A  | line 1%0A  | line 2%0ANothing was changed.%0ARemove it.
`);
  });

  test('keeps what to do next in the annotation, however long the message is', async () => {
    const log = await logOf(`report.fail(new TransactionError('ATOMIC_COMMIT_FAILED', 'x'.repeat(10_000), {
      next: 'Remove it.' }), 'Nothing was changed.');`);
    expect(log).toMatch(/x…%0ANothing was changed\.%0ARemove it\.\n$/);
    expect(log.length).toBeLessThan(4096);
  });

  test.each([
    ['INSUFFICIENT_DISK_SPACE', 'Free space or inodes on that file system and run again.'],
    ['ATOMIC_COMMIT_FAILED', 'Mend what is said to have failed, and run again.'],
    ['ROLLBACK_FAILED', 'Run mode recover. See docs/recovery.md.'],
  ])('says what to do about %s also where nothing of its own is known', async (code, next) => {
    const log = await logOf(`report.fail(new TransactionError('${code}', 'it failed'), '');`);
    expect(log.endsWith(`::it failed%0A${next}\n`)).toBe(true);
  });

  test('says of a bug where it happened and in which versions, and of a mistake only what it was', async () => {
    const fail = (error: string) => `import { asTransactionError } from '${SOURCES}/errors.ts';
      import { readFileSync } from 'node:fs';
      const attempt = (act) => { try { act(); } catch (error) { return error; } };
      report.fail(asTransactionError(${error}, 'the transaction failed'), '');`;
    const bug = await logOf(fail('attempt(function culprit() { undefined.length; })'));
    expect(bug).toMatch(/^TypeError: Cannot read .*\n {4}at culprit /);
    expect(bug).toMatch(/^Atomic Publish .*, node v\d+\.\d+\.\d+, git version \d+\.\d+.*, \w+ \w+ \S+$/m);
    expect(bug).toMatch(
      /^::error title=[^:]*::the transaction failed: Cannot read.*%0AThis is a bug in Atomic Publish\./m,
    );
    for (const mistake of [
      `attempt(() => readFileSync('/nonexistent'))`,
      `new TransactionError('ATOMIC_COMMIT_FAILED', 'input mode holds "x"', { cause: new SyntaxError('x') })`,
      `new DOMException('aborted', 'AbortError')`,
      `'SIGTERM'`,
    ]) {
      const log = await logOf(fail(mistake));
      expect(log, mistake).toMatch(/^::error title=.*\n$/);
      expect(log).not.toContain('This is a bug');
    }
  });

  test('says how far long work has come, with its rate since it began, and does not flood', async () => {
    const log = await logOf(
      `const { setTimeout } = await import('node:timers/promises');
      await setTimeout(1000);
      const progress = report.progress('Hashing');
      for (let files = 1; files <= 10_000; files += 1) progress(files, files * 1024);
      await setTimeout(30);
      progress(12_000, 5 * 1024 * 1024);`,
      {},
      '{ progressMs: 25 }',
    );
    expect(log).toMatch(/^Hashing: 12,000 files, 5\.0 MiB, [\d.]+ MiB\/s$/m);
    expect(log.split('\n').length).toBeLessThan(12);
    const [, rate] = /12,000 files, 5\.0 MiB, ([\d.]+) MiB/.exec(log)!;
    expect(Number(rate)).toBeGreaterThan(5); // What it would be if the second before counted.
  });

  test('says that a quiet step still runs, ever less often, and nothing of one that speaks', async () => {
    const wait = `const { setTimeout } = await import('node:timers/promises');`;
    const quiet = `${wait} await report.step('Push', () => setTimeout(400));`;
    const said = (await logOf(quiet, {}, '{ quietMs: 20 }')).match(/^Push: \d+ ms so far$/gm) ?? [];
    expect(said.length).toBeGreaterThan(1);
    expect(said.length).toBeLessThan(7); // After 20, 40, 80, 160 and 320 ms.
    const loud = `${wait} await report.step('Produce', async () => {
      for (let line = 0; line < 60; line += 1) { report.say('line ' + line); await setTimeout(5); } });`;
    expect(await logOf(loud, {}, '{ quietMs: 150 }')).not.toContain('so far');
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
