/** Runs the examples of docs/examples.md as they stand there, in a repository that has the commands they name. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { exampleNamed, withOwnAction } from './examples.ts';
import { git, makeFixture, write } from './repository.ts';
import { type Site, serveSite } from './site.ts';
import { ours } from './workflow-actions.ts';
import { READ_TOKEN, type RunOptions, runWorkflow, type WorkflowRun } from './workflow-run.ts';

/** A site with these files, of which those in a folder `scripts`, and those named `generate`, are programs of bash. */
export function makeProject(files: Record<string, string>): Promise<Site> {
  const fixture = makeFixture();
  const isProgram = (path: string) => /(^|\/)scripts\/|\/generate$/.test(path);
  for (const [path, text] of Object.entries(files)) {
    write(fixture.workspace, { [path]: isProgram(path) ? `#!/bin/bash\nset -eu\n${text}\n` : text });
    if (isProgram(path)) chmodSync(join(fixture.workspace, path), 0o755);
  }
  commit(fixture, 'the project');
  return serveSite(fixture, { readToken: READ_TOKEN });
}

/** Commits all that the workspace holds, and pushes it to `branch`. */
export function commit(
  { workspace, bare }: Pick<Site, 'workspace' | 'bare'>,
  message: string,
  branch = 'main',
): string {
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--allow-empty', '--message', message);
  git(workspace, 'push', '--quiet', bare, `HEAD:refs/heads/${branch}`);
  return git(workspace, 'rev-parse', 'HEAD');
}

/** A branch that holds these files alone, as `git switch --orphan` begins one. */
export function makeBranch({ bare }: Pick<Site, 'bare'>, name: string, files: Record<string, string>): void {
  const { workspace } = makeFixture();
  git(workspace, 'switch', '--quiet', '--orphan', name);
  write(workspace, files);
  commit({ workspace, bare }, 'begin', name);
}

type ExampleOptions = Partial<Omit<RunOptions, 'site' | 'workflow'>>;

/** Runs the example in the file `name`. */
export function runExample(site: Site, name: string, options: ExampleOptions = {}): Promise<WorkflowRun> {
  const { actions, ...rest } = options;
  return runWorkflow({
    site,
    workflow: withOwnAction(exampleNamed(name)),
    inputs: {},
    granted: {
      ...{ actions: 'read', attestations: 'write', contents: 'write' },
      ...{ 'id-token': 'write', 'pull-requests': 'write' },
    },
    actions: { '$/.github/actions/publish': ours, ...actions },
    ...rest,
  });
}

/** The files of a directory at a branch of the remote, with their content. */
export function filesAt(
  { bare }: Pick<Site, 'bare'>,
  branch: string,
  directory: string,
): Record<string, string> {
  const paths = git(bare, 'ls-tree', '-r', '--name-only', branch, '--', `${directory}/`).split('\n');
  return Object.fromEntries(
    paths
      .filter(Boolean)
      .map((path) => [path.slice(directory.length + 1), git(bare, 'show', `${branch}:${path}`)])
      .filter(([path]) => path !== 'atomic-manifest.json'),
  );
}

/** Where each branch and tag of the remote stands. */
export const refsOf = ({ bare }: Pick<Site, 'bare'>) =>
  git(bare, 'for-each-ref', '--format=%(refname) %(objectname)');
