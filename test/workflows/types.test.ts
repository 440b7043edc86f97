/** The typed bindings: action-types.yml has the form its readers expect, and says what action.yml and the code say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { TransactionError } from '../../src/errors.ts';
import { readInputs, readMode } from '../../src/inputs.ts';
import type { Publication, State } from '../../src/record.ts';
import { setEnvironment } from '../support/environment.ts';
import { publishDocs } from '../support/publish.ts';
import { makeFixture, temporaryDirectory } from '../support/repository.ts';
import { PROJECT } from '../support/runner.ts';
import { read } from '../support/workflows.ts';

interface Type {
  type: string;
  'allowed-values'?: string[];
}

const TYPES = parse(read('action-types.yml')) as Record<'inputs' | 'outputs', Record<string, Type>>;
const DEFINED = parse(read('action.yml')) as Record<
  'inputs' | 'outputs',
  Record<string, { default?: string; description: string }>
>;
const SCHEMA = new Ajv().compile(
  JSON.parse(readFileSync(join(PROJECT, 'test/support/schemas/action-types.json'), 'utf8')),
);

/** What the code says that an input may hold, by the type of the input. */
const MAY_HOLD: Record<string, (type: Type) => string> = {
  enum: (type) => `one of: ${type['allowed-values']!.join(', ')}`,
  boolean: () => 'true or false',
  integer: () => 'a whole number from 1 to 999',
};

/** What the code says that the input `name` may hold, when it holds `value`; empty when it takes that. */
function mayHold(name: string, value: string): string {
  const given: Record<string, string> = {};
  for (const [input, { default: standard = '' }] of Object.entries(DEFINED.inputs)) given[input] = standard;
  Object.assign(given, { 'task-id': 'T-1', target: 'site', run: 'make', 'consistency-result': 'PASS' });
  given[name] = value;
  setEnvironment({
    GITHUB_WORKSPACE: temporaryDirectory(),
    GITHUB_REPOSITORY: 'octo/site',
    ...Object.fromEntries(
      Object.entries(given).map(([input, text]) => [`INPUT_${input.toUpperCase()}`, text]),
    ),
  });
  try {
    readMode();
    readInputs(new Date());
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(TransactionError);
    const { message } = error as TransactionError;
    expect(message).toContain(`input ${name} holds "${value}"; it may hold `);
    return message.split('it may hold ')[1]!;
  }
}

test('action-types.yml has the form that typesafegithub describes', () => {
  expect(SCHEMA(TYPES), JSON.stringify(SCHEMA.errors)).toBe(true);
});

test.each([
  ['a type nobody knows', { inputs: { a: { type: 'text' } } }],
  ['an enum without values', { inputs: { a: { type: 'enum' } } }],
  ['a list without a separator', { inputs: { a: { type: 'list', 'list-item': { type: 'string' } } } }],
  ['a word of its own', { inputs: { a: { type: 'string', default: 'x' } } }],
  ['a third section', { inputs: {}, permissions: {} }],
])('%s is not of that form', (_, types) => {
  expect(SCHEMA(types)).toBe(false);
});

test.each(['inputs', 'outputs'] as const)(
  'action-types.yml has the %s of action.yml, in its order',
  (kind) => {
    expect(Object.keys(TYPES[kind])).toEqual(Object.keys(DEFINED[kind]));
  },
);

describe('the code takes what the types say', () => {
  const inputs = Object.entries(TYPES.inputs);

  test.each(inputs.filter(([, { type }]) => type in MAY_HOLD))('%s is $type', (name, type) => {
    expect(mayHold(name, 'nonsense')).toBe(MAY_HOLD[type.type]!(type));
  });

  test.each(inputs.filter(([, { type }]) => !(type in MAY_HOLD)))('%s is free text', (name) => {
    expect(mayHold(name, 'nonsense')).not.toMatch(/one of: |true or false|a whole number/);
  });

  test('an input is a list exactly where action.yml says that it holds lines', () => {
    const lines = Object.entries(DEFINED.inputs).filter(([, { description }]) => /^Lines /.test(description));
    const lists = inputs.filter(([, { type }]) => type === 'list');
    expect(lists.map(([name]) => name)).toEqual(lines.map(([name]) => name));
    expect(lists.every(([, type]) => (type as { separator?: string }).separator === '\n')).toBe(true);
  });
});

describe('the outputs', () => {
  // The compiler keeps these two complete.
  const states = {
    ...{ INTENT: 1, SEALED: 1, PUBLISHING: 1, PUBLISHED: 1, PUSHING: 1 },
    ...{ ROLLING_BACK: 1, COMMITTED: 1, ROLLED_BACK: 1 },
  } satisfies Record<State, 1>;
  const publications = { exchange: 1, rename: 1, 'two-step': 1 } satisfies Record<Publication, 1>;

  test.each([
    ['state', states],
    ['publication', publications],
  ])('%s has every value that the ledger knows', (name, values) => {
    expect(TYPES.outputs[name]!['allowed-values']).toEqual(Object.keys(values));
  });

  test('a publish sets every one of them to a value of its type', async () => {
    const fits: Record<string, (value: string, type: Type) => boolean> = {
      string: () => true,
      boolean: (value) => value === 'true' || value === 'false',
      integer: (value) => /^\d+$/.test(value),
      enum: (value, type) => type['allowed-values']!.includes(value),
    };
    const { outputs } = await publishDocs(makeFixture());
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(TYPES.outputs).sort());
    const wrong = Object.entries(TYPES.outputs)
      .filter(([name]) => outputs[name] !== '')
      .filter(([name, type]) => !fits[type.type]!(outputs[name]!, type));
    expect(wrong).toEqual([]);
    expect(Object.keys(outputs).filter((name) => outputs[name] === '')).toEqual(['rollback-ms']);
  });
});
