import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as disk from '../src/disk.ts';
import { exchange } from '../src/exchange.ts';
import { snapshot } from './support/check.ts';
import { setEnvironment } from './support/environment.ts';
import { temporaryDirectory, write } from './support/repository.ts';
import { SOURCES, startScript } from './support/script.ts';

describe('an exchange', () => {
  test('swaps two directories, each with all it holds', async () => {
    const root = temporaryDirectory();
    write(root, { 'old/a': '1', 'old/deep/b': '2', 'new $x; "q"/c': '3' });
    const [old, replacement] = [join(root, 'old'), join(root, 'new $x; "q"')];
    const inodes = [statSync(old).ino, statSync(replacement).ino];
    await exchange(old, replacement);
    expect([statSync(replacement).ino, statSync(old).ino]).toEqual(inodes);
    expect(snapshot(old)).toEqual({ c: '644 3' });
    expect(snapshot(replacement)).toEqual({ a: '644 1', 'deep/b': '644 2' });
    await exchange(old, replacement);
    expect([statSync(old).ino, statSync(replacement).ino]).toEqual(inodes);
  });

  test('with a directory that is missing fails with the code of the system, and nothing moves', async () => {
    const root = temporaryDirectory();
    write(root, { 'here/a': '1' });
    const exchanged = exchange(join(root, 'here'), join(root, 'missing'));
    await expect(exchanged).rejects.toMatchObject({ code: 'ENOENT' });
    expect(snapshot(root)).toEqual({ 'here/a': '644 1' });
  });

  test('across two mounts fails with the code of the system', async () => {
    const root = temporaryDirectory();
    await expect(exchange('/proc/self', root)).rejects.toMatchObject({ code: 'EXDEV' });
  });

  test('without perl fails as a system that has none, and nothing moves', async () => {
    const root = temporaryDirectory();
    write(root, { 'one/a': '1', 'two/b': '2' });
    setEnvironment({ PATH: root });
    const exchanged = exchange(join(root, 'one'), join(root, 'two'));
    await expect(exchanged).rejects.toMatchObject({
      code: 'ENOSYS',
      message: expect.stringContaining('perl'),
    });
    expect(snapshot(root)).toEqual({ 'one/a': '644 1', 'two/b': '644 2' });
  });
});

describe('a file', () => {
  test('is created with its content and mode, and never over another', async () => {
    const root = temporaryDirectory();
    await disk.createFile(join(root, 'tool'), 'text ü', 0o755);
    await disk.createFile(join(root, 'bytes'), Buffer.of(0xff, 0));
    await expect(disk.createFile(join(root, 'tool'), 'other')).rejects.toMatchObject({ code: 'EEXIST' });
    symlinkSync('elsewhere', join(root, 'link'));
    await expect(disk.createFile(join(root, 'link'), 'other')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(snapshot(root)).toEqual({
      bytes: '644 \u00ff\u0000',
      link: 'link elsewhere',
      tool: `755 ${Buffer.from('text ü').toString('latin1')}`,
    });
  });

  test('that the system cuts short is an error and no file at all', async () => {
    const path = join(temporaryDirectory(), 'large');
    const script = startScript(
      `import { createFile } from '${SOURCES}/disk.ts';
      await createFile('${path}', Buffer.alloc(100_000)).catch((error) => console.log(error.code));`,
      { wrapper: ['bash', '-c', 'ulimit -f 64; exec "$@"', 'bash'] },
    );
    expect((await script.ended).log).toBe('EFBIG\n');
    expect(existsSync(path)).toBe(false);
  });

  test('on a full disk fails with the code of the system', () => {
    const descriptor = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(descriptor));
    expect(() => disk.writeAll(descriptor, Buffer.from('x'))).toThrow(
      expect.objectContaining({ code: 'ENOSPC' }),
    );
  });
});

test('removing takes a directory whole, a link alone, and is done when there is nothing', async () => {
  const root = temporaryDirectory();
  write(root, { 'keep/a': '1', 'gone/deep/b': '2' });
  symlinkSync('keep', join(root, 'link'));
  for (const name of ['gone', 'link', 'missing']) await disk.remove(join(root, name));
  expect(snapshot(root)).toEqual({ 'keep/a': '644 1' });
});

test('renaming and making a directory do so, and a directory that is there is an error', async () => {
  const root = temporaryDirectory();
  await disk.createDirectory(join(root, 'a'), 0o700);
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
  await disk.rename(join(root, 'a'), join(root, 'b'));
  await expect(disk.createDirectory(join(root, 'b'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(disk.rename(join(root, 'a'), join(root, 'c'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('making a tree durable asks the kernel for it, and fails when there is no such tree', async () => {
  const root = temporaryDirectory();
  write(root, { 'a/b': '1' });
  await disk.syncFileSystems(join(root, 'a'));
  await disk.syncDirectory(join(root, 'a'));
  expect(snapshot(root)).toEqual({ 'a/b': '644 1' });
  await expect(disk.syncFileSystems(join(root, 'missing'))).rejects.toMatchObject({ code: 'EIO' });
  await expect(disk.syncDirectory(join(root, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('the room on a disk is what df tells this user', () => {
  const root = temporaryDirectory();
  const [bytes, inodes] = execFileSync('df', ['--output=avail,iavail', '--block-size=1', root], {
    encoding: 'utf8',
  })
    .split('\n')[1]!
    .trim()
    .split(/\s+/)
    .map(Number);
  const room = disk.available(root);
  // Others write to this disk meanwhile.
  expect(Math.abs(room.bytes - bytes!)).toBeLessThan(bytes! / 10);
  expect(Math.abs(room.inodes! - inodes!)).toBeLessThan(inodes! / 10);
});

test('a file system without inodes does not count as one without room', () => {
  expect(disk.available('/proc').inodes).toBeUndefined();
});

describe('a path that does not exist', () => {
  test('is nothing, and so is one below a file; any other error stays one', () => {
    const root = temporaryDirectory();
    write(root, { file: 'text' });
    mkdirSync(join(root, 'directory'));
    expect(disk.ignoreMissing(() => readFileSync(join(root, 'file'), 'utf8'))).toBe('text');
    expect(disk.ignoreMissing(() => readFileSync(join(root, 'missing')))).toBeUndefined();
    expect(disk.ignoreMissing(() => readFileSync(join(root, 'file/below')))).toBeUndefined();
    expect(() => disk.ignoreMissing(() => readFileSync(join(root, 'directory')))).toThrow('EISDIR');
  });
});

describe('a directory of very many files', () => {
  /** Text has no name for what is below the last one. */
  function many(): string {
    const gone = join(temporaryDirectory(), 'gone $x; "q"');
    for (let n = 0; n < 1200; n += 1) write(gone, { [`a b/${n % 40}/${n % 3}/${n}`]: '' });
    for (const name of ['-rf', "it's", 'two\nlines', 'a\\b']) write(gone, { [`a b/${name}`]: 'x' });
    symlinkSync('nowhere', join(gone, 'a b/link'));
    mkdirSync(Buffer.concat([Buffer.from(`${gone}/a b/`), Buffer.of(0xff)]));
    writeFileSync(Buffer.concat([Buffer.from(`${gone}/a b/`), Buffer.of(0xff), Buffer.from('/file')]), 'x');
    return gone;
  }

  /** Removes it as a user to whom a directory can be closed. */
  async function removeAsUser(gone: string) {
    const isRoot = process.getuid!() === 0;
    if (isRoot) execFileSync('chown', ['-hR', '65534', dirname(gone)]);
    const script = startScript(
      `import { remove } from '${SOURCES}/disk.ts';
      ${isRoot ? 'process.setuid(65534);' : ''}
      await remove(${JSON.stringify(gone)});`,
    );
    expect(await script.ended).toMatchObject({ exitCode: 0, errors: '' });
    expect(existsSync(gone)).toBe(false);
  }

  test('is removed whole, also from directories that are closed to their owner, and what a link leads to stays', async () => {
    const gone = many();
    const elsewhere = temporaryDirectory();
    write(elsewhere, { 'd/kept': '1' });
    symlinkSync(elsewhere, join(gone, 'a b/elsewhere'));
    const closed = Buffer.concat([Buffer.from(`${gone}/a b/`), Buffer.of(0xff)]);
    for (const name of ['a b/1/1', 'a b/3', 'a b']) chmodSync(join(gone, name), name === 'a b' ? 0o500 : 0);
    chmodSync(closed, 0o500);
    await removeAsUser(gone);
    expect(snapshot(elsewhere)).toEqual({ 'd/kept': '644 1' });
  });

  test('is removed whole where there is no other program', async () => {
    const gone = many();
    setEnvironment({ PATH: dirname(gone) });
    await disk.remove(gone);
    expect(existsSync(gone)).toBe(false);
  });

  test('is removed by thirty-two processes, and one of few files by none', async () => {
    const [gone, tools] = [many(), temporaryDirectory()];
    const log = join(tools, 'log');
    const actual = execFileSync('sh', ['-c', 'command -v xargs'], { encoding: 'utf8' }).trim();
    const shim = `#!/bin/sh\n${actual} "$@"\necho "$2 $3" $(find '${gone}' -type f | wc -l) >> ${log}\n`;
    writeFileSync(join(tools, 'xargs'), shim, { mode: 0o755 });
    setEnvironment({ PATH: `${tools}:${process.env['PATH']}` });
    await disk.remove(gone);
    expect(readFileSync(log, 'utf8')).toBe('-P 32 0\n');
    write(gone, { 'few/a': '1', 'few/b': '2' });
    await disk.remove(gone);
    expect(readFileSync(log, 'utf8')).toBe('-P 32 0\n');
    expect(existsSync(gone)).toBe(false);
  });

  test('is removed also where no further file can be opened', async () => {
    const gone = many();
    const script = startScript(
      `import { closeSync, openSync } from 'node:fs';
      import { remove } from '${SOURCES}/disk.ts';
      const open = [];
      try { for (;;) open.push(openSync('/dev/null')); } catch {}
      for (let free = 0; free < 6; free += 1) closeSync(open.pop());
      await remove(${JSON.stringify(gone)});`,
      { wrapper: ['prlimit', '--nofile=64'] },
    );
    expect(await script.ended).toMatchObject({ exitCode: 0, errors: '' });
    expect(existsSync(gone)).toBe(false);
  });

  test('has nothing removed behind a link that comes in the place of a directory meanwhile', async () => {
    const root = temporaryDirectory();
    const [gone, elsewhere] = [join(root, 'gone'), join(root, 'elsewhere')];
    for (const place of [join(gone, 'sub'), elsewhere]) {
      mkdirSync(place, { recursive: true });
      for (let n = 0; n < 10_000; n += 1) writeFileSync(join(place, `${n}`), '');
    }
    const other = startScript(
      `import { readdirSync, renameSync, symlinkSync } from 'node:fs';
      console.log('ready');
      while (readdirSync('${gone}/sub').length === 10_000);
      renameSync('${gone}/sub', '${root}/away');
      symlinkSync('${elsewhere}', '${gone}/sub');`,
    );
    await other.spoke;
    await disk.remove(gone);
    expect((await other.ended).errors).toBe('');
    expect(readdirSync(elsewhere)).toHaveLength(10_000);
  });
});

test('a directory whose name is no UTF-8 is not taken for a link that has what text makes of it', async () => {
  const [gone, elsewhere] = [join(temporaryDirectory(), 'gone'), temporaryDirectory()];
  write(elsewhere, { 'closed/a': '1' });
  chmodSync(join(elsewhere, 'closed'), 0o500);
  mkdirSync(gone);
  mkdirSync(Buffer.concat([Buffer.from(`${gone}/`), Buffer.of(0xff)]));
  symlinkSync(elsewhere, join(gone, '\ufffd'));
  await disk.remove(gone);
  expect(existsSync(gone)).toBe(false);
  expect(statSync(join(elsewhere, 'closed')).mode & 0o777).toBe(0o500);
});

test('nothing goes behind a link that comes and goes in the place of a directory of very many files', async () => {
  for (let round = 0; round < 20; round += 1) {
    const root = temporaryDirectory();
    const [gone, elsewhere] = [join(root, 'gone'), join(root, 'elsewhere')];
    for (const place of [join(gone, 'sub'), elsewhere]) {
      mkdirSync(place, { recursive: true });
      for (let n = 0; n < 1500; n += 1) writeFileSync(join(place, `${n}`), '');
    }
    symlinkSync(elsewhere, join(root, 'link'));
    const swap =
      'while (1) { syscall(316, -100, $ARGV[0], -100, $ARGV[1], 2); select(undef, undef, undef, 0.0005); }';
    const other = spawn('perl', ['-e', swap, join(gone, 'sub'), join(root, 'link')]);
    await setTimeout(20);
    await disk.remove(gone).catch(() => {});
    other.kill('SIGKILL');
    expect(readdirSync(elsewhere)).toHaveLength(1500);
  }
});

test('a directory that another process takes away meanwhile is no error', async () => {
  const root = temporaryDirectory();
  const [gone, away] = [join(root, 'gone'), join(root, 'away')];
  const take = 'while (1) { rename $ARGV[0], $ARGV[1]; rmdir $ARGV[1]; }';
  const other = spawn('perl', ['-e', take, gone, away]);
  onTestFinished(() => void other.kill('SIGKILL'));
  for (let round = 0; round < 4000; round += 1) {
    mkdirSync(gone, { recursive: true });
    await disk.remove(gone);
  }
});

test('a directory whose paths are longer than the system takes is removed', async () => {
  const root = temporaryDirectory();
  const deep = `for (1..30) { my $d = 'd' x 200; mkdir $d or die; chdir $d or die } open F, '>f' or die;`;
  execFileSync('perl', ['-e', `mkdir 'gone'; chdir 'gone'; ${deep}`], { cwd: root });
  await disk.remove(join(root, 'gone'));
  expect(readdirSync(root)).toEqual([]);
});
