/** What a killed run has started outlives it: what removes very many files, and git. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { check, ledgerRows, observe, snapshot } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';

const MANY = Array.from({ length: 1200 }, (_, n) => n);
const RUN = `for n in ${MANY.join(' ')}; do echo new > "$ATOMIC_STAGING/$n.md"; done`;

/** A PATH with an `xargs` that kills who starts it once it has what it is to do, and does that `later`, in seconds. */
function deadly(later = 0.3): string {
  const tools = temporaryDirectory();
  const actual = execFileSync('sh', ['-c', 'command -v xargs'], { encoding: 'utf8' }).trim();
  const program = `#!/bin/sh\nsleep 0.3\nkill -9 $PPID\nsleep ${later}\nexec ${actual} "$@"\n`;
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

test('what a recovery that is killed leaves running does not remove what the user makes after the next one', async () => {
  const fixture = makeFixture();
  const names = MANY.map(String).sort();
  // As `git am` of many patches leaves it where one does not apply.
  const place = '.git/rebase-apply';
  const run = `mkdir ${place}; for n in ${names.join(' ')}; do echo patch > ${place}/$n; done; echo x > new.txt; exit 1`;
  const died = await operate(fixture, run, {}, { env: { PATH: deadly() } });
  expect(died.signal, died.log).toBe('SIGKILL');
  const post = await runPost(fixture, { target: '' }, { env: { PATH: deadly(3) } });
  expect(post.signal, post.log).toBe('SIGKILL');
  const again = await runPost(fixture, { target: '' });
  expect(again.exitCode, again.log).toBe(0);
  expect(ledgerRows(fixture.workspace).at(-1)).toMatchObject({ state: 'ROLLED_BACK', settled: 1 });
  const mine = join(fixture.workspace, place);
  for (const name of names) write(mine, { [name]: 'mine\n' });
  await setTimeout(4000);
  expect(readdirSync(mine).sort()).toEqual(names);
});

test('a git that a killed recovery leaves does not write over what the user changes after the next one', async () => {
  const files = { '.gitattributes': '*.txt filter=slow\n', 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' };
  const fixture = makeFixture({ files });
  const { workspace, root } = fixture;
  // The first time it is asked it kills the recovery, and answers later.
  const [slow, pid] = [join(root, 'slow'), join(root, 'pid')];
  const program = `#!/bin/sh\nif [ -e '${pid}' ]; then kill -9 $(cat '${pid}'); rm '${pid}'; sleep 3; fi\nexec cat\n`;
  writeFileSync(slow, program, { mode: 0o755 });
  git(workspace, 'config', 'filter.slow.smudge', slow);
  git(workspace, 'config', 'filter.slow.clean', 'cat');
  const died = await operate(fixture, 'for f in a b c; do echo other > $f.txt; done; kill -9 $PPID; sleep 1');
  expect(died.signal, died.log).toBe('SIGKILL');
  const onStart = (child: ChildProcess) => writeFileSync(pid, String(child.pid));
  const post = await runPost(fixture, { target: '' }, { onStart });
  expect(post.signal, post.log).toBe('SIGKILL');
  const again = await runPost(fixture, { target: '' });
  expect(again.exitCode, again.log).toBe(0);
  rmSync(join(workspace, 'a.txt'));
  for (const name of ['b', 'c']) writeFileSync(join(workspace, `${name}.txt`), 'mine\n');
  await setTimeout(5000);
  for (const name of ['b', 'c']) expect(readFileSync(join(workspace, `${name}.txt`), 'utf8')).toBe('mine\n');
  expect(existsSync(join(workspace, 'a.txt'))).toBe(false);
});

test('a run that may open no more files once it has committed ends with 0', async () => {
  const fixture = makeFixture({ files: Object.fromEntries(MANY.map((n) => [`docs/${n}.md`, 'old\n'])) });
  const step = await publishDocs(
    fixture,
    { run: RUN, 'transaction-id': 'T-1' },
    {
      env: { ATOMIC_FUSE: 'before remove .docs.atomic-T-1', ATOMIC_FUSE_SIGNAL: 'SIGSTOP' },
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!/\) [Tt] /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) return;
          clearInterval(timer);
          const open = new Set(readdirSync(`/proc/${child.pid}/fd`).map(Number));
          let limit = 0;
          for (let free = 0; free < 4; limit += 1) if (!open.has(limit)) free += 1;
          execFileSync('prlimit', ['--pid', String(child.pid), `--nofile=${limit}`]);
          child.kill('SIGCONT');
        }, 2);
        child.once('exit', () => clearInterval(timer));
      },
    },
  );
  expect(step.exitCode, step.log).toBe(0);
  expect(ledgerRows(fixture.workspace).at(-1)).toMatchObject({ state: 'COMMITTED', settled: 1 });
});
