/**
 * Writes `dist/licenses.txt`: name, license and its text for every package that the bundle may hold, as the lock file
 * names them. The plugin inside ncc writes one file for each chunk under one name, and the last one wins.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

interface Package {
  dev?: boolean;
  optional?: boolean;
  license?: string;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Package>;
};

const sections = new Map<string, string>();
for (const [path, { dev, optional, license = 'see its text' }] of Object.entries(packages)) {
  const directory = join(ROOT, path);
  if (path === '' || dev || optional || !existsSync(directory)) continue;
  const file = readdirSync(directory).find((name) => /^(licen[cs]e|copying)(\.|$)/i.test(name));
  const text =
    file === undefined ? '' : readFileSync(join(directory, file), 'utf8').replaceAll('\r\n', '\n').trim();
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  sections.set(name, `${name}\n${license}\n${text}\n`);
}
const sorted = [...sections].sort(([one], [other]) => (one < other ? -1 : 1));
writeFileSync(join(ROOT, 'dist/licenses.txt'), sorted.map(([, section]) => section).join('\n'));
