import { afterEach, expect, test, vi } from 'vitest';
import { commitLink, runLink, withPages } from '../src/links.ts';

const SHA = 'a'.repeat(40);
const SERVER = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'octo/site',
  GITHUB_RUN_ID: '7',
};

function inRun(changes: Partial<typeof SERVER> = {}): void {
  for (const [name, value] of Object.entries({ ...SERVER, ...changes })) vi.stubEnv(name, value);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  'https://github.com/octo/site',
  'https://github.com/Octo/Site.git',
  'git@github.com:octo/site.git',
  'ssh://git@github.com/octo/site/',
])('a commit that was pushed to %s is a link to it on the server of the run', (url) => {
  inRun();
  expect(commitLink(SHA, url)).toBe(`[\`aaaaaaaaaaaa\`](https://github.com/octo/site/commit/${SHA})`);
});

test.each([
  undefined,
  'https://github.com/octo/other',
  'https://github.com/evil-octo/site',
  'https://example.org/octo/site',
  '/srv/octo/site.git',
])('a commit that was pushed to %s is no link', (url) => {
  inRun();
  expect(commitLink(SHA, url)).toBe('`aaaaaaaaaaaa`');
});

test('a run is a link to it', () => {
  inRun();
  expect(runLink()).toBe('[7](https://github.com/octo/site/actions/runs/7)');
});

test.each([
  [{ GITHUB_SERVER_URL: 'javascript:alert(1)//github.com' }],
  [{ GITHUB_SERVER_URL: 'https://github.com)](https://example.org' }],
  [{ GITHUB_SERVER_URL: 'https://user:secret@github.com' }],
  [{ GITHUB_SERVER_URL: '' }],
  [{ GITHUB_REPOSITORY: 'octo/site) ![x](https://example.org/x' }],
  [{ GITHUB_REPOSITORY: '../..' }],
  [{ GITHUB_REPOSITORY: '' }],
])('nothing is a link where the environment is %j', (changes) => {
  inRun(changes);
  expect(runLink()).toBe('');
  expect(commitLink(SHA, 'https://github.com/octo/site')).toBe('`aaaaaaaaaaaa`');
});

test('what is no number is no run, and what is no commit is nothing', () => {
  inRun({ GITHUB_RUN_ID: '7)](https://example.org' });
  expect(runLink()).toBe('');
  expect(commitLink('<b>', 'https://github.com/octo/site')).toBe('');
});

test('a page of the docs has its address where the runner says which version of the action this is', () => {
  inRun();
  const text = 'See docs/recovery.md, "By hand".';
  expect(withPages(text)).toBe(text);
  vi.stubEnv('GITHUB_ACTION_REPOSITORY', 'octo/atomic-publish');
  vi.stubEnv('GITHUB_ACTION_REF', 'v1');
  const address = 'https://github.com/octo/atomic-publish/blob/v1/docs/recovery.md';
  expect(withPages(text)).toBe(`See ${address}, "By hand".`);
  vi.stubEnv('GITHUB_ACTION_REF', 'v1)[x](y');
  expect(withPages(text)).toBe(text);
});
