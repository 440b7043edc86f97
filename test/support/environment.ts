import { onTestFinished } from 'vitest';

/** Sets variables of this process, or takes out those that are `undefined`, until the test has ended. */
export function setEnvironment(variables: Record<string, string | undefined>): void {
  const before = { ...process.env };
  onTestFinished(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
