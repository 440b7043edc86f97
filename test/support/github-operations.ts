/** The operations of the stand-in of GitHub, done with git's plumbing in the bare repository. */
import { spawnSync } from 'node:child_process';
import type { Operation } from './openapi.ts';

const BOT = { name: 'github-actions[bot]', email: '41898282+github-actions[bot]@users.noreply.github.com' };
const GITHUB = { name: 'GitHub', email: 'noreply@github.com' };
const ARMOR = '-----BEGIN PGP SIGNATURE-----\n\nc3RhbmQtaW4gc2lnbmF0dXJl\n-----END PGP SIGNATURE-----';

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface CheckRun {
  name: string;
  /** `completed` unless given. */
  status?: string;
  /** `success` for a completed run and null for any other unless given. */
  conclusion?: string | null;
  /** Id of its check suite; 1 unless given. `filter=latest` knows one run of a name in each suite. */
  suite?: number;
  /** The app that made it; GitHub Actions (15368) unless given. */
  app?: { id: number; slug: string };
  startedAt?: string;
  completedAt?: string;
}

export interface CommitStatus {
  sha: string;
  state: string;
  context: string;
  description: string | null;
  target_url: string | null;
}

/** The error that GitHub answers with; the status is a text in it. */
export function refuse(status: number, message: string, errors?: object[]): Answer {
  const body = {
    message,
    ...(errors && { errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: `${status}`,
  };
  return { status, body };
}

interface Repository {
  bare: string;
  /** URLs of the repository in the API and in the browser. */
  api: string;
  web: string;
  /** Check runs by commit, oldest first. */
  checkRuns: Map<string, CheckRun[]>;
  /** The statuses set, oldest first. */
  statuses: CommitStatus[];
}

/** Does what an operation asks for; its request is known to agree with the description. */
export function perform(repository: Repository, operation: Operation, body: unknown): Answer {
  const { ref, sha } = operation.path as Record<string, string>;
  switch (operation.id) {
    case 'git/create-commit':
      return createCommit(repository, body as CommitBody);
    case 'git/update-ref':
      return updateRef(repository, ref!, body as { sha: string; force?: boolean });
    case 'git/get-ref':
      return getRef(repository, ref!);
    case 'checks/list-for-ref':
      return listCheckRuns(repository, ref!, operation.query as unknown as CheckRunQuery);
    case 'repos/create-commit-status':
      return createStatus(repository, sha!, body as StatusBody);
    default:
      throw new Error(`${operation.id} is described and not served`);
  }
}

interface Person {
  name?: string;
  email?: string;
  date?: string;
}

interface CommitBody {
  message: string;
  tree: string;
  parents?: string[];
  author?: Person;
  committer?: Person;
  signature?: string;
}

/** Writes a commit object. GitHub signs one whose author and committer it chose itself, and no other. */
function createCommit({ bare, api, web }: Repository, body: CommitBody): Answer {
  const { message, tree, parents = [] } = body;
  if (typeOf(bare, tree) !== 'tree') return refuse(422, 'Tree SHA does not exist');
  if (parents.some((parent) => typeOf(bare, parent) !== 'commit')) {
    return refuse(422, 'Parent SHA does not exist or is not a commit object');
  }
  const own = !body.author && !body.committer;
  const author = identity(body.author, BOT);
  const committer = own ? identity(undefined, GITHUB) : identity(body.committer, author);
  const head = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${author.line}`,
    `committer ${committer.line}`,
  ];
  // GitHub keeps the message byte for byte: no newline is added at its end.
  const payload = `${head.join('\n')}\n\n${message}`;
  const signature = body.signature ?? (own ? ARMOR : undefined);
  // The lines of a header after its first one begin with a space.
  if (signature) head.push(`gpgsig ${signature.trimEnd().replaceAll('\n', '\n ')}`);
  const sha = plumb(
    bare,
    ['hash-object', '-t', 'commit', '-w', '--stdin'],
    `${head.join('\n')}\n\n${message}`,
  );
  const verified = own && !body.signature;
  const verification = {
    verified,
    reason: verified ? 'valid' : signature ? 'unknown_key' : 'unsigned',
    signature: signature ?? null,
    payload: signature ? payload : null,
    verified_at: verified ? instant(new Date()) : null,
  };
  const link = (at: string) => ({
    sha: at,
    url: `${api}/git/commits/${at}`,
    html_url: `${web}/commit/${at}`,
  });
  return {
    status: 201,
    headers: { location: `${api}/git/commits/${sha}` },
    body: {
      ...link(sha),
      node_id: node('C', sha),
      author: author.json,
      committer: committer.json,
      message,
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
      parents: parents.map(link),
      verification,
    },
  };
}

interface Identity extends Required<Person> {
  /** As in a commit object. */
  line: string;
  json: Required<Person>;
}

function identity(given: Person | undefined, fallback: Person): Identity {
  const now = instant(new Date());
  const { date, ...person } = { name: '', email: '', date: now, ...fallback, ...given };
  // What would end a name or an address early in the commit object is left out, as git does.
  const [name, email] = [person.name, person.email].map((text) => text.replace(/[<>\n]/g, '')) as [
    string,
    string,
  ];
  const [, sign = '+', hours = '00', minutes = '00'] = /([+-])(\d\d):(\d\d)$/.exec(date) ?? [];
  const seconds = Math.floor(Date.parse(date) / 1000);
  return {
    name,
    email,
    date,
    line: `${name} <${email}> ${seconds} ${sign}${hours}${minutes}`,
    json: { name, email, date: instant(new Date(seconds * 1000)) },
  };
}

/** Moves a ref; without force forward only, and never over an update that came in between. */
function updateRef(repository: Repository, ref: string, body: { sha: string; force?: boolean }): Answer {
  const { bare } = repository;
  const { sha, force = false } = body;
  const old = readRef(bare, ref);
  if (old === undefined) return refuse(422, 'Reference does not exist');
  if (typeOf(bare, sha) !== 'commit') return refuse(422, 'Object does not exist');
  if (!force && !run(bare, ['merge-base', '--is-ancestor', old, sha]).succeeded) {
    return refuse(422, 'Update is not a fast forward');
  }
  const update = run(bare, ['update-ref', `refs/${ref}`, sha, old]);
  return update.succeeded ? getRef(repository, ref) : refuse(409, 'Reference cannot be updated');
}

function getRef({ bare, api }: Repository, ref: string): Answer {
  const sha = readRef(bare, ref);
  if (sha === undefined) return refuse(404, 'Not Found');
  const type = typeOf(bare, sha);
  return {
    status: 200,
    body: {
      ref: `refs/${ref}`,
      node_id: node('REF', ref),
      url: `${api}/git/refs/${ref}`,
      object: { sha, type, url: `${api}/git/${type}s/${sha}` },
    },
  };
}

interface CheckRunQuery {
  check_name?: string;
  status?: string;
  app_id?: number;
  filter: 'latest' | 'all';
  per_page: number;
  page: number;
}

function listCheckRuns({ bare, api, web, checkRuns }: Repository, ref: string, query: CheckRunQuery): Answer {
  const sha = run(bare, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]).output;
  if (!sha) return refuse(422, `No commit found for SHA: ${ref}`);
  const described = (checkRuns.get(sha) ?? []).map((checkRun, index) =>
    describeCheckRun(checkRun, index + 1),
  );
  const newest = new Map(
    described.map((checkRun) => [`${checkRun.check_suite.id} ${checkRun.name}`, checkRun]),
  );
  const found = (query.filter === 'all' ? described : [...newest.values()])
    .filter(({ name }) => query.check_name === undefined || name === query.check_name)
    .filter(({ status }) => query.status === undefined || status === query.status)
    .filter(({ app }) => query.app_id === undefined || app.id === query.app_id)
    .sort((one, other) => other.id - one.id);

  const size = Math.min(query.per_page, 100);
  const last = Math.max(1, Math.ceil(found.length / size));
  const link = (page: number, relation: string) => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...query, page })) parameters.set(name, String(value));
    return `<${api}/commits/${ref}/check-runs?${parameters}>; rel="${relation}"`;
  };
  return {
    status: 200,
    headers: query.page < last ? { link: `${link(query.page + 1, 'next')}, ${link(last, 'last')}` } : {},
    body: { total_count: found.length, check_runs: found.slice((query.page - 1) * size, query.page * size) },
  };

  function describeCheckRun(checkRun: CheckRun, id: number) {
    const { name, status = 'completed', suite = 1, app = { id: 15368, slug: 'github-actions' } } = checkRun;
    const completed = status === 'completed';
    const now = instant(new Date());
    const { conclusion = completed ? 'success' : null, startedAt = now } = checkRun;
    const { completedAt = completed ? now : null } = checkRun;
    const url = `${api}/check-runs/${id}`;
    return {
      id,
      node_id: node('CR', `${id}`),
      external_id: '',
      head_sha: sha,
      name,
      url,
      html_url: `${web}/runs/${id}`,
      details_url: `${web}/runs/${id}`,
      status,
      conclusion,
      started_at: startedAt,
      completed_at: completedAt,
      output: {
        title: null,
        summary: null,
        text: null,
        annotations_count: 0,
        annotations_url: `${url}/annotations`,
      },
      check_suite: { id: suite },
      app: {
        ...app,
        node_id: node('A', app.slug),
        owner: user('github', 'Organization', 9919),
        name: app.slug,
        description: null,
        external_url: `https://github.com/apps/${app.slug}`,
        html_url: `https://github.com/apps/${app.slug}`,
        created_at: '2018-07-30T09:30:17Z',
        updated_at: '2018-07-30T09:30:17Z',
        permissions: {},
        events: [],
      },
      pull_requests: [],
    };
  }
}

interface StatusBody {
  state: string;
  context?: string;
  description?: string | null;
  target_url?: string | null;
}

function createStatus({ bare, api, statuses }: Repository, sha: string, body: StatusBody): Answer {
  if (typeOf(bare, sha) !== 'commit') return refuse(422, `No commit found for SHA: ${sha}`);
  const { state, context = 'default', description = null, target_url = null } = body;
  if (description !== null && description.length > 140) {
    const message = 'description is too long (maximum is 140 characters)';
    return refuse(422, 'Validation Failed', [
      { resource: 'Status', code: 'custom', field: 'description', message },
    ]);
  }
  const status = { state, context, description, target_url };
  statuses.push({ sha, ...status });
  const [id, now] = [statuses.length, instant(new Date())];
  const url = `${api}/statuses/${sha}`;
  const creator = user(BOT.name, 'Bot', 41898282);
  return {
    status: 201,
    headers: { location: url },
    body: {
      ...status,
      url,
      avatar_url: creator.avatar_url,
      id,
      node_id: node('SC', `${id}`),
      created_at: now,
      updated_at: now,
      creator,
    },
  };
}

/** An account, with all the URLs that GitHub's description requires. */
function user(login: string, type: string, id: number) {
  const url = `https://api.github.com/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: node('U', login),
    type,
    site_admin: false,
    gravatar_id: '',
    avatar_url: `https://avatars.githubusercontent.com/u/${id}`,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    url,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
  };
}

/** An opaque id, as GitHub has one for every object. */
function node(kind: string, key: string): string {
  return `${kind}_${Buffer.from(key).toString('base64url')}`;
}

/** GitHub's timestamps have no fraction of a second. */
function instant(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The type of an object, or an empty text where the repository has no such object. */
function typeOf(bare: string, sha: string): string {
  // Git would take a branch's name or a short hash as well, and GitHub does not.
  return /^[0-9a-f]{40}$/.test(sha) ? run(bare, ['cat-file', '-t', sha]).output : '';
}

function readRef(bare: string, ref: string): string | undefined {
  const { succeeded, output } = run(bare, ['show-ref', '--verify', '--hash', `refs/${ref}`]);
  return succeeded ? output : undefined;
}

function plumb(bare: string, args: string[], input: string): string {
  const { succeeded, output, errors } = run(bare, args, input);
  if (!succeeded) throw new Error(`git ${args.join(' ')}: ${errors}`);
  return output;
}

function run(bare: string, args: string[], input = '') {
  const { error, status, stdout, stderr } = spawnSync('git', args, {
    cwd: bare,
    input,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'] ?? '',
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      // The server's own reflog, where a test switched it on, needs a name.
      GIT_COMMITTER_NAME: GITHUB.name,
      GIT_COMMITTER_EMAIL: GITHUB.email,
    },
  });
  if (error) throw error;
  return { succeeded: status === 0, output: stdout.trim(), errors: stderr.trim() };
}
