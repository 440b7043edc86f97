import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores; every test starts processes of its own, and many wait for a server or a timer.
    maxWorkers: 3,
    fileParallelism: true,
  },
});
