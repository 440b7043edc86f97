/** What must hold after every run, whatever it was about: all old or all new, and nothing private left. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { type Fixture, git, gitSucceeds } from './repository.ts';

/** Everything a user can see of a directory: path to `mode content`, symlinks as their text. */
export function snapshot(root: string): Record<string, string> {
  const found: [string, string][] = []; // An object would not take a file of the name __proto__.
  if (!existsSync(root)) return {};
  const visit = (directory: string) => {
    for (const name of readdirSync(join(root, directory)).sort()) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const stats = lstatSync(join(root, path));
      if (stats.isDirectory()) visit(path);
      else if (stats.isSymbolicLink()) found.push([path, `link ${readlinkSync(join(root, path))}`]);
      else if (stats.isFile()) {
        found.push([path, `${(stats.mode & 0o777).toString(8)} ${readFileSync(join(root, path), 'latin1')}`]);
      } else found.push([path, 'special']);
    }
  };
  visit('');
  return Object.fromEntries(found);
}

/** What a transaction may change: target, index, branch, remote branch. Reads only: git status would write the index. */
export function observe({ workspace, bare }: Fixture, target = 'docs') {
  return {
    target: snapshot(join(workspace, target)),
    index: git(workspace, 'ls-files', '--stage', '--debug'),
    status: git(workspace, '--no-optional-locks', 'status', '--porcelain', '--ignored'),
    branch: git(workspace, 'rev-parse', 'refs/heads/main'),
    head: readFileSync(join(workspace, '.git/HEAD'), 'utf8'),
    remote: git(bare, 'for-each-ref', '--format=%(refname) %(objectname)'),
  };
}

/** The directory git calls `name`; of a linked worktree or a submodule it is elsewhere than in the working tree. */
function gitPath(workspace: string, name: '--git-common-dir' | '--absolute-git-dir'): string {
  const path = join(workspace, '.git');
  if (!existsSync(path) || lstatSync(path).isDirectory()) return path;
  return git(workspace, 'rev-parse', '--path-format=absolute', name);
}

export function ledgerRows(workspace: string): Record<string, unknown>[] {
  const path = join(gitPath(workspace, '--git-common-dir'), 'atomic/ledger.sqlite');
  if (!existsSync(path)) return [];
  const database = new DatabaseSync(path); // To read what a crash left in the WAL takes writing.
  try {
    // A ledger that could not be made on a full disk is an empty one.
    if (!database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'transactions'").get()) return [];
    return database.prepare('SELECT * FROM transactions ORDER BY rowid').all();
  } finally {
    database.close();
  }
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

/** Compares a published tree with its manifest, read independently of the code under test. */
export function checkManifest(target: string, name = 'atomic-manifest.json'): void {
  const statement = JSON.parse(readFileSync(join(target, name), 'utf8'));
  const listed = Object.fromEntries(
    statement.subject.map(
      (subject: { name: string; digest: { sha256: string }; annotations: { mode: string } }) => [
        subject.name,
        `${subject.annotations.mode} ${subject.digest.sha256}`,
      ],
    ),
  );
  const present = Object.keys(snapshot(target)).flatMap((path) => {
    if (path === name) return [];
    const absolute = join(target, path);
    const stats = lstatSync(absolute);
    if (stats.isSymbolicLink()) return [[path, `120000 ${sha256(readlinkSync(absolute))}`]];
    return [[path, `${stats.mode & 0o100 ? '100755' : '100644'} ${sha256(readFileSync(absolute))}`]];
  });
  expect(Object.fromEntries(present)).toEqual(listed);
}

/** The whole check: tree, manifest, trailers, ledger, objects, leftovers, remote. */
export function check(fixture: Fixture, target = 'docs'): void {
  const { workspace } = fixture;
  const directory = join(workspace, target);
  if (existsSync(join(directory, 'atomic-manifest.json'))) {
    checkManifest(directory);
    const manifest = sha256(readFileSync(join(directory, 'atomic-manifest.json')));
    const inHead = gitSucceeds(workspace, 'cat-file', '-e', `HEAD:${target}/atomic-manifest.json`);
    if (inHead) {
      const last = git(
        workspace,
        'log',
        '-1',
        '--format=%(trailers:key=Manifest-SHA256,valueonly)',
        '--',
        target,
      ).trim();
      expect(last).toBe(manifest);
    }
  }
  const parent = dirname(directory);
  const leftovers = existsSync(parent) ? readdirSync(parent).filter((name) => name.includes('.atomic-')) : [];
  expect(leftovers).toEqual([]);
  checkRepository(fixture);
}

/** The part of it that no target is needed for: ledger, objects, private files, locks. */
export function checkRepository({ workspace, bare }: Fixture): void {
  for (const row of ledgerRows(workspace)) {
    expect(['COMMITTED', 'ROLLED_BACK']).toContain(row['state']);
    expect(row['settled']).toBe(1);
  }
  const common = gitPath(workspace, '--git-common-dir');
  if (existsSync(join(common, 'atomic'))) {
    const kept = readdirSync(join(common, 'atomic')).filter((name) => !/^(ledger|lock)\.sqlite/.test(name));
    expect(kept).toEqual([]);
  }
  for (const directory of new Set([common, gitPath(workspace, '--absolute-git-dir')])) {
    for (const lock of ['index.lock', 'HEAD.lock', 'packed-refs.lock', 'refs/heads/main.lock']) {
      expect(existsSync(join(directory, lock)), lock).toBe(false);
    }
  }
  expect(git(workspace, 'fsck', '--strict', '--no-dangling', '--no-progress')).toBe('');
  expect(git(bare, 'fsck', '--strict', '--no-dangling', '--no-progress')).toBe('');
}
