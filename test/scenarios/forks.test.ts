/** Runs that can never push, or only seem so: pull requests from forks, and workspaces of another user (clause 10). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { cloneWith, expectPublished, FILES, moveRemote } from '../support/checkouts.ts';
import { isRoot, sh } from '../support/filesystems.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';

const BASE = { repo: { full_name: 'octo/site' } };

/** The environment of a run for the event `name` with this payload. */
function eventOf(fixture: Fixture, name: string, payload: unknown) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  write(fixture.root, { 'event.json': text });
  return { env: { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: join(fixture.root, 'event.json') } };
}

const pullRequest = (head: unknown) => ({ pull_request: { head: { repo: head }, base: BASE } });

test.each([
  ['pull_request', 'another repository', { full_name: 'mona/site' }, 'mona/site'],
  ['pull_request', 'a repository that was deleted', null, 'deleted meanwhile'],
  ['pull_request_review', 'another repository', { full_name: 'mona/site' }, 'mona/site'],
])('%s from %s is refused before anything is on the disk', async (event, _, head, named) => {
  const fixture = makeFixture({ files: FILES });
  const before = observe(fixture);
  const inputs = { run: 'touch ../ran', 'consistency-command': 'touch ../ran' };
  const step = await publishDocs(fixture, inputs, eventOf(fixture, event, pullRequest(head)));
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe(
    `this run is for a pull request from a fork (${named}): its token cannot push to octo/site`,
  );
  expect(step.log).toContain('Publish in the run after the merge (on: push), and give this one mode: check.');
  expect(existsSync(join(fixture.root, 'ran'))).toBe(false);
  expect(existsSync(join(fixture.workspace, '.git/atomic'))).toBe(false);
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test.each([
  ['a pull request of the same repository', 'pull_request', pullRequest(BASE.repo)],
  [
    'a fork in pull_request_target, whose token may push,',
    'pull_request_target',
    pullRequest({ full_name: 'mona/site' }),
  ],
  ['an event that cannot be read', 'pull_request', '{"pull_request": '],
  ['an event without a pull request', 'pull_request', {}],
  ['a run for a push', 'push', { ref: 'refs/heads/main' }],
])('%s is published', async (_, event, payload) => {
  const fixture = makeFixture({ files: FILES });
  const step = await publishDocs(fixture, {}, eventOf(fixture, event, payload));
  expect(step.exitCode, step.log).toBe(0);
  check(fixture);
});

test('an event file that is not there does not matter', async () => {
  const fixture = makeFixture({ files: FILES });
  const env = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: join(fixture.root, 'nothing') };
  expect((await publishDocs(fixture, {}, { env })).exitCode).toBe(0);
  check(fixture);
});

test('a fork that does not push is published in this clone', async () => {
  const fixture = makeFixture({ files: FILES });
  const options = eventOf(fixture, 'pull_request', pullRequest({ full_name: 'mona/site' }));
  const step = await publishDocs(fixture, { push: 'false' }, options);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'rev-parse', 'main')).toBe(step.outputs['base-sha']);
  check(fixture);
});

const AS_ROOT = isRoot ? '' : ' (skipped: it takes the superuser)';

test.skipIf(!isRoot)(`a workspace that belongs to another user is published in${AS_ROOT}`, async () => {
  const fixture = cloneWith([]);
  const theirs = moveRemote(fixture);
  const { workspace: DIR } = fixture;
  const config = readFileSync(join(DIR, '.git/config'), 'utf8');
  sh('chown --recursive 65534 "$DIR"', { DIR });
  expect(() => git(DIR, 'status')).toThrow(/dubious ownership/);
  const step = await publishDocs(fixture);
  sh('chown --recursive 0 "$DIR"', { DIR });
  expect(step.exitCode, step.log).toBe(0);
  expect(readFileSync(join(DIR, '.git/config'), 'utf8')).toBe(config);
  expect(git(DIR, 'rev-parse', 'HEAD^')).toBe(theirs);
  expect(git(DIR, 'status', '--porcelain')).toBe('');
  check(fixture);
  await expectPublished(fixture, { inputs: { run: 'echo more > "$ATOMIC_STAGING/more.md"' } });
});
