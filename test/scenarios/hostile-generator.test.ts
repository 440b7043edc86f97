/** A generator that means harm: what it leaves behind has no part in what is done in our name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crashFixture } from '../support/crash.ts';
import { GENERATE, publishDocs } from '../support/publish.ts';

test('hooks that a generator installs do not run', async () => {
  const fixture = crashFixture();
  const ran = join(fixture.root, 'ran');
  const install = [
    'pre-commit',
    'commit-msg',
    'post-commit',
    'reference-transaction',
    'pre-push',
    'post-index-change',
  ]
    .map(
      (name) =>
        `printf '#!/bin/sh\\necho ${name} >> "${ran}"\\n' > .git/hooks/${name}; chmod +x .git/hooks/${name}`,
    )
    .join('\n');
  const step = await publishDocs(fixture, {
    run: `${GENERATE}\n${install}`,
    'validation-command': `test ! -e "${ran}"`,
  });
  expect(step.exitCode, step.log).toBe(0);
  expect(() => readFileSync(ran)).toThrow(/ENOENT/);
});

test('files and variables by which a step speaks to the next ones are not a generator’s to write', async () => {
  const fixture = crashFixture();
  const names = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];
  const run = `${GENERATE}\n${names.map((name) => `echo forged=1 >> "$${name}"`).join('\n')}`;
  const env = join(fixture.root, 'env');
  const path = join(fixture.root, 'path');
  const step = await publishDocs(fixture, { run }, { env: { GITHUB_ENV: env, GITHUB_PATH: path } });
  expect(step.exitCode, step.log).toBe(0);
  expect([readFileSync(env, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['', '']);
  expect(step.summary).not.toContain('forged');
  expect({ ...step.outputs, ...step.state }).not.toHaveProperty('forged');
});
