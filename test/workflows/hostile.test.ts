/** Inputs that would be code if they were pasted: they stay what they are, text. */
import { expect, test } from 'vitest';
import { git } from '../support/repository.ts';
import { callPublish, jobsOf, logOf, makeSharedSite, PAGE, publishedAt } from '../support/reusable.ts';

const HOSTILE = [
  'a b',
  'a/b/../c',
  '"double"',
  "it's",
  '$(touch pwned)',
  '`touch pwned`',
  '${{ github.token }}',
  '; touch pwned; #',
  '-n',
  '*',
  '%0A::error::x',
  '\\n',
  'ü 🎉',
  'END',
  'a=>b',
];
const NAMED = 'printf "%s" "$ATOMIC_SHARD" > "$ATOMIC_STAGING/$ATOMIC_SHARD_INDEX.md"; [ ! -e pwned ]';

test('names of shards with spaces, slashes, quotes and code are published as they are', async () => {
  const site = await makeSharedSite();
  const run = await callPublish(site, { shards: JSON.stringify(HOSTILE), run: NAMED });
  expect(run.results['outcome'], logOf(run)).toBe('success');
  const { files } = publishedAt(site);
  expect(HOSTILE.map((_, index) => files[`${index}.md`])).toEqual(HOSTILE);
  // An artifact's name may not hold them; two calls in one run may not meet.
  for (const { name } of run.artifacts.kept)
    expect(name).toMatch(/^atomic-publish-[0-9a-f]{16}(-\d+|\.outputs)$/);
});

test('a command of many lines with quotes and a document inside runs as it stands', async () => {
  const site = await makeSharedSite();
  const command = `cat > "$ATOMIC_STAGING/page.md" <<'PAGE'
"double" 'single' \`tick\` $(no) \${{ no }}
PAGE
for name in "a b" 'c'; do echo "$name" >> "$ATOMIC_STAGING/page.md"; done`;
  const run = await callPublish(site, { run: command, shards: '["only"]' });
  expect(run.results['outcome'], logOf(run)).toBe('success');
  expect(publishedAt(site).files['page.md']).toBe('"double" \'single\' `tick` $(no) ${{ no }}\na b\nc');
});

test('a message, a task and an agent that look like code are text', async () => {
  const site = await makeSharedSite();
  const text = HOSTILE.join(' ');
  const run = await callPublish(site, {
    shards: '["only"]',
    message: `docs: ${text}\n\n${HOSTILE.map((each) => `- ${each}`).join('\n')}`,
    'task-id': `T ${text}`,
    'agent-id': `A ${text}`,
    'message-command': '[ ! -e pwned ]',
  });
  expect(run.results['outcome'], logOf(run)).toBe('success');
  const message = git(site.bare, 'log', '-1', '--format=%B', 'main');
  expect(message).toContain(`docs: ${text}\n\n`);
  for (const each of HOSTILE) expect(message).toContain(`\n- ${each}\n`);
  expect(message).toContain(`Task-ID: T ${text}\n`);
  expect(message).toContain(`Agent-ID: A ${text}\n`);
});

test.each(['task-id', 'agent-id'])(
  'a line break in %s is refused: it could forge a trailer',
  async (name) => {
    const site = await makeSharedSite();
    const before = publishedAt(site);
    const run = await callPublish(site, { [name]: 'T-1\nAgent-ID: somebody' });
    expect(run.results['outcome']).toBe('failure');
    expect(publishedAt(site)).toEqual(before);
  },
);

test('what one shard leaves in its environment reaches no other job', async () => {
  const site = await makeSharedSite();
  const poison = `echo "BASH_ENV=$PWD/evil" >> "$GITHUB_ENV"; echo "echo evil" > evil; echo "$PWD" >> "$GITHUB_PATH"`;
  const run = await callPublish(site, { run: `${PAGE}; ${poison}` });
  for (const id of ['gates', 'publish', 'outcome']) {
    expect(JSON.stringify(jobsOf(run, id)), id).not.toContain('evil');
  }
});

test('two calls in one run do not take each other’s parts', async () => {
  const site = await makeSharedSite();
  const names = [];
  for (const target of ['docs', 'pages']) {
    const run = await callPublish(site, { target });
    expect(run.results['outcome'], logOf(run)).toBe('success');
    names.push(...run.artifacts.kept.map(({ name }) => name));
  }
  expect(new Set(names).size).toBe(6);
});
