import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readInputs, readMode } from '../src/inputs.ts';
import { setEnvironment } from './support/environment.ts';
import { failureOf } from './support/failure.ts';
import { temporaryDirectory } from './support/repository.ts';

const { inputs: DEFINED } = parse(readFileSync(resolve(import.meta.dirname, '../action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};
const NOW = new Date('2026-01-02T03:04:05.678Z');
const REQUIRED = { 'task-id': 'TASK-1', target: 'docs', run: 'make', 'consistency-result': 'PASS' };

const RUNNER = {
  GITHUB_ACTOR: 'octocat',
  GITHUB_REPOSITORY: 'octo/site',
  GITHUB_WORKFLOW: 'Docs',
  GITHUB_JOB: 'generate',
  GITHUB_RUN_ID: '7',
  GITHUB_SERVER_URL: 'https://github.com',
  SOURCE_DATE_EPOCH: undefined,
};

/** What a step with these inputs is given, defaults as the runner fills them in. */
function given(inputs: Record<string, string>, environment: Record<string, string | undefined> = {}): string {
  const workspace = temporaryDirectory();
  mkdirSync(join(workspace, 'site'));
  writeFileSync(join(workspace, 'notes.txt'), '');
  const defaults = Object.entries(DEFINED).map(([name, { default: value = '' }]) => [name, value]);
  const all = { ...(Object.fromEntries(defaults) as Record<string, string>), ...REQUIRED, ...inputs };
  setEnvironment({
    ...RUNNER,
    GITHUB_WORKSPACE: workspace,
    ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...environment,
  });
  return workspace;
}

test('a step that gives only what is required gets the documented defaults', () => {
  const workspace = given({});
  const { transactionId, token: _, temp: __, ...inputs } = readInputs(NOW);
  expect(transactionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(inputs).toMatchObject({
    taskId: 'TASK-1',
    agentId: 'octocat',
    commitNode: 'octo/site/Docs/generate',
    generatedAt: '2026-01-02T03:04:05Z',
    runUrl: 'https://github.com/octo/site/actions/runs/7',
    workspace,
    workingDirectory: workspace,
    target: join(workspace, 'docs'),
    run: 'make',
    shell: 'bash',
    artifacts: [],
    contents: new Map(),
    preserve: [],
    atomicity: 'strict',
    consistency: { result: 'PASS', command: undefined },
    message: { result: undefined, command: undefined },
    validationCommand: undefined,
    manifest: 'atomic-manifest.json',
    commit: true,
    commitMessage: undefined,
    author: { name: 'github-actions[bot]', email: '41898282+github-actions[bot]@users.noreply.github.com' },
    branch: undefined,
    isInPlace: false,
    history: 'single',
    isCheck: false,
    failOnChange: true,
    push: true,
    remote: 'origin',
    onConflict: 'replay',
    dependsOn: [],
    pushAttempts: 10,
    tag: undefined,
    sign: 'none',
    packing: 'fast',
    statusContext: undefined,
    lockTimeoutMs: 120_000,
    gateTimeoutMs: 600_000,
    runTimeoutMs: undefined,
  });
  expect(readMode()).toBe('publish');
});

test('a step that gives everything gets what it gave', () => {
  const workspace = given({
    'agent-id': 'agent-7',
    'commit-node': 'node',
    'transaction-id': 'release-1.2_3',
    artifacts: '\n dist/**  =>  ./js/ \n\n notes.md\n',
    contents: '{"a/b.txt": "one\\n", "c": ""}',
    preserve: 'CNAME\nv1/**',
    atomicity: 'journaled',
    'message-result': '',
    'message-command': 'lint',
    'validation-command': 'check',
    author: 'Mona Lisa <mona@example.org>',
    commit: 'TRUE',
    push: 'False',
    branch: 'gh-pages',
    'on-conflict': 'fail',
    'depends-on': 'api.yaml\n!src/*.md',
    'push-attempts': '3',
    tag: 'refs/tags/v1.2.3',
    'run-timeout': '1.5h',
    'lock-timeout': '0ms',
    'gate-timeout': '90s',
    'working-directory': 'site',
  });
  expect(readInputs(NOW)).toMatchObject({
    agentId: 'agent-7',
    commitNode: 'node',
    transactionId: 'release-1.2_3',
    target: join(workspace, 'site/docs'),
    workingDirectory: join(workspace, 'site'),
    artifacts: [
      { source: 'dist/**', destination: 'js' },
      { source: 'notes.md', destination: undefined },
    ],
    contents: new Map([
      ['a/b.txt', 'one\n'],
      ['c', ''],
    ]),
    preserve: ['CNAME', 'v1/**'],
    atomicity: 'journaled',
    message: { result: '', command: 'lint' },
    validationCommand: 'check',
    author: { name: 'Mona Lisa', email: 'mona@example.org' },
    commit: true,
    push: false,
    branch: 'gh-pages',
    onConflict: 'fail',
    dependsOn: ['api.yaml', '!src/*.md'],
    pushAttempts: 3,
    tag: 'v1.2.3',
    lockTimeoutMs: 0,
    gateTimeoutMs: 90_000,
    runTimeoutMs: 5_400_000,
  });
});

describe('a step is refused that gives', () => {
  const rows: [string, string, string, string?][] = [
    ['task-id', '', 'one line of text'],
    ['task-id', 'TASK-1\nAgent-ID: forged', 'one line of text'],
    ['task-id', 'TASK-1\u2028x', 'one line of text', '"TASK-1\\u2028x"'],
    ['task-id', 'x'.repeat(501), 'at most 500 characters', `"${'x'.repeat(200)}…"`],
    ['agent-id', 'a\rb', 'one line of text'],
    ['commit-node', 'a\u0007b', 'one line of text'],
    ['transaction-id', '../x', '2 to 64 letters'],
    ['transaction-id', 'x', '2 to 64 letters'],
    ['transaction-id', 'a..b', '2 to 64 letters'],
    ['transaction-id', 'a.lock', '2 to 64 letters'],
    ['transaction-id', 'a'.repeat(65), '2 to 64 letters'],
    ['run', '', 'a command that writes the outputs'],
    ['artifacts', 'a => b => c', 'source => destination'],
    ['artifacts', '=> b', 'source => destination'],
    ['artifacts', 'a =>', 'source => destination'],
    ['contents', '{"a": 1}', 'a JSON object of paths and texts', '"a: 1"'],
    ['contents', '["a"]', 'a JSON object of paths and texts'],
    ['contents', '"a"', 'a JSON object of paths and texts'],
    ['contents', '{"a": "b"', 'a JSON object of paths and texts'],
    ['contents', '{"../a": "b"}', 'it leaves the target', '"../a"'],
    ['atomicity', 'Strict', 'one of: strict, journaled'],
    ['atomicity', '', 'one of: strict, journaled'],
    ['commit', 'yes', 'true or false'],
    ['push', '1', 'true or false'],
    ['push', '', 'true or false'],
    ['manifest', 'a/b.json', 'one file name'],
    ['manifest', '', 'one file name'],
    ['manifest', '.git', '".git"'],
    ['manifest', '..', 'it leaves the target'],
    ['author', 'Mona', 'Name <mail@example.org>'],
    ['author', 'Mona <mona@example.org> x', 'Name <mail@example.org>'],
    ['author', '<mona@example.org>', 'Name <mail@example.org>'],
    ['author', 'Mona\nx <mona@example.org>', 'Name <mail@example.org>'],
    ['remote', '--upload-pack=x', 'the name of a remote'],
    ['remote', '', 'the name of a remote'],
    ['on-conflict', 'rebase', 'one of: replay, fail'],
    ['push-attempts', '0', 'a whole number from 1 to 999'],
    ['push-attempts', '1e2', 'a whole number from 1 to 999'],
    ['sign', 'gpg', 'one of: none, github'],
    ['shell', '', 'bash, sh, pwsh'],
    ['lock-timeout', '', 'a duration such as 90s'],
    ['lock-timeout', '90', 'a duration such as 500ms'],
    ['gate-timeout', '-1s', 'a duration such as 500ms'],
    ['gate-timeout', 'ten minutes', 'a duration such as 500ms'],
    ['run-timeout', '1000h', 'below 24 days'],
    ['working-directory', 'missing', 'a directory that exists'],
    ['working-directory', 'notes.txt', 'a directory that exists'],
  ];

  test.each(rows)(
    '%s with %j, and is told the input, what it held and what it may hold: %s',
    async (name, value, may, held = value === '' ? 'is empty' : JSON.stringify(value)) => {
      given({ [name]: value });
      const error = await failureOf(() => readInputs(NOW));
      expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
      for (const part of [`input ${name} `, held, may]) expect(error.message).toContain(part);
      expect(error.message).not.toMatch(/[\u0000-\u001f\u2028]/);
    },
  );

  test('a mode that does not exist', async () => {
    given({ mode: 'Publish' });
    const error = await failureOf(readMode);
    expect(error.message).toMatch(/^input mode holds "Publish"; it may hold one of: publish, /);
  });

  test.each([
    ['branch', 'main'],
    ['tag', 'v1'],
    ['status-context', 'publish'],
    ['sign', 'github'],
  ])('%s for a run that makes no commit', async (name, value) => {
    given({ commit: 'false', [name]: value });
    const { message } = await failureOf(() => readInputs(NOW));
    expect(message).toContain(`input ${name} holds "${value}"; it may hold nothing while commit is false`);
  });

  test.each([
    ['rollback-to', 'v1', 'publish'],
    ['rollback-paths', 'docs', 'check'],
  ])('%s where nothing is rolled back', async (name, value, mode) => {
    given({ mode, [name]: value });
    const { message } = await failureOf(() => readInputs(NOW));
    const words = `input ${name} holds "${value}"; it may hold nothing while mode is ${mode}`;
    expect(message).toContain(words);
    given({ mode, 'rollback-scope': 'paths' });
    expect((await failureOf(() => readInputs(NOW))).message).toContain(
      `input rollback-scope holds "paths"; it may hold operation alone while mode is ${mode}`,
    );
  });

  test.each([
    ['contents', '{}', 'a JSON object of at least one path and its text', { run: 'make' }],
    ['history', 'phases', 'single while there is a target', {}],
    ['preserve', '!CNAME', 'a glob of what to keep before those that begin with "!"', {}],
  ])('%s that comes to nothing with a target', async (name, value, may, more) => {
    given({ target: 'docs', [name]: value, ...more });
    const { message } = await failureOf(() => readInputs(NOW));
    expect(message).toContain(`input ${name} holds ${JSON.stringify(value)}; it may hold ${may}`);
  });

  test('a tag for a signed commit, or a signed commit that is not pushed', async () => {
    given({ sign: 'github', tag: 'v1' });
    expect((await failureOf(() => readInputs(NOW))).message).toMatch(/^input tag holds "v1".*sign is github/);
    given({ 'status-context': 'publish', push: 'false' });
    expect((await failureOf(() => readInputs(NOW))).message).toMatch(
      /^input status-context holds.*push is false/,
    );
    given({ sign: 'github', push: 'false' });
    expect((await failureOf(() => readInputs(NOW))).message).toMatch(
      /^input sign holds "github".*only with push/,
    );
  });

  test.each([
    ['sign', 'github'],
    ['status-context', 'publish'],
  ])('%s where GitHub cannot be asked', async (name, value) => {
    for (const [token, repository] of [
      ['', 'octo/site'],
      ['ghs_x', undefined],
    ]) {
      given({ [name]: value, token: token! }, { GITHUB_REPOSITORY: repository });
      const { message } = await failureOf(() => readInputs(NOW));
      expect(message).toContain(
        `input ${name} holds "${value}"; it may hold something only in a workflow of GitHub`,
      );
    }
  });

  test('what says where a commit goes, for a rollback as for a publish', async () => {
    given({ mode: 'rollback', run: '', remote: '--upload-pack=x' });
    expect((await failureOf(() => readInputs(NOW))).message).toMatch(/^input remote holds "--upload-pack=x"/);
    given({ mode: 'rollback', run: '', sign: 'github', push: 'false' });
    expect((await failureOf(() => readInputs(NOW))).message).toMatch(
      /^input sign holds "github".*only with push/,
    );
  });

  test('no consistency gate, which is a failed gate', async () => {
    given({ 'consistency-result': 'not-given' });
    const error = await failureOf(() => readInputs(NOW));
    expect(error.code).toBe('CONSISTENCY_VALIDATION_FAILED');
    expect(error.message).toMatch(/consistency-result.*consistency-command/);
  });
});

test('an empty gate result was given, and is not taken for none', () => {
  given({ 'consistency-result': '', 'message-result': '' });
  expect(readInputs(NOW)).toMatchObject({ consistency: { result: '' }, message: { result: '' } });
});

test('a secret-looking text in a refused value is shown no longer than 200 characters', async () => {
  given({ contents: 'x'.repeat(10_000) });
  expect((await failureOf(() => readInputs(NOW))).message.length).toBeLessThan(500);
});

describe('the time of the transaction', () => {
  test('is SOURCE_DATE_EPOCH when that is set', () => {
    given({}, { SOURCE_DATE_EPOCH: '1700000000' });
    expect(readInputs(NOW).generatedAt).toBe('2023-11-14T22:13:20Z');
  });

  test.each(['yesterday', '-1', '1.5', '1e9'])(
    'is refused when SOURCE_DATE_EPOCH holds %j',
    async (epoch) => {
      given({}, { SOURCE_DATE_EPOCH: epoch });
      const { message } = await failureOf(() => readInputs(NOW));
      expect(message).toBe(`SOURCE_DATE_EPOCH holds "${epoch}"; it may hold whole seconds since 1970`);
    },
  );
});

test('outside of GitHub the agent is the author, the node is local and there is no run to point to', () => {
  given({}, Object.fromEntries(Object.keys(RUNNER).map((name) => [name, undefined])));
  expect(readInputs(NOW)).toMatchObject({
    agentId: 'github-actions[bot]',
    commitNode: 'local',
    runUrl: null,
  });
});

test('the job token is told from another one, and GitHub is reached by the address of the run', () => {
  given({ token: 'ghs_job', 'job-token': 'ghs_job' }, { GITHUB_API_URL: 'https://ghe.example/api/v3' });
  expect(readInputs(NOW)).toMatchObject({
    jobServerUrl: 'https://github.com',
    github: { apiUrl: 'https://ghe.example/api/v3', repository: 'octo/site', token: 'ghs_job' },
  });
  given({ token: 'ghs_app', 'job-token': 'ghs_job' });
  expect(readInputs(NOW).jobServerUrl).toBeUndefined();
  given({ token: '', 'job-token': '' });
  expect(readInputs(NOW)).toMatchObject({ jobServerUrl: undefined, github: undefined });
});
