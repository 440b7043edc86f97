/** The same system calls answer with an error instead: the exit code is one of clause 14, and nothing is half done. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerRows, observe } from '../support/check.ts';
import { crashFixture, expectOldOrNew, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import type { Fixture } from '../support/repository.ts';
import { copyOf } from '../support/repository.ts';
import { CAN_TRACE, injecting, ONE_THREAD } from '../support/strace.ts';

interface Fault {
  call: string;
  error: string;
  nth: number;
  /** Below the workspace; without it the fault hits every process's nth call. */
  path?: string;
}

const PRIVATE = '.docs.atomic-T-1';
const every = (call: string, errors: string[], times: number[], path?: string): Fault[] =>
  errors.flatMap((error) =>
    times.map((nth) => ({ call, error, nth, ...(path === undefined ? {} : { path }) })),
  );

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);

const FAULTS: Fault[] = [
  ...every('openat', ['EMFILE', 'EACCES', 'ENOSPC'], range(52, 133, 4)),
  ...every('pwrite64', ['ENOSPC', 'EIO'], range(1, 50, 3)),
  ...every('fsync', ['EIO', 'ENOSPC'], range(1, 28, 2)),
  ...every('syncfs', ['EIO', 'ENOSPC'], [1]),
  ...every('mkdir', ['ENOSPC', 'EROFS', 'EACCES'], range(1, 15, 2)),
  ...every('rename', ['EIO', 'ENOSPC', 'EROFS'], range(1, 6, 1)),
  ...every('renameat2', ['EIO', 'EXDEV', 'EPERM'], [1]),
  ...every('link', ['EIO', 'ENOSPC'], [1, 2, 3]),
  ...every('unlink', ['EIO', 'EACCES', 'EROFS'], range(1, 9, 1)),
  ...every('unlinkat', ['EIO'], range(1, 20, 3)),
  ...every('rmdir', ['EIO', 'EACCES'], range(1, 4, 1)),
  // By file: node's own pipes need `write` too, and it does not survive their loss.
  ...[
    `${PRIVATE}/tree/docs/more.md`,
    `${PRIVATE}/tree/docs/atomic-manifest.json`,
    `${PRIVATE}/.gitignore`,
  ].flatMap((path) => every('write', ['ENOSPC', 'EDQUOT', 'EIO'], [1], path)),
  ...['.git/atomic/reserve', '.git/index.lock', '.git/atomic/tx-T-1/index.before'].flatMap((path) =>
    every('write', ['ENOSPC', 'EIO'], [1], path),
  ),
  ...every('fsync', ['EIO'], [1, 2], PRIVATE),
];

function inject(fixture: Fixture, { call, error, nth, path }: Fault) {
  const wrapper = injecting(call, `error=${error}`, nth, path && join(fixture.workspace, path));
  const inputs = { 'transaction-id': 'T-1', contents: '{"more.md": "more"}' };
  return publishDocs(fixture, inputs, { env: ONE_THREAD, wrapper });
}

test('the sweep has at least 200 points', () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(200);
});

test.skipIf(!CAN_TRACE)(
  'a publish in which any call fails ends with a code of the list, all old or all new (needs ptrace)',
  async () => {
    const template = crashFixture();
    const codes = new Map<number | null, number>();
    const sweep = async (faults: Fault[]) => {
      for (const fault of faults) {
        const fixture = copyOf(template);
        const before = observe(fixture);
        const step = await inject(fixture, fault);
        const where = `${JSON.stringify(fault)}: ${step.exitCode}\n${step.log}`;
        expect([0, 61, 62, 65, 66], where).toContain(step.exitCode);
        codes.set(step.exitCode, (codes.get(step.exitCode) ?? 0) + 1);
        // SQLite tells of a failed sync without saying why, git of an object it could not open that it is corrupt; and
        // the disk, when asked, is not full.
        const isSaid = !/disk I\/O error|is corrupt/.test(step.log);
        const isFull = /ENOSPC|EDQUOT/.test(fault.error) && isSaid;
        expect([0, isFull ? 62 : 65, 61, 66], where).toContain(step.exitCode);
        const settledItself = ledgerRows(fixture.workspace)[0]?.['settled'] === 1;
        if (step.exitCode !== 66 && settledItself) expectSide(fixture, before, step.exitCode);
        const post = await runPost(fixture);
        expect(post.exitCode, `${where}\n${post.log}`).toBe(0);
        expectSide(fixture, before, step.exitCode);
      }
    };
    await Promise.all([0, 1].map((half) => sweep(FAULTS.filter((_, index) => index % 2 === half))));
    for (const code of [0, 61, 62, 65]) expect(codes.get(code), String(code)).toBeGreaterThan(3);
  },
  900_000,
);

function expectSide(fixture: Fixture, before: ReturnType<typeof observe>, exitCode: number | null): void {
  const side = expectOldOrNew(fixture, before, 'docs', ['more.md']);
  if (exitCode !== 66) expect(side).toBe(exitCode === 0 ? 'new' : 'old');
}

test.skipIf(!CAN_TRACE)(
  'an exchange that the kernel refuses at the swap is 61, and nothing changed (needs ptrace)',
  async () => {
    for (const error of ['EXDEV', 'EINVAL', 'ENOSYS', 'EPERM']) {
      const fixture = crashFixture();
      const before = observe(fixture);
      const step = await inject(fixture, { call: 'renameat2', error, nth: 1, path: 'docs' });
      expect(step.exitCode, step.log).toBe(61);
      expect(expectOldOrNew(fixture, before)).toBe('old');
    }
  },
);

test.skipIf(!CAN_TRACE)(
  'a disk that takes fewer bytes than it says is caught by the seal (needs ptrace)',
  async () => {
    const fixture = crashFixture();
    const before = observe(fixture);
    const wrapper = injecting(
      'write',
      'retval=2',
      1,
      join(fixture.workspace, `${PRIVATE}/tree/docs/more.md`),
    );
    const inputs = { 'transaction-id': 'T-1', contents: '{"more.md": "more"}' };
    const step = await publishDocs(fixture, inputs, { env: ONE_THREAD, wrapper });
    expect(step.exitCode).toBe(65);
    expect(step.outputs['reason']).toContain('"more.md" in staging is not what its source held');
    expect(expectOldOrNew(fixture, before)).toBe('old');
  },
);
