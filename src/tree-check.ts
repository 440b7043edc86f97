/** What a tree may not hold, though its names may (clause 5): two that fold into one, and symlinks that lead out of it. */
import { lstatSync, readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import { checkPath, Destinations, foldsToGitmodules, quote, refuse } from './paths.ts';
import type { Entry } from './tree.ts';

/**
 * Refuses (65) what a staged tree may not hold: names that fold into one, the manifest's own name, and
 * symlinks that point outside the tree or to nothing.
 */
export function checkTree(
  root: string,
  tree: readonly Pick<Entry, 'path' | 'mode'>[],
  manifestName: string,
): void {
  const destinations = new Destinations();
  destinations.add(manifestName);
  for (const { path, mode } of tree) {
    if (path === manifestName) refuse(path, 'it is the name of the manifest, which input manifest gives');
    destinations.add(path);
    if (mode !== '120000') continue;
    if (foldsToGitmodules(posix.basename(path))) refuse(path, 'git takes no symlink of that name');
    const text = readlinkSync(join(root, path));
    if (/(^|\/)(?!\.{1,2}(\/|$))[^/]+\/(.*\/)?\.\.(\/|$)/.test(text)) {
      refuse(path, `its symlink ${quote(text)} goes down and up again, which other links can turn outside`);
    }
    const pointsTo = posix.normalize(posix.join(posix.dirname(path), text));
    if (posix.isAbsolute(text) || pointsTo === '..' || pointsTo.startsWith('../')) {
      refuse(path, `it is a symlink to ${quote(text)}, outside the target`);
    }
    try {
      if (pointsTo !== '.') checkPath(pointsTo.replace(/\/$/, ''));
    } catch (error) {
      refuse(path, `it is a symlink, and ${(error as Error).message}`);
    }
    if (!linkResolves(root, pointsTo))
      refuse(path, `it is a symlink to ${quote(text)}, which does not exist`);
  }
}

/** Follows one link component by component, so that a link through another link cannot leave the tree either. */
function linkResolves(root: string, path: string, depth = 0): boolean {
  if (depth > 40) return false;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  let at = '';
  for (const [index, name] of names.entries()) {
    const next = at === '' ? name : `${at}/${name}`;
    let stats: ReturnType<typeof lstatSync>;
    try {
      stats = lstatSync(join(root, next));
    } catch {
      return false;
    }
    if (stats?.isSymbolicLink()) {
      const text = readlinkSync(join(root, next));
      const rest = names.slice(index + 1);
      const onward = posix.normalize(posix.join(posix.dirname(next), text, ...rest));
      if (posix.isAbsolute(text) || onward === '..' || onward.startsWith('../')) return false;
      return linkResolves(root, onward, depth + 1);
    }
    at = next;
  }
  return true;
}
