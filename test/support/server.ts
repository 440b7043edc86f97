/** A real git server over HTTP: `git http-backend` as CGI behind Node's own server, on loopback. */
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitServer {
  url: string;
  /** Value of each Authorization header received, `undefined` where a request had none. */
  authorizations: (string | undefined)[];
  close(): Promise<void>;
}

export interface ServerOptions {
  root: string;
  /** When given, every request must carry it as basic authentication. */
  token?: string;
  /** A token that may fetch and may not push. */
  readToken?: string;
  /** Answers instead of git when it returns true, before the authentication that git requests need. */
  api?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** The path below `root` that a request's path stands for; the same path unless given. */
  locate?: (path: string) => string;
  /** Answers instead of git when it returns true. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Lets git do its work and then cuts the connection instead of sending the answer. */
  cutAnswer?: (request: IncomingMessage) => boolean;
}

export async function serveGit(options: ServerOptions): Promise<GitServer> {
  const backend = `${execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()}/git-http-backend`;
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (options.api?.(request, response)) return;
    const status = refusal(options, request);
    if (status !== undefined) {
      response.writeHead(status, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (options.intercept?.(request, response)) return;
    answer(backend, options, request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** The status that refuses a request for its token; `undefined` where it is let in. */
function refusal({ token, readToken }: ServerOptions, request: IncomingMessage): number | undefined {
  const { authorization = '' } = request.headers;
  const isGiven = (expected: string | undefined) =>
    expected !== undefined &&
    authorization.toLowerCase() ===
      `basic ${Buffer.from(`x-access-token:${expected}`).toString('base64')}`.toLowerCase();
  if (token === undefined || isGiven(token)) return undefined;
  if (!isGiven(readToken)) return 401;
  return request.url!.includes('git-receive-pack') ? 403 : undefined;
}

function answer(
  backend: string,
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url!, 'http://localhost');
  const path = decodeURIComponent(url.pathname);
  const cgi = spawn(backend, [], {
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: options.root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      REMOTE_USER: 'octocat',
      REQUEST_METHOD: request.method!,
      PATH_INFO: options.locate?.(path) ?? path,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(cgi.stdin);
  cgi.stdin.on('error', () => {});
  if (options.cutAnswer?.(request)) {
    cgi.stdout.resume();
    cgi.once('close', () => request.socket.destroy());
    return;
  }
  let head = Buffer.alloc(0);
  let started = false;
  cgi.stdout.on('data', (chunk: Buffer) => {
    if (started) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    started = true;
    let status = 200;
    for (const line of head.subarray(0, end).toString().split('\r\n')) {
      const [name, value] = line.split(/: (.*)/s) as [string, string];
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
  });
  cgi.stdout.on('end', () => {
    if (!started) response.writeHead(500);
    response.end();
  });
}
