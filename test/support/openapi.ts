/** Checks requests and answers against the extract of GitHub's own OpenAPI description beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';

interface Reference {
  $ref: string;
}

interface Media {
  content: { 'application/json': { schema: Record<string, unknown> } };
}

interface Parameter {
  name: string;
  in: 'path' | 'query';
  required?: boolean;
  schema: Record<string, unknown>;
}

interface Described {
  operationId: string;
  parameters: (Parameter | Reference)[];
  requestBody?: Media;
  responses: Record<string, Media | Reference>;
}

/** One request, as the operation of the description that it is for. */
export interface Operation {
  /** GitHub's name of the operation, such as `git/create-commit`. */
  id: string;
  described: Described;
  path: Record<string, unknown>;
  /** The query's values; `checkRequest` converts them to their types and adds the defaults. */
  query: Record<string, unknown>;
}

const NAME = 'github';
// Every reference gets the document's name, so that a part of the document can be compiled on its own.
const DESCRIPTION = JSON.parse(
  readFileSync(join(import.meta.dirname, 'github-openapi.json'), 'utf8').replaceAll('"#/', `"${NAME}#/`),
) as { paths: Record<string, Record<string, Described>> };

const OPTIONS = {
  strict: false,
  logger: false,
  allErrors: true,
  formats: {
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    uri: /^https?:\/\/\S+$/,
  },
} as const;
const bodies = new Ajv(OPTIONS).addSchema(DESCRIPTION, NAME);
// The values of a path and a query arrive as text, a body's do not.
const parameters = new Ajv({ ...OPTIONS, coerceTypes: true, useDefaults: true }).addSchema(DESCRIPTION, NAME);

/** The operation that a method and a URL relative to the API's root are for. */
export function findOperation(method: string, url: string): Operation | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  for (const [template, operations] of Object.entries(DESCRIPTION.paths)) {
    // A ref may have slashes, encoded or not; nothing else may.
    const pattern = template.replace(
      /\{(\w+)\}/g,
      (_, name) => `(?<${name}>${name === 'ref' ? '.+' : '[^/]+'})`,
    );
    const groups = new RegExp(`^${pattern}$`).exec(pathname)?.groups;
    const described = operations[method.toLowerCase()];
    if (!groups || !described) continue;
    return {
      id: described.operationId,
      described,
      path: Object.fromEntries(
        Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
      ),
      query: Object.fromEntries(searchParams),
    };
  }
  return undefined;
}

/** What is wrong with a request. `body` is `undefined` where the request had none. */
export function checkRequest({ id, described, path, query }: Operation, body: unknown): string[] {
  const errors: string[] = [];
  const known = described.parameters.map((parameter) => resolve(parameter) as Parameter);
  for (const [place, values] of Object.entries({ path, query })) {
    const here = known.filter((parameter) => parameter.in === place);
    const schema = {
      type: 'object',
      required: here.filter(({ required }) => required).map(({ name }) => name),
      properties: Object.fromEntries(here.map((parameter) => [parameter.name, parameter.schema])),
      // GitHub ignores a name that it does not know, and that is never what the caller meant.
      additionalProperties: false,
    };
    errors.push(...check(parameters, schema, values, `${id}: ${place}`));
  }
  const schema = described.requestBody?.content['application/json'].schema;
  if (schema) errors.push(...check(bodies, { ...schema, additionalProperties: false }, body, `${id}: body`));
  else if (body !== undefined) errors.push(`${id}: body must not be there`);
  return errors;
}

/** What is wrong with an answer. A failure that the description does not name must be a plain GitHub error. */
export function checkResponse({ id, described }: Operation, status: number, body: unknown): string[] {
  const response = described.responses[status];
  if (!response && status < 400) return [`${id}: status ${status} is not described`];
  const schema = response
    ? (resolve(response) as Media).content['application/json'].schema
    : { allOf: [{ $ref: `${NAME}#/components/schemas/basic-error` }], required: ['message'] };
  return check(bodies, schema, body, `${id}: answer ${status}`);
}

function check(ajv: Ajv, schema: object, value: unknown, place: string): string[] {
  // A missing value is no JSON value, and Ajv would take it for one that no keyword speaks about.
  if (value === undefined) return [`${place} is missing`];
  const validate = ajv.compile(schema);
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${place}${sentence(error)}`);
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}

function resolve(node: object): unknown {
  if (!('$ref' in node)) return node;
  const steps = (node as Reference).$ref.slice(`${NAME}#/`.length).split('/');
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], DESCRIPTION);
}
