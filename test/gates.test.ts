import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type GateName, judgeCommand, judgeResult, requireYes } from '../src/gates.ts';
import { failureOf } from './support/failure.ts';
import { temporaryDirectory, write } from './support/repository.ts';

function judge(result: string, directory = temporaryDirectory()) {
  return judgeResult('consistency', { result, command: undefined }, directory)!;
}

function judgeFile(content: string | object) {
  const directory = temporaryDirectory();
  write(directory, { 'result.json': typeof content === 'string' ? content : JSON.stringify(content) });
  return judge('result.json', directory);
}

test.each(['PASS', 'pass', 'Pass', 'success', 'SUCCESS', 'Success', ' PASS\n'])(
  'the result %j is a yes',
  (result) => {
    expect(judge(result).passed).toBe(true);
  },
);

test.each([
  ...['', ' ', 'FAIL', 'failure', 'skipped', 'cancelled', 'neutral', 'true', 'yes', '0', 'unknown'],
  ...[
    'PASSED',
    'PASS PASS',
    'successful',
    'not success',
    'PASS\nFAIL',
    'PA\u017f\u017f',
    '.',
    '/',
    'no.json',
  ],
])('the result %j is a no', (result) => {
  expect(judge(result).passed).toBe(false);
});

test('a gate that nobody asked for has no verdict', () => {
  expect(judgeResult('message', { result: undefined, command: 'true' }, '/')).toBeUndefined();
});

describe('a JSON file', () => {
  test.each([
    [{ result: 'PASS' }, '"result" is "PASS"'],
    [{ status: 'success', other: 1 }, '"status" is "success"'],
    [{ result: 'pass', status: 'SUCCESS' }, '"result" is "pass" and "status" is "SUCCESS"'],
    ['\ufeff{"result":"PASS"}', '"result" is "PASS"'],
  ])('that holds %j is a yes', (document, reason) => {
    expect(judgeFile(document)).toMatchObject({ passed: true, reason: `"result.json": ${reason}` });
  });

  test.each([
    [{ result: 'PASS', status: 'failure' }, '"status" is "failure"'],
    [{ result: 'FAIL', status: 'success' }, '"result" is "FAIL"'],
    [{ result: true }, '"result" is "true"'],
    [{ result: ['PASS'] }, '"result" is "[\\"PASS\\"]"'],
    [{ result: null }, '"result" is "null"'],
    [{ outcome: 'PASS' }, 'neither a "result" nor a "status"'],
    [{}, 'neither a "result" nor a "status"'],
    [['PASS'], 'not a JSON object'],
    ['"PASS"', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{"result":"PASS"', 'cannot be read as JSON'],
    ['{"result":"PASS"}\n{}', 'cannot be read as JSON'],
    ['', 'cannot be read as JSON'],
    ['PASS', 'cannot be read as JSON'],
  ])('that holds %j is a no that says why: %s', (document, reason) => {
    const verdict = judgeFile(document);
    expect(verdict.passed).toBe(false);
    expect(verdict.reason).toMatch(/^"result.json"/);
    expect(verdict.reason).toContain(reason);
  });

  test('named PASS does not make its own name a question', () => {
    const directory = temporaryDirectory();
    write(directory, { PASS: '{"result":"FAIL"}' });
    expect(judge('PASS', directory).passed).toBe(true);
  });

  test('that is a directory, or missing, is a no that names it', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'results'));
    for (const name of ['results', 'results/none.json']) {
      expect(judge(name, directory)).toMatchObject({ passed: false });
      expect(judge(name, directory).reason).toContain(JSON.stringify(name));
    }
  });
});

const RULES = [
  { id: 'HARD', defaultConfiguration: { level: 'error' } },
  { id: 'SOFT', defaultConfiguration: { level: 'note' } },
  { id: 'PLAIN' },
];

function sarif(results: unknown, run: object = {}): object {
  return { version: '2.1.0', runs: [{ tool: { driver: { name: 'lint', rules: RULES } }, results, ...run }] };
}

const message = { text: 'first\nsecond' };
const override = (descriptor: object) => ({
  invocations: [
    {
      executionSuccessful: true,
      ruleConfigurationOverrides: [{ descriptor, configuration: { level: 'error' } }],
    },
  ],
});

describe('a SARIF log', () => {
  test.each([
    ['without a finding', sarif([])],
    ['with a warning', sarif([{ ruleId: 'SOFT', level: 'warning', message }])],
    [
      'with a note',
      sarif([
        { level: 'note', message },
        { level: 'none', message },
      ]),
    ],
    ['with a result of a rule that is a note by default', sarif([{ ruleId: 'SOFT', message }])],
    ['with a result of a rule without a level, which is a warning', sarif([{ ruleId: 'PLAIN', message }])],
    ['with a result of no rule, which is a warning', sarif([{ message }])],
    [
      'with a warning of a rule that is an error by default',
      sarif([{ ruleId: 'HARD', level: 'warning', message }]),
    ],
    ['with a passed check of a rule that is an error', sarif([{ ruleId: 'HARD', kind: 'pass', message }])],
    ['of a tool that succeeded', sarif([], { invocations: [{ executionSuccessful: true }] })],
  ])('%s is a yes', (_what, log) => {
    expect(judgeFile(log)).toMatchObject({ passed: true });
  });

  test.each([
    [
      'with an error',
      sarif([
        { level: 'warning', message },
        { level: 'error', ruleId: 'X', message },
      ]),
      '"X"',
    ],
    ['with an error by the rule id', sarif([{ ruleId: 'HARD', message }]), '"HARD" "first\\nsecond"'],
    ['with an error by the rule index', sarif([{ ruleIndex: 0, message }]), 'level "error"'],
    ['with an error by a reference to the rule', sarif([{ rule: { id: 'HARD' }, message }]), 'level "error"'],
    ['with an error by a reference by index', sarif([{ rule: { index: 0 }, message }]), 'level "error"'],
    [
      'with an error by the index beside a sub-rule',
      sarif([{ ruleId: 'HARD/1', ruleIndex: 0, message }]),
      'level "error"',
    ],
    ['with an error by the id of a sub-rule', sarif([{ ruleId: 'HARD/1', message }]), 'level "error"'],
    [
      'with an error by the rule of an extension',
      sarif([{ ruleId: 'HARD', message }], {
        tool: { driver: { name: 'x' }, extensions: [{ rules: RULES }] },
      }),
      'level "error"',
    ],
    ['with an error by an override', sarif([{ ruleId: 'SOFT', message }], override({ id: 'SOFT' })), 'error'],
    [
      'with an error by an override by index',
      sarif([{ ruleIndex: 1, message }], override({ index: 1 })),
      'error',
    ],
    [
      'with a default level nobody knows',
      sarif([{ ruleId: 'X' }], {
        tool: { driver: { rules: [{ id: 'X', defaultConfiguration: { level: 'fatal' } }] } },
      }),
      'level "fatal"',
    ],
    ['with a level nobody knows', sarif([{ level: 'fatal', message }]), 'level "fatal"'],
    ['with a level in capitals', sarif([{ level: 'Error', message }]), 'level "Error"'],
    ['with a level that is null', sarif([{ level: null, message }]), 'level "null"'],
    [
      'with an error in a later run',
      { version: '2.1.0', runs: [sarifRun([]), sarifRun([{ level: 'error' }])] },
      'error',
    ],
    ['without a run', { version: '2.1.0', runs: [] }, 'holds no run'],
    ['whose runs are no list', { version: '2.1.0', runs: {} }, 'holds no run'],
    ['with a run that is no object', { version: '2.1.0', runs: [null] }, 'not an object'],
    ['with a result that is no object', sarif(['error']), 'not an object'],
    ['of a run without results', sarif(undefined), 'no results'],
    ['of a run whose results are null', sarif(null), 'no results'],
    [
      'of a tool that failed',
      sarif([], { invocations: [{ executionSuccessful: false }] }),
      'did not succeed',
    ],
    [
      'of a tool that failed at last',
      sarif([], { invocations: [{ executionSuccessful: true }, { executionSuccessful: false }] }),
      'did not succeed',
    ],
    ['of another version', { ...sarif([]), version: '2.0.0' }, 'version "2.0.0"'],
    ['of no version', { ...sarif([]), version: undefined }, 'only 2.1.0'],
    [
      'with an error and a result member that says yes',
      { ...sarif([{ level: 'error' }]), result: 'PASS' },
      'error',
    ],
  ])('%s is a no', (_what, log, reason) => {
    const verdict = judgeFile(log);
    expect(verdict.passed).toBe(false);
    expect(verdict.reason).toContain(reason);
    expect(verdict.reason).not.toContain('\n');
  });
});

function sarifRun(results: unknown) {
  return { tool: { driver: { name: 'lint' } }, results };
}

describe('a command', () => {
  test('that did not fail is a yes', () => {
    const verdict = judgeCommand('message', { tail: ['fine'], failure: undefined });
    expect(verdict).toMatchObject({ passed: true, source: 'message-command', tail: ['fine'] });
    expect(() => requireYes(verdict)).not.toThrow();
  });

  test.each<[GateName, string]>([
    ['consistency', 'CONSISTENCY_VALIDATION_FAILED'],
    ['message', 'MESSAGE_VALIDATION_FAILED'],
  ])('of the %s gate that fails ends the run with %s and its last lines', async (gate, code) => {
    const failure = 'ended with exit code 1';
    const verdict = judgeCommand(gate, { tail: ['line 1', 'line 2'], failure });
    const error = await failureOf(() => requireYes(verdict));
    expect(error.code).toBe(code);
    expect(error.message).toBe(`the ${gate} gate says no: ${gate}-command ended with exit code 1`);
    expect(error.tail).toEqual(['line 1', 'line 2']);
    expect(error.next).toContain(`${gate}-command`);
  });
});

test('a result that is a no ends the run with the gate, the input and what it held', async () => {
  const verdict = judgeResult('message', { result: 'cancelled', command: undefined }, '/')!;
  const error = await failureOf(() => requireYes(verdict));
  expect(error.code).toBe('MESSAGE_VALIDATION_FAILED');
  expect(error.message).toContain('"cancelled"');
  expect(error.next).toContain('message-result');
});
