/**
 * Runs a called workflow's jobs on this machine, one after the other: expressions by GitHub's own package, each
 * `run` by a real bash, each `uses` by its stand-in. What it cannot do (containers, services, windows) it refuses.
 */
import { parse } from 'yaml';
import { git } from './repository.ts';
import type { Site } from './site.ts';
import { Artifacts, type StandIn } from './workflow-actions.ts';
import { holds, resolve, resolveText, type Status } from './workflow-expressions.ts';
import { type Job, type JobRun, type Json, type Result, refuseUnknown, runJob } from './workflow-job.ts';

export const WRITE_TOKEN = 'ghs_job';
export const READ_TOKEN = 'ghs_read';

export interface WorkflowRun {
  /** All jobs that ran, in order. */
  jobs: JobRun[];
  results: Record<string, Result>;
  outputs: Record<string, string>;
  artifacts: Artifacts;
}

export interface RunOptions {
  site: Site;
  workflow: string;
  inputs: Record<string, string | number | boolean>;
  secrets?: Record<string, string>;
  event?: { name: string; ref?: string; sha?: string; payload?: Json; headRef?: string };
  /** What the caller's job grants. */
  granted?: Record<string, string>;
  /** True for a pull request from a fork: whatever was granted, the token only reads. */
  isFork?: boolean;
  /** The configuration variables of the repository. */
  vars?: Record<string, string>;
  /** Stand-ins of further actions, by their name without the version. */
  actions?: Record<string, StandIn>;
  /** The artifacts that another run has left. */
  artifacts?: Artifacts;
  beforeJob?: (id: string, artifacts: Artifacts) => void | Promise<void>;
}

interface Definition extends Json {
  on: {
    workflow_call?: {
      inputs: Record<string, Input>;
      secrets?: Json;
      outputs?: Record<string, { value: string }>;
    };
    workflow_dispatch?: { inputs: Record<string, Input> } | null;
  };
  env?: Json;
  defaults?: Json;
  jobs: Record<string, Job>;
}

interface Input {
  type: 'string' | 'number' | 'boolean';
  required?: boolean;
  default?: string | number | boolean;
}

const KNOWN_WORKFLOW = 'name on permissions concurrency defaults env jobs'.split(' ');
const KNOWN_JOB =
  'name needs if runs-on timeout-minutes permissions strategy steps outputs env defaults concurrency'.split(
    ' ',
  );

/** The inputs as the called workflow sees them. GitHub refuses what is missing, unknown or of another type. */
function readInputs(known: Record<string, Input>, given: RunOptions['inputs']): Json {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown) throw new Error(`the workflow has no input ${unknown}`);
  return Object.fromEntries(
    Object.entries(known).map(([name, { type, required, default: standard }]) => {
      const value = given[name] ?? standard;
      if (value === undefined && required) throw new Error(`input ${name} is required`);
      if (value !== undefined && typeof value !== type) throw new Error(`input ${name} is no ${type}`);
      return [name, value ?? { string: '', number: 0, boolean: false }[type]];
    }),
  );
}

/** The combinations of a matrix. GitHub fails a job whose matrix is empty or has more than 256. */
function combinations(matrix: Json): Json[] {
  let found: Json[] = [{}];
  for (const [name, values] of Object.entries(matrix)) {
    if (name === 'include' || name === 'exclude')
      throw new Error('the executor does not know include and exclude');
    if (!Array.isArray(values) || values.length === 0)
      throw new Error(`Matrix vector '${name}' does not contain any values`);
    found = found.flatMap((each) => values.map((value) => ({ ...each, [name]: value })));
  }
  if (found.length > 256) throw new Error('The matrix generates more than 256 jobs');
  return found;
}

function statusOf(results: Result[]): Status {
  if (results.includes('cancelled')) return 'cancelled';
  return results.every((result) => result === 'success') ? 'success' : 'failure';
}

export async function runWorkflow(options: RunOptions): Promise<WorkflowRun> {
  const definition = parse(options.workflow) as Definition;
  refuseUnknown(definition, KNOWN_WORKFLOW, 'the workflow');
  const call = definition.on.workflow_call;
  const inputs = readInputs((call ?? definition.on.workflow_dispatch)?.inputs ?? {}, options.inputs);
  const run: WorkflowRun = {
    jobs: [],
    results: {},
    outputs: {},
    artifacts: options.artifacts ?? new Artifacts(),
  };
  const { site, actions, vars = {} } = options;
  const machine = { remote: site.server.remote, artifacts: run.artifacts, actions };
  const outputs: Record<string, Record<string, string>> = {};

  const sha =
    options.event?.sha ?? git(site.bare, 'rev-parse', `${options.event?.ref ?? 'refs/heads/main'}^{commit}`);

  const waiting = new Map(Object.entries(definition.jobs));
  while (waiting.size > 0) {
    const [id, job] = [...waiting].find(([, each]) => needsOf(each).every((need) => need in run.results))!;
    waiting.delete(id);
    refuseUnknown(job, KNOWN_JOB, `job ${id}`);
    await options.beforeJob?.(id, run.artifacts);
    const needs = Object.fromEntries(
      needsOf(job).map((need) => [need, { result: run.results[need], outputs: outputs[need] }]),
    );
    outputs[id] = {};
    const status = statusOf(needsOf(job).map((need) => run.results[need]!));
    const place = { contexts: { ...contextsOf(options, sha, id, job), inputs, needs, vars }, status };
    if (!holds(job['if'], place)) {
      run.results[id] = 'skipped';
      continue;
    }
    let all: Json[];
    try {
      all = combinations((resolve(job.strategy?.matrix ?? {}, place) ?? {}) as Json);
    } catch {
      run.results[id] = 'failure';
      continue;
    }
    let result: Result = 'success';
    for (const [index, matrix] of all.entries()) {
      // One that failed cancels the others, as fail-fast does by default.
      if (result !== 'success') break;
      const strategy = { 'job-index': index, 'job-total': all.length, 'fail-fast': true };
      const defaults = job['defaults'] ?? definition.defaults;
      const env = { ...definition.env, ...(job['env'] as Json | undefined) };
      const ran = await runJob(id, { ...job, defaults, env }, machine, {
        ...place.contexts,
        matrix,
        strategy,
      });
      run.jobs.push(ran);
      result = ran.result;
      outputs[id] = { ...outputs[id], ...ran.outputs };
    }
    run.results[id] = result;
  }
  const jobs = Object.fromEntries(
    Object.entries(run.results).map(([id, result]) => [id, { result, outputs: outputs[id] }]),
  );
  run.outputs = Object.fromEntries(
    Object.entries(call?.outputs ?? {}).map(([name, { value }]) => [
      name,
      resolveText(value, { contexts: { jobs, inputs } }),
    ]),
  );
  return run;
}

const needsOf = ({ needs = [] }: Job): string[] => (typeof needs === 'string' ? [needs] : needs);

/** The permissions of a job that GitHub lets start: never more than the caller's. */
function tokenOf(
  { permissions }: Job,
  { granted = { contents: 'write' }, isFork }: RunOptions,
  id: string,
): string {
  for (const [name, level] of Object.entries(permissions ?? granted)) {
    if (level === 'write' && granted[name] !== 'write') {
      throw new Error(
        `The nested job '${id}' is requesting '${name}: write', but is only allowed '${name}: ${granted[name] ?? 'none'}'`,
      );
    }
  }
  const level = (permissions ?? granted)['contents'];
  if (level === 'write' && !isFork) return WRITE_TOKEN;
  return level === undefined ? 'ghs_nothing' : READ_TOKEN;
}

function contextsOf(options: RunOptions, sha: string, id: string, job: Job): Record<string, unknown> {
  const { site, secrets = {}, event } = options;
  const token = tokenOf(job, options, id);
  const ref = event?.ref ?? 'refs/heads/main';
  return {
    github: {
      token,
      ref,
      ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
      sha,
      base_ref: (event?.payload?.['pull_request'] as { base?: { ref?: string } })?.base?.ref ?? '',
      head_ref: event?.headRef ?? '',
      event_name: event?.name ?? 'push',
      event: event?.payload ?? {},
      repository: 'octo/site',
      workflow: 'Docs',
      run_id: '1',
      run_number: '7',
      run_attempt: '1',
      actor: 'octocat',
      job: id,
      server_url: site.server.url,
      api_url: site.server.apiUrl,
    },
    secrets: { GITHUB_TOKEN: token, ...secrets },
    env: {},
  };
}
