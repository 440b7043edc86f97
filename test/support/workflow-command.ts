/** One `run` of a step: a real bash, and the files by which it hands something on. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface CommandResult {
  outcome: 'success' | 'failure';
  log: string;
  outputs: Record<string, string>;
  /** Variables for the steps after it. */
  exported: Record<string, string>;
  /** Directories that come first in their path. */
  paths: string[];
}

/** Reads `name=value` lines and `name<<delimiter` blocks, as the runner does in the files by which a step speaks to it. */
export function readFileCommands(path: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = readFileSync(path, 'utf8').split('\n');
  while (lines.length > 1) {
    const line = lines.shift()!;
    const [, name, sign, rest] = /^([^=<]+)(=|<<)(.*)$/.exec(line) ?? [];
    if (!name) throw new Error(`not a file command: ${line}`);
    if (sign === '=') values[name] = rest!;
    else {
      const end = lines.indexOf(rest!);
      if (end < 0) throw new Error(`no end of ${name}`);
      values[name] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n');
    }
  }
  return values;
}

export async function runCommand(
  script: string,
  shell: unknown,
  env: Record<string, string>,
  cwd: string,
  temp: string,
): Promise<CommandResult> {
  const files = mkdtempSync(join(temp, 'step-'));
  const commands = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];
  for (const name of commands) writeFileSync(join(files, name), '');
  const path = join(files, 'script.sh');
  writeFileSync(path, script);
  const options = { undefined: ['-e'], bash: ['--noprofile', '--norc', '-eo', 'pipefail'] }[String(shell)];
  if (!options) throw new Error(`the executor has no shell ${shell}`);
  const child = spawn('bash', [...options, path], {
    cwd,
    env: { ...env, ...Object.fromEntries(commands.map((name) => [name, join(files, name)])) },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const code = await new Promise<number | null>((ended, broke) => {
    child.once('error', broke);
    child.once('close', ended);
  });
  return {
    outcome: code === 0 ? 'success' : 'failure',
    log,
    outputs: readFileCommands(join(files, 'GITHUB_OUTPUT')),
    exported: readFileCommands(join(files, 'GITHUB_ENV')),
    paths: readFileSync(join(files, 'GITHUB_PATH'), 'utf8').split('\n').filter(Boolean),
  };
}
