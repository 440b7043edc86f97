/** The commands of the documents work as they stand there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EDIT, FILES, makeDirty, see } from './support/operation.ts';
import { operate, publishDocs } from './support/publish.ts';
import { git, makeFixture } from './support/repository.ts';
import { PROJECT } from './support/runner.ts';

const IDENTITY = {
  ...{ GIT_AUTHOR_NAME: 'Mona', GIT_AUTHOR_EMAIL: 'mona@example.org' },
  ...{ GIT_COMMITTER_NAME: 'Mona', GIT_COMMITTER_EMAIL: 'mona@example.org' },
};
const HAS_SQLITE = spawnSync('sqlite3', ['-version']).status === 0;

const blocks = (document: string, language: string) =>
  [
    ...readFileSync(join(PROJECT, 'docs', document), 'utf8').matchAll(
      new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'),
    ),
  ].map(([, text]) => text!);

describe.skipIf(!HAS_SQLITE)('the queries of the audit trail (needs sqlite3)', () => {
  test('answer what the document says they do', async () => {
    const fixture = makeFixture({ files: FILES });
    await publishDocs(fixture, { 'transaction-id': 'first' });
    await operate(fixture, 'echo A > a.txt', { 'transaction-id': 'second', 'consistency-command': 'false' });
    const answers = blocks('audit.md', 'sh').map((script) =>
      execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: fixture.workspace, encoding: 'utf8' }),
    );
    expect(answers).toHaveLength(7);
    const [all, phases, why, files, open, points, log] = answers;
    expect(all).toMatch(/first.*COMMITTED[\s\S]*second.*ROLLED_BACK.*63/);
    expect(phases).toMatch(/PRE-OP[\s\S]*OP-EXEC[\s\S]*Gate: consistency.*1 /);
    expect(why).toMatch(/63.*consistency-command ended with exit code 1.*1 /);
    expect(files).toContain('guide/two.md');
    expect(open).toBe('');
    expect(points).toMatch(/refs\/atomic\/first\/post-op[\s\S]*refs\/atomic\/second\/emergency/);
    expect(log).toContain('TASK-1 octocat first');
  });
});

test('an operation that was killed is settled by hand as docs/recovery.md says', async () => {
  const fixture = makeFixture({ files: FILES });
  makeDirty(fixture);
  const before = see(fixture);
  const run = `${EDIT}\ngit -c user.name=A -c user.email=a@example.org commit -q -m own`;
  const died = await operate(
    fixture,
    run,
    { 'transaction-id': 'killed' },
    { env: { ATOMIC_FUSE: 'before ledger SEALED' } },
  );
  expect(died.signal).toBe('SIGKILL');
  const recipe = blocks('recovery.md', 'sh').find((text) => text.includes('emergency'))!;
  const script = recipe
    .replaceAll('BRANCH_SHA', before.branch)
    .replaceAll('BRANCH', 'refs/heads/main')
    .replaceAll('ID', 'killed');
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: fixture.workspace,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...IDENTITY },
  });
  expect(see(fixture)).toEqual(before);
  expect(git(fixture.workspace, 'show', 'refs/atomic/killed/emergency:made.txt')).toBe('new');
  expect((await operate(fixture, 'true', { mode: 'recover' })).exitCode).toBe(0);
  expect(see(fixture)).toEqual(before);
});

test('the bundle comes with the license of each package it holds', () => {
  const licenses = readFileSync(join(PROJECT, 'dist/licenses.txt'), 'utf8');
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), '@octokit/core', 'undici']) {
    expect(`\n${licenses}`, name).toMatch(new RegExp(`\n${name}\n(MIT|ISC|Apache-2.0)\n[^\n]`));
  }
});

test('what the runner always loads holds no HTTP client: it is in a file beside it', () => {
  const files = readdirSync(join(PROJECT, 'dist')).filter((name) => name.endsWith('.js'));
  const holds = (name: string) => /class ProxyAgent/.test(readFileSync(join(PROJECT, 'dist', name), 'utf8'));
  expect(files.filter(holds)).toEqual([expect.stringMatching(/^\d+\.index\.js$/)]);
});
