/**
 * The only door to GitHub's API (clauses 4 and 10). Octokit is loaded with the first call: most runs make none.
 * What may pass by itself is tried again, with the waits GitHub asks for; an answer is never argued with.
 */
import { backOff, CONNECTION_ATTEMPTS, type Patience } from './backoff.ts';
import { asTransactionError, TransactionError } from './errors.ts';
import { loadHttpClient } from './http-client.ts';

const TIMEOUT_MS = 30_000;
/** A rate limit that lasts longer is no reason to keep a runner waiting. */
const LONGEST_LIMIT_MS = 120_000;
/** What GitHub asks of those who meet a secondary rate limit that names no time. */
const SECONDARY_LIMIT_MS = 60_000;

export interface GitHubPlace {
  /** As `https://api.github.com`. */
  apiUrl: string;
  /** As `owner/name`. */
  repository: string;
  token: string;
}

export interface CheckRun {
  status: string;
  conclusion: string | null;
}

interface CommitStatus {
  state: 'success' | 'failure';
  context: string;
  description: string;
  target_url?: string;
}

type Octokit = ReturnType<typeof import('@actions/github').getOctokit>;

/** What octokit throws: with `response` it is an answer, without one nobody knows. */
interface RequestError extends Error {
  status?: number;
  response?: { headers: Record<string, string | number | undefined>; data?: unknown };
}

export class GitHub {
  readonly #place: GitHubPlace;
  readonly #patience: Patience;
  #octokit: Octokit | undefined;

  constructor(place: GitHubPlace, patience: Patience) {
    this.#place = place;
    this.#patience = patience;
  }

  get #names(): { owner: string; repo: string } {
    const [owner = '', repo = ''] = this.#place.repository.split('/');
    return { owner, repo };
  }

  /** Makes a commit that GitHub signs: it does so for one without an author under an app's token. Returns its id. */
  async createCommit(commit: { message: string; tree: string; parents: string[] }): Promise<string> {
    const answer = await this.#request('make a signed commit', (octokit, request) =>
      octokit.request('POST /repos/{owner}/{repo}/git/commits', { ...this.#names, ...commit, request }),
    );
    if (answer.data.verification?.verified !== true) {
      const reason = answer.data.verification?.reason ?? 'unknown';
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `GitHub made the commit and did not sign it (${reason})`,
        {
          next: 'GitHub signs for the job token and for app tokens, not for personal ones. Or set sign to none.',
        },
      );
    }
    return answer.data.sha;
  }

  /**
   * Moves a branch forward to `sha`, never by force. `why` of a failure: the words in which the server itself said
   * no. Without them nobody knows, and the caller asks where the branch is before it tries again.
   */
  async fastForward(branch: string, sha: string): Promise<{ error?: TransactionError; why?: string }> {
    const ref = branch.replace(/^refs\//, '');
    const move = (octokit: Octokit, request: { signal: AbortSignal }) =>
      octokit.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...this.#names,
        ref,
        sha,
        force: false,
        request,
      });
    try {
      await this.#request(`move ${ref}`, move, isAnswer);
      return {};
    } catch (error) {
      if (!(error instanceof TransactionError)) throw error;
      const failure = error.cause as RequestError;
      return isAnswer(failure) ? { error, why: failure.message } : { error };
    }
  }

  /** The latest check runs of that name on a commit, of every app. Throws 65 where GitHub does not list them all. */
  async checkRuns(sha: string, name: string): Promise<CheckRun[]> {
    const doing = `read the check ${name}`;
    const runs: CheckRun[] = [];
    for (let page = 1; ; page += 1) {
      const { data } = await this.#request(doing, (octokit, request) =>
        octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
          ...this.#names,
          ref: sha,
          check_name: name,
          filter: 'latest',
          per_page: 100,
          page,
          request,
        }),
      );
      runs.push(...data.check_runs);
      if (runs.length >= data.total_count) return runs;
      if (data.check_runs.length > 0) continue;
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `GitHub did not ${doing}: it lists ${runs.length} of ${data.total_count} runs`,
        { next: 'Run again.' },
      );
    }
  }

  async setStatus(sha: string, status: CommitStatus): Promise<void> {
    await this.#request('set the commit status', (octokit, request) =>
      octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
        ...this.#names,
        sha,
        ...status,
        request,
      }),
    );
  }

  /**
   * Throws 65 with GitHub's own words; `cause` is what octokit threw. `mayRepeat` says whether a failure that may pass
   * by itself may be tried again here.
   */
  async #request<T extends { data: unknown; status: number }>(
    doing: string,
    perform: (octokit: Octokit, request: { signal: AbortSignal }) => Promise<T>,
    mayRepeat: (failure: RequestError) => boolean = () => true,
  ): Promise<T> {
    const { signal } = this.#patience;
    this.#octokit ??= await connect(this.#place);
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(TIMEOUT_MS);
      try {
        const answer = await perform(this.#octokit, {
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
        // What octokit leaves a text came from something in between, or was cut.
        if (typeof answer.data !== 'string') return answer;
        throw Object.assign(new Error('the answer is not JSON'), { status: answer.status });
      } catch (error) {
        signal?.throwIfAborted();
        const failure = asRequestError(error, timeout);
        const said = `GitHub did not ${doing}: ${describe(failure)}`;
        const isLast = attempt >= CONNECTION_ATTEMPTS || !mayRepeat(failure);
        const waitMs = isLast ? undefined : waitFor(failure);
        if (waitMs === undefined) {
          throw new TransactionError('ATOMIC_COMMIT_FAILED', said, {
            cause: failure,
            next: nextFor(failure),
          });
        }
        await backOff(attempt, `${said}.`, this.#patience, waitMs);
      }
    }
  }
}

async function connect({ apiUrl, token }: GitHubPlace): Promise<Octokit> {
  await loadHttpClient();
  const { getOctokit } = await import('@actions/github');
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return getOctokit(token, { baseUrl: apiUrl, log });
}

function asRequestError(error: unknown, timeout: AbortSignal): RequestError {
  if (timeout.aborted) return new Error(`no answer within ${TIMEOUT_MS} ms`);
  const failure = error as RequestError;
  if (typeof failure.status !== 'number') throw asTransactionError(error, 'a call of GitHub failed');
  return failure;
}

const isAnswer = ({ status, response }: RequestError) =>
  response !== undefined && status !== undefined && status < 500 && status !== 408;

function describe({ status, response, message }: RequestError): string {
  if (response === undefined) return `the connection failed (${message})`;
  return typeof response.data === 'string' ? `${status}` : `${status} ${message}`; // A page helps nobody.
}

/** Milliseconds to wait at least before the same call may pass; `undefined`: it will not. */
function waitFor({ status, response, message }: RequestError): number | undefined {
  if (response === undefined || (status ?? 0) >= 500 || status === 408) return 0;
  if (status !== 429 && status !== 403) return undefined;
  const headers = response.headers;
  const after = headers['retry-after'];
  let waitMs: number | undefined;
  if (after !== undefined) waitMs = Number(after) * 1000;
  else if (String(headers['x-ratelimit-remaining']) === '0')
    waitMs = Math.max(0, Number(headers['x-ratelimit-reset']) * 1000 - Date.now());
  else if (status === 429 || /secondary rate limit/i.test(message)) waitMs = SECONDARY_LIMIT_MS;
  return waitMs !== undefined && waitMs <= LONGEST_LIMIT_MS ? waitMs : undefined;
}

function nextFor({ status, response }: RequestError): string {
  if (response === undefined || (status ?? 0) >= 500)
    return 'See https://www.githubstatus.com and run again.';
  if (status === 401) return 'Give token a token that is valid.';
  if (status === 403 || status === 429)
    return 'See the permissions the job needs in docs/publishing.md, or wait for the rate limit.';
  if (status === 404)
    return 'Check that the token may see this repository: GitHub says 404 where it may not.';
  return 'See docs/publishing.md.';
}
