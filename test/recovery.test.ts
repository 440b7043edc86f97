import { expect, test } from 'vitest';
import type { Publication, State } from '../src/record.ts';
import { decide, type Facts } from '../src/recovery.ts';

const OLD: Facts = { target: 'old', staged: 'new', branch: 'base', remote: 'before' };
const PUBLISHED: Facts = { target: 'new', staged: 'old', branch: 'base', remote: 'before' };

const TABLE: [State, Publication | null, Facts, ReturnType<typeof decide>][] = [
  ['INTENT', null, OLD, 'roll back'],
  ['INTENT', 'exchange', { ...OLD, target: 'neither' }, 'roll back'],
  ['SEALED', 'exchange', OLD, 'roll back'],
  ['SEALED', 'exchange', PUBLISHED, 'in doubt'],
  ['INTENT', 'exchange', PUBLISHED, 'in doubt'],
  ['SEALED', 'rename', { ...OLD, target: 'absent' }, 'roll back'],

  ['PUBLISHING', 'exchange', OLD, 'roll back'],
  ['PUBLISHING', 'exchange', PUBLISHED, 'roll back'],
  ['PUBLISHING', 'exchange', { ...PUBLISHED, staged: 'absent' }, 'in doubt'],
  ['PUBLISHING', 'exchange', { ...OLD, target: 'absent' }, 'in doubt'],
  ['PUBLISHING', 'exchange', { ...OLD, target: 'neither' }, 'in doubt'],
  ['PUBLISHING', 'rename', { ...OLD, target: 'absent' }, 'roll back'],
  ['PUBLISHING', 'rename', { ...PUBLISHED, staged: 'absent' }, 'roll back'],
  ['PUBLISHING', 'rename', { ...OLD, target: 'neither' }, 'in doubt'],
  ['PUBLISHING', 'two-step', { ...OLD, target: 'absent', staged: 'old' }, 'roll back'],
  ['PUBLISHING', 'two-step', { ...OLD, target: 'absent', staged: 'absent' }, 'in doubt'],
  ['PUBLISHING', 'two-step', PUBLISHED, 'roll back'],
  ['PUBLISHING', 'two-step', { ...PUBLISHED, staged: 'absent' }, 'in doubt'],

  ['PUBLISHED', 'exchange', PUBLISHED, 'roll back'],
  ['PUBLISHED', 'exchange', { ...PUBLISHED, branch: 'commit' }, 'roll back'],
  ['PUBLISHED', 'exchange', { ...PUBLISHED, branch: 'commit', remote: 'none' }, 'roll forward'],
  ['PUBLISHED', 'exchange', { ...PUBLISHED, branch: 'base', remote: 'none' }, 'roll back'],
  ['PUBLISHED', 'exchange', { ...PUBLISHED, branch: 'none', remote: 'none' }, 'roll back'],
  ['PUBLISHED', 'exchange', { ...OLD, branch: 'base' }, 'roll back'],
  ['PUBLISHED', 'exchange', { ...PUBLISHED, branch: 'other' }, 'in doubt'],
  ['PUBLISHED', 'exchange', { ...PUBLISHED, target: 'neither' }, 'in doubt'],

  ['PUSHING', 'exchange', { ...PUBLISHED, branch: 'commit', remote: 'commit' }, 'roll forward'],
  ['PUSHING', 'exchange', { ...PUBLISHED, branch: 'commit', remote: 'before' }, 'push again'],
  ['PUSHING', 'exchange', { ...PUBLISHED, branch: 'commit', remote: 'other' }, 'roll back'],
  ['PUSHING', 'exchange', { ...PUBLISHED, branch: 'commit', remote: 'unreachable' }, 'in doubt'],
  ['PUSHING', 'exchange', { ...PUBLISHED, branch: 'other', remote: 'other' }, 'in doubt'],
  ['PUSHING', 'exchange', { ...PUBLISHED, target: 'neither', branch: 'commit', remote: 'other' }, 'in doubt'],

  ['ROLLING_BACK', 'exchange', { ...PUBLISHED, branch: 'commit', remote: 'before' }, 'roll back'],
  ['ROLLING_BACK', 'exchange', { ...PUBLISHED, branch: 'base', remote: 'before' }, 'roll back'],
  ['ROLLING_BACK', 'exchange', OLD, 'roll back'],

  ['PUBLISHEE' as State, 'exchange', PUBLISHED, 'in doubt'],
  ['COMMITTED', 'exchange', PUBLISHED, 'clean up'],
  ['ROLLED_BACK', 'exchange', OLD, 'clean up'],
];

test.each(TABLE)('at %s (%s) with %j recovery decides to %s', (state, publication, facts, decision) => {
  expect(decide({ state, publication }, facts)).toBe(decision);
});
