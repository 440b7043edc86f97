/**
 * The actions that a workflow of this project may use, as far as they matter here: checkout from the stand-in's
 * git server, artifacts in memory and on disk, our own action as its bundle. Any other is refused.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { parse } from 'yaml';
import { git, temporaryDirectory } from './repository.ts';
import { PROJECT, runStep } from './runner.ts';

/** Where a step runs: one job on one machine. */
export interface Machine {
  workspace: string;
  temp: string;
  /** The job's token. */
  token: string;
  /** URL of the repository for git. */
  remote: string;
  ref: string;
  sha: string;
  artifacts: Artifacts;
  /** Variables of the run, as the runner sets them. */
  env: Record<string, string>;
}

interface ActionResult {
  succeeded: boolean;
  outputs: Record<string, string>;
  log: string;
  /** Run when the job has ended. */
  post?: () => Promise<ActionResult>;
}

type Inputs = Record<string, string>;

interface Artifact {
  id: number;
  name: string;
  directory: string;
}

/** The artifacts of one run: those of a name are replaced only when the upload says so. */
export class Artifacts {
  readonly kept: Artifact[] = [];
  #ids = 0;

  upload(name: string, files: [path: string, name: string][], overwrite: boolean): Artifact {
    if (/["<>|*?:\r\n\\/]/.test(name)) throw new Error(`The artifact name is not valid: ${name}`);
    const before = this.kept.findIndex((artifact) => artifact.name === name);
    if (before >= 0 && !overwrite)
      throw new Error(`Conflict: an artifact with this name already exists: ${name}`);
    if (before >= 0) this.kept.splice(before, 1);
    const directory = temporaryDirectory();
    for (const [path, to] of files) {
      mkdirSync(join(directory, to, '..'), { recursive: true });
      copyFileSync(path, join(directory, to));
    }
    this.#ids += 1;
    const artifact = { id: this.#ids, name, directory };
    this.kept.push(artifact);
    return artifact;
  }

  /** Takes one away, as if it had never arrived. */
  lose(pattern: RegExp): void {
    const at = this.kept.findIndex(({ name }) => pattern.test(name));
    if (at < 0) throw new Error(`there is no artifact ${pattern}`);
    this.kept.splice(at, 1);
  }
}

const done = (outputs: Record<string, string> = {}, log = ''): ActionResult => ({
  succeeded: true,
  outputs,
  log,
});
const failed = (log: string): ActionResult => ({ succeeded: false, outputs: {}, log });

const filesBelow = (root: string) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );

/** Refuses what the emulated action does not know, so that a misspelt input is no silent default. */
function only(inputs: Inputs, ...known: string[]): void {
  for (const name of Object.keys(inputs)) {
    if (!known.includes(name)) throw new Error(`the stand-in of this action has no input ${name}`);
  }
}

/** Not `git` of repository.ts: the server answers in this process, which must not wait for the answer. */
async function fetch(workspace: string, header: string, args: string[]): Promise<void> {
  const child = spawn('git', ['-c', `http.extraheader=${header}`, 'fetch', '--quiet', ...args], {
    cwd: workspace,
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 30_000,
  });
  const said = await child.stderr.setEncoding('utf8').toArray();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(said.join(''));
}

async function checkout(inputs: Inputs, machine: Machine): Promise<ActionResult> {
  only(inputs, 'persist-credentials', 'fetch-depth', 'ref', 'path');
  const { remote, sha, token } = machine;
  const workspace = resolve(machine.workspace, inputs['path'] ?? '.');
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const depth = inputs['fetch-depth'] ?? '1';
  mkdirSync(workspace, { recursive: true });
  git(workspace, 'init', '--quiet', '.');
  git(workspace, 'remote', 'add', 'origin', remote);
  if (depth === '0')
    await fetch(workspace, header, ['--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*']);
  const how = depth === '0' ? [] : ['--no-tags', `--depth=${depth}`];
  const get = async (from: string, ref: string) => {
    const branch = /^refs\/heads\/(.*)$/.exec(ref)?.[1];
    const tracking = branch ? `refs/remotes/origin/${branch}` : ref.replace(/^refs\//, 'refs/remotes/');
    await fetch(workspace, header, [...how, 'origin', `+${from}:${tracking}`]);
    if (branch) git(workspace, 'checkout', '--quiet', '--force', '-B', branch, tracking);
    else git(workspace, 'checkout', '--quiet', '--force', '--detach', tracking);
  };
  const named = inputs['ref'];
  // Without a name it is the run's own commit, also where the branch has moved on since.
  if (!named) await get(sha, machine.ref);
  else if (named.startsWith('refs/')) await get(named, named);
  else {
    const [branch, tag] = [`refs/heads/${named}`, `refs/tags/${named}`];
    await get(branch, branch).catch(() => get(tag, tag));
  }
  if (inputs['persist-credentials'] !== 'false')
    git(workspace, 'config', `http.${remote}.extraheader`, header);
  return done();
}

function upload(inputs: Inputs, { artifacts, workspace }: Machine): ActionResult {
  only(inputs, 'name', 'path', 'if-no-files-found', 'overwrite', 'retention-days');
  if (!/^\d+$/.test(inputs['retention-days'] ?? '1')) return failed('retention-days is not a number');
  const path = resolve(workspace, inputs['path']!);
  if (!existsSync(path)) {
    const log = `No files were found with the provided path: ${path}.`;
    return inputs['if-no-files-found'] === 'error' ? failed(log) : done({}, log);
  }
  const files: [string, string][] = statSync(path).isFile()
    ? [[path, basename(path)]]
    : filesBelow(path).map((name) => [join(path, name), name]);
  const { id, directory } = artifacts.upload(
    inputs['name'] ?? 'artifact',
    files,
    inputs['overwrite'] === 'true',
  );
  const digest = createHash('sha256');
  for (const name of filesBelow(directory).sort())
    digest.update(name).update(readFileSync(join(directory, name)));
  return done({ 'artifact-id': String(id), 'artifact-digest': digest.digest('hex') });
}

function download(inputs: Inputs, { artifacts, workspace, token }: Machine): ActionResult {
  only(inputs, 'name', 'pattern', 'artifact-ids', 'path', 'merge-multiple', 'run-id', 'github-token');
  if (inputs['run-id'] !== undefined && inputs['github-token'] !== token) {
    return failed('the artifact of another run is read with a token');
  }
  const { name, pattern, 'artifact-ids': ids } = inputs;
  const isWanted = (artifact: Artifact) => {
    if (name !== undefined) return artifact.name === name;
    if (ids !== undefined) return ids.split(',').map(Number).includes(artifact.id);
    return picomatch(pattern ?? '*')(artifact.name);
  };
  const found = artifacts.kept.filter(isWanted);
  // Else each has a directory of its own, but for one that was asked for by its id, which releases treat differently.
  const isFlat = name !== undefined || inputs['merge-multiple'] === 'true';
  if (found.length === 0 && pattern === undefined) return failed('Artifact not found');
  const path = resolve(workspace, inputs['path'] ?? '.');
  for (const { name: own, directory } of found) {
    for (const file of filesBelow(directory)) {
      const to = join(path, isFlat ? '' : own, file);
      mkdirSync(join(to, '..'), { recursive: true });
      copyFileSync(join(directory, file), to);
    }
  }
  return done({ 'download-path': path }, `Found ${found.length} artifact(s)`);
}

/** Our own action, as its bundle. */
export async function ours(given: Inputs, machine: Machine): Promise<ActionResult> {
  const { workspace, temp, token, env } = machine;
  const inputs: Inputs = { token, 'job-token': token, ...given };
  const step = await runStep({ workspace, temp, env, inputs });
  return {
    succeeded: step.exitCode === 0,
    outputs: step.outputs,
    log: step.log,
    post: async () => {
      const post = await runStep({ workspace, temp, env, inputs, state: step.state });
      return { succeeded: post.exitCode === 0, outputs: {}, log: post.log };
    },
  };
}

/** What stands in for an action. */
export type StandIn = (inputs: Inputs, machine: Machine) => ActionResult | Promise<ActionResult>;

/** A stand-in that succeeds and sets these outputs. */
export const succeeding =
  (outputs: Record<string, string> = {}): StandIn =>
  () =>
    done(outputs);

/** Runs what a step `uses`, by one of `more` or of those that all tests share. Throws where there is no stand-in. */
export async function useAction(
  uses: string,
  inputs: Inputs,
  machine: Machine,
  more: Record<string, StandIn> = {},
): Promise<ActionResult> {
  const [name = ''] = uses.split('@');
  const actions: Record<string, StandIn> = {
    'actions/checkout': checkout,
    'actions/setup-node': () => (inputs['node-version'] ? done() : failed('no node-version')),
    'actions/upload-artifact': upload,
    'actions/download-artifact': download,
    '$/.github/actions/publish': ours,
    ...more,
  };
  const action = actions[name];
  if (!action) throw new Error(`no stand-in for the action ${uses}`);
  if (name.startsWith('$/')) {
    const definition = join(PROJECT, name.slice(2));
    const { main } = parse(readFileSync(join(definition, 'action.yml'), 'utf8')).runs;
    const bundle = relative(PROJECT, join(definition, main));
    if (bundle !== 'dist/index.js') throw new Error(`${name} starts ${bundle}`);
  }
  try {
    return await action(inputs, machine);
  } catch (error) {
    return failed((error as Error).message);
  }
}
