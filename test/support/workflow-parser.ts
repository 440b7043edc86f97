/** What GitHub's own parser and language service say about a workflow or an action.yml. */
import { registerHooks } from 'node:module';
import { TextDocument } from 'vscode-languageserver-textdocument';

// The packages import their JSON files as a bundler lets them; node wants to be told that it is JSON.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { validate } = await import('@actions/languageservice');

let documents = 0;

/** Errors and warnings, each with its line. `path` decides what the text is taken for. */
export async function parserFaults(path: string, text: string): Promise<string[]> {
  // The service remembers what it read by the address alone, whatever the text.
  documents += 1;
  const document = TextDocument.create(`file:///${documents}/${path}`, 'yaml', 1, text);
  const found = await validate(document, {});
  return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}
