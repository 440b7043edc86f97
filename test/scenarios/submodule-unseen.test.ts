/** Submodules at the target that are not checked out. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crashFixture } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { git, write } from '../support/repository.ts';

/** As actions/checkout leaves it: a submodule that is not checked out is an empty directory. */
test.each(['docs', 'docs/theme'])(
  'a submodule at %s that is not checked out does not go from the branch unseen',
  async (path) => {
    const fixture = crashFixture();
    const { workspace } = fixture;
    if (path === 'docs') git(workspace, 'rm', '-r', '--quiet', 'docs');
    const commit = git(workspace, 'rev-parse', 'HEAD');
    git(workspace, 'update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
    write(workspace, { '.gitmodules': `[submodule "x"]\n\tpath = ${path}\n\turl = ../x\n` });
    git(workspace, 'add', '.gitmodules');
    git(workspace, 'commit', '--quiet', '--message', 'submodule');
    git(workspace, 'push', '--quiet', 'origin', 'main');
    mkdirSync(join(workspace, path), { recursive: true });
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(0);
    expect(step.log).toMatch(new RegExp(`no publish has made it: .*"${path}" removed`));
  },
);
