/** Inputs and environments that anyone may have given: understood as documented, or refused by name. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXIT_CODES, TransactionError } from '../../src/errors.ts';
import { type Inputs, readInputs, readMode, readPlace, readVerifyInputs } from '../../src/inputs.ts';
import { checkPath } from '../../src/paths.ts';
import { setEnvironment } from '../support/environment.ts';
import { fuzz, hostileWords, resultOf } from '../support/fuzz.ts';
import { withRaw } from '../support/mutations.ts';
import { PROJECT } from '../support/runner.ts';

const { always, directory, end } = fuzz('inputs');

const { inputs: DEFINED } = parse(readFileSync(join(PROJECT, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};
const NAMES = Object.keys(DEFINED);
const REQUIRED = { 'task-id': 'TASK-1', target: 'docs', run: 'make', 'consistency-result': 'PASS' };
const ENVIRONMENT = [
  'GITHUB_ACTOR',
  'GITHUB_REPOSITORY',
  'GITHUB_WORKFLOW',
  'GITHUB_JOB',
  'GITHUB_RUN_ID',
  'SOURCE_DATE_EPOCH',
];
const NOW = new Date('2026-01-02T03:04:05.678Z');

mkdirSync(join(directory, 'site'));

const SENSIBLE = [
  ...[
    'true',
    'false',
    'TRUE',
    'no',
    '1',
    '0',
    '999',
    '1000',
    '10m',
    '90s',
    '0.5h',
    '1e3s',
    `${'0'.repeat(120)}1s`,
    '99h',
  ],
  ...[
    'publish',
    'check',
    'rollback',
    'verify',
    'recover',
    'strict',
    'journaled',
    'single',
    'phases',
    'fail',
    'replay',
  ],
  ...[
    'github',
    'none',
    'small',
    'operation',
    'paths',
    'emergency',
    'docs',
    'site',
    '../x',
    '/etc',
    'main',
    'v1',
    '-x',
  ],
  ...[
    'a => b',
    'a\nb => c',
    'a => b => c',
    '=>',
    '**',
    '!x',
    'bash',
    'python {0}',
    'Mona <mona@example.org>',
    '<a@b>',
  ],
  ...[
    '{}',
    '{"a": "b"}',
    '{"a": 1}',
    '{"a": "b", "a": "c"}',
    '{"../a": "b"}',
    '[]',
    '{"a/b/c": ""}',
    '{"A":"","a":""}',
  ],
  ...['@deep', '@deeper', '@proto', '@half', '@text'].map((name) => withRaw(`{"a": "${name}"}`)),
];
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...SENSIBLE) },
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 3, arbitrary: hostileWords },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...SENSIBLE), hostileWords).map((both) => both.join('')) },
);
const given = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 });
const environment = fc.dictionary(fc.constantFrom(...ENVIRONMENT), value, { maxKeys: 2 });

/** So that the environment is put back after each test. */
beforeEach(() => setEnvironment({ GITHUB_WORKSPACE: directory, GITHUB_SERVER_URL: 'https://github.com' }));

function give(inputs: Record<string, string>, variables: Record<string, string>): void {
  for (const name of ENVIRONMENT) delete process.env[name];
  for (const [name, { default: text = '' }] of Object.entries(DEFINED))
    process.env[`INPUT_${name.toUpperCase()}`] = text;
  for (const [name, text] of Object.entries({ ...REQUIRED, ...inputs }))
    process.env[`INPUT_${name.toUpperCase()}`] = text;
  Object.assign(process.env, variables);
}

/** A refusal names an input, or what of the environment it is, in a message that a person can read. */
function expectWords(refusal: TransactionError): void {
  expect([63, 65]).toContain(EXIT_CODES[refusal.code]);
  expect(refusal.message).toMatch(/input [a-z-]+|SOURCE_DATE_EPOCH/);
  expect(refusal.message.length).toBeLessThan(1500);
  if (refusal.code === 'CONSISTENCY_VALIDATION_FAILED')
    expect(refusal.message).toMatch(/^no consistency gate/);
}

/** What every value must be that the rest of the program relies on. */
function expectSound(inputs: Inputs): void {
  for (const text of [inputs.taskId, inputs.agentId, inputs.commitNode]) {
    expect(text).toMatch(/^[^\u0000-\u001f\u007f\u0085\u2028\u2029]{1,500}$/);
    expect(text.trim()).toBe(text);
  }
  expect(inputs.transactionId).toMatch(/^[A-Za-z0-9._-]{2,64}$/);
  expect(inputs.transactionId).not.toMatch(/\.\.|\.lock$|^\.|\.$/);
  expect(inputs.generatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  for (const time of [inputs.lockTimeoutMs, inputs.gateTimeoutMs, inputs.runTimeoutMs ?? 0]) {
    expect(time >= 0 && time < 2 ** 31).toBe(true);
  }
  for (const count of [inputs.checkpoints, inputs.pushAttempts]) {
    expect(Number.isInteger(count) && count >= 1 && count <= 999).toBe(true);
  }
  expect(inputs.manifest).not.toContain('/');
  for (const path of [inputs.manifest, ...inputs.contents.keys()]) checkPath(path);
  for (const text of inputs.contents.values()) expect(typeof text).toBe('string');
  for (const { source, destination } of inputs.artifacts) {
    expect(source).not.toBe('');
    expect(`${source} ${destination}`).not.toMatch(/=>|\n/);
  }
  expect(`${inputs.author.name} <${inputs.author.email}>`).toMatch(/^[^<>\n\r\0]+ <[^<>\s\0]+>$/);
  const { consistency, scope } = inputs;
  if (scope === null)
    expect(consistency.result !== undefined || consistency.command !== undefined).toBe(true);
  if (inputs.isCheck) expect(inputs.push).toBe(false);
}

let understood = 0;

always(
  'any inputs are understood, or refused by the name of one',
  3000,
  fc.tuple(given, environment),
  async (both) => {
    give(...both);
    for (const read of [readMode, readPlace, readVerifyInputs]) {
      const place = await resultOf<unknown>(read);
      if (place instanceof TransactionError) expectWords(place);
    }
    const inputs = await resultOf(() => readInputs(NOW));
    if (inputs instanceof TransactionError) return expectWords(inputs);
    understood += 1;
    expectSound(inputs);
  },
);

test('many of them are understood', () => {
  expect(understood).toBeGreaterThan(300);
});

const refusalOf = async (inputs: Record<string, string>) => {
  give(inputs, {});
  const refusal = await resultOf(() => readInputs(NOW));
  if (!(refusal instanceof TransactionError)) throw new Error('nothing was refused');
  return refusal;
};

test.each([
  ['lock-timeout', `${'0'.repeat(120)}1s`, 'input lock-timeout holds'],
  ['contents', '{"a": "one", "a": "two"}', 'a name stands twice'],
  ['contents', withRaw('{"a": "@deep"}'), 'nested more than'],
  ['contents', JSON.stringify({ [`${'a/'.repeat(50_000)}a`]: '' }), 'it has more than 4096 characters'],
])('%s that some reader cannot take is refused in words: %#', async (name, text, words) => {
  const refusal = await refusalOf({ [name]: text });
  expectWords(refusal);
  expect(refusal.message).toContain(words);
});

end();
