/** Reads workflows as GitHub would, and by this project's own rules. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './runner.ts';
import { parserFaults } from './workflow-parser.ts';
import { type RuleName, ruleFaults } from './workflow-rules.ts';
import { schemaFaults } from './workflow-schemas.ts';

const WORKFLOWS = '.github/workflows';

/** Paths, relative to the project, of its own workflows. */
export function projectWorkflows(): string[] {
  if (!existsSync(join(PROJECT, WORKFLOWS))) return [];
  return readdirSync(join(PROJECT, WORKFLOWS)).map((name) => `${WORKFLOWS}/${name}`);
}

/** Paths, relative to the project, of each definition of an action. */
export const ACTIONS = ['action.yml', '.github/actions/publish/action.yml'];

export const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');

/**
 * Everything that is wrong with the text of a workflow: GitHub's parser, SchemaStore's schema, this project's
 * rules. An example in a document that shows a tag instead of a SHA is read with `except: ['pinned']`.
 */
export async function workflowFaults(
  text: string,
  options: { except?: readonly RuleName[] } = {},
): Promise<string[]> {
  return [
    ...(await parserFaults(`${WORKFLOWS}/example.yml`, text)).map((fault) => `parser: ${fault}`),
    ...schemaFaults('workflow', text).map((fault) => `schema: ${fault}`),
    ...ruleFaults(text, options),
  ];
}

/** Everything that is wrong with the text of an action.yml. */
export async function actionFaults(text: string): Promise<string[]> {
  return [
    ...(await parserFaults('action.yml', text)).map((fault) => `parser: ${fault}`),
    ...schemaFaults('action', text).map((fault) => `schema: ${fault}`),
  ];
}
