/** Who sees which token, and who runs whose commands (clauses 16 and 17). */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { callPublish, jobsOf, logOf, makeSharedSite, PAGE, PUBLISH } from '../support/reusable.ts';
import { READ_TOKEN, WRITE_TOKEN } from '../support/workflow-run.ts';
import { read } from '../support/workflows.ts';

const LOOK = 'env; cat .git/config; git config --list; grep -r ghs_ "$RUNNER_TEMP" || true';
const COMMANDS = {
  setup: `${LOOK} # setup`,
  run: `${LOOK}; ${PAGE} # run`,
  'consistency-command': `${LOOK} # consistency`,
  'message-command': `${LOOK} # message`,
};
const shapesOf = (token: string) => [token, Buffer.from(`x-access-token:${token}`).toString('base64')];

test('the permissions of each job are the least it can work with, and one alone may write', () => {
  const { permissions, jobs } = parse(read(PUBLISH));
  expect(permissions).toEqual({});
  expect(
    Object.fromEntries(
      Object.entries<{ permissions: object }>(jobs).map(([id, job]) => [id, job.permissions]),
    ),
  ).toEqual({
    plan: {},
    generate: { contents: 'read' },
    gates: { contents: 'read' },
    publish: { contents: 'write' },
    outcome: {},
  });
});

test('the token that writes is nowhere to be seen in the jobs that run the caller’s commands', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(site, COMMANDS);
  expect(run.results['outcome'], logOf(run)).toBe('success');
  const seen = JSON.stringify(run.jobs.filter(({ id }) => id !== 'publish'));
  expect(seen).toContain('# consistency');
  for (const shape of shapesOf(WRITE_TOKEN)) expect(seen).not.toContain(shape);
  expect(jobsOf(run, 'publish')[0]!.token).toBe(WRITE_TOKEN);
});

test('no command of the caller runs in the job that holds the token that writes', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(site, COMMANDS);
  const [publish] = jobsOf(run, 'publish');
  for (const command of ['# setup', '# run', '# consistency', '# message']) {
    expect(JSON.stringify(publish)).not.toContain(command);
    expect(JSON.stringify(jobsOf(run, 'generate')) + JSON.stringify(jobsOf(run, 'gates'))).toContain(command);
  }
});

test('no command of the caller finds any token, not even the one that reads', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(site, COMMANDS);
  const said = logOf(run).replaceAll(/^::add-mask::.*$/gm, '');
  expect(said).toContain('GITHUB_WORKSPACE=');
  for (const token of [READ_TOKEN, WRITE_TOKEN]) {
    for (const shape of shapesOf(token)) expect(said).not.toContain(shape);
  }
});

test('a token that is given pushes where the job’s own cannot, and only publish has it', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(site, COMMANDS, { isFork: true, secrets: { token: WRITE_TOKEN } });
  expect(run.results['outcome'], logOf(run)).toBe('success');
  const seen = JSON.stringify(run.jobs.filter(({ id }) => id !== 'publish'));
  for (const shape of shapesOf(WRITE_TOKEN)) expect(seen).not.toContain(shape);
  const refused = await callPublish(
    site,
    { run: `${PAGE}; date +%N > "$ATOMIC_STAGING/at"`, shards: '["a"]' },
    { isFork: true },
  );
  expect(refused.results).toMatchObject({ publish: 'failure', outcome: 'failure' });
});

test('the secret of the caller reaches setup and run alone', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(
    site,
    { setup: '[ "$ATOMIC_SECRET" = s3cr3t ]', run: `[ "$ATOMIC_SECRET" = s3cr3t ]; ${PAGE}` },
    { secrets: { secret: 's3cr3t' } },
  );
  expect(run.results['outcome'], logOf(run)).toBe('success');
  const having = run.jobs.flatMap(({ id, steps }) =>
    steps.filter(({ given }) => Object.values(given).includes('s3cr3t')).map(({ name }) => `${id}: ${name}`),
  );
  expect([...new Set(having)]).toEqual(['generate: Set up', 'generate: Generate', 'gates: Set up']);
});

test('a caller that grants too little is refused before anything runs', async () => {
  const site = await makeSharedSite();
  await expect(callPublish(site, {}, { granted: { contents: 'read' } })).rejects.toThrow(
    "The nested job 'publish' is requesting 'contents: write', but is only allowed 'contents: read'",
  );
});
