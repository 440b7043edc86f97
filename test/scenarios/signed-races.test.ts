/** A signed publish while others publish, too: the branch only ever moves forward (clause 10). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { git } from '../support/repository.ts';
import { COMMIT, checkSite, failing, MOVE, makeSite, requestsOf, type Site } from '../support/site.ts';

/** Has someone else push `files` once, right before the branch is moved. */
function overtake(site: Site, files: Record<string, string>): void {
  const push = () => {
    moveRemote(site, files);
    return undefined;
  };
  site.server.fault = failing(MOVE, push, 1);
}

const subjects = (site: Site) => git(site.bare, 'log', '--format=%s', 'main').split('\n');

test('a commit elsewhere that comes in between is kept, and the signed one is made again on top of it', async () => {
  const site = await makeSite();
  const { workspace, bare } = site;
  overtake(site, { 'src/input.txt': 'theirs\n', 'src/new.txt': 'new\n' });
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode, step.log).toBe(0);
  expect(subjects(site)).toEqual(['chore: publish docs for TASK-1', 'theirs', 'first']);
  const sha = git(bare, 'rev-parse', 'main');
  expect(step.outputs['commit-sha']).toBe(sha);
  expect(git(workspace, 'rev-parse', 'HEAD')).toBe(sha);
  expect(git(bare, 'rev-list', '--merges', 'main')).toBe('');
  expect(git(bare, 'cat-file', 'commit', sha)).toContain('\ngpgsig ');
  expect(git(bare, 'diff', '--name-only', 'main^', 'main').split('\n')).toEqual([
    'docs/atomic-manifest.json',
    'docs/gone.md',
    'docs/guide/two.md',
    'docs/one.md',
  ]);
  expect(readFileSync(join(workspace, 'src/new.txt'), 'utf8')).toBe('new\n');
  expect(git(workspace, 'status', '--porcelain', '--ignored')).toBe('');
  expect(requestsOf(site, COMMIT).length).toBe(2);
  checkSite(site);
});

test('a remote that had moved before the publish began is followed with one signed commit', async () => {
  const site = await makeSite();
  moveRemote(site, { 'src/input.txt': 'theirs\n' });
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode, step.log).toBe(0);
  expect(subjects(site)).toEqual(['chore: publish docs for TASK-1', 'theirs', 'first']);
  expect(git(site.workspace, 'status', '--porcelain')).toBe('');
  expect(site.server.requests.map(({ operation }) => operation)).toEqual([COMMIT, MOVE]);
  checkSite(site);
});

test.each([
  ['inside the target', { 'docs/one.md': 'theirs\n' }, {}, /changed "docs\/one.md", inside the target/],
  [
    'in what the outputs depend on',
    { 'src/input.txt': 'x\n' },
    { 'depends-on': 'src/**' },
    /depends-on names/,
  ],
  [
    'anywhere with on-conflict fail',
    { 'src/input.txt': 'x\n' },
    { 'on-conflict': 'fail' },
    /the remote moved/,
  ],
])(
  'a commit %s that comes in between is kept, and everything here is as it was',
  async (_, files, inputs, why) => {
    const site = await makeSite();
    const before = observe(site);
    overtake(site, files);
    const step = await site.publish({ sign: 'github', ...inputs });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toMatch(why);
    expect(subjects(site)).toEqual(['theirs', 'first']);
    expect(observe(site)).toEqual({ ...before, remote: expect.any(String) });
    checkSite(site);
  },
);

test('a branch that moves again at each of the attempts is given up, and everything here is as it was', async () => {
  const site = await makeSite();
  const before = observe(site);
  let count = 0;
  site.server.fault = failing(MOVE, () => {
    count += 1;
    moveRemote(site, { 'src/input.txt': `${count}\n` });
    return undefined;
  });
  const step = await site.publish({ sign: 'github', 'push-attempts': '3' });
  expect(step.exitCode, step.log).toBe(65);
  expect(step.outputs['reason']).toContain('was elsewhere at each of 3 attempts');
  expect(subjects(site)).toEqual(['theirs', 'theirs', 'theirs', 'first']);
  expect(observe(site)).toEqual({ ...before, remote: expect.any(String) });
  checkSite(site);
});

test('a branch that GitHub moved without an answer, and on which someone built at once, is published', async () => {
  let isMoved = false;
  const site: Site = await makeSite({
    intercept: () => {
      if (isMoved) {
        isMoved = false;
        moveRemote(site, { 'src/input.txt': 'on top\n' });
      }
      return false;
    },
  });
  site.server.fault = failing(MOVE, () => {
    isMoved = true;
    return 'cut-after';
  });
  const step = await site.publish({ sign: 'github' });
  expect(step.exitCode, step.log).toBe(0);
  expect(subjects(site)).toEqual(['theirs', 'chore: publish docs for TASK-1', 'first']);
  expect(step.outputs['commit-sha']).toBe(git(site.bare, 'rev-parse', 'main^'));
  expect(git(site.workspace, 'rev-parse', 'HEAD')).toBe(step.outputs['commit-sha']);
  expect(git(site.workspace, 'status', '--porcelain')).toBe('');
  checkSite(site);
});

test('two signed publishes of different directories at once both arrive, one on top of the other', async () => {
  const site = await makeSite();
  const other = join(site.root, 'other');
  git(site.root, 'clone', '--quiet', site.bare, other);
  git(other, 'remote', 'set-url', 'origin', site.server.remote);
  const steps = await Promise.all([
    site.publish({ sign: 'github' }),
    site.publish({ sign: 'github', target: 'api', 'task-id': 'TASK-2' }, { workspace: other }),
  ]);
  expect(steps.map(({ exitCode, log }) => `${exitCode} ${exitCode === 0 ? '' : log}`)).toEqual(['0 ', '0 ']);
  expect(subjects(site).toSorted()).toEqual([
    'chore: publish api for TASK-2',
    'chore: publish docs for TASK-1',
    'first',
  ]);
  expect(git(site.bare, 'rev-list', '--merges', 'main')).toBe('');
  check({ ...site, workspace: other }, 'api');
  checkSite(site);
});
