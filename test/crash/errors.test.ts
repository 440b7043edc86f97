/** The same system calls answer with an error instead: the exit code is one of clause 14, and nothing is half done. */
import { expect, test } from 'vitest';
import { ledgerRows, observe } from '../support/check.ts';
import { copyOf, crashFixture, expectOldOrNew, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { CAN_TRACE, injecting, ONE_THREAD } from '../support/strace.ts';

/** Which errors a call can give, and how many calls of one process are tried. */
const FAULTS: [string, string[], number[]][] = [
  ['openat', ['EMFILE', 'EACCES', 'ENOSPC', 'EROFS'], [40, 60, 70, 80, 90]],
  ['write', ['ENOSPC', 'EIO', 'EDQUOT'], [1, 2, 4, 8, 16, 24, 32]],
  ['pwrite64', ['ENOSPC', 'EIO'], [1, 3, 6, 9, 12, 16, 20, 25, 30]],
  ['fdatasync', ['EIO', 'ENOSPC'], [1, 2, 4, 6, 8, 10, 12]],
  ['fsync', ['EIO', 'ENOSPC'], [1, 2, 3, 4, 5, 6, 8]],
  ['syncfs', ['EIO', 'ENOSPC'], [1]],
  ['mkdir', ['ENOSPC', 'EACCES', 'EROFS'], [1, 2, 3]],
  ['rename', ['EIO', 'ENOSPC', 'EACCES', 'EROFS'], [1, 2]],
  ['renameat2', ['EIO', 'EXDEV', 'EINVAL', 'EPERM'], [1]],
  ['link', ['EIO', 'ENOSPC'], [1, 2, 3]],
  ['unlink', ['EIO', 'EACCES'], [1, 2, 4, 6]],
  ['rmdir', ['EIO'], [1, 2]],
];
const CASES = FAULTS.flatMap(([call, errors, times]) =>
  errors.flatMap((error) => times.map((nth) => [call, error, nth] as const)),
);

test.skipIf(!CAN_TRACE)(
  'a publish in which any call fails ends with a code of the list, all old or all new (needs ptrace)',
  async () => {
    const template = crashFixture();
    const codes = new Map<number | null, number>();
    const sweep = async (cases: typeof CASES) => {
      for (const [call, error, nth] of cases) {
        const fixture = copyOf(template);
        const before = observe(fixture);
        const step = await publishDocs(
          fixture,
          {},
          { env: ONE_THREAD, wrapper: injecting(call, `error=${error}`, nth) },
        );
        const where = `${call} ${nth} ${error}: ${step.exitCode}\n${step.log}`;
        codes.set(step.exitCode, (codes.get(step.exitCode) ?? 0) + 1);
        // node itself needs these calls too, to start and for its own pipes, where it aborts: then post settles.
        const isNode = !step.log.includes('::group::Begin') || /deps\/(uv|v8)\//.test(step.log);
        if (!isNode) expect([0, 61, 62, 65, 66], where).toContain(step.exitCode);
        if (step.exitCode !== 66 && ledgerRows(fixture.workspace)[0]?.['settled'] === 1) {
          expectOldOrNew(fixture, before); // Settled by the run itself.
        }
        const post = await runPost(fixture);
        expect(post.exitCode, `${where}\n${post.log}`).toBe(0);
        const side = expectOldOrNew(fixture, before);
        if (step.exitCode === 0) expect(side, where).toBe('new');
      }
    };
    await Promise.all([0, 1].map((half) => sweep(CASES.filter((_, index) => index % 2 === half))));
    expect(codes.get(62)).toBeGreaterThan(5);
    expect(codes.get(65)).toBeGreaterThan(5);
  },
  900_000,
);
