/** A transaction whose directory, or whose whole working tree, is gone when it is to be settled. */
import { expect, test } from 'vitest';
import { runPost } from '../support/crash.ts';
import { FILES, see } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { makeFixture } from '../support/repository.ts';

test.each([
  ['post', {}],
  ['mode recover', { mode: 'recover' }],
])('an operation that had moved its working directory when it died is settled by %s', async (_, mode) => {
  const fixture = makeFixture({ files: { ...FILES, 'pkg/deep/x': 'x\n' } });
  const before = see(fixture);
  const inputs = { 'working-directory': 'pkg/deep' };
  const died = await operate(fixture, 'cd ../..; mv pkg new; kill -9 $PPID; sleep 1', inputs);
  expect(died.signal).toBe('SIGKILL');
  const isPost = !('mode' in mode);
  const settle = { ...inputs, ...mode, target: '' };
  const step = isPost ? await runPost(fixture, settle) : await operate(fixture, 'true', settle);
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).toContain('is settled: ROLLED_BACK');
  expect(see(fixture)).toEqual(before);
});
