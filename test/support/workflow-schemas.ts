/** SchemaStore's schemas of workflows and of action.yml. Where the extracts come from stands in their first line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

const ajv = new Ajv({ strict: false, allErrors: true });
const compiled = (name: string): ValidateFunction =>
  ajv.compile(JSON.parse(readFileSync(join(import.meta.dirname, 'schemas', name), 'utf8')));
const SCHEMAS = { workflow: compiled('github-workflow.json'), action: compiled('github-action.json') };

export function schemaFaults(kind: keyof typeof SCHEMAS, text: string): string[] {
  const validate = SCHEMAS[kind];
  return validate(parse(text)) ? [] : (validate.errors ?? []).map(sentence);
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || 'the document'} ${message} ${JSON.stringify(params)}`;
}
