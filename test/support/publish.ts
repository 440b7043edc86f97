/** The step most scenarios run: publish `docs` from a generator, with a consistency gate that says yes. */
import type { Fixture } from './repository.ts';
import { runStep, type StepOptions, type StepResult } from './runner.ts';

export const GENERATE = `printf 'one\\n' > "$ATOMIC_STAGING/one.md"
mkdir -p "$ATOMIC_STAGING/guide"
printf 'two\\n' > "$ATOMIC_STAGING/guide/two.md"`;

export function publishDocs(
  fixture: Pick<Fixture, 'workspace'>,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<StepResult> {
  return runStep({
    workspace: fixture.workspace,
    inputs: { 'task-id': 'TASK-1', target: 'docs', run: GENERATE, 'consistency-result': 'PASS', ...inputs },
    ...options,
  });
}

/** The title of each error annotation in a log. */
export function annotations(log: string): string[] {
  return [...log.matchAll(/^::error title=([^:]*)::/gm)].map(([, title]) => title!.replaceAll('%3A', ':'));
}

/** Runs an operation in place, with a consistency gate that says yes. */
export function operate(
  fixture: Pick<Fixture, 'workspace'>,
  run: string,
  inputs: Record<string, string> = {},
  options: Partial<StepOptions> = {},
): Promise<StepResult> {
  return runStep({
    workspace: fixture.workspace,
    inputs: { 'task-id': 'TASK-1', run, 'consistency-result': 'PASS', ...inputs },
    ...options,
  });
}
