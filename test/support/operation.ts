/** A working tree in the middle of a user's work, and everything that can be seen of it. */
import { chmodSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { snapshot } from './check.ts';
import { type Fixture, git, write } from './repository.ts';
import { runStep } from './runner.ts';

export const FILES = {
  'a.txt': 'a\n',
  'b.txt': 'b\n',
  'dir/c.txt': 'c\n',
  '.gitignore': 'ignored/\n*.log\n',
};

/** Everything a user can see: the working tree, the index, HEAD, branches, the remote. */
export function see({ workspace, bare }: Fixture) {
  const files = snapshot(workspace);
  for (const path of Object.keys(files)) if (path.startsWith('.git/')) delete files[path];
  return {
    files,
    index: git(workspace, 'ls-files', '--stage', '-v'),
    status: git(workspace, 'status', '--porcelain', '--ignored'),
    head: readFileSync(join(workspace, '.git/HEAD'), 'utf8'),
    branch: git(workspace, 'rev-parse', 'refs/heads/main'),
    remote: git(bare, 'for-each-ref', '--format=%(refname) %(objectname)'),
  };
}

/** A user's work in progress of every kind, and ignored files. */
export function makeDirty(fixture: Fixture): void {
  const { workspace } = fixture;
  write(workspace, { 'b.txt': 'staged\n', 'ignored/cache': 'cache\n', 'x.log': 'log\n' });
  git(workspace, 'add', 'b.txt');
  write(workspace, {
    'b.txt': 'and changed again\n',
    'untracked.txt': 'untracked\n',
    'new.sh': '#!/bin/sh\n',
  });
  chmodSync(join(workspace, 'new.sh'), 0o755);
  symlinkSync('a.txt', join(workspace, 'link'));
  rmSync(join(workspace, 'dir/c.txt'));
}

/** An edit of every kind: content, mode, symlink, deletions, new files, the index. */
export const EDIT = [
  'sed -i s/a/A/ a.txt',
  'echo mine > b.txt',
  'echo new > made.txt; mkdir -p deep/er; echo x > deep/er/y',
  'rm README.md untracked.txt link',
  'ln -s nowhere dangling',
  'chmod +x src/input.txt; chmod -x new.sh',
  'git add --all',
].join('\n');

/** Mode `rollback` of the fixture's clone. */
export const rollBack = (
  { workspace }: Fixture,
  inputs: Record<string, string>,
  env: Record<string, string> = {},
) => runStep({ workspace, inputs: { mode: 'rollback', 'task-id': 'UNDO-1', ...inputs }, env });

/** What a file of the workspace holds. */
export const at = (fixture: Fixture, path: string) => readFileSync(join(fixture.workspace, path), 'utf8');
