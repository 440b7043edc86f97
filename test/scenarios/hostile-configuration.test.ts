/** A repository whose own configuration would lead git elsewhere: nothing but the target, its commit and its branch change. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe, snapshot } from '../support/check.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';

const FILES = { 'docs/old.md': 'old\n', '.gitattributes': '* text=auto\n' };

const config =
  (...settings: [string, string][]) =>
  ({ workspace }: Fixture) => {
    for (const [key, value] of settings) git(workspace, 'config', key, value);
  };

/** What a configuration tries, and how it is written. `elsewhere` is a directory outside of the repository. */
const TRIES: [string, (fixture: Fixture, elsewhere: string) => void][] = [
  ['pushes all branches and tags with a push', config(['remote.origin.push', '+refs/*:refs/*'])],
  ['pushes whatever it likes by default', config(['push.default', 'matching'], ['push.followTags', 'true'])],
  [
    'takes other objects for these',
    ({ workspace }) => git(workspace, 'replace', 'HEAD:README.md', 'HEAD:src/input.txt'),
  ],
  [
    'grafts other parents onto the commit',
    ({ workspace }) => write(workspace, { '.git/info/grafts': `${git(workspace, 'rev-parse', 'HEAD')}\n` }),
  ],
  [
    'includes settings that run programs',
    (fixture, elsewhere) => {
      writeFileSync(join(elsewhere, 'config'), `[core]\n\tfsmonitor = touch ${elsewhere}/ran\n`);
      config(['include.path', join(elsewhere, 'config')])(fixture);
    },
  ],
  [
    'ignores what changed',
    config(['core.ignoreStat', 'true'], ['core.checkStat', 'minimal'], ['core.trustctime', 'false']),
  ],
  ['names no identity', config(['user.useConfigOnly', 'true'], ['user.name', ''], ['user.email', ''])],
  ['writes messages in another encoding', config(['i18n.commitEncoding', 'ISO-8859-1'])],
  [
    'splits and compresses strangely',
    config(['core.splitIndex', 'true'], ['core.compression', '0'], ['pack.window', '0']),
  ],
  ['cleans messages and signs them off', config(['commit.cleanup', 'scissors'], ['format.signOff', 'true'])],
];

test.each(TRIES)('a configuration that %s changes nothing of what is published', async (_, attack) => {
  const [plain, fixture] = [makeFixture({ files: FILES }), makeFixture({ files: FILES })];
  git(fixture.workspace, 'branch', 'private');
  git(fixture.workspace, 'tag', 'private-tag');
  const elsewhere = join(fixture.root, 'elsewhere');
  write(elsewhere, { file: 'as it was\n' });
  attack(fixture, elsewhere);
  const before = snapshot(elsewhere);
  expect((await publishDocs(plain)).exitCode).toBe(0);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  const tree = 'main:docs/guide';
  expect(git(fixture.bare, 'rev-parse', tree)).toBe(git(plain.bare, 'rev-parse', tree));
  expect(git(fixture.bare, 'rev-list', '--count', 'main')).toBe('2');
  expect(git(fixture.bare, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  expect(snapshot(elsewhere)).toEqual(before);
  check(fixture);
});

const REFUSED: typeof TRIES = [
  [
    'moves the working tree',
    ({ workspace }, elsewhere) => git(workspace, 'config', 'core.worktree', elsewhere),
  ],
  ['mirrors the clone', config(['remote.origin.mirror', 'true'])],
];

test.each(REFUSED)('a configuration that %s is refused, and nothing is changed', async (_, attack) => {
  const fixture = makeFixture({ files: FILES });
  const elsewhere = join(fixture.root, 'elsewhere');
  write(elsewhere, { 'docs/theirs.md': 'theirs\n' });
  attack(fixture, elsewhere);
  const before = { ...observe(fixture), elsewhere: snapshot(elsewhere) };
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBeGreaterThanOrEqual(61);
  expect(step.exitCode).toBeLessThanOrEqual(66);
  expect({ ...observe(fixture), elsewhere: snapshot(elsewhere) }).toEqual(before);
});

test('the program that the user has for ssh runs, and takes the push', async () => {
  const fixture = makeFixture({ files: FILES });
  const ssh = join(fixture.root, 'ssh');
  writeFileSync(ssh, '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n', { mode: 0o755 });
  git(fixture.workspace, 'config', 'core.sshCommand', ssh);
  git(fixture.workspace, 'remote', 'set-url', 'origin', `ssh://git.invalid${fixture.bare}`);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'rev-parse', 'main')).toBe(step.outputs['commit-sha']);
});
