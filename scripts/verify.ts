/**
 * Proves the two outcomes of a transaction on a temporary repository: a commit after which git's HEAD and the
 * ledger agree, and a failing git after which everything is as it was. Prints the same lines on every run.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AtomicCommitCoordinator } from '../src/coordinator.ts';

const root = mkdtempSync(join(tmpdir(), 'atomic-verify-'));
const workspace = join(root, 'work');
const target = join(workspace, 'docs');
const fixed = {
  generatedAt: '2026-01-01T00:00:00Z',
  author: { name: 'Verify', email: 'verify@example.org' },
};
const env = {
  PATH: process.env['PATH'] ?? '',
  ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: 'Verify', GIT_AUTHOR_EMAIL: 'verify@example.org', GIT_AUTHOR_DATE: '@1 +0000' },
  ...{
    GIT_COMMITTER_NAME: 'Verify',
    GIT_COMMITTER_EMAIL: 'verify@example.org',
    GIT_COMMITTER_DATE: '@1 +0000',
  },
};
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: workspace, env, encoding: 'utf8' }).trim();

async function transact(id: string, content: string): Promise<AtomicCommitCoordinator> {
  const coordinator = new AtomicCommitCoordinator({ workspace, target, transactionId: id, ...fixed });
  try {
    await coordinator.begin('TASK-1');
    await coordinator.stageChanges([{ path: 'page.md', content }]);
    await coordinator.commit('docs: publish page');
  } catch (error) {
    await coordinator.rollback(error);
    throw error;
  } finally {
    coordinator.close();
  }
  return coordinator;
}

function ledger(id: string): Record<string, unknown> {
  const database = new DatabaseSync(join(workspace, '.git/atomic/ledger.sqlite'), { readOnly: true });
  const row = database.prepare('SELECT * FROM transactions WHERE id = ?').get(id)!;
  database.close();
  return row;
}

try {
  mkdirSync(workspace);
  git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(workspace, 'README.md'), 'verify\n');
  git('add', 'README.md');
  git('commit', '--quiet', '--message', 'first');

  await transact('verify-1', 'one\n');
  const head = git('rev-parse', 'HEAD');
  const committed = ledger('verify-1');
  assert.equal(committed['state'], 'COMMITTED');
  assert.equal(committed['commit_sha'], head);
  assert.equal(git('show', 'HEAD:docs/page.md'), 'one');
  assert.equal(git('log', '-1', '--format=%(trailers:key=Task-ID,valueonly)'), 'TASK-1');
  assert.equal(git('status', '--porcelain'), '');
  console.log(`COMMITTED ${head}: HEAD and the ledger agree`);

  const index = git('ls-files', '--stage', '--debug');
  const lock = join(workspace, '.git/refs/heads/main.lock');
  writeFileSync(lock, ''); // git cannot move the branch now.
  utimesSync(lock, 1, 1); // One as young as the transaction would be taken for its own.
  await assert.rejects(transact('verify-2', 'two\n'), { code: 'ATOMIC_COMMIT_FAILED' });
  rmSync(lock);
  assert.equal(ledger('verify-2')['state'], 'ROLLED_BACK');
  assert.equal(git('rev-parse', 'HEAD'), head);
  assert.equal(readFileSync(join(target, 'page.md'), 'utf8'), 'one\n');
  assert.equal(git('ls-files', '--stage', '--debug'), index);
  assert.equal(git('status', '--porcelain', '--ignored'), '');
  assert.deepEqual(readdirSync(workspace).sort(), ['.git', 'README.md', 'docs']);
  console.log('ROLLED_BACK: git failed; target, index and branch are as they were');
} finally {
  rmSync(root, { recursive: true, force: true });
}
