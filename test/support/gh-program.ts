/**
 * Stands in for GitHub's `gh` as far as the workflows use it: releases are kept in a file, refs are those of a real bare
 * repository, and every call is recorded. Started by the wrapper that gh.ts writes. What it does not know it refuses.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { GhState } from './gh.ts';

const { GH_STAND_IN_HOME: home = '', GH_STAND_IN_BARE: bare = '' } = process.env;
const path = join(home, 'state.json');
const state: GhState = existsSync(path)
  ? JSON.parse(readFileSync(path, 'utf8'))
  : { calls: [], releases: {}, isImmutable: true };
const args = process.argv.slice(2);
state.calls.push(args);
const save = () => writeFileSync(path, JSON.stringify(state));
save();

const git = (...words: string[]) => execFileSync('git', ['-C', bare, ...words], { encoding: 'utf8' }).trim();

function refuse(why: string): never {
  console.error(`gh: ${why}: ${args.join(' ')}`);
  process.exit(1);
}

function refsBelow(prefix: string) {
  return git('for-each-ref', '--format=%(refname) %(objectname)', prefix)
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ') as [string, string]);
}

const refOf = (sha: string, ref: string) => ({ ref, object: { sha } });

function api(): unknown {
  const { values, positionals } = parseArgs({
    args: args.slice(1),
    allowPositionals: true,
    options: {
      method: { type: 'string', default: 'GET' },
      paginate: { type: 'boolean' },
      jq: { type: 'string', default: '.' },
      'raw-field': { type: 'string', short: 'f', multiple: true, default: [] },
      field: { type: 'string', short: 'F', multiple: true, default: [] },
    },
  });
  const given = Object.fromEntries(
    [...values['raw-field'], ...values.field].map((field) => field.split(/=(.*)/s) as [string, string]),
  );
  // repos/OWNER/NAME/…
  const place = positionals[0]!.split('/').slice(3).join('/');
  const answer = answerTo(values.method, place, given);
  if (answer === undefined) return;
  const text = execFileSync('jq', ['--raw-output', values.jq], {
    input: JSON.stringify(answer),
    encoding: 'utf8',
  });
  process.stdout.write(text);
}

function answerTo(method: string, place: string, given: Record<string, string>): unknown {
  const name = place.replace(/^(git\/(matching-refs|refs?)|releases\/tags)\/?/, '');
  const what = `${method} ${place.slice(0, place.length - name.length)}`;
  if (what === 'GET git/matching-refs/') {
    const found = refsBelow('refs/').filter(([ref]) => ref.startsWith(`refs/${name}`));
    return found.map(([ref, sha]) => refOf(sha, ref));
  }
  if (what === 'GET releases/tags/') {
    const release = state.releases[name];
    if (!release || release.isDraft) refuse('Not Found (HTTP 404)');
    return { tag_name: name, draft: false, immutable: state.isImmutable };
  }
  const ref = given['ref'] ?? `refs/${name}`;
  const standing = refsBelow(ref).find(([each]) => each === ref)?.[1];
  if (what === 'POST git/refs') {
    if (standing) refuse('Reference already exists (HTTP 422)');
    git('update-ref', ref, given['sha']!);
    return refOf(given['sha']!, ref);
  }
  if (!standing) refuse('Not Found (HTTP 404)');
  if (what === 'GET git/ref/') return refOf(standing, ref);
  if (what === 'PATCH git/refs/') {
    if (given['force'] !== 'true') refuse('Update is not a fast forward (HTTP 422)');
    git('update-ref', ref, given['sha']!);
    return refOf(given['sha']!, ref);
  }
  if (what === 'DELETE git/refs/') return void git('update-ref', '-d', ref);
  refuse('no such route in the stand-in');
}

function release(): void {
  const { values, positionals } = parseArgs({
    // A flag to create, a value to edit.
    args: args.slice(1).map((word) => (word === '--draft' ? '--draft=true' : word)),
    allowPositionals: true,
    options: {
      draft: { type: 'string' },
      yes: { type: 'boolean' },
      'verify-tag': { type: 'boolean' },
      'generate-notes': { type: 'boolean' },
      target: { type: 'string', default: '' },
      title: { type: 'string' },
      'notes-file': { type: 'string' },
      json: { type: 'string' },
      jq: { type: 'string' },
    },
  });
  const [command, tag = '', ...files] = positionals;
  const ref = `refs/tags/${tag}`;
  const standing = state.releases[tag];
  if (command === 'view') {
    if (!standing) refuse('release not found');
    console.log(standing.isDraft);
  } else if (command === 'delete') {
    delete state.releases[tag];
  } else if (command === 'create') {
    if (standing) refuse('a release of that tag exists');
    if (values['verify-tag'] && refsBelow(ref).length === 0) refuse('tag does not exist');
    mkdirSync(join(home, tag), { recursive: true });
    for (const file of files) copyFileSync(file, join(home, tag, basename(file)));
    const notes = values['notes-file'];
    state.releases[tag] = {
      isDraft: values.draft === 'true',
      target: values.target,
      notes: notes === undefined ? '' : readFileSync(notes, 'utf8'),
      files: files.map((file) => basename(file)),
    };
  } else if (command === 'edit' && values.draft === 'false' && standing) {
    standing.isDraft = false;
    if (refsBelow(ref).length === 0) git('update-ref', ref, standing.target);
  } else refuse('no such command in the stand-in');
  save();
}

if (args[0] === 'api') api();
else if (args[0] === 'release') release();
else if (args[0] !== 'pr' || args[1] !== 'create') refuse('no such command in the stand-in');
