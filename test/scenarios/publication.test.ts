/** Clause 8: which of the three ways a directory is published, and that each is undone as a whole. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, observe, snapshot } from '../support/check.ts';
import { pathWithout } from '../support/filesystems.ts';
import { publishDocs } from '../support/publish.ts';
import { makeFixture } from '../support/repository.ts';

const OLD = { 'docs/one.md': 'old\n', 'docs/removed.md': 'old\n' };
const NEW = { 'guide/two.md': '644 two\n', 'one.md': '644 one\n' };

/** What is published, without the manifest. */
function outputs(target: string): Record<string, string> {
  const { 'atomic-manifest.json': _, ...rest } = snapshot(target);
  return rest;
}

describe('how a directory is published', () => {
  test('a directory that exists is exchanged, and nothing of the old one is left', async () => {
    const fixture = makeFixture({ files: OLD });
    const docs = join(fixture.workspace, 'docs');
    const before = statSync(docs).ino;
    const step = await publishDocs(fixture);
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs['publication']).toBe('exchange');
    expect(outputs(docs)).toEqual(NEW);
    expect(statSync(docs).ino).not.toBe(before);
    check(fixture);
  });

  test('a first publish is one rename, which needs no perl', async () => {
    const fixture = makeFixture();
    const step = await publishDocs(fixture, {}, { env: { PATH: pathWithout('perl') } });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs['publication']).toBe('rename');
    expect(outputs(join(fixture.workspace, 'docs'))).toEqual(NEW);
    check(fixture);
  });

  test('a first publish makes the parents of the target', async () => {
    const fixture = makeFixture();
    const step = await publishDocs(fixture, { target: 'site/public/docs' });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs['publication']).toBe('rename');
    expect(outputs(join(fixture.workspace, 'site/public/docs'))).toEqual(NEW);
    check(fixture, 'site/public/docs');
  });

  test.each([
    { where: 'the command that produces fails', inputs: { run: 'exit 3' }, exitCode: 65 },
    { where: 'a gate says no', inputs: { 'consistency-command': 'exit 1' }, exitCode: 63 },
    {
      where: 'the validation fails',
      inputs: { 'validation-command': 'test ! -f "$ATOMIC_TARGET/one.md"' },
      exitCode: 65,
    },
  ])('the parents a first publish made are gone again when $where', async ({ inputs, exitCode }) => {
    const fixture = makeFixture({ files: { 'site/kept.txt': 'kept\n' } });
    const before = observe(fixture, 'site');
    const step = await publishDocs(fixture, { target: 'site/public/deep/docs', ...inputs });
    expect(step.exitCode, step.log).toBe(exitCode);
    expect(readdirSync(join(fixture.workspace, 'site'))).toEqual(['kept.txt']);
    expect(observe(fixture, 'site')).toEqual(before);
    check(fixture, 'site/public/deep/docs');
  });

  test('a parent in which another process left a file meanwhile stays, with that file', async () => {
    const fixture = makeFixture();
    const run = `echo theirs > "$(dirname "$ATOMIC_TARGET")/../theirs.txt"; exit 3`;
    const step = await publishDocs(fixture, { target: 'site/public/docs', run });
    expect(step.exitCode, step.log).toBe(65);
    expect(snapshot(join(fixture.workspace, 'site'))).toEqual({ 'theirs.txt': '644 theirs\n' });
    expect(readdirSync(join(fixture.workspace, 'site'))).toEqual(['theirs.txt']);
    check(fixture, 'site/public/docs');
  });

  test('without perl and with atomicity journaled two renames replace the directory', async () => {
    const fixture = makeFixture({ files: OLD });
    const step = await publishDocs(
      fixture,
      { atomicity: 'journaled' },
      { env: { PATH: pathWithout('perl') } },
    );
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs['publication']).toBe('two-step');
    expect(outputs(join(fixture.workspace, 'docs'))).toEqual(NEW);
    check(fixture);
  });

  test('two renames are undone when the validation fails', async () => {
    const fixture = makeFixture({ files: OLD });
    const before = observe(fixture);
    const step = await publishDocs(
      fixture,
      { atomicity: 'journaled', 'validation-command': 'test ! -f "$ATOMIC_TARGET/one.md"' },
      { env: { PATH: pathWithout('perl') } },
    );
    expect(step.exitCode, step.log).toBe(65);
    expect(observe(fixture)).toEqual(before);
    check(fixture);
  });

  test('with perl at hand atomicity journaled exchanges all the same', async () => {
    const fixture = makeFixture({ files: OLD });
    const step = await publishDocs(fixture, { atomicity: 'journaled' });
    expect(step.outputs['publication'], step.log).toBe('exchange');
    check(fixture);
  });
});
