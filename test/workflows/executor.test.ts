/** The executor of workflows itself: what GitHub does with results, expressions and files of commands, it does. */
import { expect, test } from 'vitest';
import { git } from '../support/repository.ts';
import { jobsOf, logOf, makeSharedSite, stepOf } from '../support/reusable.ts';
import { evaluate, holds, resolve, resolveText } from '../support/workflow-expressions.ts';
import { type RunOptions, runWorkflow } from '../support/workflow-run.ts';

const HEAD = `on:
  workflow_call:
    inputs:
      list: { type: string, default: '["a", "b"]' }
      many: { type: number, default: 3 }
    outputs:
      last: { value: '\${{ jobs.second.outputs.said }}' }
permissions: {}
jobs:
`;

async function execute(jobs: string, options: Partial<RunOptions> = {}) {
  const site = await makeSharedSite();
  return runWorkflow({ site, workflow: HEAD + jobs, inputs: {}, ...options });
}

const job = (id: string, lines: string) => `  ${id}:\n    runs-on: x\n    timeout-minutes: 5\n${lines}`;
const says = (id: string, lines = '', run = 'true') =>
  job(id, `${lines}    steps:\n      - { id: say, shell: bash, run: '${run}' }\n`);

test('an expression that is all of a value keeps its type, one in a text becomes text', () => {
  const place = { contexts: { inputs: { n: 3, list: '["a"]', text: "it's" } } };
  expect(resolve('${{ inputs.n }}', place)).toBe(3);
  expect(resolve('${{ fromJSON(inputs.list) }}', place)).toEqual(['a']);
  expect(resolve("${{ inputs.n }} ${{ '}}' }}", place)).toBe('3 }}');
  expect(resolveText('${{ inputs.missing }}', place)).toBe('');
  expect(evaluate("inputs.missing && 'a' || 'b'", place)).toBe('b');
  expect(() => evaluate('nothing.at.all', place)).toThrow(/nothing/);
});

test('an if without a function for the status also asks for success', () => {
  const place = { contexts: { inputs: { yes: true } } };
  expect(holds(undefined, { ...place, status: 'failure' })).toBe(false);
  expect(holds('inputs.yes', { ...place, status: 'failure' })).toBe(false);
  expect(holds("inputs.yes && 'always()' != ''", { ...place, status: 'failure' })).toBe(false);
  expect(holds('${{ always() }}', { ...place, status: 'failure' })).toBe(true);
  expect(holds('failure()', { ...place, status: 'failure' })).toBe(true);
  expect(holds('inputs.yes', place)).toBe(true);
});

test('a job that needs one that failed is skipped, and one that runs always sees how each ended', async () => {
  const run = await execute(
    says('first', '', 'exit 3') +
      says('second', '    needs: first\n') +
      says(
        'third',
        '    needs: [first, second]\n    if: always()\n    env: { R: "${{ join(needs.*.result) }}" }\n',
        'echo $R',
      ),
  );
  expect(run.results).toEqual({ first: 'failure', second: 'skipped', third: 'success' });
  expect(stepOf(run, 'third', 'say').log).toBe('failure,skipped\n');
});

test('a matrix makes a job of each value, and one that fails cancels those after it', async () => {
  const matrix =
    "    strategy: { matrix: { name: '${{ fromJSON(inputs.list) }}' } }\n    env: { N: '${{ matrix.name }}' }\n";
  const all = await execute(says('first', matrix, 'echo $N'));
  expect(jobsOf(all, 'first').map(({ steps }) => steps[0]!.log)).toEqual(['a\n', 'b\n']);
  const failed = await execute(says('first', matrix, 'exit 1'));
  expect(jobsOf(failed, 'first')).toHaveLength(1);
  expect(failed.results['first']).toBe('failure');
  expect((await execute(says('first', matrix), { inputs: { list: '[]' } })).results['first']).toBe('failure');
});

test('outputs, variables and paths that a step leaves reach the steps after it, and outputs other jobs', async () => {
  const steps = `    outputs: { said: '\${{ steps.say.outputs.said }}' }
    steps:
      - shell: bash
        run: |
          echo 'MADE=a=b' >> "$GITHUB_ENV"
          mkdir bin && printf '#!/bin/sh\\necho tool' > bin/tool && chmod +x bin/tool
          echo "$PWD/bin" >> "$GITHUB_PATH"
      - id: say
        shell: bash
        run: |
          { echo 'said<<END'; echo "$MADE"; tool; echo END; } >> "$GITHUB_OUTPUT"
`;
  const run = await execute(
    job('first', steps) +
      says('second', "    needs: first\n    outputs: { said: '${{ needs.first.outputs.said }}!' }\n"),
  );
  expect(run.outputs['last'], logOf(run)).toBe('a=b\ntool!');
});

test('a step after one that failed is skipped, and outputs before the failure are kept', async () => {
  const steps = `    outputs: { said: '\${{ steps.say.outputs.said }}' }
    steps:
      - { id: say, shell: bash, run: 'echo said=early >> "$GITHUB_OUTPUT"; false | true; true' }
      - { id: after, run: 'true' }
      - { id: cleaning, if: always(), run: 'true' }
`;
  const run = await execute(job('second', steps));
  expect(jobsOf(run, 'second')[0]!.steps.map(({ outcome }) => outcome)).toEqual([
    'failure',
    'skipped',
    'success',
  ]);
  expect(run.outputs['last']).toBe('early');
});

test('what the executor has no stand-in for, or no knowledge of, is refused and not passed over', async () => {
  const uses = (name: string) => job('first', `    steps:\n      - uses: ${name}\n`);
  await expect(execute(uses('somebody/else@v1'))).rejects.toThrow(
    'no stand-in for the action somebody/else@v1',
  );
  await expect(execute(says('first', '    container: x\n'))).rejects.toThrow(
    'the executor does not know container',
  );
  await expect(execute(says('first'), { inputs: { lists: 'a' } })).rejects.toThrow(
    'the workflow has no input lists',
  );
  await expect(execute(says('first'), { inputs: { many: '3' } })).rejects.toThrow('input many is no number');
});

test('a token that reads cannot push to the stand-in of the server', async () => {
  const push = `    permissions: { contents: LEVEL }
    steps:
      - uses: actions/checkout@x
      - shell: bash
        run: git -c user.name=a -c user.email=a@example.org commit --quiet --allow-empty -m x && git push --quiet origin HEAD:main
`;
  expect((await execute(job('first', push.replace('LEVEL', 'read')))).results['first']).toBe('failure');
  const run = await execute(job('first', push.replace('LEVEL', 'write')));
  expect(run.results['first'], logOf(run)).toBe('success');
});

test('a failure that a step is excused keeps its outcome, and the job goes on', async () => {
  const steps = `    outputs: { said: '\${{ steps.try.outcome }} \${{ steps.try.conclusion }}' }
    steps:
      - { id: try, shell: bash, run: 'exit 1', continue-on-error: true }
      - { id: after, run: 'true' }
`;
  const run = await execute(job('second', steps));
  expect(run.results, logOf(run)).toEqual({ second: 'success' });
  expect(run.outputs['last']).toBe('failure success');
});

test('checkout puts a branch or a tag by its name where it is told to, and a command runs there', async () => {
  const steps = `    permissions: { contents: read }
    defaults: { run: { shell: bash } }
    steps:
      - { uses: actions/checkout@x, with: { path: one } }
      - { uses: actions/checkout@x, with: { path: two, ref: v1, persist-credentials: false } }
      - { id: say, working-directory: two, run: 'false | true' }
      - { id: look, if: always(), working-directory: two, run: 'git rev-parse --abbrev-ref HEAD; ls ../one' }
`;
  const site = await makeSharedSite();
  git(site.bare, 'tag', 'v1', 'main');
  const run = await runWorkflow({ site, workflow: HEAD + job('second', steps), inputs: {} });
  expect(stepOf(run, 'second', 'say').outcome).toBe('failure');
  expect(stepOf(run, 'second', 'look').log, logOf(run)).toBe('HEAD\nREADME.md\ndocs\nsrc\n');
});

test('a workflow that is started by hand has its inputs, and the rest of what its event brings', async () => {
  const workflow = `on:
  workflow_dispatch:
    inputs: { version: { type: string, required: true } }
permissions: {}
jobs:
  first: { runs-on: x, steps: [{ id: say, run: 'echo $ALL', env: { ALL: '\${{ inputs.version }} \${{ vars.A }}' } }] }
`;
  const site = await makeSharedSite();
  const run = await runWorkflow({ site, workflow, inputs: { version: '1.2.3' }, vars: { A: 'a' } });
  expect(stepOf(run, 'first', 'say').log).toBe('1.2.3 a\n');
  await expect(runWorkflow({ site, workflow, inputs: {} })).rejects.toThrow('input version is required');
});
