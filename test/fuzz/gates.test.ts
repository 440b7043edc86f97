/** Results that anyone may have written: never a crash, and a yes only for what clause 4 calls one. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { judgeResult, namedCheck, type Verdict } from '../../src/gates.ts';
import { fuzz, hostileText } from '../support/fuzz.ts';
import { edited, edits, mutated, mutationsOf, withRaw } from '../support/mutations.ts';

const { always, directory, end } = fuzz('gates');

function judge(result: string): Verdict {
  const verdict = judgeResult('consistency', { result, command: undefined }, directory)!;
  expect(typeof verdict.passed).toBe('boolean');
  expect(verdict.reason, 'one line').toMatch(/^[^\p{Cc}\u2028\u2029]+$/u);
  expect(verdict.reason.length).toBeLessThan(2000);
  return verdict;
}

function judgeText(text: string | Buffer): boolean {
  writeFileSync(join(directory, 'result.json'), text);
  return judge('result.json').passed;
}

interface Result {
  level?: string;
  kind?: string;
  ruleId?: string;
  ruleIndex?: number;
  rule?: { id?: string; index?: number };
}

interface Run {
  tool?: { driver?: Component; extensions?: Component[] };
  invocations?: Invocation[];
  results: Result[];
}

interface Component {
  rules?: { id?: string; defaultConfiguration?: { level?: string } }[];
}

interface Invocation {
  executionSuccessful?: boolean;
  ruleConfigurationOverrides?: {
    descriptor: { id?: string; index?: number };
    configuration: { level?: string };
  }[];
}

const LEVELS = ['none', 'note', 'warning'];

const run: Run = {
  tool: {
    driver: {
      rules: [
        { id: 'SOFT', defaultConfiguration: { level: 'note' } },
        { id: 'HARD', defaultConfiguration: { level: 'error' } },
      ],
    },
    extensions: [{ rules: [{ id: 'MORE', defaultConfiguration: { level: 'warning' } }] }],
  },
  invocations: [
    {
      executionSuccessful: true,
      ruleConfigurationOverrides: [{ descriptor: { id: 'SOFT' }, configuration: { level: 'none' } }],
    },
  ],
  results: [{ level: 'note', ruleId: 'HARD' }, { kind: 'pass', ruleId: 'HARD' }, { ruleId: 'SOFT/sub' }],
};
const LOG = { version: '2.1.0', runs: [run, { results: [{ level: 'warning', ruleIndex: 1 }] }] };

/** An answer of its own to whether a document is a yes: nothing in it that clause 4 calls a no. */
function isYes(text: string): boolean {
  const document = JSON.parse(text.replace(/^\ufeff/, ''));
  const isSuccess = (value: unknown) => value === undefined || /^(pass|success)$/i.test(String(value));
  if (document.runs === undefined) {
    const { result, status } = document;
    return isSuccess(result) && isSuccess(status) && (result ?? status) !== undefined;
  }
  return document.version === '2.1.0' && document.runs.length > 0 && document.runs.every(isClean);
}

/** The members of a list, each in its place; what is no list has none. */
const list = <T>(value: T[] | undefined): Partial<T>[] =>
  Array.isArray(value) ? value.map((one) => one ?? {}) : [];

function isClean({ tool, invocations, results }: Run): boolean {
  const rules = [tool?.driver, ...list(tool?.extensions)].map((component) => list(component?.rules));
  const overrides = list(invocations).flatMap((invocation) => list(invocation.ruleConfigurationOverrides));
  const isHarmless = (result: Result) => {
    const { level, kind = 'fail' } = result;
    if (!['pass', 'open', 'informational', 'notApplicable', 'review', 'fail'].includes(kind)) return false;
    if (level !== undefined) return LEVELS.includes(level);
    if (kind !== 'fail') return true;
    const id = result.ruleId ?? result.rule?.id;
    const index = result.ruleIndex ?? result.rule?.index;
    const names = (rule: { id?: unknown } | undefined, at: unknown) =>
      (index !== undefined && at === index) ||
      (typeof id === 'string' && typeof rule?.id === 'string' && `${id}/`.startsWith(`${rule.id}/`));
    const said = [
      ...rules.flatMap((all) => all.filter(names).map((rule) => rule.defaultConfiguration?.level)),
      ...overrides
        .filter(({ descriptor }) => names(descriptor, descriptor?.index))
        .map(({ configuration }) => configuration?.level),
    ];
    return said.every((one) => one === undefined || LEVELS.includes(one));
  };
  const succeeded = list(invocations).every(({ executionSuccessful = true }) => executionSuccessful === true);
  return succeeded && results.every(isHarmless);
}

/** Whether a reader could see two members where another sees one. */
const isAmbiguous = (text: string) =>
  parseDocument(text, { uniqueKeys: true }).errors.some(({ code }) => code === 'DUPLICATE_KEY');

function noWrongYes(text: string, passed: boolean): void {
  if (!passed) return;
  expect(isYes(text), text).toBe(true);
  expect(isAmbiguous(text), text).toBe(false);
}

const WORDS = {
  values: [
    'PASS',
    'success',
    'error',
    'note',
    'none',
    'fail',
    'pass',
    'FAIL',
    'SOFT',
    'HARD',
    'MORE',
    1,
    false,
  ],
  names: ['result', 'status', 'version', 'runs', 'level', 'kind', 'ruleId', 'ruleIndex', 'rule', 'results'],
};

for (const [what, document] of Object.entries({
  'a result': { result: 'PASS', status: 'success' },
  'a SARIF log': LOG,
})) {
  always(
    `whatever is changed in the members of ${what}, it is judged, and never a wrong yes`,
    1500,
    fc.tuple(fc.array(mutationsOf(document, WORDS), { minLength: 1, maxLength: 4 }), fc.constantFrom(0, 1)),
    ([steps, indent]) => {
      const text = withRaw(JSON.stringify(mutated(document, steps), null, indent) ?? '');
      noWrongYes(text, judgeText(text));
    },
  );
  always(
    `whatever is changed in the bytes of ${what}, it is judged, and never a wrong yes`,
    1000,
    edits,
    (all) => {
      const bytes = edited(Buffer.from(JSON.stringify(document)), all);
      noWrongYes(bytes.toString(), judgeText(bytes));
    },
  );
}

const harmless: fc.Arbitrary<Result> = fc.oneof(
  fc.record({ level: fc.constantFrom(...LEVELS), ruleId: fc.constantFrom('HARD', 'SOFT', 'x') }),
  fc.record({ kind: fc.constantFrom('pass', 'review', 'open'), ruleId: fc.constantFrom('HARD', 'SOFT') }),
  fc.record({ ruleId: fc.constantFrom('SOFT', 'MORE', 'unknown', 'HARDER') }),
);
const harmful: fc.Arbitrary<Result> = fc.constantFrom<Result>(
  { level: 'error' },
  { level: 'error', kind: 'pass' },
  { ruleId: 'HARD' },
  { ruleId: 'HARD/sub', kind: 'fail' },
  { rule: { id: 'HARD' } },
  { ruleIndex: 1 },
  { rule: { index: 1 } },
  { level: 'fatal' },
  { kind: 'failed' },
);

always(
  'a SARIF log is a no for one error anywhere in it, and a yes without one',
  1000,
  fc.tuple(
    fc.array(fc.array(harmless, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
    fc.option(harmful),
    fc.nat(),
    fc.nat(),
  ),
  ([runs, error, one, other]) => {
    const log = { version: '2.1.0', runs: runs.map((results): Run => ({ ...run, results: [...results] })) };
    const { results } = log.runs[one % runs.length]!;
    if (error) results.splice(other % (results.length + 1), 0, error);
    expect(judgeText(JSON.stringify(log))).toBe(error === null);
  },
);

always('a text that is no result and no file is a no, whatever it holds', 1000, hostileText, (text) => {
  expect(judge(text).passed).toBe(['pass', 'success'].includes(text.trim().toLowerCase()));
  expect(namedCheck({ result: `check:${text}`, command: undefined }) ?? '').toBe(text.trim());
});

test.each([
  ['a member that stands twice', '{"result":"FAIL","result":"PASS"}'],
  ['a member that stands twice, once escaped', '{"resul\\u0074":"FAIL","result":"PASS"}'],
  [
    'a level that stands twice',
    '{"version":"2.1.0","runs":[{"results":[{"level":"error","level":"note"}]}]}',
  ],
  ['nesting without end', withRaw('{"result":"@deep"}')],
  ['a level nested without end', withRaw('{"version":"2.1.0","runs":[{"results":[{"level":"@deeper"}]}]}')],
  ['a kind nobody defined', '{"version":"2.1.0","runs":[{"results":[{"kind":"FAIL"}]}]}'],
  ['a kind that is null', '{"version":"2.1.0","runs":[{"results":[{"kind":null}]}]}'],
  [
    'a default level that is null',
    `{"version":"2.1.0","runs":[{"tool":{"driver":{"rules":[{"id":"x","defaultConfiguration":{"level":null}}]}},
      "results":[{"ruleId":"x"}]}]}`,
  ],
  [
    'a tool whose success is a text',
    '{"version":"2.1.0","runs":[{"invocations":[{"executionSuccessful":"false"}],"results":[]}]}',
  ],
  [
    'a rule behind one that is no object',
    `{"version":"2.1.0","runs":[{"tool":{"driver":{"rules":[null,{"defaultConfiguration":{"level":"error"}}]}},
      "results":[{"ruleIndex":1}]}]}`,
  ],
])('a file with %s is a no', (_what, text) => {
  expect(judgeText(text)).toBe(false);
});

test('a rule whose id is no text is no rule of a result, and no crash', () => {
  const text = `{"version":"2.1.0","runs":[{"tool":{"driver":{"rules":[{"id":{"toString":1}},{"id":[[]]}]}},
    "results":[{"ruleId":"x"}]}]}`;
  expect(judgeText(text)).toBe(true);
});

test.each([
  ['a name too long', 'x'.repeat(300)],
  ['a path too long', 'a/'.repeat(3000)],
  ['a report', 'PASS: all is well. '.repeat(50)],
  ['a NUL', 'x\u0000y'],
])('a result that no file can have for a name is a no: %s', (_what, text) => {
  expect(judge(text).passed).toBe(false);
});

test('a result below a file, or behind a circle of links, is a no', () => {
  writeFileSync(join(directory, 'file'), '{"result":"PASS"}');
  symlinkSync('circle', join(directory, 'circle'));
  expect(judge('file').passed).toBe(true);
  for (const name of ['file/x', 'circle']) expect(judge(name).passed, name).toBe(false);
});

end();
