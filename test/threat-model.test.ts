/** The threat model names the tests that show what it says: each of them exists. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from './support/runner.ts';
import { read } from './support/workflows.ts';

/** Rows of the tables: what is tried, what stops it, the tests. */
const ROWS = read('docs/threat-model.md')
  .split('\n')
  .filter((line) => /^\| (?!what it tries|---)/.test(line))
  .map((line) => line.split(' | '));

const named = (source: string, name: string) =>
  ["'", '"', '`'].some((quote) => source.includes(quote + name + quote));

test('whatever the threat model says someone may try, a test shows what stops it', () => {
  expect(ROWS.length).toBeGreaterThan(30);
  for (const [tried, , shown = ''] of ROWS) {
    const parts = [...shown.matchAll(/\[[\w-]+\]\(\.\.\/([\w/.-]+)\)([^[]*)/g)];
    expect(parts, tried).not.toEqual([]);
    for (const [, file, names] of parts) {
      expect(existsSync(join(PROJECT, file!)), file).toBe(true);
      const quoted = [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
      expect(quoted, `${tried}: ${file}`).not.toEqual([]);
      // The whole name, and not a part of one: a test that says something else now shows something else.
      for (const name of quoted) expect(named(read(file!), name), `${file}: ${name}`).toBe(true);
    }
  }
});
