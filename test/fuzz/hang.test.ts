/** A megabyte of one character is read like any other text: what takes hours is killed. */
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/repository.ts';
import { SOURCES, startScript } from '../support/script.ts';

/** Each reader of text that others wrote, as an expression of `text` and `directory`. */
const READERS: [string, string, string][] = [
  ['a result', 'gates.ts', "judgeResult('consistency', { result: text }, directory)"],
  ['the name of a check', 'gates.ts', "namedCheck({ result: 'check:' + text })"],
  [
    'a message',
    'message.ts',
    "withTrailers(new Git(directory), 'subject' + text + 'end', { 'Task-ID': '1' })",
  ],
  ['a line of output', 'filter.ts', 'inertText(text)'],
  ['an output', 'report.ts', "oneLine('a' + text + 'b')"],
  ['a cell of the summary', 'markdown.ts', 'escapeMarkdown(text)'],
  ['a path', 'paths.ts', 'refusal(() => new Destinations().add(text))'],
  ['a manifest', 'manifest.ts', 'refusal(() => parseManifest(Buffer.from(text)))'],
  ['output in pieces', 'command.ts', 'lineSplitter(() => {}).write(text)'],
];
const UNITS = [...' \n\r\t\u00a0a:#-/.`[{"', 'a\n', ' \n', 'a:\n', 'a/'];

test.each(READERS)('%s of a megabyte does not hold up a run', async (_what, file, expression) => {
  const [name] = /\w+(?=\()/.exec(expression.replace(/refusal\(\(\) => (new )?/, ''))!;
  const script = startScript(
    `import { ${name} } from '${SOURCES}/${file}';
    import { Git } from '${SOURCES}/git.ts';
    import { TransactionError } from '${SOURCES}/errors.ts';
    function refusal(perform) {
      try { perform(); } catch (error) { if (!(error instanceof TransactionError)) throw error; }
    }
    const directory = process.env.DIRECTORY;
    for (const unit of ${JSON.stringify(UNITS)}) {
      const text = unit.repeat(1_000_000 / unit.length);
      await ${expression};
    }
    console.log('done');`,
    { env: { DIRECTORY: temporaryDirectory() } },
  );
  const killing = setTimeout(() => script.child.kill('SIGKILL'), 40_000);
  const { log, errors, signal } = await script.ended;
  clearTimeout(killing);
  expect({ log, errors, signal }).toEqual({ log: 'done\n', errors: '', signal: null });
});
