/** A clone whose remote is the stand-in of GitHub, and steps that run as in a workflow of that server. */
import { expect, onTestFinished } from 'vitest';
import { check } from './check.ts';
import { runPost } from './crash.ts';
import { type ApiRequest, type Fault, type GitHubOptions, type GitHubServer, serveGitHub } from './github.ts';
import { publishDocs } from './publish.ts';
import { type Fixture, git, makeFixture } from './repository.ts';
import type { StepOptions, StepResult } from './runner.ts';

/** What the runner gives a job as its token. */
const TOKEN = 'ghs_job';

export interface Site extends Fixture {
  server: GitHubServer;
  publish(inputs?: Record<string, string>, options?: Partial<StepOptions>): Promise<StepResult>;
  post(): Promise<StepResult>;
}

export async function makeSite(options: Partial<GitHubOptions> = {}): Promise<Site> {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n', 'docs/gone.md': 'gone\n' } });
  return serveSite(fixture, options);
}

/** Puts a server in front of the bare repository of `fixture`. */
export async function serveSite(fixture: Fixture, options: Partial<GitHubOptions> = {}): Promise<Site> {
  const server = await serveGitHub({ bare: fixture.bare, token: TOKEN, ...options });
  onTestFinished(() => server.close());
  git(fixture.workspace, 'remote', 'set-url', 'origin', server.remote);
  const workflow = { GITHUB_SERVER_URL: server.url, GITHUB_API_URL: server.apiUrl };
  const withWorkflow = (more: Partial<StepOptions> = {}) => ({ ...more, env: { ...workflow, ...more.env } });
  return {
    ...fixture,
    server,
    publish: (inputs, more) => publishDocs(fixture, inputs, withWorkflow(more)),
    post: () => runPost(fixture, {}, withWorkflow()),
  };
}

export const COMMIT = 'git/create-commit';
export const MOVE = 'git/update-ref';
export const CHECKS = 'checks/list-for-ref';
export const STATUS = 'repos/create-commit-status';

/** Answers the first `times` requests of an operation with a fault. */
export function failing(
  operation: string,
  fault: Fault | (() => Fault | undefined),
  times = Number.POSITIVE_INFINITY,
) {
  let left = times;
  return (request: ApiRequest): Fault | undefined => {
    if (request.operation !== operation || left <= 0) return undefined;
    left -= 1;
    return typeof fault === 'function' ? fault() : fault;
  };
}

/** The requests of one operation that the server received. */
export function requestsOf({ server }: Site, operation: string): ApiRequest[] {
  return server.requests.filter((request) => request.operation === operation);
}

/** The whole check, and that all that was asked of GitHub and answered is as GitHub describes it. */
export function checkSite(site: Site): void {
  check(site);
  expect(site.server.violations).toEqual([]);
  expect(temporaryRefs(site)).toEqual([]);
}

export function temporaryRefs({ bare }: Fixture): string[] {
  return git(bare, 'for-each-ref', '--format=%(refname)', 'refs/atomic').split('\n').filter(Boolean);
}
