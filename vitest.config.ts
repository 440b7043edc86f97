import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The sweeps take minutes: begun last, they would run alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSweep = ({ moduleId }: TestSpecification) => moduleId.includes('/test/crash/');
    const sorted = await super.sort(files);
    return [...sorted.filter(isSweep), ...sorted.filter((file) => !isSweep(file))];
  }
}

/** Workflows are run with what GitHub's images have: without jq they are left out. */
const hasJq = spawnSync('jq', ['--version']).status === 0;
if (!hasJq) console.warn('jq is not installed: test/workflows is left out.');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: hasJq ? [] : ['test/workflows/**'],
    // The bundle is started thousands of times: what Node has compiled of it once, it reads from here.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'atomic-publish-compiled') },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores; every test starts processes of its own, and many wait for a server or a timer.
    maxWorkers: 3,
    fileParallelism: true,
    sequence: { sequencer: LongestFirst },
  },
});
