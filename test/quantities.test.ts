import { expect, test } from 'vitest';
import { count, duration, size } from '../src/quantities.ts';

test.each([
  [0, '0 files'],
  [1, '1 file'],
  [2, '2 files'],
  [999, '999 files'],
  [1000, '1,000 files'],
  [100_000, '100,000 files'],
  [1_234_567, '1,234,567 files'],
])('%i files are shown as %s', (number, shown) => {
  expect(count(number, 'file')).toBe(shown);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1024 * 1024, '1.0 MiB'],
])('%i bytes are shown as %s', (bytes, shown) => {
  expect(size(bytes)).toBe(shown);
});

test.each([
  [0.2, '0 ms'],
  [12.6, '13 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [1234, '1.2 s'],
  [59_999.6, '1 min 0 s'],
  [83_400, '1 min 23 s'],
])('%d milliseconds are shown as %s', (milliseconds, shown) => {
  expect(duration(milliseconds)).toBe(shown);
});
