/** Addresses on the server of the run. Only what cannot be anything but an address is made one. */

const SERVER = /^https?:\/\/([A-Za-z0-9.-]+(?::\d{1,5})?)$/;
const REPOSITORY = /^(?!\.)[\w.-]+\/(?!\.)[\w.-]+$/;
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const RUN = /^\d{1,20}$/;

/** How much of a commit's id people are shown. */
const SHOWN = 12;

/** The repository of the run; `undefined` where the environment names none. */
function repository(): { host: string; name: string; url: string } | undefined {
  const { GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: name = '' } = process.env;
  const [, host] = SERVER.exec(server) ?? [];
  return host !== undefined && REPOSITORY.test(name) ? { host, name, url: `${server}/${name}` } : undefined;
}

/** A commit for people, as Markdown: a link where it was pushed, by `pushUrl`, to the repository of the run. */
export function commitLink(sha: string, pushUrl: string | undefined): string {
  if (!COMMIT.test(sha)) return '';
  const shown = sha.slice(0, SHOWN);
  const home = repository();
  const there = pushUrl?.replace(/(\.git)?\/*$/, '').toLowerCase();
  const isHome = ['/', ':'].some((mark) =>
    there?.endsWith(`${home?.host}${mark}${home?.name}`.toLowerCase()),
  );
  return home && isHome ? `[\`${shown}\`](${home.url}/commit/${sha})` : `\`${shown}\``;
}

/** A text that names a page of these docs, with its address where the runner says which version of the action this is. */
export function withPages(text: string): string {
  const {
    GITHUB_SERVER_URL: server = '',
    GITHUB_ACTION_REPOSITORY: name = '',
    GITHUB_ACTION_REF: ref = '',
  } = process.env;
  if (!SERVER.test(server) || !REPOSITORY.test(name) || !/^[\w./-]+$/.test(ref)) return text;
  return text.replace(/\bdocs\/[a-z-]+\.md\b/g, (page) => `${server}/${name}/blob/${ref}/${page}`);
}

/** The run, as Markdown; empty where there is none. */
export function runLink(): string {
  const run = process.env['GITHUB_RUN_ID'] ?? '';
  const home = repository();
  return home && RUN.test(run) ? `[${run}](${home.url}/actions/runs/${run})` : '';
}
