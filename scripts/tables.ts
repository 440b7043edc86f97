/** Writes the tables of the documents from action.yml, the reusable workflow and the code. With `--check` it only says whether they differ. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EXIT_CODES, type ExitName } from '../src/errors.ts';

const ROOT = join(import.meta.dirname, '..');

const WHEN: Record<ExitName, string> = {
  COMMITTED:
    'published, or nothing to change; `verify`: as it was published; `recover`: everything is settled',
  OUTPUT_NOT_WRITABLE:
    'the target cannot be replaced as one unit: permissions, a read-only disk, a mount point, a file, a symlink, a place outside the workspace, a system without the exchange',
  INSUFFICIENT_DISK_SPACE: 'blocks, inodes or quota are not enough, before or in the middle',
  CONSISTENCY_VALIDATION_FAILED:
    'the consistency gate said no, or there is none; `check` or `verify` found a difference',
  MESSAGE_VALIDATION_FAILED: 'the message gate said no',
  ATOMIC_COMMIT_FAILED:
    'everything else: bad input, the command itself, the validation, git, the push, the lock, cancellation',
  ROLLBACK_FAILED: 'the original state could not be restored, or it cannot be decided yet',
};

interface Definition {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, { description: string }>;
}

interface Called {
  inputs: Record<string, { description: string; required?: boolean; default?: string | number | boolean }>;
  secrets: Record<string, { description: string }>;
}

const called = parse(readFileSync(join(ROOT, '.github/workflows/publish.yml'), 'utf8')).on
  .workflow_call as Called;
const definition = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Definition;
const cell = (text: string) => text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const shown = (value: string | undefined) => (value === undefined ? 'none' : `\`${value}\``);

const tables: Record<string, string> = {
  'exit-codes': table(
    ['code', 'name', 'when'],
    Object.entries(EXIT_CODES).map(([name, code]) => [String(code), name, WHEN[name as ExitName]]),
  ),
  inputs: table(
    ['input', 'default', 'meaning'],
    Object.entries(definition.inputs).map(([name, input]) => [
      `\`${name}\``,
      shown(input.default),
      input.description,
    ]),
  ),
  outputs: table(
    ['output', 'meaning'],
    Object.entries(definition.outputs).map(([name, output]) => [`\`${name}\``, output.description]),
  ),
  'workflow-inputs': table(
    ['input', 'default', 'meaning'],
    Object.entries(called.inputs).map(([name, input]) => [
      `\`${name}\``,
      input.required ? 'required' : input.default === '' ? 'none' : `\`${input.default}\``,
      input.description,
    ]),
  ),
  'workflow-secrets': table(
    ['secret', 'meaning'],
    Object.entries(called.secrets).map(([name, secret]) => [`\`${name}\``, secret.description]),
  ),
};

for (const document of ['README.md', 'docs/workflow.md']) {
  const path = join(ROOT, document);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(
    /(<!-- table: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, open: string, name: string, close: string) => `${open}${tables[name]}\n${close}`,
  );
  if (!process.argv.includes('--check')) writeFileSync(path, after);
  else if (after !== before) {
    console.error(
      `The tables of ${document} are not what the definitions and the code say: run npm run docs.`,
    );
    process.exitCode = 1;
  }
}
