/** The reusable workflow, called for the site of the stand-in of GitHub. */
import { expect } from 'vitest';
import { observe } from './check.ts';
import { git } from './repository.ts';
import { makeSite, type Site } from './site.ts';
import type { JobRun, StepRun } from './workflow-job.ts';
import { READ_TOKEN, type RunOptions, runWorkflow, type WorkflowRun } from './workflow-run.ts';
import { read } from './workflows.ts';

export const PUBLISH = '.github/workflows/publish.yml';

/** Writes one page with the name of its shard. */
export const PAGE = `printf '%s\\n' "$ATOMIC_SHARD" > "$ATOMIC_STAGING/page-$ATOMIC_SHARD_INDEX.md"`;

export const makeSharedSite = () => makeSite({ readToken: READ_TOKEN });

/** A call with two shards and a gate that says yes, unless `inputs` say otherwise. */
export function callPublish(
  site: Site,
  inputs: RunOptions['inputs'] = {},
  options: Partial<RunOptions> = {},
): Promise<WorkflowRun> {
  return runWorkflow({
    site,
    workflow: read(PUBLISH),
    inputs: { target: 'docs', run: PAGE, shards: '["one", "two"]', 'consistency-command': 'true', ...inputs },
    ...options,
  });
}

export const jobsOf = (run: WorkflowRun, id: string): JobRun[] => run.jobs.filter((job) => job.id === id);

export function stepOf(run: WorkflowRun, id: string, name: string): StepRun {
  const step = jobsOf(run, id)
    .flatMap(({ steps }) => steps)
    .find((each) => each.name === name || each.id === name);
  if (!step) throw new Error(`job ${id} has no step ${name}`);
  return step;
}

/** All that was said, for the message of a test that fails. */
export const logOf = ({ results, jobs }: WorkflowRun): string =>
  [
    JSON.stringify(results),
    ...jobs.flatMap(({ name, steps }) =>
      steps.map((step) => `== ${name} / ${step.name}: ${step.outcome}\n${step.log}`),
    ),
  ].join('\n');

/** What a reader of the repository sees: path to content of the target at the branch, and the branch's commits. */
export function publishedAt({ bare }: Site, branch = 'main') {
  const paths = git(bare, 'ls-tree', '-r', '--name-only', branch, '--', 'docs/').split('\n').filter(Boolean);
  return {
    files: Object.fromEntries(paths.map((path) => [path.slice(5), git(bare, 'show', `${branch}:${path}`)])),
    commits: git(bare, 'log', '--format=%H', branch).split('\n'),
  };
}

/** Calls the workflow and expects that nothing on the remote moved, and that the required check says no. */
export async function expectNothingPublished(
  site: Site,
  inputs: RunOptions['inputs'],
  options: Partial<RunOptions> = {},
): Promise<WorkflowRun> {
  const before = observe(site).remote;
  const run = await callPublish(site, inputs, options);
  expect(observe(site).remote, logOf(run)).toBe(before);
  expect(run.results['outcome'], logOf(run)).toBe('failure');
  expect(run.outputs['commit-sha']).toBe('');
  return run;
}
