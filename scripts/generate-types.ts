/**
 * The demo's generator: one TypeScript file for each definition of a JSON schema whose name matches a
 * pattern. Arguments: the schema, the directory to write to, the pattern.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const [schemaPath = '', directory = '', pattern = ''] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(schemaPath, 'utf8'));
const definitions = schema.$defs;
const names = Object.keys(definitions).filter((name) => new RegExp(pattern).test(name));

/** The definitions that one refers to, directly or through others. */
function reachable(name: string, found: Record<string, JSONSchema> = {}): Record<string, JSONSchema> {
  for (const [, other] of JSON.stringify(definitions[name]).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
    if (other! in found) continue;
    found[other!] = definitions[other!];
    reachable(other!, found);
  }
  return found;
}

for (const name of names) {
  const definition = { ...definitions[name], $defs: reachable(name) } as JSONSchema;
  const source = await compile(definition, name, {
    declareExternallyReferenced: true,
    unreachableDefinitions: false,
    format: false,
    bannerComment: `/** Generated from the definition ${name}. */`,
  });
  writeFileSync(join(directory, `${name}.ts`), source);
}
writeFileSync(
  join(directory, 'index.ts'),
  names.map((name) => `export * as ${name} from './${name}.ts';\n`).join(''),
);
console.log(`${names.length} definitions of ${schemaPath}`);
