/** What docs/workflow.md shows works as it stands there. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { read, workflowFaults } from '../support/workflows.ts';

const BLOCKS = [...read('docs/workflow.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);

test('the usage has no fault, and is short', async () => {
  const [usage = ''] = BLOCKS;
  expect(await workflowFaults(usage, { except: ['pinned'] })).toEqual([]);
  expect(usage.trim().split('\n').length).toBeLessThanOrEqual(15);
});

test('the permissions and the secret that it tells callers to give are what the workflow asks for', () => {
  const { on, jobs } = parse(read('.github/workflows/publish.yml'));
  const [, permissions, secrets] = BLOCKS.map((text) => parse(text));
  const asked = Object.values<{ permissions: object }>(jobs).map((job) => job.permissions);
  expect(permissions.permissions).toEqual(Object.assign({}, ...asked));
  expect(Object.keys(on.workflow_call.secrets)).toContain(Object.keys(secrets.secrets)[0]);
});
