import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Ledger } from '../src/ledger.ts';
import type { Record } from '../src/record.ts';
import type { Tree } from '../src/tree.ts';
import { STAMP } from './support/entry.ts';
import { failureOf } from './support/failure.ts';
import { temporaryDirectory } from './support/repository.ts';
import { SOURCES, startScript } from './support/script.ts';

const record = (changes: Partial<Record> = {}): Record => ({
  id: 't-1',
  state: 'INTENT',
  task_id: 'TASK-1 "ü"',
  agent_id: 'octocat',
  commit_node: 'node',
  run_url: null,
  pid: 7,
  began_at: '2026-01-02T03:04:05.000Z',
  ended_at: null,
  exit_code: null,
  reason: null,
  settled: 0,
  pruned: 0,
  target: '/w/docs',
  staging: '/w/.docs.atomic-t-1',
  staged: '/w/.docs.atomic-t-1/docs',
  manifest: 'atomic-manifest.json',
  publication: null,
  created_parent: null,
  old_digest: null,
  manifest_sha256: null,
  preop_sha: null,
  opexec_sha: null,
  history: 'single',
  scope: null,
  reverts: null,
  branch: 'refs/heads/main',
  base_sha: 'a'.repeat(40),
  branch_sha: 'a'.repeat(40),
  local_sha: null,
  commit_sha: null,
  tag: null,
  saved_index: null,
  index_sha256: null,
  remote: 'origin',
  remote_sha: null,
  temporary_ref: null,
  ...changes,
});

const open = (directory: string, options: Partial<Parameters<typeof Ledger.open>[1]> = {}) =>
  Ledger.open(directory, { timeoutMs: 20_000, onWait: () => {}, ...options });

/** Another process that opens the ledger, does `work`, says so and keeps it open. */
function holder(directory: string, work = '', env: { [name: string]: string } = {}) {
  return startScript(
    `import { Ledger } from '${SOURCES}/ledger.ts';
    const ledger = await Ledger.open(${JSON.stringify(directory)}, { timeoutMs: 20000, onWait() {} });
    ${work}
    console.log('open');
    setInterval(() => ledger.find('t-1'), 1000);`,
    { env },
  );
}

const file = (path: string): Tree[number] => ({
  path,
  mode: '100644',
  size: 1,
  sha256: path.repeat(64).slice(0, 64),
  ...STAMP,
});

describe('a transaction whose process was killed', () => {
  test('right after it was announced is found with everything it said', async () => {
    const directory = join(temporaryDirectory(), 'atomic');
    const work = `await ledger.begin(${JSON.stringify(record())});`;
    const script = holder(directory, work, { ATOMIC_FUSE: 'after ledger INTENT' });
    expect(await script.ended).toMatchObject({ signal: 'SIGKILL', log: '', errors: '' });
    const ledger = await open(directory);
    expect(ledger.unsettled().map((row) => ({ ...row }))).toEqual([record()]);
  });

  test('right before it was announced is not in the ledger', async () => {
    const directory = join(temporaryDirectory(), 'atomic');
    const work = `await ledger.begin(${JSON.stringify(record())});`;
    const script = holder(directory, work, { ATOMIC_FUSE: 'before ledger INTENT' });
    expect(await script.ended).toMatchObject({ signal: 'SIGKILL', log: '', errors: '' });
    expect((await open(directory)).unsettled()).toEqual([]);
  });

  test('while it made the ledger leaves one that the next run can use', async () => {
    const directory = join(temporaryDirectory(), 'atomic');
    const script = holder(directory, '', { ATOMIC_FUSE: 'before create ledger' });
    expect((await script.ended).signal).toBe('SIGKILL');
    const ledger = await open(directory);
    await ledger.begin(record());
    expect(ledger.find('t-1')).toMatchObject({ state: 'INTENT' });
  });
});

describe('the lock', () => {
  test('keeps a second process out for as long as the first lives, and names the input to raise', async () => {
    const directory = temporaryDirectory();
    const script = holder(directory);
    await script.spoke;
    const waits: string[] = [];
    const options = { timeoutMs: 300, onWait: (message: string) => waits.push(message) };
    const error = await failureOf(() => open(directory, options));
    expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
    expect(error.message).toContain('lock-timeout (300 ms)');
    expect(waits).toHaveLength(1);
  });

  test('is free once its holder was killed, and a run that waited goes on', async () => {
    const directory = temporaryDirectory();
    const script = holder(directory, `await ledger.begin(${JSON.stringify(record())});`);
    await script.spoke;
    const ledger = await open(directory, { onWait: () => script.child.kill('SIGKILL') });
    expect((await script.ended).signal).toBe('SIGKILL');
    expect(ledger.unsettled()).toHaveLength(1);
  });

  test('is free once its holder has closed the ledger', async () => {
    const directory = temporaryDirectory();
    const first = await open(directory);
    await expect(open(directory, { timeoutMs: 0 })).rejects.toThrow('lock-timeout');
    first.close();
    expect((await open(directory, { timeoutMs: 0 })).unsettled()).toEqual([]);
  });

  test('is not waited for when the run is cancelled', async () => {
    const directory = temporaryDirectory();
    await open(directory);
    const cancellation = new AbortController();
    const options = { signal: cancellation.signal, onWait: () => cancellation.abort() };
    await expect(open(directory, options)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

/** A closed ledger of many pages. */
async function writtenLedger() {
  const directory = temporaryDirectory();
  const ledger = await open(directory);
  await ledger.begin(record());
  const tree = Array.from({ length: 2000 }, (_, index) => file(`file-${index}`));
  await ledger.seal('t-1', tree, 'b'.repeat(64));
  ledger.close();
  return { directory, path: join(directory, 'ledger.sqlite') };
}

describe('a ledger is refused, untouched, and its lock let go, when', () => {
  async function expectRefused(directory: string, path: string, why: string) {
    const before = readFileSync(path);
    for (const attempt of ['first', 'second']) {
      const error = await failureOf(() => open(directory, { timeoutMs: 0 }));
      expect(error.code, attempt).toBe('ROLLBACK_FAILED');
      expect(error.message).toContain(`the ledger ${path} cannot be read: `);
      expect(error.message).toContain(why);
      expect(error.next).toContain('docs/recovery.md');
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  }

  test('a newer release wrote it', async () => {
    const { directory, path } = await writtenLedger();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 1000');
    database.close();
    await expectRefused(directory, path, 'version 1000');
  });

  test('it is another kind of file', async () => {
    const { directory, path } = await writtenLedger();
    writeFileSync(path, 'not a database '.repeat(1000));
    await expectRefused(directory, path, 'not a database');
  });

  test('its pages are damaged', async () => {
    const { directory, path } = await writtenLedger();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096 * 3, 4096 * 20);
    writeFileSync(path, bytes);
    await expectRefused(directory, path, '');
  });

  test('its end is missing', async () => {
    const { directory, path } = await writtenLedger();
    writeFileSync(path, readFileSync(path).subarray(0, 4096 * 5));
    await expectRefused(directory, path, '');
  });
});

test('a transaction is told by its records: sealed files in their order, phases, outcome', async () => {
  const directory = temporaryDirectory();
  const ledger = await open(directory);
  await ledger.begin(record());
  ledger.notePhase({ phase: 'Begin', began_at: '2026-01-02T03:04:05.000Z', milliseconds: 1.5, failed: 0 });
  const tree = ['Z', 'a', '\u{10000}', '\uff61'].map(file);
  await ledger.seal('t-1', tree, 'b'.repeat(64));
  expect(ledger.find('t-1')).toMatchObject({ state: 'SEALED', manifest_sha256: 'b'.repeat(64) });
  expect(ledger.files('t-1').map(({ path }) => path)).toEqual(['Z', 'a', '\u{10000}', '\uff61']);
  await ledger.begin(record({ id: 't-2' }));
  await ledger.update('t-1', { state: 'COMMITTED', exit_code: 0, settled: 1 });
  expect(ledger.unsettled().map(({ id }) => id)).toEqual(['t-2']);
  ledger.close();

  const database = new DatabaseSync(join(directory, 'ledger.sqlite'), { readOnly: true });
  onTestFinished(() => database.close());
  expect(database.prepare('SELECT transaction_id, phase, milliseconds FROM phases').all()).toMatchObject([
    { transaction_id: 't-1', phase: 'Begin', milliseconds: 1.5 },
  ]);
  expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
});

test('a ledger of the first version is brought up to date, and keeps what it holds', async () => {
  const { directory, path } = await writtenLedger();
  const database = new DatabaseSync(path);
  database.exec('ALTER TABLE files DROP COLUMN stamp; PRAGMA user_version = 1');
  database.close();
  const ledger = await open(directory);
  expect(ledger.files('t-1').length).toBeGreaterThan(0);
  await ledger.begin(record({ id: 't-2', target: '/site' }));
  await ledger.seal('t-2', [file('a')], 'b'.repeat(64), () => 'stamp');
  await ledger.update('t-2', { state: 'COMMITTED', reason: 'committed' });
  expect([...ledger.published('/site')]).toMatchObject([{ path: 'a', stamp: 'stamp' }]);
});

test('a record that cannot be written leaves nothing of itself, and the ledger goes on', async () => {
  const ledger = await open(temporaryDirectory());
  await ledger.begin(record());
  const twice = [file('a'), { ...file('b'), mode: null as never }];
  await expect(ledger.seal('t-1', twice, 'b'.repeat(64))).rejects.toThrow('NOT NULL');
  expect(ledger.find('t-1')).toMatchObject({ state: 'INTENT', manifest_sha256: null });
  expect(ledger.files('t-1')).toEqual([]);
  await ledger.seal('t-1', [file('a')], 'b'.repeat(64));
  expect(ledger.files('t-1')).toHaveLength(1);
});

test('an id that has committed cannot be used again, one that was rolled back can', async () => {
  const ledger = await open(temporaryDirectory());
  await ledger.begin(record());
  await ledger.update('t-1', { state: 'ROLLED_BACK' });
  await ledger.begin(record({ task_id: 'TASK-2' }));
  expect(ledger.find('t-1')).toMatchObject({ state: 'INTENT', task_id: 'TASK-2' });
  await ledger.update('t-1', { state: 'COMMITTED' });
  const error = await failureOf(() => ledger.begin(record()));
  expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
  expect(error.message).toContain('input transaction-id holds "t-1"');
});

test('the reserve takes real room on the disk until it is given up', async () => {
  const directory = temporaryDirectory();
  const ledger = await open(directory);
  await ledger.makeReserve();
  await ledger.makeReserve();
  const reserve = statSync(join(directory, 'reserve'));
  expect(reserve.blocks * 512).toBeGreaterThanOrEqual(reserve.size);
  expect(reserve.size).toBeGreaterThan(100_000);
  await ledger.releaseReserve();
  await ledger.releaseReserve();
  expect(readdirSync(directory)).not.toContain('reserve');
});

test('asking whether there is a ledger makes none', async () => {
  const directory = temporaryDirectory();
  expect(Ledger.exists(directory)).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
  await open(directory);
  expect(Ledger.exists(directory)).toBe(true);
});
