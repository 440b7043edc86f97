/** What must end with nothing published, and with the required check saying so. */

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveRemote } from '../support/checkouts.ts';
import { temporaryDirectory, write } from '../support/repository.ts';
import {
  callPublish,
  expectNothingPublished,
  jobsOf,
  logOf,
  makeSharedSite,
  PAGE,
  PUBLISH,
  publishedAt,
  stepOf,
} from '../support/reusable.ts';
import { runWorkflow } from '../support/workflow-run.ts';
import { read } from '../support/workflows.ts';

test('one shard that fails means that nothing is published', async () => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(site, { run: `${PAGE}; [ "$ATOMIC_SHARD" = one ]` });
  expect(run.results).toMatchObject({ generate: 'failure', gates: 'skipped', publish: 'skipped' });
  expect(stepOf(run, 'outcome', 'Read how each job ended').log).toContain(
    '::error title=Not published::plan success, generate failure, gates skipped, publish skipped',
  );
});

test('a failure in the middle of a command or of a pipe is a failure', async () => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(site, { run: `${PAGE}\nfalse | cat\ntrue` });
  expect(run.results['generate']).toBe('failure');
});

test('a setup that fails means that nothing is generated', async () => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(site, { setup: 'exit 3' });
  expect(stepOf(run, 'generate', 'Generate').outcome).toBe('skipped');
});

test('a shard that generates nothing means that nothing is published, and is named', async () => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(site, {
    run: `mkdir "$ATOMIC_STAGING/empty"; [ "$ATOMIC_SHARD" = two ] || ${PAGE}`,
  });
  expect(jobsOf(run, 'generate')[1]!.steps.find(({ name }) => name === 'Pack')!.log).toContain(
    '::error title=Nothing generated::The shard two wrote nothing into $ATOMIC_STAGING.',
  );
});

test.each([
  [/-1$/, 'the part of one shard', 'The part of shard number 1 (from 0) is not there: nothing is published.'],
  [/-0$/, 'the part of another', 'The part of shard number 0 (from 0) is not there: nothing is published.'],
])('an artifact %s that is missing (%s) means that nothing is published', async (name, _, words) => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(
    site,
    {},
    {
      beforeJob: (id, artifacts) => {
        if (id === 'gates') artifacts.lose(name);
      },
    },
  );
  expect(stepOf(run, 'gates', 'Bring the parts together').log).toContain(words);
  expect(run.results).toMatchObject({ generate: 'success', gates: 'failure', publish: 'skipped' });
});

test.each([
  ['the same path', 'echo "$ATOMIC_SHARD" > "$ATOMIC_STAGING/same.md"', 'same.md'],
  ['the same path with the same content', 'echo 1 > "$ATOMIC_STAGING/same.md"', 'same.md'],
  [
    'paths that differ in case only',
    '[ $ATOMIC_SHARD = one ] && n=a || n=A; echo > "$ATOMIC_STAGING/$n.md"',
    'a.md',
  ],
  [
    'a file where another has a directory',
    '[ $ATOMIC_SHARD = one ] && echo > "$ATOMIC_STAGING/a" || { mkdir "$ATOMIC_STAGING/a"; echo > "$ATOMIC_STAGING/a/b"; }',
    'a/b',
  ],
])('two shards that write %s mean that nothing is published', async (_, command, path) => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(site, { run: command });
  expect(run.results).toMatchObject({ generate: 'success', gates: 'failure', publish: 'skipped' });
  expect(run.outputs['exit-code']).toBe('65');
  expect(run.outputs['reason']).toContain(path);
});

test.each([
  ['consistency-command', '63'],
  ['message-command', '64'],
])('a no of %s means that nothing is published, and the workflow says %s', async (input, code) => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(site, { [input]: 'echo reason; false' });
  expect(run.results).toMatchObject({ gates: 'failure', publish: 'skipped' });
  expect(run.outputs).toMatchObject({ state: 'ROLLED_BACK', 'exit-code': code });
});

test('a remote that moved in the target meanwhile means that nothing of the run is published', async () => {
  const site = await makeSharedSite();
  let theirs = '';
  const run = await callPublish(
    site,
    {},
    {
      beforeJob: (id) => {
        if (id === 'publish') theirs = moveRemote(site, { 'docs/one.md': 'theirs\n' });
      },
    },
  );
  expect(run.results, logOf(run)).toMatchObject({ publish: 'failure', outcome: 'failure' });
  expect(publishedAt(site).commits[0]).toBe(theirs);
  expect(run.outputs).toMatchObject({ state: 'ROLLED_BACK', 'exit-code': '65' });
});

test('outputs that were replaced after the gates saw them are not published', async () => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(
    site,
    {},
    {
      beforeJob: (id, artifacts) => {
        if (id !== 'publish') return;
        const { name } = artifacts.kept.find((each) => each.name.endsWith('.outputs'))!;
        const directory = temporaryDirectory();
        write(directory, { '0/evil.md': 'evil\n' });
        const path = join(temporaryDirectory(), 'outputs.tar');
        execFileSync('tar', ['-cf', path, '-C', directory, '.']);
        artifacts.upload(name, [[path, 'outputs.tar']], true);
      },
    },
  );
  expect(run.results['publish']).toBe('failure');
});

test('parts that were replaced after the gates saw them are not what is published', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(
    site,
    {},
    {
      beforeJob: (id, artifacts) => {
        if (id !== 'publish') return;
        for (const { directory, name } of artifacts.kept) {
          const index = /-(\d)$/.exec(name)?.[1];
          if (index) writeFileSync(join(directory, `part-${index}.tar`), '');
        }
      },
    },
  );
  expect(run.results['outcome'], logOf(run)).toBe('success');
  expect(publishedAt(site).files).toMatchObject({ 'page-0.md': 'one', 'page-1.md': 'two' });
});

test('a part that was made to climb out of its directory writes nowhere else', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(
    site,
    {},
    {
      beforeJob: (id, artifacts) => {
        if (id !== 'gates') return;
        const { directory } = artifacts.kept.find(({ name }) => name.endsWith('-1'))!;
        const root = temporaryDirectory();
        write(root, { 'escaped.md': 'evil\n', 'a/b/c/x': '' });
        const from = join(root, 'a/b/c');
        execFileSync('tar', ['-cPf', join(directory, 'part-1.tar'), '-C', from, '../../../escaped.md'], {
          stdio: 'ignore',
        });
      },
    },
  );
  const [gates] = jobsOf(run, 'gates');
  for (const path of ['escaped.md', 'atomic-outputs/escaped.md', '../escaped.md']) {
    expect(existsSync(join(gates!.temp, path)), path).toBe(false);
  }
});

test.each([
  ['is empty', '[]'],
  ['is no JSON', 'one, two'],
  ['is no list', '{"a": 1}'],
  ['is two lists', '["a"] ["b"]'],
  ['has a name twice', '["a", "b", "a"]'],
  ['has an empty name', '["a", ""]'],
  ['has a name of spaces', '["a", "  "]'],
  ['has a number', '["a", 1]'],
  ['has a name with a line break', '["a\\nb"]'],
  ['has 257 names', JSON.stringify(Array.from({ length: 257 }, (_, index) => `s${index}`))],
])('a list of shards that %s is refused in words, and nothing is generated', async (_, shards) => {
  const site = await makeSharedSite();
  const run = await expectNothingPublished(site, { shards });
  expect(run.results).toMatchObject({
    plan: 'failure',
    generate: 'skipped',
    gates: 'skipped',
    publish: 'skipped',
  });
  expect(stepOf(run, 'plan', 'Read the shards').log).toContain(
    '::error title=Input shards::It must be a JSON list of 1 to 256 different names without control characters.',
  );
});

test('a list of 256 shards is not refused', async () => {
  const site = await makeSharedSite();
  const shards = JSON.stringify(Array.from({ length: 256 }, (_, index) => `s${index}`));
  const run = await callPublish(site, { shards, run: 'exit 1' });
  expect(run.results).toMatchObject({ plan: 'success', generate: 'failure', outcome: 'failure' });
  expect(stepOf(run, 'plan', 'plan').outputs['count']).toBe('256');
});

test('the required check says no when publish was skipped or cancelled, which GitHub alone would take for a yes', async () => {
  const site = await makeSharedSite();
  const workflow = read(PUBLISH).replace("if: needs.plan.outputs.mode == 'publish'", 'if: false');
  expect(workflow).not.toBe(read(PUBLISH));
  const inputs = { target: 'docs', run: PAGE, 'consistency-command': 'true' };
  const run = await runWorkflow({ site, workflow, inputs });
  expect(run.results, logOf(run)).toMatchObject({ gates: 'success', publish: 'skipped', outcome: 'failure' });
});

test('a push that the server refuses is a failure with everything put back', async () => {
  const site = await makeSharedSite();
  const hook = join(site.bare, 'hooks/pre-receive');
  writeFileSync(hook, '#!/bin/sh\necho no >&2\nexit 1\n', { mode: 0o755 });
  const run = await expectNothingPublished(site, {});
  expect(run.results['publish']).toBe('failure');
  expect(run.outputs).toMatchObject({ state: 'ROLLED_BACK', 'exit-code': '65', pushed: 'false' });
});
