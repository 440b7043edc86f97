/** What must agree before a release, and which tags follow it (scripts/release.ts). */
import { describe, expect, test } from 'vitest';
import { checkPackage, notesOf, planTags } from '../scripts/release.ts';

const CHANGELOG = `# Changelog

## Unreleased

## [1.10.0] - 2026-12-01

### Added

- A thing.

## 1.1.0 - 2026-11-01

- An older thing.

## 1.0.0 - 2026-10-01
`;

describe('the notes of a release', () => {
  test('are its section of the changelog', () => {
    expect(notesOf(CHANGELOG, '1.10.0')).toBe('### Added\n\n- A thing.');
    expect(notesOf(CHANGELOG, '1.1.0')).toBe('- An older thing.');
  });

  test.each([
    ['1.2.0', CHANGELOG, 'has no section "## 1.2.0 - YYYY-MM-DD"'],
    ['1.1.0', CHANGELOG.replace('2026-11-01', 'soon'), 'has no section'],
    ['1.0.0', CHANGELOG, 'says nothing of 1.0.0'],
    ['1.10.0', CHANGELOG.replace('Unreleased\n', 'Unreleased\n\n- Not yet.\n'), 'still has changes under'],
  ])('of %s are refused where the changelog does not tell them', (version, changelog, words) => {
    expect(() => notesOf(changelog, version)).toThrow(words);
  });
});

describe('package.json', () => {
  const of = (version: string) => JSON.stringify({ version });
  const lock = (version: string, inner = version) =>
    JSON.stringify({ version, packages: { '': { version: inner } } });

  test('and its lock file name the version', () => {
    expect(() => checkPackage('1.2.3', of('1.2.3'), lock('1.2.3'))).not.toThrow();
  });

  test.each([
    [of('1.2.2'), lock('1.2.3'), 'package.json is of version 1.2.2'],
    [of('1.2.3'), lock('1.2.2'), 'package-lock.json is of version 1.2.2'],
    [of('1.2.3'), lock('1.2.3', '1.2.2'), 'run npm install'],
  ])('of another version is refused: %s, %s', (manifest, locked, words) => {
    expect(() => checkPackage('1.2.3', manifest, locked)).toThrow(words);
  });
});

describe('the tags that follow a release', () => {
  const plan = (version: string, ...tags: string[]) =>
    planTags(
      version,
      'new',
      tags.map((tag) => `refs/tags/${tag}`),
    );

  test('are made by the first release of their line', () => {
    expect(plan('1.0.0')).toEqual({ exists: false, make: ['v1', 'v1.0'], move: [] });
  });

  test('are moved by the next one', () => {
    expect(plan('1.10.0', 'v1 old', 'v1.9 old', 'v1.9.0 old')).toEqual({
      exists: false,
      make: ['v1.10'],
      move: ['v1'],
    });
  });

  test('stay where a fix of an older line does not concern them', () => {
    const tags = ['v1 new2', 'v1.2 old', 'v1.2.0 old', 'v1.10 new2', 'v1.10.0 new2'];
    expect(plan('1.2.1', ...tags)).toEqual({ exists: false, make: [], move: ['v1.2'] });
  });

  test('are not those of another line that begins with the same digit', () => {
    expect(plan('1.0.0', 'v10 x', 'v10.0.0 x', 'v2.0.0 y').make).toEqual(['v1', 'v1.0']);
  });

  test('are what is left to do when an earlier run made the release and stopped', () => {
    expect(plan('1.0.1', 'v1 old', 'v1.0 new', 'v1.0.1 new')).toEqual({
      exists: true,
      make: [],
      move: ['v1'],
    });
  });

  test('are not touched for a version that is released as another commit', () => {
    expect(() => plan('1.0.1', 'v1.0.1 old')).toThrow('what is released never changes');
  });
});
