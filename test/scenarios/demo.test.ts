import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/runner.ts';

test('npm run demo publishes real output, refuses it at a gate, and puts it back when the push is rejected', () => {
  const said = execFileSync(process.execPath, [join(PROJECT, 'scripts/demo.ts')], { encoding: 'utf8' });
  const codes = [...said.matchAll(/^ {2}exit code {2}(\d+)/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual([0, 0, 0, 64, 65]);
  expect(said).toContain(
    'Every run left the directory, the index, the branch and the remote all old or all new.',
  );
});
