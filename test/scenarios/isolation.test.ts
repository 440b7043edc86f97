/** Successes, failures, deaths and a user's own work on one repository: what failed leaves no trace in what succeeded. */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check, ledgerRows, snapshot } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, gitSucceeds, makeFixture, write } from '../support/repository.ts';

/** What an operation does, and what the model does with it. */
type Edit = { path: string; text: string | null; isExecutable: boolean };

type Step =
  | { kind: 'operation'; edits: Edit[]; ownCommit: boolean; end: End; history: 'single' | 'phases' }
  | { kind: 'publish'; text: string; end: End }
  | { kind: 'user'; edits: Edit[]; how: 'edit' | 'stage' | 'commit' };

/** How a transaction ends: as it should, by a no, or killed at a point and settled by `post` or by the next step. */
type End =
  | { how: 'success' }
  | { how: 'command' | 'gate' | 'validation' }
  | { how: 'killed'; at: number; settledBy: 'post' | 'next' };

const NAMES = ['a.txt', 'b.txt', 'dir/c.txt', 'dir/d.sh', 'new/e.txt', 'two words.txt'];
const FIRST = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'dir/c.txt': 'c\n', '.gitignore': '*.log\n' };
const IGNORED = { 'user.log': 'ignored\n' };

const edit: fc.Arbitrary<Edit> = fc.record({
  path: fc.constantFrom(...NAMES),
  text: fc.option(
    fc.nat(9999).map((number) => `${number}\n`),
    { freq: 4 },
  ),
  isExecutable: fc.boolean(),
});
const edits = fc.uniqueArray(edit, { minLength: 1, maxLength: 3, selector: ({ path }) => path });
const end: fc.Arbitrary<End> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<End>({ how: 'success' }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<'command' | 'gate' | 'validation'>('command', 'gate', 'validation')
      .map((how): End => ({ how })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      how: fc.constant('killed' as const),
      at: fc.integer({ min: 1, max: 170 }),
      settledBy: fc.constantFrom('post' as const, 'next' as const),
    }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('operation' as const),
      edits,
      end,
      ownCommit: fc.boolean(),
      history: fc.constantFrom('single' as const, 'phases' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      text: fc.nat(9999).map((number) => `page ${number}\n`),
      end,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('user' as const),
      edits,
      how: fc.constantFrom('edit' as const, 'stage' as const, 'commit' as const),
    }),
  },
);

/** Path to mode and content, as `snapshot` writes it. */
type Files = Map<string, string>;

/** What must be there: the working tree, what is staged, what is on the branch, here and on the remote. */
interface Model {
  tree: Files;
  staged: Files;
  committed: Files;
  /** Each state the remote branch has had after a success, by its commit. */
  successes: Map<string, Files>;
}

const entryOf = ({ text, isExecutable }: Edit) =>
  text === null ? null : `${isExecutable ? 755 : 644} ${text}`;

function put(files: Files, path: string, entry: string | null): void {
  if (entry === null) files.delete(path);
  else files.set(path, entry);
}

const script = (all: readonly Edit[]): string =>
  all
    .map(({ path, text, isExecutable }) =>
      text === null
        ? `rm -f '${path}'`
        : `mkdir -p "$(dirname '${path}')"; printf '${text.replace('\n', '\\n')}' > '${path}'; chmod ${isExecutable ? 755 : 644} '${path}'`,
    )
    .join('\n');

/** What blobs hold, by their ids: most are seen many times. */
const contents = new Map<string, string>();

function contentOf(workspace: string, id: string): string {
  const content = contents.get(id) ?? git(workspace, 'cat-file', 'blob', id);
  contents.set(id, content);
  return content;
}

/** The files of a commit, or of the index, in the words of the model; `docs` aside, which has a manifest. */
function filesOf(workspace: string, of: string): Files {
  const isIndex = of === 'index';
  const list = git(workspace, ...(isIndex ? ['ls-files', '-s', '-z'] : ['ls-tree', '-r', '-z', of]));
  const files: Files = new Map();
  for (const line of list.split('\0').filter(Boolean)) {
    const [, mode, id, path] = /^100(\d+) (?:blob )?(\w+)(?: 0)?\t(.*)$/s.exec(line)!;
    if (!path!.startsWith('docs/atomic-')) files.set(path!, `${mode} ${contentOf(workspace, id!)}\n`);
  }
  return files;
}

const sorted = (files: Files) =>
  Object.fromEntries([...files].sort(([one], [other]) => (one < other ? -1 : 1)));

function compare({ workspace, bare }: Fixture, model: Model, after: string): void {
  const seen = Object.entries(snapshot(workspace)).filter(
    ([path]) => !path.startsWith('.git/') && !path.startsWith('docs/atomic-'),
  );
  const ignored = Object.entries(IGNORED).map(([path, text]): [string, string] => [path, `644 ${text}`]);
  expect(sorted(new Map(seen)), `working tree after ${after}`).toEqual(
    sorted(new Map([...model.tree, ...ignored])),
  );
  expect(sorted(filesOf(workspace, 'index')), `index after ${after}`).toEqual(sorted(model.staged));
  expect(sorted(filesOf(bare, 'main')), `remote after ${after}`).toEqual(sorted(model.committed));
  expect(git(workspace, 'rev-parse', 'main'), after).toBe(git(bare, 'rev-parse', 'main'));
  expect(readFileSync(join(workspace, '.git/HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
}

/** What `edits` would change, of what the model holds: the rest is no change. */
function changesOf(model: Model, all: readonly Edit[]): Edit[] {
  return all.filter((one) => (model.tree.get(one.path) ?? null) !== entryOf(one));
}

/** A success adds exactly its change. */
function succeed(model: Model, step: Exclude<Step, { kind: 'user' }>): void {
  const all =
    step.kind === 'publish'
      ? [{ path: 'docs/page.txt', text: step.text, isExecutable: false }]
      : changesOf(model, step.edits);
  for (const one of all)
    for (const files of [model.tree, model.staged, model.committed]) put(files, one.path, entryOf(one));
}

async function transact(fixture: Fixture, step: Exclude<Step, { kind: 'user' }>) {
  const { end } = step;
  const inputs: Record<string, string> = {};
  if (end.how === 'gate') inputs['consistency-command'] = 'false';
  if (end.how === 'validation') inputs['validation-command'] = 'false';
  const options = end.how === 'killed' ? { env: { ATOMIC_FUSE: String(end.at) } } : {};
  const last = end.how === 'command' ? '\nexit 1' : '';
  if (step.kind === 'publish') {
    const run = `printf '${step.text.replace('\n', '\\n')}' > "$ATOMIC_STAGING/page.txt"${last}`;
    return publishDocs(fixture, { ...inputs, run }, options);
  }
  const own = step.ownCommit
    ? '\ngit -c user.name=A -c user.email=a@example.org commit -q -am own || true'
    : '';
  return operate(
    fixture,
    `${script(step.edits)}${own}${last}`,
    { ...inputs, history: step.history },
    options,
  );
}

function work(
  { workspace, bare }: Fixture,
  model: Model,
  { edits: all, how }: Extract<Step, { kind: 'user' }>,
) {
  for (const one of all) {
    const { path, text } = one;
    rmSync(join(workspace, path), { force: true });
    if (text !== null) {
      write(workspace, { [path]: text });
      chmodSync(join(workspace, path), one.isExecutable ? 0o755 : 0o644);
    }
    put(model.tree, path, entryOf(one));
    if (how === 'edit') continue;
    if (text !== null || model.staged.has(path)) git(workspace, 'add', '--all', '--', path);
    put(model.staged, path, entryOf(one));
  }
  if (how !== 'commit' || gitSucceeds(workspace, 'diff', '--cached', '--quiet')) return;
  git(workspace, 'commit', '--quiet', '--message', 'of the user');
  git(workspace, 'push', '--quiet', bare, 'main');
  model.committed = new Map(model.staged);
}

async function play(steps: readonly Step[]): Promise<void> {
  const fixture = makeFixture({ files: FIRST });
  const { workspace, bare } = fixture;
  write(workspace, IGNORED);
  const first = filesOf(workspace, 'HEAD');
  const model: Model = {
    tree: new Map(first),
    staged: new Map(first),
    committed: new Map(first),
    successes: new Map(),
  };
  let pending: Exclude<Step, { kind: 'user' }> | undefined;
  const settle = (row: number) => {
    const state = ledgerRows(workspace).at(row)?.['state'];
    if (pending && state === 'COMMITTED') succeed(model, pending);
    pending = undefined;
  };
  for (const [number, step] of steps.entries()) {
    const name = `step ${number}, ${step.kind}`;
    if (pending) {
      // What comes next finds the death: `post`, or a transaction that does nothing else.
      const { end } = pending;
      const isNext = end.how === 'killed' && end.settledBy === 'next';
      const settler = await (isNext ? operate(fixture, 'true') : runPost(fixture, { target: '' }));
      expect(settler.exitCode, settler.log).toBe(0);
      settle(isNext ? -2 : -1);
      compare(fixture, model, `settling before ${name}`);
    }
    if (step.kind === 'user') work(fixture, model, step);
    else {
      const count = ledgerRows(workspace).length;
      const result = await transact(fixture, step);
      if (result.signal === 'SIGKILL') {
        if (ledgerRows(workspace).length > count) pending = step;
        continue;
      }
      if (result.exitCode === 0) {
        succeed(model, step);
        model.successes.set(git(bare, 'rev-parse', 'main'), new Map(model.committed));
      } else {
        // What the operation failed for is what it was told to fail for.
        const codes = { success: 0, command: 65, gate: 63, validation: 65, killed: 0 };
        expect(result.exitCode, result.log).toBe(codes[step.end.how]);
      }
    }
    compare(fixture, model, name);
  }
  expect((await runPost(fixture, { target: '' })).exitCode).toBe(0);
  settle(-1);
  compare(fixture, model, 'the end');
  check(fixture);
  for (const [commit, files] of model.successes) {
    expect(gitSucceeds(bare, 'merge-base', '--is-ancestor', commit, 'main')).toBe(true);
    expect(sorted(filesOf(bare, commit))).toEqual(sorted(files));
  }
}

test('any mixture of successes, failures, deaths and user edits leaves exactly what the successes and the user did', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 8 }), play), {
    seed: 20_250_101,
    numRuns: Number(process.env['ISOLATION_RUNS'] ?? 12),
    endOnFailure: false,
  });
}, 600_000);
