/** `mode: verify` of manifests and commits that somebody made to fit: it says no, and is never led astray. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publishDocs } from '../support/publish.ts';
import {
  commitAll,
  expectNo,
  expectYes,
  forge,
  MANIFEST,
  makePublished,
  OLD,
  RUN,
  verify,
} from '../support/published.ts';
import { git, makeFixture, write } from '../support/repository.ts';

describe('a manifest or a commit that was tampered with', () => {
  test('is found where the manifest was made to fit an altered file', async () => {
    const fixture = await makePublished();
    write(fixture.workspace, { 'docs/one.md': 'One\n' });
    forge(fixture, ({ subject }) => {
      const one = subject.find(({ name }) => name === 'one.md')!;
      one.digest.sha256 = execFileSync('sha256sum', { input: 'One\n', encoding: 'utf8' }).slice(0, 64);
    });
    const step = await expectNo(
      fixture,
      /: commit [0-9a-f]{40} says Manifest-SHA256: "[0-9a-f]{64}", and the manifest "/,
    );
    expect(step.outputs['reason']).toContain('"one.md" is another on the disk than in HEAD');
    const alone = await verify(fixture, { commit: 'false' });
    expect(alone.exitCode, 'without the commit nothing contradicts it').toBe(0);
    const sha = commitAll(fixture, 'tampered');
    await expectNo(
      fixture,
      new RegExp(`: commit ${sha} carries no trailer Manifest-SHA256; .*carries no trailer Task-ID`),
    );
    // A forger who brings a message along still cannot say that it was published on that base.
    const message = git(fixture.workspace, 'log', '-1', '--format=%B', 'HEAD^');
    git(fixture.workspace, 'commit', '--quiet', '--amend', '--message', message);
    await expectNo(fixture, /says Manifest-SHA256.*others changed the target$/);
  });

  test('is found where the manifest claims another task, agent, node, id, time or base', async () => {
    const fixture = await makePublished();
    forge(fixture, ({ predicate }) => Object.assign(predicate, { taskId: 'TASK-9', agentId: 'mallory' }));
    await expectNo(
      fixture,
      /says Task-ID: "TASK-1", and the manifest "TASK-9".*says Agent-ID: "octocat", and the m/,
    );
    forge(fixture, ({ predicate }) => Object.assign(predicate, { commitNode: 'x', transactionId: '../x' }));
    await expectNo(fixture, /says CommitNode.*says Transaction-ID/);
    forge(fixture, ({ predicate }) =>
      Object.assign(predicate, { generatedAt: 'x', baseCommit: git(fixture.workspace, 'rev-parse', 'HEAD') }),
    );
    await expectNo(fixture, /says Transaction-Timestamp.*the base that the manifest names, does not lead/);
  });

  test('is found where one byte of the manifest is another or it was formatted again', async () => {
    const fixture = await makePublished();
    const path = join(fixture.workspace, MANIFEST);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.trimEnd());
    await expectNo(fixture, /its bytes are not the RFC 8785 form/);
    writeFileSync(path, JSON.stringify(JSON.parse(text), null, 2));
    await expectNo(fixture, /its bytes are not the RFC 8785 form/);
  });

  const amendments: [string, (message: string) => string, RegExp][] = [
    [
      'another task',
      (text) => text.replace('Task-ID: TASK-1', 'Task-ID: TASK-2'),
      /says Task-ID: "TASK-2", and/,
    ],
    ['another agent', (text) => text.replace('Agent-ID: ', 'Agent-ID: not-'), /says Agent-ID: "not-octocat"/],
    ['another node', (text) => text.replace('CommitNode: ', 'CommitNode: x'), /says CommitNode: "xocto/],
    [
      'another id',
      (text) => text.replace('Transaction-ID: ', 'Transaction-ID: x'),
      /says Transaction-ID: "x/,
    ],
    ['another time', (text) => text.replace('stamp: 2', 'stamp: 1'), /says Transaction-Timestamp: "1/],
    [
      'another digest',
      (text) => text.replace(/(SHA256: ).{8}/, '$1deadbeef'),
      /says Manifest-SHA256: "deadbeef/,
    ],
    ['no task', (text) => text.replace(/Task-ID: .*\n/, ''), /carries no trailer Task-ID$/],
    [
      'a second digest',
      (text) => `${text.trimEnd()}\nmanifest-sha256: 0\n`,
      /carries Manifest-SHA256 2 times$/,
    ],
    ['the same task twice', (text) => `${text.trimEnd()}\nTask-ID: TASK-1\n`, /carries Task-ID 2 times$/],
    ['text below the trailers', (text) => `${text}\nA last word.\n`, /carries no trailer Manifest-SHA256;/],
    ['a cut below the trailers', (text) => `${text}---\nTask-ID: TASK-2\n`, /carries no trailer|2 times/],
  ];

  test.each(amendments)('is found where the message was amended to have %s', async (_, amend, words) => {
    const fixture = await makePublished();
    const message = amend(git(fixture.workspace, 'log', '-1', '--format=%B'));
    git(fixture.workspace, 'commit', '--quiet', '--amend', '--cleanup=verbatim', '--message', message);
    await expectNo(fixture, words);
  });

  test('is found where a local ref or the configuration would show another commit than there is', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    const good = git(workspace, 'rev-parse', 'HEAD');
    const message = git(workspace, 'log', '-1', '--format=%B').replace('Task-ID: TASK-1', 'Task-ID: TASK-2');
    git(workspace, 'commit', '--quiet', '--amend', '--message', message);
    git(workspace, 'replace', git(workspace, 'rev-parse', 'HEAD'), good);
    expect(git(workspace, 'log', '-1', '--format=%B')).toContain('TASK-1');
    for (const [key, value] of [
      ['trailer.task-id.command', 'echo TASK-1'],
      ['trailer.task-id.ifexists', 'replace'],
      ['log.follow', 'true'],
      ['log.showSignature', 'true'],
      ['i18n.logOutputEncoding', 'UTF-16'],
    ] as const) {
      git(workspace, 'config', key, value);
    }
    await expectNo(fixture, /says Task-ID: "TASK-2", and the manifest "TASK-1"$/);
  });

  test('is found where the tree was squashed, and where it was never committed', async () => {
    const fixture = makeFixture({ files: OLD });
    const step = await publishDocs(fixture, { run: RUN, commit: 'false' });
    expect(step.exitCode).toBe(0);
    await expectYes(fixture, { commit: 'false' });
    await expectNo(fixture, /: no commit in HEAD's history has the manifest$/);
    commitAll(fixture, 'by hand');
    await expectNo(fixture, /carries no trailer.*the manifest names no base commit/);
  });

  test('is found where symlinks that leave were written into the manifest, too', async () => {
    const fixture = await makePublished();
    const text = '/etc/passwd';
    rmSync(join(fixture.workspace, 'docs/link'));
    symlinkSync(text, join(fixture.workspace, 'docs/link'));
    forge(fixture, ({ subject, predicate }) => {
      const link = subject.find(({ name }) => name === 'link')!;
      link.digest.sha256 = execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
      link.annotations.size = text.length;
      predicate['bytes'] = (predicate['bytes'] as number) + 5;
    });
    await expectNo(fixture, /"link" is refused: it is a symlink to "\/etc\/passwd"/, { commit: 'false' });
  });
});

describe('hostile manifests', () => {
  const deep = (open: string, close: string) => open.repeat(1e6) + close.repeat(1e6);
  test.each([
    ['an array a million deep', deep('[', ']'), /it is no object/],
    [
      'objects a million deep',
      `${'{"predicate":'.repeat(1e6)}1${'}'.repeat(1e6)}`,
      /its _type and predicateType/,
    ],
    ['a million open brackets', '['.repeat(1e6), /it is no JSON/],
    [
      'seventeen megabytes of arrays',
      `[${'[],'.repeat(17 * 350_000)}0]`,
      /it has \d+ bytes, and 4 files stand beside/,
    ],
    ['a prototype', '{"__proto__":{"subject":[]}}', /its _type and predicateType/],
    ['nothing', '', /it is no JSON/],
    ['null', 'null', /it is no object/],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0, 0x80]), /it is no JSON/],
  ])('with %s end in 63 and words', async (_, content, words) => {
    const fixture = await makePublished();
    write(fixture.workspace, { [MANIFEST]: content });
    const step = await expectNo(fixture, words, { commit: 'false' });
    expect(step.log).not.toContain('bug');
  });
});
