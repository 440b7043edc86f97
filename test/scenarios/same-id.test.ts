/** An id that an earlier transaction has used, in another clone: its manifest stands at the target already. */

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { snapshot } from '../support/check.ts';
import { crashFixture, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { git } from '../support/repository.ts';

test.each([
  ['', 'false'],
  [', where line ends are converted', 'true'],
])(
  'a run of an id that was published from another clone%s, and that is killed before it publishes, is settled',
  async (_, converts) => {
    const fixture = crashFixture();
    const ID = { 'transaction-id': 'RUN-4711' };
    expect((await publishDocs(fixture, ID)).exitCode).toBe(0);
    const workspace = join(fixture.root, 'fresh'); // The job is run again, on another runner.
    git(fixture.root, 'clone', '--quiet', '--config', `core.autocrlf=${converts}`, fixture.bare, workspace);
    const again = { ...fixture, workspace };
    const before = snapshot(join(workspace, 'docs'));
    const died = await publishDocs(again, { ...ID, run: 'kill -9 $PPID; sleep 1' });
    expect(died.signal).toBe('SIGKILL');
    const post = await runPost(again, ID);
    expect(snapshot(join(workspace, 'docs'))).toEqual(before);
    expect(post.exitCode, post.log).toBe(0);
  },
);

test('a reproducible directory is not published over what has its manifest and other files', async () => {
  const fixture = crashFixture();
  const inputs = { 'transaction-id': 'RUN-4711', commit: 'false' };
  const env = { SOURCE_DATE_EPOCH: '1790000000' };
  for (const name of ['one', 'other']) mkdirSync(join(fixture.root, name));
  const one = join(fixture.root, 'one');
  const workspace = join(fixture.root, 'other'); // No repositories.
  expect((await publishDocs({ workspace: one }, inputs, { env })).exitCode).toBe(0);
  cpSync(join(one, 'docs'), join(workspace, 'docs'), { recursive: true });
  writeFileSync(join(workspace, 'docs/extra.md'), 'extra\n');
  const step = await publishDocs({ workspace }, { ...inputs, 'validation-command': 'exit 1' }, { env });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('has published this manifest before');
  expect(snapshot(join(workspace, 'docs'))['extra.md']).toBe('644 extra\n');
});
