/** The bundle with outputs, texts and failures drawn at random: all new, or all old with the exit code of what failed. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { check, observe, snapshot } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { fuzz, hostileWords } from '../support/fuzz.ts';
import { commandsIn } from '../support/log.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

const { always, end } = fuzz('publishes');

const NAMES = [
  ...[
    'a.md',
    'sub/b.md',
    'sub/deep/c',
    '-n',
    '--',
    ' lead',
    "it's",
    '"quoted"',
    '$(touch pwned)',
    '`x`',
    '*',
    '[x]',
    '!',
    '#1',
  ],
  ...[
    '::error::x',
    '##[error]x',
    '%0A',
    '__proto__',
    'constructor',
    '.hidden',
    '.gitignore',
    '\u00fc',
    'e\u0301',
    '\u{1f600}',
  ],
  ...[
    'n'.repeat(255),
    '\u65e5\u672c/\u8a9e',
    '@x',
    '=>',
    'a=>b',
    'CON',
    'x;y',
    'a|b',
    '<b>',
    '~',
    '{a,b}',
    '...',
  ],
];
const outputs = fc.uniqueArray(
  fc.record({
    path: fc.constantFrom(...NAMES),
    content: fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.constantFrom(Buffer.from('*\n'), Buffer.from('a\r\nb\r\n')),
    ),
    isExecutable: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6, selector: ({ path }) => path },
);

interface Failure {
  code: number;
  inputs?: Record<string, string>;
  /** Comes at the end of the command that makes the outputs. */
  script?: string;
  prepare?: (fixture: Fixture) => void;
}

function refusePush({ bare }: Fixture): void {
  write(bare, { 'hooks/pre-receive': '#!/bin/sh\necho "::error::no"; exit 1\n' });
  chmodSync(join(bare, 'hooks/pre-receive'), 0o755);
}

/** Ends of a publish, by the exit code of clause 14. */
const FAILURES: Record<string, Failure> = {
  'a consistency result': { code: 63, inputs: { 'consistency-result': 'PASSED?' } },
  'a report of an error': {
    code: 63,
    inputs: { 'consistency-result': 'sarif.json' },
    prepare: ({ workspace }) => {
      // Of no concern to git, so that nothing else has changed.
      write(workspace, { '.git/info/exclude': 'sarif.json\n' });
      write(workspace, {
        'sarif.json': '{"version":"2.1.0","runs":[{"results":[{"level":"error","level":"note"}]}]}',
      });
    },
  },
  'a consistency command': { code: 63, inputs: { 'consistency-command': 'echo "##[error]x"; exit 7' } },
  'an empty message result': { code: 64, inputs: { 'message-result': '' } },
  'a message command': { code: 64, inputs: { 'message-command': 'echo ::error::x; false' } },
  'the command itself': { code: 65, script: 'exit 63' },
  'the validation': { code: 65, inputs: { 'validation-command': 'exit 61' } },
  'the push': { code: 65, prepare: refusePush },
  'a name with a line break': { code: 65, script: `touch "$ATOMIC_STAGING/"$'a\\nb'` },
  'a name of git': { code: 65, script: 'mkdir "$ATOMIC_STAGING/.GIT"; touch "$ATOMIC_STAGING/.GIT/config"' },
  'a link that leaves': { code: 65, script: 'ln -s ../../.git/config "$ATOMIC_STAGING/config"' },
  'two names in one': { code: 65, inputs: { contents: '{"x/A": "", "X/b": ""}' } },
  'a name that is too long': { code: 65, inputs: { contents: `{"${'n'.repeat(300)}": ""}` } },
  'no output': {
    code: 65,
    inputs: { contents: '', preserve: '' },
    script: 'rm -rf "$ATOMIC_STAGING"; mkdir "$ATOMIC_STAGING"',
  },
  'a forged trailer': { code: 65, inputs: { message: 'docs\n\nAgent-ID: somebody' } },
  'a target that is a file': { code: 61, inputs: { target: 'README.md' } },
};

const cases = fc.record({
  files: outputs,
  text: fc.option(hostileWords),
  task: fc.constantFrom('TASK-1', '$(touch pwned)', '::error::x', '--help', 'a: b', '\u00fc #7 "x"', "'"),
  subject: hostileWords.map((words) => `x ${words.replaceAll(/[\r\n]/g, ' ')}`),
  preserve: fc.constantFrom('', 'keep/**', '**', '**\n!**', '*\n!*.md'),
  failure: fc.option(fc.constantFrom(...Object.keys(FAILURES)), { freq: 2 }),
  killedAt: fc.option(fc.integer({ min: 1, max: 150 }), { freq: 2 }),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const SPEECH =
  'echo "::set-output name=changed::true"; echo "##[set-env name=PATH]/tmp" >&2; printf " ::stop-commands::x\\r::error::y"';
const OURS = /^::(group::|endgroup::|add-mask::|(error|warning) title=Atomic Publish(%3A 6[1-6] [A-Z_]+)?::)/;

/** The outputs as a generator would have written them. */
function generate({ files }: Case): string {
  const directory = join(temporaryDirectory(), 'outputs');
  for (const { path, content, isExecutable } of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
    chmodSync(join(directory, path), isExecutable ? 0o755 : 0o644);
  }
  return directory;
}

async function publish(one: Case): Promise<void> {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n', 'docs/keep/two': 'kept\n' } });
  const { workspace, bare, root } = fixture;
  const directory = generate(one);
  const failure = one.failure === null ? undefined : FAILURES[one.failure]!;
  failure?.prepare?.(fixture);
  const before = observe(fixture);
  const step = await publishDocs(
    fixture,
    {
      run: [SPEECH, 'cp -a "$OUTPUTS/." "$ATOMIC_STAGING/"', failure?.script ?? ''].join('\n'),
      ...{ 'task-id': one.task, message: one.subject, preserve: one.preserve },
      contents: one.text === null ? '' : JSON.stringify({ 'text.txt': one.text }),
      ...failure?.inputs,
    },
    { env: { OUTPUTS: directory, ...(one.killedAt === null ? {} : { ATOMIC_FUSE: String(one.killedAt) }) } },
  );
  for (const line of commandsIn(step.log)) expect(line).toMatch(OURS);
  if (step.signal !== null) {
    const post = await runPost(fixture);
    expect(post.exitCode, post.log).toBe(0);
  } else {
    expect(step.exitCode, step.log).toBe(failure?.code ?? 0);
    expect(step.outputs['exit-code']).toBe(String(step.exitCode));
    expect(step.outputs['state']).toBe(failure ? 'ROLLED_BACK' : 'COMMITTED');
    expect(step.summary).toMatch(failure ? /^## ❌ [A-Z_]+ \(exit code 6\d\)\n/ : /^## ✅ COMMITTED\n/);
  }
  check(fixture);
  const after = observe(fixture);
  expect(after.status).toBe(before.status);
  expect(snapshot(root)).not.toHaveProperty('work/pwned');
  if (after.branch === before.branch) {
    expect(step.exitCode).not.toBe(0);
    expect(after).toEqual(before);
    return;
  }
  expect(failure).toBeUndefined();
  expect(git(bare, 'rev-parse', 'main')).toBe(after.branch);
  expect(after.target).toMatchObject(snapshot(directory));
  expect(git(workspace, 'ls-files', '-z', 'docs').split('\0').filter(Boolean).sort()).toEqual(
    Object.keys(after.target)
      .map((path) => `docs/${path}`)
      .sort(),
  );
  const verified = await runStep({ workspace, inputs: { mode: 'verify', target: 'docs' } });
  expect(verified.exitCode, verified.log).toBe(0);
  rmSync(directory, { recursive: true });
}

always(
  'a publish of anything, however it ends, is all new or all old, and its exit code says why',
  24,
  cases,
  publish,
);

end();
