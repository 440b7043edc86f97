/** The documents: each page is reachable, no link is dead, and each block of commands is run by a test. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT } from './support/runner.ts';
import { read } from './support/workflows.ts';

const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];
const PICTURES = readdirSync(join(PROJECT, 'docs/pictures')).map((name) => `docs/pictures/${name}`);

/** A page without its blocks of code. */
const prose = (page: string) => read(page).replace(/^ *```[\s\S]*?^ *```$/gm, '');

/** Where the links and pictures of a page lead, without what stands on other servers. */
function linksOf(page: string): { path: string; anchor: string }[] {
  return [...prose(page).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, to]) => to!)
    .filter((to) => !/^https?:/.test(to))
    .map((to) => {
      const [path = '', anchor = ''] = to.split('#');
      return { path: path === '' ? page : relative('', join(dirname(page), path)), anchor };
    });
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(PAGES)('no link of %s is dead', (page) => {
  for (const { path, anchor } of linksOf(page)) {
    expect(existsSync(join(PROJECT, path)), path).toBe(true);
    if (anchor !== '') expect(anchorsOf(path), path).toContain(anchor);
  }
});

test('each page can be reached from README', () => {
  const reached = new Set<string>();
  const visit = (page: string) => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const { path } of linksOf(page)) {
      // GitHub shows what a folder holds.
      if (statSync(join(PROJECT, path)).isDirectory())
        PAGES.filter((other) => dirname(other) === path.replace(/\/$/, '')).forEach(visit);
      else if (path.endsWith('.md')) visit(path);
    }
  };
  visit('README.md');
  expect([...reached].sort()).toEqual(PAGES.toSorted());
});

test('README has less than 200 lines', () => {
  expect(read('README.md').split('\n').length - 1).toBeLessThan(200);
});

describe('the pictures', () => {
  test.each(PICTURES)('%s is a PNG of less than 150 KB that can be read', (path) => {
    const bytes = readFileSync(join(PROJECT, path));
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'));
    expect(bytes.subarray(-8, -4).toString()).toBe('IEND');
    expect(bytes.length).toBeLessThan(150_000);
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(900);
  });

  test('are those that README shows, with a text for who cannot see them, and those that npm run pictures makes', () => {
    const shown = [...read('README.md').matchAll(/!\[([^\]]*)\]\((docs\/pictures\/[^)]+)\)/g)];
    expect(shown.map(([, , path]) => path).sort()).toEqual(PICTURES.toSorted());
    expect(shown.every(([, text]) => text!.length > 10)).toBe(true);
    const script = read('scripts/pictures.ts');
    const [, runs = ''] = /const RUNS[^{]*\{[\s\S]*?= \{\n([\s\S]*?)\n\};/.exec(script) ?? [];
    const made = [...runs.matchAll(/^ {2}'?([\w-]+)'?: \{/gm)].map(([, name]) => `docs/pictures/${name}.png`);
    expect(made.sort()).toEqual(PICTURES.toSorted());
  });
});

/** Each page with blocks of commands or workflows, how many, and the test that runs every one of them. */
const RUN_BY: Record<string, { blocks: number; test: string }[]> = {
  'README.md': [
    { blocks: 2, test: 'test/documents-run.test.ts' },
    { blocks: 1, test: 'test/documents.test.ts' },
  ],
  'CONTRIBUTING.md': [{ blocks: 1, test: 'test/documents.test.ts' }],
  'docs/audit.md': [{ blocks: 7, test: 'test/docs.test.ts' }],
  'docs/examples.md': [{ blocks: 9, test: 'test/workflows/examples.test.ts' }],
  'docs/operations.md': [{ blocks: 3, test: 'test/documents-run.test.ts' }],
  'docs/publishing.md': [{ blocks: 3, test: 'test/documents-run.test.ts' }],
  'docs/recovery.md': [
    { blocks: 1, test: 'test/docs.test.ts' },
    { blocks: 1, test: 'test/documents-run.test.ts' },
  ],
  'docs/security/atomic-commits.md': [{ blocks: 1, test: 'test/documents-run.test.ts' }],
  'docs/workflow.md': [{ blocks: 3, test: 'test/workflows/document.test.ts' }],
};

test('each block of commands is run by a test that is named here', () => {
  const found: Record<string, number> = {};
  for (const page of PAGES) {
    const blocks = read(page).match(/^ *```(?!mermaid)\w+$/gm)?.length ?? 0;
    if (blocks > 0) found[page] = blocks;
  }
  const named = Object.entries(RUN_BY).map(([page, tests]) => [
    page,
    tests.reduce((sum, { blocks }) => sum + blocks, 0),
  ]);
  expect(found).toEqual(Object.fromEntries(named));
  for (const { test: path } of Object.values(RUN_BY).flat())
    expect(existsSync(join(PROJECT, path))).toBe(true);
});

test('what README and CONTRIBUTING tell to run in a clone is there, and CI or a test runs it', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const runner = `${read('.ci/run')}\n${read('test/scenarios/demo.test.ts')}\n${Object.values(scripts).join('\n')}`;
  const lines = ['README.md', 'CONTRIBUTING.md'].flatMap((page) =>
    [...read(page).matchAll(/^```sh\n([\s\S]*?)```$/gm)].flatMap(([, text]) => text!.trim().split('\n')),
  );
  const commands = lines.flatMap((line) => line.replace(/ *#.*/, '').split(' && '));
  expect(commands).toContain('npm run demo');
  for (const command of commands) {
    const [, script] = /^npm (?:run )?(\w+)$/.exec(command) ?? [];
    if (command === 'bash .ci/run') expect(scripts['all']).toBe(command);
    else if (script !== 'ci') expect(Object.keys(scripts)).toContain(script);
    // The formatter alone is run by nobody but people; the linter fails on what it would change.
    const isRun = runner.includes(command) || runner.includes(scripts[script ?? ''] ?? '?');
    expect(isRun || scripts[script!]?.startsWith('biome check'), command).toBe(true);
  }
});
