/** Artifacts that are named by a directory or a glob in which the target, and so our own private directory, lies. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { snapshot } from '../support/check.ts';
import { crashFixture } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { write } from '../support/repository.ts';

const privates = (names: string[]) => names.filter((name) => name.includes('.atomic'));

test.each(['**/*.md', '**/*'])(
  'a glob %s does not find what run has written to staging',
  async (artifacts) => {
    const fixture = crashFixture();
    const step = await publishDocs(fixture, { artifacts });
    expect(privates(Object.keys(snapshot(join(fixture.workspace, 'docs')))), step.log).toEqual([]);
  },
);

test('a directory in which the target lies brings nothing that is private', async () => {
  const fixture = crashFixture();
  write(fixture.workspace, { 'build/api.json': '{}\n', 'build/site/old.html': 'old\n' });
  const step = await publishDocs(fixture, { target: 'build/site', run: '', artifacts: 'build' });
  expect(privates(Object.keys(snapshot(join(fixture.workspace, 'build/site')))), step.log).toEqual([]);
});

test('a directory alone, without git, does not publish the ledger of the run', async () => {
  const { root } = crashFixture();
  const workspace = join(root, 'plain');
  mkdirSync(workspace);
  write(workspace, { 'page.md': 'page\n' });
  const step = await publishDocs({ workspace }, { commit: 'false', run: '', artifacts: '.' });
  expect(privates(Object.keys(snapshot(join(workspace, 'docs')))), step.log).toEqual([]);
});

test('a glob in which the target lies finds nothing that is private', async () => {
  const fixture = crashFixture();
  const inputs = { artifacts: 'src/**', target: 'src/docs', run: '' };
  expect((await publishDocs(fixture, inputs)).exitCode).toBe(0);
  const names = Object.keys(snapshot(join(fixture.workspace, 'src/docs')));
  expect(privates(names)).toEqual([]);
});

test('a directory that is only called like one of ours is published', async () => {
  const fixture = crashFixture();
  write(fixture.workspace, { 'site/.docs.atomic-design/why.md': 'why\n', 'site/index.md': 'index\n' });
  const step = await publishDocs(fixture, { run: '', artifacts: 'site' });
  expect(step.exitCode, step.log).toBe(0);
  expect(Object.keys(snapshot(join(fixture.workspace, 'docs')))).toContain('.docs.atomic-design/why.md');
  expect((await publishDocs(fixture, { target: 'site/docs', run: '', artifacts: 'site' })).exitCode).toBe(0);
  const names = Object.keys(snapshot(join(fixture.workspace, 'site/docs')));
  expect(privates(names)).toEqual(['.docs.atomic-design/why.md']);
});
