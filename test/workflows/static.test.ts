/** The project's own workflows and actions, read as GitHub reads them. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ACTIONS, actionFaults, projectWorkflows, read, workflowFaults } from '../support/workflows.ts';

test('no workflow of this project has a fault', async () => {
  const faults: Record<string, string[]> = {};
  for (const path of projectWorkflows()) faults[path] = await workflowFaults(read(path));
  expect(faults).toEqual(Object.fromEntries(projectWorkflows().map((path) => [path, []])));
});

test.each(ACTIONS)('%s has no fault', async (path) => {
  expect(await actionFaults(read(path))).toEqual([]);
});

test.each([
  ['using: node24', 'using: node19', 'schema: '],
  ['  main: dist/index.js\n', '', 'parser: '],
  ['post-if: always()', 'post-if: maybe()', 'parser: '],
])('an action.yml with %j as %j is refused', async (good, bad, words) => {
  expect((await actionFaults(read('action.yml').replace(good, bad))).join('\n')).toContain(words);
});

test('the action for workflows of this repository is the one at the root, and starts the same bundle', () => {
  const [root, own] = ACTIONS.map((path) => parse(read(path)));
  const at = { main: '../../../dist/index.js', post: '../../../dist/index.js' };
  expect(own).toEqual({ ...root, runs: { ...root.runs, ...at } });
});
