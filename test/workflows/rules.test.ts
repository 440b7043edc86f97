/** The rules for workflows: what each refuses, and that a good workflow passes all of them. */
import { expect, test } from 'vitest';
import { RULES, ruleFaults } from '../support/workflow-rules.ts';
import { workflowFaults } from '../support/workflows.ts';

const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
const GOOD = `on:
  workflow_call:
    inputs:
      title: { type: string, required: true }
    secrets:
      bot: { required: true }
permissions: {}
concurrency: { group: 'ours-\${{ github.ref }}', queue: max }
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: { contents: read }
    steps:
      - uses: ${CHECKOUT}
        with: { persist-credentials: false }
      - uses: $/.github/actions/publish
        if: \${{ inputs.title != '' }}
        with: { task-id: T-1, run: '\${{ inputs.title }}' }
      - run: echo "$TITLE" | cat
        shell: bash
        env: { TITLE: '\${{ inputs.title }}' }
  all:
    permissions: { contents: write }
    uses: $/.github/workflows/publish.yml
    secrets: { token: '\${{ secrets.bot }}' }
    with: { target: docs, run: make, consistency-command: make check }
`;

test('a good workflow has no fault', async () => {
  expect(await workflowFaults(GOOD)).toEqual([]);
});

const CASES: [keyof typeof RULES, string, string, string][] = [
  ['pinned', CHECKOUT, 'actions/checkout@v7', 'line 15: actions/checkout@v7 is not pinned by a full SHA'],
  ['pinned', ' # v7.0.1', '', 'has no comment with its version'],
  ['pinned', '# v7.0.1', '# the latest', 'has no comment with its version'],
  ['pinned', '@3d3c42e5', '@d3c42e5', 'is not pinned by a full SHA'],
  ['spliced', 'echo "$TITLE"', 'echo "${{ inputs.title }}"', 'step 3: an expression stands in run'],
  ['spliced', "run: '${{", "run: 'echo ${{", 'an expression stands inside the command of run'],
  ['spliced', "run: '${{ inputs.title }}'", "run: '${{ 1 }} ${{ 2 }}'", 'inside the command of run'],
  ['permissions', 'permissions: {}\n', '', 'the workflow sets no permissions at its top'],
  [
    'permissions',
    'permissions: {}',
    'permissions: { contents: write }',
    'grants contents: write to every job',
  ],
  ['permissions', 'permissions: {}', 'permissions: write-all', 'grants write-all to every job'],
  [
    'secrets',
    '  build:',
    '  other: { uses: $/.github/workflows/a.yml, secrets: inherit }\n  build:',
    'other',
  ],
  ['timeouts', '    timeout-minutes: 5\n', '', 'job build: has no timeout-minutes'],
  [
    'credentials',
    '        with: { persist-credentials: false }\n',
    '',
    'job build, step 1: checkout without',
  ],
  ['pipes', '        shell: bash\n', '', 'job build, step 3: a pipe without shell: bash'],
  ['triggers', 'on:\n', 'on:\n  pull_request_target:\n', 'runs on pull_request_target'],
  ['groups', "'ours-${{ github.ref }}'", "'${{ github.workflow }}'", "may be its caller's"],
  ['groups', 'queue: max', 'queue: max, cancel-in-progress: true', 'exclude each other'],
  ['conditions', "if: ${{ inputs.title != '' }}", "if: ${{ inputs.title }} != ''", 'line 18: an if that'],
  ['inputs', 'task-id:', 'task:', 'job build, step 2: action.yml has no input task'],
  ['inputs', 'run: make,', 'runs: make,', 'job all: publish.yml has no input runs'],
  ['inputs', 'run: make,', '', 'job all: publish.yml requires the input run'],
  ['inputs', '{ token:', '{ tokens:', 'job all: publish.yml has no secret tokens'],
  ['inputs', 'permissions: { contents: write }', 'permissions: { contents: read }', 'grants contents: write'],
];

test.each(CASES)('the rule %s refuses a workflow with %j as %j', (rule, good, bad, words) => {
  const faults = ruleFaults(GOOD.replace(good, bad));
  expect(faults.join('\n')).toContain(words);
  expect(
    faults.every((fault) => fault.startsWith(`${rule}: `)),
    faults.join('\n'),
  ).toBe(true);
  expect(ruleFaults(GOOD.replace(good, bad), { except: [rule] })).toEqual([]);
});

test('each rule has a case that it refuses', () => {
  expect([...new Set(CASES.map(([rule]) => rule))].sort()).toEqual(Object.keys(RULES).sort());
});

test.each([
  ['inputs.title != ', 'inputs.titel != ', 'parser: line 18: Context access might be invalid: titel'],
  ['inputs.title != ', 'inputs.title !== ', 'parser: line 18: '],
  ['    timeout-minutes: 5', '    timeout: 5', 'parser: line '],
  ['queue: max', 'queue: most', 'parser: line 8: '],
])('GitHub’s parser refuses a workflow with %j as %j', async (good, bad, words) => {
  expect((await workflowFaults(GOOD.replace(good, bad))).join('\n')).toContain(words);
});

test('SchemaStore’s schema refuses a key that a job does not have', async () => {
  const faults = await workflowFaults(GOOD.replace('    timeout-minutes: 5', '    timeout: 5'));
  expect(faults.join('\n')).toContain(
    'schema: /jobs/build must NOT have additional properties {"additionalProperty":"timeout"}',
  );
});
