import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, escapeMarkdown, fence } from '../src/markdown.ts';

/** What a reader of the page sees of escaped text. */
const read = (escaped: string) =>
  escaped.replace(/&#8203;/g, '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

test('no text in a table can make markup, a cell or a line of its own', () => {
  expect(escapeMarkdown('<a>|[`\r\n*')).toBe('&#60;a&#62;&#124;&#91;&#96; &#42;');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeMarkdown(text);
      const left = escaped.replace(/(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])/g, '').replace(/&#\d+;/g, '');
      expect(left).not.toMatch(/[&<>`|\\*_[\]@:.#$~\u0000-\u001f\u2028\u2029]/);
      expect(read(escaped)).toBe(text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' '));
    }),
  );
});

test('a token of GitHub stays what the runner looks for, and no word is emphasized', () => {
  expect(escapeMarkdown('ghp_Ab1 github_pat_11A _so_ a__b')).toBe(
    'ghp_Ab1 github_pat_11A &#95;so&#95; a&#95;&#95;b',
  );
});

test('nobody is mentioned and no issue referred to, also once the entities were read', () => {
  const page = escapeMarkdown('@octocat a@example.org #12').replace(/&#(\d+);/g, (_, code) =>
    String.fromCharCode(Number(code)),
  );
  expect(page).not.toMatch(/[@#][a-z0-9]/i);
});

test('nothing ends a block of preformatted text but its own end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('`', '```', '````', '~~~', '\n', ' ', 'x', '<b>')), (pieces) => {
      const [open = '', ...rest] = fence(pieces.join('')).trimEnd().split('\n');
      const mark = /^`{3,}/.exec(open)![0];
      expect(open).toBe(`${mark}text`);
      expect(rest.pop()).toBe(mark);
      expect(rest.some((line) => line.includes(mark))).toBe(false);
      expect(rest.join('\n')).toBe(pieces.join(''));
    }),
  );
});

test('a block of preformatted text holds no colours, no control characters and nothing that turns text around', () => {
  expect(fence('\u001b[1;31mred\u001b[0m\ttab\u0007\r \u009b1m \u202egnp.exe')).toBe(
    '```text\nred\ttab 1m gnp.exe\n```\n',
  );
});

test('a text that is cut says so and holds no half of a character', () => {
  expect([cut('abc', 3), cut('abcd', 3), cut('ab🙂', 3)]).toEqual(['abc', 'abc…', 'ab…']);
});
