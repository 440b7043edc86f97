/**
 * Writes `.github/actions/publish/action.yml`, the same action as the one at the root: a reusable workflow can
 * name an action of its own repository only by a path, and not by the root (`uses: $/`). With `--check` it only
 * says whether the two differ.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const path = join(ROOT, '.github/actions/publish/action.yml');

const root = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const copy = `# Made from action.yml by npm run docs. Change that file.\n${root.replaceAll(
  /^( +(?:main|post): )dist\//gm,
  '$1../../../dist/',
)}`;
if (!process.argv.includes('--check')) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, copy);
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== copy) {
  console.error('.github/actions/publish/action.yml is not what action.yml says: run npm run docs.');
  process.exitCode = 1;
}
