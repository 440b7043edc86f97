/** What a rollback that is refused says of the reason. */
import { expect, test } from 'vitest';
import { FILES, rollBack } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';

test('a publish without a commit never had a checkpoint, and the refusal does not speak of one that was dropped', async () => {
  const fixture = makeFixture({ files: { ...FILES, 'docs/one.md': 'old\n' } });
  await publishDocs(fixture, { commit: 'false', 'transaction-id': 'bare' });
  const step = await rollBack(fixture, { 'rollback-to': 'bare' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).not.toContain('any more');
  expect(step.log).not.toContain('Checkpoints are kept for the last transactions only');
});

test.each([
  ['by the user, in the working tree', false],
  ['by a later commit', true],
])(
  'a file that was put below one that a revert would bring back is what is in its way: %s',
  async (_, isCommitted) => {
    const fixture = makeFixture({ files: FILES });
    const run = 'git rm -q b.txt; mkdir b.txt; echo x > b.txt/x';
    expect((await operate(fixture, run, { 'transaction-id': 'first' })).exitCode).toBe(0);
    write(fixture.workspace, { 'b.txt/mine': 'mine\n' });
    if (isCommitted) {
      git(fixture.workspace, 'add', '--all');
      git(fixture.workspace, 'commit', '--quiet', '--message', 'mine');
    }
    const step = await rollBack(fixture, {});
    expect(step.exitCode).toBe(65);
    expect(step.outputs['reason']).toContain('was changed since');
    expect(step.log).not.toContain('A submodule is moved by its own commit');
  },
);
