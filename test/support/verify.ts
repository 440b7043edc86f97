/** Mode `verify` of a directory without git, in this process and without its log: thousands of times. */
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { VerifyInputs } from '../../src/inputs.ts';
import type { Report } from '../../src/report.ts';
import type { Session } from '../../src/session.ts';
import { type Verified, verify } from '../../src/verification.ts';

const QUIET: Pick<Report, 'step' | 'say' | 'progress'> = {
  step: (_name, perform) => perform(),
  say: () => {},
  progress: () => () => {},
};

/** What a manifest of a test says of where it comes from. */
export const PROVENANCE = {
  transactionId: '0198f000-0000-7000-8000-000000000000',
  generatedAt: '2026-01-02T03:04:05Z',
  taskId: 'TASK-1',
  agentId: 'octocat',
  commitNode: 'octo/site/Docs/generate',
  baseCommit: 'a'.repeat(40),
};

/** Rejects with 63 where the directory is not as its manifest says. */
export function verifyDirectory(target: string): Promise<Verified> {
  const inputs: Partial<VerifyInputs> = {
    ...{ target, workspace: dirname(target), temp: tmpdir() },
    ...{ commit: false, manifest: 'atomic-manifest.json' },
  };
  // Without git no session is asked.
  const session = {} as Session;
  return verify(inputs as VerifyInputs, session, QUIET as Report, new AbortController().signal);
}
