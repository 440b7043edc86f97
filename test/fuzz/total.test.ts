import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CASES } from '../support/fuzz.ts';

test('at least 10,000 hostile inputs are tried on each change, over every kind of input', () => {
  for (const subject of Object.keys(CASES)) {
    expect(existsSync(join(import.meta.dirname, `${subject}.test.ts`)), subject).toBe(true);
  }
  expect(Object.values(CASES).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(10_000);
});
