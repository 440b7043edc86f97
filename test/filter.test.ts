import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inert, inertText } from '../src/filter.ts';
import { commandsIn } from './support/log.ts';

const SPACES = ['', ' ', '\t', '\u00a0', '\u0085', '\ufeff', '\u3000', '\u2028', '\u000b', '\u001c \t'];

describe('a line of a child', () => {
  test.each(SPACES)('that starts with %j and a command is printed and not obeyed', (space) => {
    const line = `${space}::set-output name=x::y`;
    expect(commandsIn(inert(line))).toEqual([]);
    expect(inert(line).replace('\u200b', '')).toBe(line);
  });

  test.each([
    ['a bracketed command', '##[error]x'],
    ['a bracketed command after text', 'text ##[set-env name=PATH]/tmp'],
    ['a bracketed command after a third hash', '###[group]'],
    ['nested bracketed commands', '##[##[##[x'],
    ['both kinds of command', '::##[x'],
    ['three colons', ':::'],
    ['four colons', '::::x'],
  ])('that holds %s is printed and not obeyed', (_what, line) => {
    expect(commandsIn(line)).toEqual([line]);
    expect(commandsIn(inert(line))).toEqual([]);
    expect(inert(line).replaceAll('\u200b', '')).toBe(line);
  });

  test.each([
    'std::vector<int> v;',
    '  error: foo::bar',
    'a::set-output name=x::y',
    ': :x',
    '(::x)',
    '# Heading',
    '## [link]',
    '#[derive(Debug)]',
    '#',
    '',
    'é::x',
  ])('that holds %j is printed unchanged', (line) => {
    expect(inert(line)).toBe(line);
  });
});

test.each(['\r', '\n', '\r\n', '\r\r', '\n\r'])(
  'a command after %j in the middle of a text is not obeyed',
  (end) => {
    const text = `harmless${end}::add-mask::x${end}##[error]y${end}a::b`;
    expect(commandsIn(text)).toHaveLength(2);
    expect(commandsIn(inertText(text))).toEqual([]);
    expect(inertText(text)).toContain('a::b');
  },
);

test('whatever a child prints, the runner finds no command in it and people read the same text', () => {
  const parts = [
    ':',
    '::',
    '#',
    '##[',
    '[',
    ']',
    'error',
    'std::',
    '\u200b',
    '\u0301',
    '\r',
    '\n',
    ...SPACES,
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 3 })));
  fc.assert(
    fc.property(
      text.map((all) => all.join('')),
      (printed) => {
        const shown = inertText(printed);
        expect(commandsIn(shown)).toEqual([]);
        const visible = (of: string) => of.replace(/\r\n|\r|\n/g, '\n').replaceAll('\u200b', '');
        expect(visible(shown)).toBe(visible(printed));
      },
    ),
    { numRuns: 5000 },
  );
});
