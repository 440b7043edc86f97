import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CommandOptions, killAll, lineSplitter, run } from '../src/command.ts';
import { temporaryDirectory } from './support/repository.ts';

const PATH = process.env['PATH'] ?? '';

function bash(script: string, options: Partial<CommandOptions> = {}) {
  return run('bash', ['-c', script], { cwd: '/', env: { PATH }, ...options });
}

/** False for a process that is gone or that only waits to be reaped. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

const eventuallyDead = (pid: number) =>
  expect.poll(() => isAlive(pid), { timeout: 10_000, message: `process ${pid} lives` }).toBe(false);

/** Notes the process ids a script prints, and sees to it that none outlives the test. */
function pidCollector() {
  const pids: number[] = [];
  onTestFinished(() => {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
  return { pids, onLine: (line: string) => void pids.push(Number(line)) };
}

/** Two generations, one of which will not end when asked to; prints three process ids and waits. */
const FAMILY = `echo $$
(trap '' TERM; echo $BASHPID; while :; do sleep 60; done) &
bash -c 'sleep 60 & echo $!; wait' &
wait; wait`;

describe('a command', () => {
  test.each([0, 1, 7, 255])('that ends with exit code %i is reported with it', async (code) => {
    const result = await bash(`exit ${code}`);
    expect(result).toMatchObject({ exitCode: code, killedBy: null, timedOut: false });
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGSEGV'] as const)('that %s ends has no exit code', async (signal) => {
    const result = await bash(`kill -${signal.slice(3)} $$`);
    expect(result).toMatchObject({ exitCode: null, killedBy: signal, timedOut: false });
  });

  test('that does not exist is an error and not a result', async () => {
    await expect(run('no-such-program', [], { cwd: '/', env: { PATH } })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  test('sees the environment it was given and no other, and its arguments as they stand', async () => {
    const result = await run('bash', ['-c', 'env; printf "%s" "$1"', '-', '$(id); "x"'], {
      cwd: '/',
      env: { PATH, GIVEN: 'a b' },
    });
    const text = result.stdout.toString();
    expect(text).toContain('GIVEN=a b\n');
    expect(text).not.toContain('HOME=');
    expect(text).toMatch(/\$\(id\); "x"$/);
  });

  test('reads its input, and may end without reading it', async () => {
    const input = Buffer.alloc(1 << 20, 'x');
    expect((await run('cat', [], { cwd: '/', env: { PATH }, input })).stdout.equals(input)).toBe(true);
    expect((await bash('exec <&-; sleep 0.3', { input })).exitCode).toBe(0);
  });

  test('is ended when its input cannot be made to the end, and what was thrown is thrown', async () => {
    const input = (function* () {
      yield 'one';
      throw new Error('no more');
    })();
    await expect(bash('cat; sleep 60', { input })).rejects.toThrow('no more');
  });

  test('that prints bytes which are no text has them kept as they are', async () => {
    const { stdout, stderr } = await bash(`printf '\\377\\0\\r\\n'; echo problem >&2`);
    expect([...stdout]).toEqual([0xff, 0, 0x0d, 0x0a]);
    expect(stderr).toBe('problem');
  });

  test('that prints much to its error stream is remembered by the end of it', async () => {
    const { stderr } = await bash('seq 1 1000 >&2');
    expect(stderr.split('\n')).toEqual(Array.from({ length: 200 }, (_, index) => String(index + 801)));
  });
});

describe('the lines of a command', () => {
  test('end at CR, LF or both, and the last needs no end', async () => {
    const lines: string[] = [];
    await bash(`printf 'a\\rb\\r\\nc\\n\\nd\\r'; printf 'e'`, { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['a', 'b', 'c', '', 'd', 'e']);
  });

  test('arrive from both streams, with each letter whole', async () => {
    const lines: string[] = [];
    await bash(`printf '\\303'; sleep 0.1; printf '\\251\\n'; printf 'ü\\n' >&2`, {
      onLine: (line) => lines.push(line),
    });
    expect(lines.sort()).toEqual(['é', 'ü']);
  });

  test('are cut when one is very long, and nothing of it is lost', async () => {
    const lines: string[] = [];
    await bash(`head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end`, {
      onLine: (line) => lines.push(line),
    });
    expect(lines.join('')).toBe(`${'x'.repeat(5_000_000)}end`);
    expect(lines.at(-1)).toBe('end');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(200_000);
  });

  test('are the same however the text arrives in pieces', () => {
    const split = (pieces: string[]) => {
      const lines: string[] = [];
      const splitter = lineSplitter((line) => lines.push(line));
      for (const piece of pieces) splitter.write(piece);
      splitter.end();
      return lines;
    };
    const piece = fc.array(fc.constantFrom('a', 'b', '\r', '\n', '\r\n'), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(piece.map((parts) => parts.join(''))), (pieces) => {
        const text = pieces.join('');
        const expected = text.split(/\r\n|\r|\n/);
        if (expected.at(-1) === '') expected.pop();
        expect(split(pieces)).toEqual(expected);
      }),
    );
  });
});

describe('a command that runs out of time', () => {
  test('is asked to end and may still say something', async () => {
    const lines: string[] = [];
    const script = `trap 'echo bye; exit 3' TERM; echo ready; sleep 60 & wait`;
    const result = await bash(script, { onLine: (line) => lines.push(line), timeoutMs: 2000 });
    expect(result).toMatchObject({ exitCode: 3, timedOut: true });
    expect(lines).toEqual(['ready', 'bye']);
  });

  test('is made to when it will not', async () => {
    const result = await bash(`trap '' TERM; while :; do sleep 60; done`, { timeoutMs: 1000 });
    expect(result).toMatchObject({ exitCode: null, killedBy: 'SIGKILL', timedOut: true });
  });
});

describe('nothing a command started is left', () => {
  test('when it runs out of time', async () => {
    const { pids, onLine } = pidCollector();
    const result = await bash(FAMILY, { onLine, timeoutMs: 2000 });
    expect(result.timedOut).toBe(true);
    expect(result.exitCode).not.toBe(0);
    expect(pids).toHaveLength(3);
    for (const pid of pids) await eventuallyDead(pid);
  });

  test('when the run is cancelled, which it learns by the reason', async () => {
    const cancellation = new AbortController();
    const { pids, onLine } = pidCollector();
    const running = bash(FAMILY, {
      signal: cancellation.signal,
      onLine: (line) => {
        onLine(line);
        if (pids.length === 3) cancellation.abort(new Error('cancelled by SIGINT'));
      },
    });
    await expect(running).rejects.toThrow('cancelled by SIGINT');
    expect(pids).toHaveLength(3);
    for (const pid of pids) await eventuallyDead(pid);
  });

  test('when it ended well but left something in the background', async () => {
    const { pids, onLine } = pidCollector();
    const result = await bash('sleep 60 & echo $!', { onLine });
    expect(result.exitCode).toBe(0);
    expect(pids).toHaveLength(1);
    await eventuallyDead(pids[0]!);
  });

  test('when this process ends', async () => {
    const { pids, onLine } = pidCollector();
    const running = bash(FAMILY, {
      onLine: (line) => {
        onLine(line);
        if (pids.length === 3) killAll();
      },
    });
    expect(await running).toMatchObject({ killedBy: 'SIGKILL', timedOut: false });
    for (const pid of pids) await eventuallyDead(pid);
  });
});

test('a run that was cancelled before starts no command', async () => {
  const directory = temporaryDirectory();
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(bash(`touch ${join(directory, 'ran')}`, { signal })).rejects.toThrow('too late');
  expect(existsSync(join(directory, 'ran'))).toBe(false);
});

test('a service that left the process group does not hold a command past its time', async () => {
  const { pids, onLine } = pidCollector();
  const script = `setsid bash -c 'echo $$; exec sleep 8' & sleep 60`;
  const result = await bash(script, { onLine, timeoutMs: 2000 });
  expect(result.timedOut).toBe(true);
  expect(pids).toHaveLength(1);
  expect(isAlive(pids[0]!)).toBe(true);
});
