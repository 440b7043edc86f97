import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/runner.ts';

test('npm run verify proves a commit and a rollback, and says the same on every run', () => {
  const verify = () =>
    execFileSync(process.execPath, [join(PROJECT, 'scripts/verify.ts')], { encoding: 'utf8' });
  const said = verify();
  expect(said).toMatch(/^COMMITTED [0-9a-f]{40}: HEAD and the ledger agree\nROLLED_BACK: /);
  expect(verify()).toBe(said);
});
