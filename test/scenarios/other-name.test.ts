/** A branch that is a symbolic ref: another name of the one that is checked out. */
import { expect, test } from 'vitest';
import { crashFixture } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { git } from '../support/repository.ts';

test.each(['false', 'true'])(
  'a branch that is another name for the checked-out one takes the index along, or is refused: push %s',
  async (push) => {
    const fixture = crashFixture();
    git(fixture.workspace, 'symbolic-ref', 'refs/heads/master', 'refs/heads/main'); // As after a rename of the default branch.
    const step = await publishDocs(fixture, { branch: 'master', push });
    if (step.exitCode === 0) expect(git(fixture.workspace, 'status', '--porcelain'), step.log).toBe('');
    else expect(step.exitCode, step.log).toBe(65);
  },
);
