/** What README, docs/operations.md, docs/publishing.md, docs/recovery.md and docs/security show is run as it stands there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { check, ledgerRows, observe } from './support/check.ts';
import { crashFixture, runPost } from './support/crash.ts';
import { operate, publishDocs } from './support/publish.ts';
import { type Fixture, git, makeFixture, temporaryDirectory, write } from './support/repository.ts';
import { PROJECT, runStep, type StepResult } from './support/runner.ts';
import { SOURCES, startScript } from './support/script.ts';
import { parserFaults } from './support/workflow-parser.ts';
import { schemaFaults } from './support/workflow-schemas.ts';
import { read } from './support/workflows.ts';

interface Step {
  id?: string;
  uses?: string;
  if?: string;
  run?: string;
  with?: Record<string, string | number | boolean>;
}

const blocks = (page: string, language: string) =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text!,
  );

const DISPATCH = 'on: { workflow_dispatch: { inputs: { transaction: { type: string } } } }';
const JOB = `${DISPATCH}
jobs:
  links:
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
  job:
    needs: links
    runs-on: ubuntu-latest
`;

/** A block of YAML as a whole workflow: what is only a part of one gets the rest around it. */
function workflowOf(block: string): string {
  if (/^permissions:/.test(block)) return `${JOB}    steps: [{ run: 'true' }]\n${block}`;
  if (/^ +with:/.test(block)) return `${JOB}    steps:\n      - uses: OWNER/atomic-publish@v1\n${block}`;
  if (/^ +- /.test(block)) return `${JOB}    steps:\n${block}`;
  return /^on:/m.test(block) ? block : `on: { issues: { types: [labeled] } }\n${block}`;
}

/** The steps of the job that a block shows. */
function stepsOf(block: string): Step[] {
  const { jobs } = parse(workflowOf(block)) as { jobs: Record<string, { steps: Step[] }> };
  return Object.values(jobs).at(-1)!.steps;
}

/** The step of a block that is this action, run with programs of the test's own in place of npm and npx. */
function runBlock(
  fixture: Pick<Fixture, 'root' | 'workspace'>,
  block: string,
  options: {
    programs?: Record<string, string>;
    values?: Record<string, string>;
    inputs?: Record<string, string>;
  },
): Promise<StepResult> {
  const bin = join(fixture.root, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(options.programs ?? {})) {
    write(bin, { [name]: `#!/bin/bash\nset -eu\n${script}\n` });
    chmodSync(join(bin, name), 0o755);
  }
  const own = stepsOf(block).find(({ uses }) => uses === 'OWNER/atomic-publish@v1')!;
  const inputs: Record<string, string> = {};
  for (const [name, value] of Object.entries(own.with!)) {
    inputs[name] = String(value).replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const known = options.values?.[expression];
      if (known === undefined) throw new Error(`nobody said what ${expression} is`);
      return known;
    });
  }
  return runStep({
    workspace: fixture.workspace,
    inputs: { ...inputs, ...options.inputs },
    env: { PATH: `${bin}:${process.env['PATH']}` },
  });
}

const YAML = ['README.md', 'docs/operations.md', 'docs/publishing.md'].flatMap((page) =>
  blocks(page, 'yaml').map((block, index) => [page, index, block] as const),
);

test.each(YAML)('%s, block %i, is read by GitHub without a fault', async (_page, _index, block) => {
  const workflow = workflowOf(block);
  const faults = [
    ...(await parserFaults('.github/workflows/x.yml', workflow)),
    ...schemaFaults('workflow', workflow),
  ];
  expect(faults).toEqual([]);
});

describe('README', () => {
  const [types = '', site = ''] = blocks('README.md', 'yaml');

  test('publishes what the generator writes into staging', async () => {
    const fixture = makeFixture({ files: { 'api.json': '{}\n' } });
    const npx = `case "$1" in
      json2ts) [ "$2$4" = --input--output ]; echo "// from $(cat "$3")" > "$5" ;;
      tsc) [ "$#" = 2 ] || [ -s "$4" ] ;;
      esac`;
    const step = await runBlock(fixture, types, { programs: { npx } });
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.bare, 'show', 'main:src/generated/api.ts')).toBe('// from {}');
    check(fixture, 'src/generated');
  });

  test('publishes a site that another step built, with the file that stays', async () => {
    const fixture = makeFixture({ files: { 'docs/CNAME': 'example.org\n', 'docs/old.html': 'old\n' } });
    write(fixture.workspace, { 'build/site/index.html': 'new\n' });
    const values = { 'needs.links.result': 'success' };
    const step = await runBlock(fixture, site, { values });
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.bare, 'ls-tree', '-r', '--name-only', 'main', 'docs')).toBe(
      'docs/CNAME\ndocs/atomic-manifest.json\ndocs/index.html',
    );
    expect((await runBlock(fixture, site, { values: { 'needs.links.result': 'failure' } })).exitCode).toBe(
      63,
    );
  });

  test('publishes a directory alone with commit: false', async () => {
    const fixture = { root: temporaryDirectory(), workspace: temporaryDirectory() };
    const step = await runBlock(fixture, types, {
      programs: { npx: '[ "$1" = tsc ] || echo x > "$5"' },
      inputs: { commit: 'false' },
    });
    expect(step.exitCode, step.log).toBe(0);
    expect(existsSync(join(fixture.workspace, 'src/generated/api.ts'))).toBe(true);
  });
});

describe('docs/operations.md', () => {
  const [update = '', agent = '', undo = ''] = blocks('docs/operations.md', 'yaml');

  test('commits what an update of dependencies changes', async () => {
    const fixture = makeFixture({ files: { 'package-lock.json': '{}\n' } });
    const npm = 'case "$1" in update) echo updated > package-lock.json ;; ci | test) ;; esac';
    const step = await runBlock(fixture, update, { programs: { npm } });
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.bare, 'show', 'main:package-lock.json')).toBe('updated');
    check(fixture, '.');
  });

  test('commits what an agent does, or keeps it aside where its second step shows it; a later step takes it back', async () => {
    const fixture = makeFixture({ files: { 'agent.sh': '#!/bin/bash\necho "$1" > task.txt\n' } });
    const { workspace } = fixture;
    git(workspace, 'update-index', '--chmod=+x', 'agent.sh');
    git(workspace, 'commit', '--quiet', '--message', 'agent');
    git(workspace, 'push', '--quiet', fixture.bare, 'main');
    git(workspace, 'reset', '--quiet', '--hard');
    const values = { 'github.event.issue.number': '7' };
    const refused = await runBlock(fixture, agent, {
      values,
      programs: { npm: '[ "$1 $2" != "run lint" ]' },
    });
    expect(refused.exitCode, refused.log).toBe(63);
    const look = stepsOf(agent).find(({ run }) => run !== undefined)!;
    expect(look.if).toBe("failure() && steps.change.outputs.transaction-id != ''");
    const said = execFileSync('bash', ['-euo', 'pipefail', '-c', look.run!], {
      cwd: workspace,
      env: { PATH: process.env['PATH'], ID: refused.outputs['transaction-id'] },
      encoding: 'utf8',
    });
    expect(said).toContain('task.txt | 1 +');

    const step = await runBlock(fixture, agent, { values, programs: { npm: 'true' } });
    expect(step.exitCode, step.log).toBe(0);
    expect(git(fixture.bare, 'show', 'main:task.txt')).toBe('7');
    expect(
      git(fixture.bare, 'log', '--format=%(trailers:key=Phase,valueonly,separator=)', '-3', 'main'),
    ).toBe('POST-OP\nOP-EXEC\nPRE-OP');

    for (const named of ['transaction-id', 'commit-sha'] as const) {
      const root = temporaryDirectory();
      const fresh = { root, workspace: join(root, 'work'), bare: join(root, 'origin.git') };
      git(root, 'clone', '--quiet', '--bare', fixture.bare, fresh.bare);
      git(root, 'clone', '--quiet', fresh.bare, fresh.workspace);
      const back = await runBlock(fresh, undo, { values: { 'inputs.transaction': step.outputs[named]! } });
      expect(back.exitCode, back.log).toBe(0);
      expect(existsSync(join(fresh.workspace, 'task.txt'))).toBe(false);
      expect(
        git(fresh.bare, 'log', '-1', '--format=%(trailers:key=Reverts-Transaction,valueonly)', 'main'),
      ).toBe(`${step.outputs['transaction-id']}\n`);
    }
  });
});

test('docs/publishing.md checks what is committed against what is generated, and verifies it', async () => {
  const [permissions = '', checks = '', verifies = ''] = blocks('docs/publishing.md', 'yaml');
  expect(parse(permissions).permissions).toEqual({ contents: 'write', checks: 'read', statuses: 'write' });
  const fixture = makeFixture();
  const npm = '[ "$1 $2 $3" = "run docs --" ]; cp src/input.txt "$5/api.md"';
  expect((await runBlock(fixture, checks, { programs: { npm } })).exitCode).toBe(63);
  const mode = { mode: 'publish', 'task-id': 'DOCS-1' };
  expect((await runBlock(fixture, checks, { programs: { npm }, inputs: mode })).exitCode).toBe(0);
  const same = await runBlock(fixture, checks, { programs: { npm } });
  expect(same.exitCode, same.log).toBe(0);
  expect((await runBlock(fixture, verifies, {})).exitCode).toBe(0);
  write(fixture.workspace, { 'docs/api/api.md': 'altered\n' });
  expect((await runBlock(fixture, verifies, {})).exitCode).toBe(63);
});

test('docs/security/atomic-commits.md shows a coordinator that publishes', async () => {
  const [text = ''] = blocks('docs/security/atomic-commits.md', 'ts');
  const { workspace } = makeFixture();
  const source = `import { AtomicCommitCoordinator } from '${SOURCES}/coordinator.ts';
    const [workspace, target] = ${JSON.stringify([workspace, join(workspace, 'docs')])};
    ${text}`;
  const { exitCode, errors } = await startScript(source).ended;
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
  expect(git(workspace, 'log', '-1', '--format=%s')).toBe('docs: publish page');
  expect(git(workspace, 'show', 'HEAD:docs/page.md')).toBe('text');
});

const HAS_SQLITE = spawnSync('sqlite3', ['-version']).status === 0;

describe.skipIf(!HAS_SQLITE)('docs/recovery.md (needs sqlite3)', () => {
  const page = readFileSync(join(PROJECT, 'docs/recovery.md'), 'utf8');

  /** Runs what the page says, with the values of the transaction's row in place of the names in capitals. */
  function byHand(fixture: Fixture, ...commands: string[]): string {
    const row = { ...ledgerRows(fixture.workspace).at(-1)!, target: 'docs' } as Record<string, unknown>;
    const filled = commands.map((command) => {
      expect(page, 'the page shows it').toContain(command);
      const names = /\b(ID|BRANCH|BRANCH_SHA|LOCAL_SHA|COMMIT_SHA|TARGET|STAGED|STAGING)\b/g;
      return command.replaceAll(names, (name) => String(row[name.toLowerCase()]));
    });
    return execFileSync('bash', ['-euo', 'pipefail', '-c', filled.join('\n')], {
      cwd: fixture.workspace,
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
      encoding: 'utf8',
    });
  }

  const CLEAN = 'rm -rf STAGING .git/objects/atomic-ID .git/atomic/tx-ID .git/atomic/reserve';
  const CLOSE = `sqlite3 .git/atomic/ledger.sqlite "UPDATE transactions SET state = 'ROLLED_BACK', settled = 1 WHERE id = 'ID'"`;

  async function killed(fixture: Fixture, point: string): Promise<void> {
    const died = await publishDocs(fixture, { 'transaction-id': 'dead' }, { env: { ATOMIC_FUSE: point } });
    expect(died.signal).toBe('SIGKILL');
  }

  test('says how to look at what a killed publish left, and how to go back by hand', async () => {
    const fixture = crashFixture();
    await publishDocs(fixture, { run: 'echo first > "$ATOMIC_STAGING/one.md"' });
    const before = observe(fixture);
    await killed(fixture, 'before ledger PUSHING');
    const [look = ''] = blocks('docs/recovery.md', 'sh');
    const said = byHand(fixture, look.trim());
    expect(said).toMatch(/state = PUBLISHED/);
    expect(said).toContain('docs/atomic-manifest.json:"transactionId":"dead"');
    byHand(
      fixture,
      'git update-ref BRANCH BRANCH_SHA LOCAL_SHA',
      'mv TARGET STAGING/new && mv STAGED TARGET',
      'git reset -- TARGET',
      CLEAN,
      CLOSE,
    );
    expect(observe(fixture)).toEqual(before);
    const post = await runPost(fixture);
    expect(post.exitCode, post.log).toBe(0);
    expect(observe(fixture)).toEqual(before);
  });

  test('says how to go forward by hand when the remote has the commit', async () => {
    const fixture = crashFixture();
    await killed(fixture, 'before ledger COMMITTED');
    byHand(fixture, 'git restore --staged --worktree --source=COMMIT_SHA -- TARGET', CLEAN);
    byHand(fixture, CLOSE);
    const { branch, remote, status } = observe(fixture);
    expect([branch, status]).toEqual([git(fixture.bare, 'rev-parse', 'main'), '']);
    expect(remote).toContain(branch);
    expect((await operate(fixture, 'true', { mode: 'recover' })).exitCode).toBe(0);
    expect((await publishDocs(fixture)).outputs['changed']).toBe('false');
  });
});
