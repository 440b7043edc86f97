/**
 * A local stand-in of GitHub: its git server and the few operations of its REST API that a publish uses, over
 * one real bare repository. Requests and answers are checked against GitHub's own description of the API.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { type Answer, type CheckRun, type CommitStatus, perform, refuse } from './github-operations.ts';
import { checkRequest, checkResponse, findOperation, type Operation } from './openapi.ts';
import { type ServerOptions, serveGit } from './server.ts';

const REPOSITORY = 'octo/site';
const API = '/api/v3';

export type { CheckRun, CommitStatus };

export interface ApiRequest {
  method: string;
  /** Path and query below the API's root, as sent: `/repos/octo/site/git/commits`. */
  path: string;
  /** GitHub's name of the operation, such as `git/create-commit`; `undefined` for one that is not served. */
  operation: string | undefined;
  /** The parsed body; the text where it is not JSON; `undefined` where there was none. */
  body: unknown;
  /** Status of the answer; `undefined` until it is sent, and for good when the connection was cut. */
  status: number | undefined;
}

export type Fault =
  /** Answer this and do nothing. Without a body it is GitHub's error; a text is sent as it is. */
  | { status: number; headers?: Record<string, string>; body?: unknown }
  /** Cut the connection and do nothing. */
  | 'cut'
  /** Do the work and cut the connection instead of answering. */
  | 'cut-after'
  /** Do the work at once and answer late. */
  | { delayMs: number };

export interface GitHubOptions extends Pick<ServerOptions, 'intercept' | 'cutAnswer' | 'readToken'> {
  /** The bare repository that is served as `octo/site`. */
  bare: string;
  /** Every API and git request must carry it. */
  token: string;
  fault?: (request: ApiRequest) => Fault | undefined;
}

export interface GitHubServer {
  /** What GITHUB_SERVER_URL is. */
  url: string;
  /** What GITHUB_API_URL is. */
  apiUrl: string;
  /** URL of the repository for git. */
  remote: string;
  /** The API requests received, oldest first. */
  requests: ApiRequest[];
  /** Value of each Authorization header received, by the API and by git. */
  authorizations: (string | undefined)[];
  /** Check runs by commit, oldest first. */
  checkRuns: Map<string, CheckRun[]>;
  /** The statuses set, oldest first. */
  statuses: CommitStatus[];
  /** Every disagreement of a request or an answer with GitHub's description. */
  violations: string[];
  /** Asked for each API request, before authentication; may be replaced at any time. */
  fault: (request: ApiRequest) => Fault | undefined;
  close(): Promise<void>;
}

export async function serveGitHub(options: GitHubOptions): Promise<GitHubServer> {
  const { bare, token, fault = () => undefined, ...git } = options;
  const server = await serveGit({
    ...git,
    root: dirname(bare),
    token,
    locate: (path) => path.replace(new RegExp(`^/${REPOSITORY}(\\.git)?(?=/)`), `/${basename(bare)}`),
    api: (request, response) => {
      if (!request.url!.startsWith(`${API}/`)) return false;
      // A client that goes away in the middle of its request asks for nothing.
      request.toArray().then(
        (chunks) => receive(request, response, Buffer.concat(chunks).toString()),
        () => {},
      );
      return true;
    },
  });
  const github: GitHubServer = {
    ...server,
    apiUrl: `${server.url}${API}`,
    remote: `${server.url}/${REPOSITORY}.git`,
    requests: [],
    checkRuns: new Map(),
    statuses: [],
    violations: [],
    fault,
  };

  function receive(message: IncomingMessage, response: ServerResponse, text: string): void {
    const [method, path] = [message.method!, message.url!.slice(API.length)];
    const operation = findOperation(method, path);
    const body = parse(text);
    const request: ApiRequest = { method, path, operation: operation?.id, body, status: undefined };
    github.requests.push(request);

    const wrong = operation
      ? checkRequest(operation, body)
      : [`${method} ${path} is no operation of the description`];
    github.violations.push(...wrong);
    if (!operation || wrong.length > 0) {
      send(refuse(operation ? 500 : 404, wrong.join('\n')));
      return;
    }

    const planned = github.fault(request);
    if (typeof planned === 'object' && 'status' in planned) {
      const { body: plain } = refuse(planned.status, REASONS[planned.status] ?? 'Server Error');
      send({ body: plain, ...planned });
      return;
    }
    const result = planned === 'cut' ? undefined : answer(message, operation, body);
    if (!result || planned === 'cut-after') {
      message.socket.destroy();
      return;
    }
    github.violations.push(...checkResponse(operation, result.status, result.body));
    if (typeof planned === 'object') setTimeout(send, planned.delayMs, result).unref();
    else send(result);

    function send({ status, headers, body: content }: Answer): void {
      // A late answer may find that the client has given up.
      if (response.destroyed) return;
      request.status = status;
      const isText = typeof content === 'string';
      response.writeHead(status, {
        'content-type': isText ? 'text/html' : 'application/json; charset=utf-8',
        'x-github-request-id': `STAND:${github.requests.length}`,
        ...headers,
      });
      response.end(isText ? content : JSON.stringify(content));
    }
  }

  function answer(message: IncomingMessage, operation: Operation, body: unknown): Answer {
    const { authorization } = message.headers;
    if (authorization === undefined) return refuse(401, 'Requires authentication');
    if (/^(token|bearer) (.+)$/i.exec(authorization)?.[2] !== token) return refuse(401, 'Bad credentials');
    if (!message.headers['user-agent']) return refuse(403, 'Request forbidden by administrative rules.');
    if (`${operation.path['owner']}/${operation.path['repo']}` !== REPOSITORY)
      return refuse(404, 'Not Found');
    const [api, web] = [`${github.apiUrl}/repos/${REPOSITORY}`, `${github.url}/${REPOSITORY}`];
    try {
      return perform({ ...github, bare, api, web }, operation, body);
    } catch (error) {
      github.violations.push(`the stand-in failed: ${error}`);
      return refuse(500, 'Server Error');
    }
  }

  return github;
}

const REASONS: Record<number, string> = {
  401: 'Bad credentials',
  403: 'Resource not accessible by integration',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Validation Failed',
  429: 'You have exceeded a secondary rate limit.',
};

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
