/** One job of a workflow on one machine: its steps in order, each with what the runner would give it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './repository.ts';
import { type Machine, type StandIn, useAction } from './workflow-actions.ts';
import { runCommand } from './workflow-command.ts';
import { holds, type Place, resolve, resolveText, type Status } from './workflow-expressions.ts';

export type Json = Record<string, unknown>;
export type Result = Status | 'skipped';

export interface StepRun {
  /** Its name, or what it uses. */
  name: string;
  id: string | undefined;
  outcome: Result;
  outputs: Record<string, string>;
  log: string;
  /** All that its process could read: the environment of a command, the inputs of an action. */
  given: Record<string, string>;
}

export interface JobRun {
  id: string;
  name: string;
  result: Result;
  matrix: Json;
  steps: StepRun[];
  outputs: Record<string, string>;
  token: string;
  group: string | undefined;
  timeoutMinutes: number;
  runsOn: unknown;
  workspace: string;
  temp: string;
}

interface Step extends Json {
  id?: string;
  name?: string;
  uses?: string;
  run?: string;
}

export interface Job extends Json {
  needs?: string | string[];
  permissions?: Record<string, string>;
  outputs?: Record<string, string>;
  steps: Step[];
  strategy?: { matrix: Json };
}

const KNOWN_STEP = 'name id if uses with run shell env working-directory continue-on-error'.split(' ');

export function refuseUnknown(what: object, known: readonly string[], place: string): void {
  const other = Object.keys(what).find((key) => !known.includes(key));
  if (other) throw new Error(`${place}: the executor does not know ${other}`);
}

/** `contexts` are those of the job; `env` comes with each step. */
export async function runJob(
  id: string,
  job: Job,
  {
    remote,
    artifacts,
    actions,
  }: Pick<Machine, 'remote' | 'artifacts'> & {
    actions: Record<string, StandIn> | undefined;
  },
  contexts: Record<string, unknown>,
): Promise<JobRun> {
  const root = temporaryDirectory();
  const [workspace, temp] = [join(root, 'work'), join(root, 'temp')];
  for (const directory of [workspace, temp, join(temp, 'home')]) mkdirSync(directory);
  const github = contexts['github'] as Record<string, string>;
  const eventPath = join(temp, 'event.json');
  writeFileSync(eventPath, JSON.stringify(github['event']));
  const paths: string[] = [];
  const steps: Record<string, unknown> = {};
  const runner = { temp, os: 'Linux', arch: 'X64' };
  const known: Record<string, unknown> = { ...contexts, steps, runner, job: {} };
  const place: Place = { contexts: known };
  const exported: Record<string, string> = {};
  const machine: Machine = {
    workspace,
    temp,
    token: github['token']!,
    remote,
    ref: github['ref']!,
    sha: github['sha']!,
    artifacts,
    env: {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: github['actor']!,
      GITHUB_API_URL: github['api_url']!,
      GITHUB_EVENT_NAME: github['event_name']!,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_JOB: id,
      GITHUB_REF: github['ref']!,
      GITHUB_REPOSITORY: github['repository']!,
      GITHUB_RUN_ID: github['run_id']!,
      GITHUB_SERVER_URL: github['server_url']!,
      GITHUB_SHA: github['sha']!,
      GITHUB_WORKFLOW: github['workflow']!,
      GITHUB_WORKSPACE: workspace,
      RUNNER_OS: 'Linux',
      RUNNER_TEMP: temp,
    },
  };
  const ran: JobRun = {
    id,
    name: resolveText(job['name'] ?? id, place),
    result: 'success',
    matrix: (contexts['matrix'] ?? {}) as Json,
    steps: [],
    outputs: {},
    token: machine.token,
    group: groupOf(job, place),
    timeoutMinutes: Number(resolve(job['timeout-minutes'], place)),
    runsOn: resolve(job['runs-on'], place),
    workspace,
    temp,
  };
  const posts: (() => Promise<{ succeeded: boolean }>)[] = [];
  for (const step of job.steps) {
    refuseUnknown(step, KNOWN_STEP, `job ${id}`);
    place.status = ran.result as Status;
    const variables: Record<string, string> = { ...exported };
    for (const env of [job['env'], step['env']] as (Json | undefined)[]) {
      for (const [name, value] of Object.entries(env ?? {})) variables[name] = resolveText(value, place);
    }
    known['env'] = variables;
    const name = step.name ?? step.uses ?? 'run';
    const one: StepRun = { name, id: step.id, outcome: 'skipped', outputs: {}, log: '', given: {} };
    ran.steps.push(one);
    if (holds(step['if'], place)) {
      if (step.uses !== undefined) {
        const given = Object.fromEntries(
          Object.entries((step['with'] ?? {}) as Json).map(([key, value]) => [
            key,
            resolveText(value, place),
          ]),
        );
        const result = await useAction(
          step.uses,
          given,
          { ...machine, env: { ...machine.env, ...variables } },
          actions,
        );
        if (result.post) posts.unshift(result.post);
        Object.assign(one, {
          outcome: result.succeeded ? 'success' : 'failure',
          outputs: result.outputs,
          log: result.log,
          given,
        });
      } else {
        const env = {
          ...machine.env,
          ...variables,
          PATH: [...paths, process.env['PATH']].join(':'),
          HOME: join(temp, 'home'),
          LANG: 'C.UTF-8',
        };
        const shell = step['shell'] ?? shellOf(job['defaults']);
        const cwd = join(workspace, resolveText(step['working-directory'], place));
        const result = await runCommand(resolveText(step.run, place), shell, env, cwd, temp);
        Object.assign(one, result, { given: env });
        Object.assign(exported, result.exported);
        paths.unshift(...result.paths);
      }
    }
    const isExcused = one.outcome === 'failure' && step['continue-on-error'] === true;
    const conclusion = isExcused ? 'success' : one.outcome;
    if (step.id) steps[step.id] = { outputs: one.outputs, outcome: one.outcome, conclusion };
    if (conclusion === 'failure') ran.result = 'failure';
  }
  for (const post of posts) if (!(await post()).succeeded) ran.result = 'failure';
  ran.outputs = Object.fromEntries(
    Object.entries(job.outputs ?? {}).map(([name, value]) => [name, resolveText(value, place)]),
  );
  return ran;
}

const shellOf = (defaults: unknown) =>
  ((defaults as Json | undefined)?.['run'] as Json | undefined)?.['shell'];

function groupOf(job: Job, place: Place): string | undefined {
  const { concurrency } = job;
  if (concurrency === undefined) return undefined;
  return resolveText(typeof concurrency === 'string' ? concurrency : (concurrency as Json)['group'], place);
}
