/** What a report of a bug has to say about where it happened. */
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { gitVersion } from './command.ts';

/** The version that package.json, which stands beside `dist`, gives the action. */
function ownVersion(): string {
  try {
    const path = join(dirname(process.argv[1]!), '../package.json');
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  } catch {
    return 'of an unknown version';
  }
}

/** One line: the action, node, git, the platform. */
export function versions(): string {
  const { GITHUB_ACTION_REPOSITORY: from, GITHUB_ACTION_REF: ref } = process.env;
  const action = `Atomic Publish ${ownVersion()}${from && ref ? ` (${from}@${ref})` : ''}`;
  const platform = `${process.platform} ${process.arch} ${release()}`;
  return [action, `node ${process.version}`, gitVersion(), platform].join(', ');
}
