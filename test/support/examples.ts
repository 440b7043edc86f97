/** The workflows of docs/examples.md, as they stand there. */
import { read } from './workflows.ts';

interface Example {
  title: string;
  /** All of its section. */
  text: string;
  /** Name of the file, without its directory, to its content. */
  workflows: Record<string, string>;
}

const BLOCK = /^```yaml\n# \.github\/workflows\/([\w-]+\.yml)\n([\s\S]*?)^```$/gm;

export const EXAMPLES: Example[] = read('docs/examples.md')
  .split(/^## \d+\. /m)
  .slice(1)
  .map((text) => ({
    title: text.split('\n')[0]!,
    text,
    workflows: Object.fromEntries([...text.matchAll(BLOCK)].map(([, name, content]) => [name!, content!])),
  }));

/** One workflow of the examples by the name of its file. */
export function exampleNamed(name: string): string {
  const found = EXAMPLES.find(({ workflows }) => name in workflows);
  if (!found) throw new Error(`docs/examples.md has no ${name}`);
  return found.workflows[name]!;
}

/** The same with this action named by a path: the one name that is not pinned, because it is the reader's to fill in. */
export const withOwnAction = (workflow: string) =>
  workflow
    .replaceAll('OWNER/atomic-publish@v1', '$/.github/actions/publish')
    .replaceAll(/OWNER\/atomic-publish(\/\.github\/workflows\/[\w-]+\.yml)@v1/g, '$$$1');
