/**
 * The main job on real input: TypeScript types of some hundred definitions of a JSON schema that an npm
 * package ships, published by the committed bundle, started as the runner starts it, to a bare repository
 * behind a real git server on loopback. Five runs: first, unchanged, changed, refused by a gate, rejected by a hook.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { generate, makeScene } from './scene.ts';

const scene = await makeScene();
const { workspace, bare, git } = scene;

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

async function show(title: string, inputs: Record<string, string>, expected: number): Promise<void> {
  console.log(`\n=== ${title}`);
  const step = await scene.run({
    'task-id': 'TYPES-1',
    message: 'feat: types of the configuration schema',
    'consistency-command': `"${process.execPath}" --check "$ATOMIC_STAGING/index.ts"`,
    ...inputs,
  });
  console.log(indent(step.log.trim()));
  const target = join(workspace, 'src/generated');
  const { outputs } = step;
  console.log(`  exit code  ${step.exitCode} (${outputs['state']}: ${outputs['reason']})`);
  console.log(`  target     ${existsSync(target) ? readdirSync(target).length : 0} files`);
  console.log(`  branch     ${git(workspace, 'log', '-1', '--format=%h %s', 'main')}`);
  console.log(`  remote     ${git(bare, 'log', '-1', '--format=%h %s', 'main')}`);
  console.log(`  status     ${git(workspace, 'status', '--porcelain') || 'clean'}`);
  console.log(`  trailers\n${indent(git(workspace, 'log', '-1', '--format=%(trailers:only,unfold)'))}`);
  if (step.exitCode !== expected) throw new Error(`expected exit code ${expected}`);
}

try {
  const run = generate('^No.*Options$');
  await show('A first publish', { run }, 0);
  await show('The same again: nothing to change', { run }, 0);
  await show('The input changed', { run: generate('^Use.*Options$'), 'task-id': 'TYPES-2' }, 0);
  const no = { 'message-command': 'echo "no ticket in the subject"; exit 1' };
  await show('A gate says no', { run, 'task-id': 'TYPES-3', ...no }, 64);
  scene.refusePushes('policy: the release branch is frozen');
  await show('The server rejects the push', { run, 'task-id': 'TYPES-4' }, 65);
} finally {
  await scene.close();
}
console.log('\nEvery run left the directory, the index, the branch and the remote all old or all new.');
