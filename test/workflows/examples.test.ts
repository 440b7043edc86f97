/** The examples in docs/examples.md, read as GitHub reads them, and held to what the page says of all of them. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXAMPLES, withOwnAction } from '../support/examples.ts';
import { read, workflowFaults } from '../support/workflows.ts';

const ALL = EXAMPLES.flatMap(({ workflows }) => Object.entries(workflows));

interface Job {
  permissions?: Record<string, string>;
  steps?: { uses?: string }[];
}

test('there are eight, each with a workflow, why it is safe, and what happens when a step fails', () => {
  expect(EXAMPLES).toHaveLength(8);
  for (const { title, text, workflows } of EXAMPLES) {
    expect(Object.keys(workflows).length, title).toBeGreaterThan(0);
    expect(text.match(/^\*\*It is safe because\*\* /gm), title).toHaveLength(1);
    expect(text.match(/^\*\*When a step fails\*\*/gm), title).toHaveLength(1);
  }
});

test('no block of YAML on the page is left out', () => {
  expect(read('docs/examples.md').match(/^```yaml$/gm)).toHaveLength(ALL.length);
});

test('the list at the top leads to each', () => {
  const links = [...read('docs/examples.md').matchAll(/^(\d+)\. \[(.+)\]\(#(.+)\)$/gm)];
  expect(links.map(([, , title]) => title)).toEqual(EXAMPLES.map(({ title }) => title));
  for (const [, number, title, anchor] of links) {
    const heading = `${number}. ${title}`.toLowerCase();
    expect(anchor).toBe(heading.replaceAll(/[^a-z0-9 -]/g, '').replaceAll(' ', '-'));
  }
});

describe.each(ALL)('%s', (name, text) => {
  test('has no fault', async () => {
    // What runs after a stranger's run is the subject of that example; any other that did it would be a fault.
    const except = name === 'keep-report.yml' ? (['triggers'] as const) : [];
    expect(await workflowFaults(withOwnAction(text), { except })).toEqual([]);
  });

  test('grants nothing at its top, to each job what it names, and lets no publish be dropped', () => {
    const { permissions, concurrency, jobs } = parse(text);
    expect(permissions).toEqual({});
    expect(concurrency.queue).toBe('max');
    for (const [id, job] of Object.entries(jobs as Record<string, Job>)) {
      expect(Object.keys(job.permissions ?? {}), `job ${id}`).not.toEqual([]);
    }
  });

  test('gives a token that can write to no job that runs what a stranger wrote', () => {
    const { on, jobs } = parse(text);
    if (!('pull_request' in on)) return;
    for (const [id, { permissions = {}, steps }] of Object.entries(jobs as Record<string, Job>)) {
      if (steps) expect(Object.values(permissions), `job ${id}`).not.toContain('write');
    }
  });
});
