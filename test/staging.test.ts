import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { breakHardLink, resolveArtifacts, resolvePreserved, stage } from '../src/staging.ts';
import { hashTree } from '../src/tree.ts';
import { snapshot } from './support/check.ts';
import { failureOf } from './support/failure.ts';
import { temporaryDirectory, write } from './support/repository.ts';

function fixture(files: Record<string, string> = {}) {
  const root = temporaryDirectory();
  const staged = join(root, 'staged');
  mkdirSync(staged);
  write(root, files);
  return { root, staged };
}

const FILES = { 'dist/a.js': 'a', 'dist/deep/b.js': 'b', 'dist/.hidden': 'h', 'notes.md': 'n' };

describe('the artifacts', () => {
  test.each([
    ['a file goes to its own name', 'dist/a.js', undefined, ['a.js']],
    ['a file goes to its destination', 'notes.md', 'guide/index.md', ['guide/index.md']],
    [
      'the content of a directory goes to the top',
      'dist',
      undefined,
      ['.hidden', 'a.js', 'b.lnk', 'deep/b.js'],
    ],
    [
      'the content of a directory goes below its destination',
      './dist/',
      'js',
      ['js/.hidden', 'js/a.js', 'js/b.lnk', 'js/deep/b.js'],
    ],
    ['a destination of "." is the top', 'dist/deep', '.', ['b.js']],
    ['a glob keeps the path after its fixed part', 'dist/**/*.js', undefined, ['a.js', 'deep/b.js']],
    ['a directory that a glob finds brings all that is in it', 'dist/d*p', undefined, ['deep/b.js']],
    ['a glob may begin with "./"', './dist/*.js', undefined, ['a.js']],
    ['a glob goes below its destination', 'dist/*.js', 'js', ['js/a.js']],
    ['a glob finds hidden files', 'dist/*dd*', undefined, ['.hidden']],
    ['a glob finds links', 'dist/*.lnk', undefined, ['b.lnk']],
  ])('are resolved: %s', async (_what, source, destination, expected) => {
    const { root } = fixture(FILES);
    symlinkSync('deep/b.js', join(root, 'dist/b.lnk'));
    const files = await resolveArtifacts([{ source, destination }], root, join(root, 'target'));
    expect(files.map(({ path }) => path).sort()).toEqual(expected);
    for (const file of files) expect(readFileSync(file.source!, 'utf8')).toBeTruthy();
  });

  test.each(['missing.md', 'dist/*.css', 'missing/**'])(
    'are refused when %j matches nothing',
    async (source) => {
      const { root } = fixture(FILES);
      const error = await failureOf(() =>
        resolveArtifacts([{ source, destination: undefined }], root, join(root, 'target')),
      );
      expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
      expect(error.message).toBe(`input artifacts holds ${JSON.stringify(source)}, which matches no file`);
      expect(error.next).toContain(root);
    },
  );

  test('may lie outside the working directory', async () => {
    const { root } = fixture(FILES);
    const sources = ['../dist/*.js', join(root, 'dist/deep/*')];
    const lines = sources.map((source) => ({ source, destination: undefined }));
    const files = await resolveArtifacts(lines, join(root, 'staged'), join(root, 'target'));
    expect(files).toEqual([
      { path: 'a.js', source: join(root, 'dist/a.js') },
      { path: 'b.js', source: join(root, 'dist/deep/b.js') },
    ]);
  });

  test('that a glob finds in a whole repository are none of git', async () => {
    const { root } = fixture({ 'a.md': 'a', '.git/b.md': 'b', 'sub/.git/c.md': 'c' });
    const files = await resolveArtifacts(
      [{ source: '**/*.md', destination: undefined }],
      root,
      join(root, 'target'),
    );
    expect(files.map(({ path }) => path)).toEqual(['a.md']);
  });

  test('whose names hold glob characters are taken as they stand', async () => {
    const { root } = fixture({ 'pages/[id].html': 'x', 'pages/i.html': 'y' });
    const files = await resolveArtifacts(
      [{ source: 'pages/[id].html', destination: undefined }],
      root,
      join(root, 'target'),
    );
    expect(files.map(({ path }) => path)).toEqual(['[id].html']);
  });
});

describe('staging', () => {
  test('holds contents, copies, executable bits and links, and the digest of each file', async () => {
    const { root, staged } = fixture({ 'in/tool': '#!/bin/sh\n', 'in/plain': 'text' });
    chmodSync(join(root, 'in/tool'), 0o755);
    chmodSync(join(root, 'in/plain'), 0o644);
    symlinkSync('plain', join(root, 'in/link'));
    const hashes = await stage(staged, [
      { path: 'text/ünï.md', content: 'memory ü\n' },
      { path: 'bytes', content: Uint8Array.of(0xff, 0) },
      { path: 'empty', content: '' },
      ...['tool', 'plain', 'link'].map((name) => ({ path: `d/${name}`, source: join(root, 'in', name) })),
    ]);
    expect(snapshot(staged)).toEqual({
      bytes: '644 \u00ff\u0000',
      'd/link': 'link plain',
      'd/plain': '644 text',
      'd/tool': '755 #!/bin/sh\n',
      empty: '644 ',
      'text/ünï.md': `644 ${Buffer.from('memory ü\n').toString('latin1')}`,
    });
    const sums = execFileSync('sha256sum', [...hashes.keys()], { cwd: staged, encoding: 'utf8' });
    expect(sums).toBe([...hashes].map(([path, sha256]) => `${sha256}  ${path}\n`).join(''));
    expect([...hashes.keys()].sort()).toEqual(['bytes', 'd/plain', 'd/tool', 'empty', 'text/ünï.md']);
  });

  test('holds a large file whole', async () => {
    const { root, staged } = fixture();
    const source = join(root, 'large');
    execFileSync('sh', ['-c', 'yes 0123456789 | head -c 3500001 > "$0"', source]);
    const hashes = await stage(staged, [{ path: 'large', source }]);
    const sum = execFileSync('sha256sum', [join(staged, 'large')], { encoding: 'utf8' });
    expect(hashes.get('large')).toBe(sum.slice(0, 64));
    expect(readFileSync(join(staged, 'large')).equals(readFileSync(source))).toBe(true);
  });

  test('holds a file of its own for each name of a hard-linked source', async () => {
    const { root, staged } = fixture({ one: 'x' });
    linkSync(join(root, 'one'), join(root, 'two'));
    await stage(
      staged,
      ['one', 'two'].map((path) => ({ path, source: join(root, path) })),
    );
    expect([statSync(join(staged, 'one')).nlink, statSync(join(staged, 'two')).nlink]).toEqual([1, 1]);
  });

  test.each([
    [['../x'], '"../x" is refused: it leaves the target'],
    [['a/../../x'], 'leaves the target'],
    [['/tmp/x'], 'absolute'],
    [['.Git/hooks/post-checkout'], '".git"'],
    [['a\nb'], 'line break'],
    [['a', 'a'], 'two sources have this destination'],
    [['a', 'A'], 'in case only'],
    [['Docs/a', 'docs/b'], 'in case only'],
    [['a', 'a/b'], 'a file and a directory'],
    [['produced.md'], 'two sources have this destination'],
    [['Produced.md'], 'in case only'],
    [['link/x'], 'a file and a directory'],
  ])('refuses %j before it writes anything', async (paths, reason) => {
    const { root, staged } = fixture({ 'staged/produced.md': 'by run' });
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync('../elsewhere', join(staged, 'link'));
    const before = snapshot(root);
    const error = await failureOf(() =>
      stage(staged, [{ path: 'first', content: '' }, ...paths.map((path) => ({ path, content: 'x' }))]),
    );
    expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
    expect(error.message).toContain(reason);
    expect(snapshot(root)).toEqual(before);
  });

  test('refuses a pipe as a source, without waiting for a writer', async () => {
    const { root, staged } = fixture();
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const files = await resolveArtifacts(
      [{ source: 'pipe', destination: undefined }],
      root,
      join(root, 'target'),
    );
    const error = await failureOf(() => stage(staged, files));
    expect(error.message).toContain('path "pipe" is refused: its source is a socket, a device, a pipe');
  });

  test('refuses a source that another process writes to meanwhile', async () => {
    const { root, staged } = fixture({ log: '' });
    const source = join(root, 'log');
    truncateSync(source, 64 * 1024 * 1024);
    const writer = spawn('perl', [
      '-e',
      'utime undef, undef, $ARGV[0] or die; syswrite STDOUT, "."; while (1) { utime undef, undef, $ARGV[0] }',
      source,
    ]);
    onTestFinished(() => void writer.kill('SIGKILL'));
    writer.stdout.resume();
    await once(writer.stdout, 'data');
    const error = await failureOf(() => stage(staged, [{ path: 'log', source }]));
    expect(error.message).toBe(`${JSON.stringify(source)} changed while it was copied to staging`);
  });

  test('stops in the middle of a large file when the run is cancelled', async () => {
    const { root, staged } = fixture({ large: '' });
    truncateSync(join(root, 'large'), 20 * 2 ** 30);
    const cancellation = new AbortController();
    setTimeout(() => cancellation.abort('SIGTERM'), 20);
    const staging = stage(staged, [{ path: 'large', source: join(root, 'large') }], {
      signal: cancellation.signal,
    });
    await expect(staging).rejects.toBe('SIGTERM');
  });

  test('stops between two files when the run is cancelled', async () => {
    const { staged } = fixture();
    const cancellation = new AbortController();
    const files = ['a', 'b', 'c'].map((path) => ({ path, content: path }));
    const staging = stage(staged, files, {
      signal: cancellation.signal,
      progress: () => cancellation.abort(new Error('cancelled')),
    });
    await expect(staging).rejects.toThrow('cancelled');
    expect(Object.keys(snapshot(staged))).toEqual(['a']);
  });
});

describe('a hard link that the command left in staging', () => {
  test.each([
    ['few letters', 'name'],
    ['255 letters', 'x'.repeat(255)],
    ['255 bytes in 85 letters', '字'.repeat(85)],
  ])('becomes a file, also under a name of %s', async (_what, name) => {
    const { root, staged } = fixture({ 'outside.txt': 'shared' });
    chmodSync(join(root, 'outside.txt'), 0o755);
    linkSync(join(root, 'outside.txt'), join(staged, name));
    symlinkSync(name, join(staged, 'link'));
    await hashTree(staged, { unshare: breakHardLink });
    write(root, { 'outside.txt': 'changed later' });
    expect(snapshot(staged)).toEqual({ [name]: '755 shared', link: `link ${name}` });
  });
});

describe('the preserved files', () => {
  test('are those published files that the globs name, but never the manifest', async () => {
    const { root } = fixture({
      'docs/CNAME': 'c',
      'docs/v1/a.html': 'a',
      'docs/v1/.hidden': 'h',
      'docs/v2/b.html': 'b',
      'docs/manifest.json': '{}',
    });
    const files = await resolvePreserved(['CNAME', 'v1', '*.json'], join(root, 'docs'), 'manifest.json');
    expect(files.map(({ path }) => path).sort()).toEqual(['CNAME', 'v1/.hidden', 'v1/a.html']);
    for (const { path, source } of files) expect(source).toBe(join(root, 'docs', path));
  });

  test('are links too', async () => {
    const { root } = fixture({ 'docs/v1/a.html': 'a' });
    symlinkSync('v1', join(root, 'docs/latest'));
    const files = await resolvePreserved(['la*', 'v1'], join(root, 'docs'), 'manifest.json');
    expect(files.map(({ path }) => path).sort()).toEqual(['latest', 'v1/a.html']);
  });

  test('are none at a first publish', async () => {
    const { root } = fixture();
    expect(await resolvePreserved(['**'], join(root, 'docs'), 'manifest.json')).toEqual([]);
  });
});
