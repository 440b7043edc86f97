/**
 * Runs a command the user wrote, as a `run:` step would: a script file and the shell's own template. Inputs
 * reach it as environment, never spliced into a line (clause 17).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, run } from './command.ts';
import { errorCode, TransactionError } from './errors.ts';
import { quote } from './paths.ts';
import { duration } from './quantities.ts';

/** The templates of a `run:` step: https://docs.github.com/actions (workflow syntax, "shell"). */
const SHELLS: Record<string, { command: string; extension: string }> = {
  bash: { command: 'bash --noprofile --norc -eo pipefail {0}', extension: '.sh' },
  sh: { command: 'sh -e {0}', extension: '.sh' },
  pwsh: { command: 'pwsh -command . {0}', extension: '.ps1' },
  powershell: { command: 'powershell -command . {0}', extension: '.ps1' },
  python: { command: 'python {0}', extension: '.py' },
  node: { command: 'node {0}', extension: '.mjs' },
};

/** Files by which a step speaks to the runner: a child gets empty ones of its own, so that it cannot speak for us. */
const RUNNER_FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];
const WITHHELD = /^(INPUT_|STATE_|ATOMIC_FUSE|ACTIONS_RUNTIME_)/;

interface UserCommand {
  /** The input the command came from, for messages. */
  input: string;
  script: string;
  shell: string;
  cwd: string;
  temp: string;
  env: Record<string, string>;
  timeoutMs: number | undefined;
  signal: AbortSignal;
  onLine: (line: string) => void;
}

export interface UserResult {
  /** The last lines of its output. */
  tail: string[];
  /** How it ended, in words; `undefined` when it succeeded. */
  failure: string | undefined;
}

const TAIL_LINES = 30;

/** Runs the command and says how it ended. Only exit code 0 is success. Throws 65 when the shell cannot start. */
export async function runUserCommand(command: UserCommand): Promise<UserResult> {
  const directory = mkdtempSync(join(command.temp, 'atomic-publish-'));
  try {
    const { command: template, extension } = SHELLS[command.shell] ?? {
      command: command.shell,
      extension: '',
    };
    const script = join(directory, `script${extension}`);
    writeFileSync(script, command.script);
    const words = template.split(/\s+/).filter(Boolean);
    if (!template.includes('{0}')) words.push('{0}');
    const [file, ...args] = words.map((word) => word.replace('{0}', () => script));
    const tail: string[] = [];
    const result = await run(file!, args, {
      cwd: command.cwd,
      env: { ...inherited(directory), ...command.env },
      timeoutMs: command.timeoutMs,
      signal: command.signal,
      onLine: (line) => {
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
        command.onLine(line);
      },
    }).catch((error) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `input shell holds ${quote(command.shell)}, and there is no program ${quote(file!)} here`,
        { cause: error, next: 'Name a shell that the runner has, such as bash, pwsh, python or node.' },
      );
    });
    return { tail, failure: failureOf(result, command) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function failureOf(result: CommandResult, { input, timeoutMs }: UserCommand): string | undefined {
  const limit = input === 'run' ? 'run-timeout' : 'gate-timeout';
  if (result.timedOut) return `did not end within ${limit} (${duration(timeoutMs!)}) and was stopped`;
  if (result.killedBy) return `was ended by ${result.killedBy}`;
  return result.exitCode === 0 ? undefined : `ended with exit code ${result.exitCode}`;
}

function inherited(directory: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !WITHHELD.test(name)) env[name] = value;
  }
  for (const name of RUNNER_FILES) {
    env[name] = join(directory, name);
    writeFileSync(env[name], '');
  }
  return env;
}
