/** What recovery asks of git is for the remote of the transaction that died, whatever this run would push to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { git, makeFixture, temporaryDirectory } from '../support/repository.ts';
import { shadowGit } from '../support/shadow.ts';

const SERVER = 'https://server.invalid';

test('the token for Git LFS is for the remote of what is recovered, not for origin', async () => {
  const fixture = makeFixture({ files: { 'docs/one.md': 'old\n' } });
  git(fixture.workspace, 'remote', 'set-url', 'origin', `${SERVER}/octo/site`);
  git(fixture.workspace, 'remote', 'add', 'mirror', `${SERVER}/octo/mirror`);
  await publishDocs(fixture, { remote: 'mirror' }, { env: { ATOMIC_FUSE: 'after ledger INTENT' } });
  const log = join(temporaryDirectory(), 'log');
  const PATH = shadowGit('*', `env | grep /info/lfs.extraheader >> '${log}'\nexec $git "$@"`);
  const env = { PATH, GITHUB_SERVER_URL: SERVER };
  const post = await runPost(fixture, {}, { env });
  expect(post.log).toMatch(
    /Transaction \S+ is settled: ROLLED_BACK, the process died; rolled back by recovery\.\n/,
  );
  const urls = readFileSync(log, 'utf8').match(/octo\/\w+/g);
  expect(new Set(urls)).toEqual(new Set(['octo/mirror']));
});
