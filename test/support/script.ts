/** Node processes of their own, for what only another process can show: locks, kills, limits, a real log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const SOURCES = resolve(import.meta.dirname, '../../src');

interface ScriptResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Standard output. */
  log: string;
  errors: string;
}

interface Script {
  child: ChildProcess;
  /** Resolves when the script has printed something. */
  spoke: Promise<void>;
  ended: Promise<ScriptResult>;
}

/** Starts an ES module given as text. It is killed when the test ends. */
export function startScript(
  source: string,
  options: { env?: Record<string, string>; wrapper?: string[] } = {},
): Script {
  const program = [process.execPath, '--input-type=module', '--eval', source];
  const [file, ...args] = [...(options.wrapper ?? []), ...program];
  const child = spawn(file!, args, {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { stdout: '', stderr: '' };
  const spoke = new Promise<void>((done) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text.stdout += chunk;
      done();
    });
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk;
  });
  const ended = new Promise<ScriptResult>((done, failed) => {
    child.once('error', failed);
    child.once('close', (exitCode, signal) =>
      done({ exitCode, signal, log: text.stdout, errors: text.stderr }),
    );
  });
  return { child, spoke, ended };
}
