/** Runs the committed bundle the way the runner does: defaults from action.yml, file commands, exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { readFileCommands } from './workflow-command.ts';

export const PROJECT = resolve(import.meta.dirname, '../..');
const DEFINITION = parse(readFileSync(join(PROJECT, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};
const JOB_TOKEN = 'ghs_job';

export interface StepOptions {
  inputs: Record<string, string>;
  workspace: string;
  /** The runner's temp directory; a new one beside the workspace unless given. */
  temp?: string;
  env?: Record<string, string>;
  /** Program and arguments to put before node, such as strace. */
  wrapper?: string[];
  /** What the runner saved from `main`: makes this the `post` run. */
  state?: Record<string, string>;
  onStart?: (child: ChildProcess) => void;
}

export interface StepResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  outputs: Record<string, string>;
  state: Record<string, string>;
  summary: string;
  /** Everything on stdout and stderr, as the runner reads it. */
  log: string;
}

/** The environment of a step: nothing of the machine's git configuration or of an outer run leaks in. */
function environment(options: StepOptions, temp: string): Record<string, string> {
  const inputs: Record<string, string> = {};
  for (const [name, { default: value = '' }] of Object.entries(DEFINITION.inputs)) {
    inputs[name] = value.replace(/^\$\{\{ github\.token \}\}$/, JOB_TOKEN);
  }
  for (const name of Object.keys(options.inputs)) {
    if (!(name in inputs)) throw new Error(`action.yml has no input ${name}`);
  }
  Object.assign(inputs, options.inputs);
  const home = join(temp, 'home');
  mkdirSync(home, { recursive: true });
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    RUNNER_TEMP: temp,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: options.workspace,
    GITHUB_ACTOR: 'octocat',
    GITHUB_JOB: 'generate',
    GITHUB_REPOSITORY: 'octo/site',
    GITHUB_RUN_ID: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKFLOW: 'Docs',
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...Object.fromEntries(
      Object.entries(options.state ?? {}).map(([name, value]) => [`STATE_${name}`, value]),
    ),
    // What Node has compiled once (see vitest.config.ts). A traced run makes its own calls and no others.
    ...(options.wrapper ? {} : { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '' }),
    ...options.env,
  };
}

export async function runStep(options: StepOptions): Promise<StepResult> {
  const temp = options.temp ?? mkdtempSync(`${options.workspace}-temp-`);
  mkdirSync(temp, { recursive: true });
  const files = mkdtempSync(join(temp, 'commands-'));
  const env = environment(options, temp);
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH']) {
    env[name] ??= join(files, name);
    writeFileSync(env[name], '');
  }
  const [file, ...args] = [...(options.wrapper ?? []), process.execPath, join(PROJECT, 'dist/index.js')];
  const child = spawn(file!, args, { cwd: options.workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  options.onStart?.(child);
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, killedBy) => done([code, killedBy]));
  });
  const summary = readFileSync(env['GITHUB_STEP_SUMMARY']!, 'utf8');
  // Clause 18, of every failure that any test makes.
  const isTold = exitCode === 0 || signal !== null || summary.includes('**What to do next:**');
  if (!isTold) throw new Error(`the summary does not say what to do next:\n${summary}\n${log}`);
  return {
    exitCode,
    signal,
    log,
    outputs: readFileCommands(env['GITHUB_OUTPUT']!),
    state: readFileCommands(env['GITHUB_STATE']!),
    summary,
  };
}
