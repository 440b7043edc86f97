/** Very many files are removed by programs that others start: they outlive a run that is killed meanwhile. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, ledgerRows, observe, snapshot } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { makeFixture, temporaryDirectory } from '../support/repository.ts';

const MANY = Array.from({ length: 300 }, (_, n) => n);
const RUN = `for n in ${MANY.join(' ')}; do echo new > "$ATOMIC_STAGING/$n.md"; done`;

/** A PATH with an `xargs` that kills who starts it, and does its work a little later. */
function deadly(): string {
  const tools = temporaryDirectory();
  const actual = execFileSync('sh', ['-c', 'command -v xargs'], { encoding: 'utf8' }).trim();
  const program = `#!/bin/sh\nkill -9 $PPID\nsleep 0.3\nexec ${actual} "$@"\n`;
  writeFileSync(join(tools, 'xargs'), program, { mode: 0o755 });
  return `${tools}:${process.env['PATH']}`;
}

test.each([
  ['the old tree', 'COMMITTED', {}],
  ['the new tree, after it was put back', 'ROLLED_BACK', { 'validation-command': 'false' }],
] as const)('a run killed while %s is removed for it is settled', async (_, state, inputs) => {
  const files = Object.fromEntries(MANY.map((n) => [`docs/${n}.md`, 'old\n']));
  const fixture = makeFixture({ files });
  const before = observe(fixture);
  const died = await publishDocs(fixture, { run: RUN, ...inputs }, { env: { PATH: deadly() } });
  expect(died.signal, died.log).toBe('SIGKILL');
  const left = () => readdirSync(fixture.workspace).filter((name) => name.startsWith('.docs.atomic-'));
  expect(left()).toHaveLength(1);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  check(fixture, 'docs');
  expect(left()).toEqual([]);
  expect(ledgerRows(fixture.workspace).at(-1)).toMatchObject({ state });
  const { [`atomic-manifest.json`]: _manifest, ...outputs } = snapshot(join(fixture.workspace, 'docs'));
  const text = state === 'COMMITTED' ? '644 new\n' : '644 old\n';
  expect(outputs).toEqual(Object.fromEntries(MANY.map((n) => [`${n}.md`, text])));
  if (state === 'ROLLED_BACK') expect(observe(fixture)).toEqual(before);
});
