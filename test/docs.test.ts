/** The commands of the documents work as they stand there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FILES } from './support/operation.ts';
import { operate, publishDocs } from './support/publish.ts';
import { makeFixture } from './support/repository.ts';
import { PROJECT } from './support/runner.ts';

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
