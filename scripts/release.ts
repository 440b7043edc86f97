/**
 * What `.github/workflows/release.yml` has to know before it makes a release.
 *
 *   node scripts/release.ts notes 1.2.3        prints the notes; fails where the files do not name that version
 *   node scripts/release.ts tags 1.2.3 SHA     reads lines "refs/tags/NAME SHA", prints what to do with which tag
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** The section of `version`. Throws where there is none, where it says nothing, and where changes are in no release. */
export function notesOf(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const text = (title: RegExp) => {
    const section = sections.find((each) => title.test(each.split('\n')[0]!));
    return section?.slice(section.indexOf('\n')).trim();
  };
  const escaped = version.replaceAll('.', '\\.');
  const notes = text(new RegExp(`^\\[?${escaped}\\]? - \\d{4}-\\d\\d-\\d\\d$`));
  if (notes === undefined) throw new Error(`CHANGELOG.md has no section "## ${version} - YYYY-MM-DD"`);
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of ${version}`);
  if (text(/^\[?Unreleased\]?$/)) {
    throw new Error(`CHANGELOG.md still has changes under "Unreleased": move them to ${version}`);
  }
  return notes;
}

/** Throws where package.json or its lock file is of another version. */
export function checkPackage(version: string, manifest: string, lock: string): void {
  const { version: released } = JSON.parse(manifest) as { version: string };
  if (released !== version) throw new Error(`package.json is of version ${released}, not ${version}`);
  const { version: locked, packages } = JSON.parse(lock) as {
    version: string;
    packages: Record<string, { version: string }>;
  };
  if (locked !== version || packages['']!.version !== version) {
    throw new Error(`package-lock.json is of version ${locked}, not ${version}: run npm install`);
  }
}

interface TagPlan {
  /** The tag of the release is there already, on this commit: an earlier run came that far. */
  exists: boolean;
  /** Moving tags that are not there yet. */
  make: string[];
  /** Moving tags that stand elsewhere. */
  move: string[];
}

/**
 * What to do with which tag, from lines `refs/tags/NAME SHA`. A tag only moves to the highest version it stands for, so
 * that a fix of an older line does not take anybody back. Throws where the release's own tag is on another commit.
 */
export function planTags(version: string, commit: string, lines: readonly string[]): TagPlan {
  const tags = new Map(lines.map((line) => line.replace(/^refs\/tags\//, '').split(' ') as [string, string]));
  const own = tags.get(`v${version}`);
  if (own !== undefined && own !== commit) {
    throw new Error(`v${version} is released already, as ${own}: what is released never changes`);
  }
  const versions = [...tags.keys(), `v${version}`]
    .filter((name) => /^v\d+\.\d+\.\d+$/.test(name))
    .sort((one, other) => compare(other, one));
  const [major, minor] = version.split('.');
  const following = [`v${major}`, `v${major}.${minor}`].filter(
    (name) => versions.find((each) => each.startsWith(`${name}.`)) === `v${version}`,
  );
  return {
    exists: own !== undefined,
    make: following.filter((name) => !tags.has(name)),
    move: following.filter((name) => tags.has(name) && tags.get(name) !== commit),
  };
}

function compare(one: string, other: string): number {
  const [left, right] = [one, other].map((name) => name.slice(1).split('.').map(Number)) as [
    number[],
    number[],
  ];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : left[at]! - right[at]!;
}

function main([command, version = '', commit = '']: string[]): void {
  if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)) {
    throw new Error(`${JSON.stringify(version)} is no version such as 1.2.3`);
  }
  const file = (name: string) => readFileSync(join(ROOT, name), 'utf8');
  if (command === 'notes') {
    checkPackage(version, file('package.json'), file('package-lock.json'));
    console.log(notesOf(file('CHANGELOG.md'), version));
  } else if (command === 'tags') {
    const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
    const { exists, make, move } = planTags(version, commit, lines);
    console.log(`exists=${exists}\nmake=${make.join(' ')}\nmove=${move.join(' ')}`);
  } else throw new Error(`${JSON.stringify(command)} is neither notes nor tags`);
}

if (import.meta.main) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(`::error title=Not released::${(error as Error).message}`);
    process.exitCode = 1;
  }
}
