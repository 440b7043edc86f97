/** Clause 8: whoever reads the directory while it is published again and again sees the old or the new one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exchange } from '../../src/exchange.ts';
import { checkManifest } from '../support/check.ts';
import { temporaryDirectory, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';
import { startScript } from '../support/script.ts';

const FILES = 20;
const EXCHANGES = 200;
const PUBLISHES = 10;

/** A generation: every file holds its name, so that one read file tells where it is from. */
function generation(name: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: FILES }, (_, index) => [`${index}.txt`, name]));
}

/**
 * A process that reads the directory as fast as it can. In each pass it enters the directory by its path, which
 * must be there (`missing`), and from there opens every file by its name alone: so it holds one directory, which
 * must be one generation (`mixed`) with all its files (`incomplete`), whatever the path comes to mean meanwhile.
 * It ends when the file `stop` is there and says what it saw.
 */
const observer = (directory: string, stop: string) => `
  import { existsSync, readdirSync, readFileSync } from 'node:fs';
  const seen = { passes: 0, missing: 0, mixed: 0, incomplete: 0, generations: [] };
  console.log('reading');
  while (!existsSync(${JSON.stringify(stop)})) for (let pass = 0; pass < 20; pass += 1) read();
  console.log(JSON.stringify(seen));

  function read() {
    seen.passes += 1;
    try {
      process.chdir(${JSON.stringify(directory)});
    } catch {
      seen.missing += 1;
      return;
    }
    const texts = [];
    try {
      for (const name of readdirSync('.')) if (name.endsWith('.txt')) texts.push(readFileSync(name, 'utf8'));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error; // The old generation is being removed.
    }
    if (texts.length < ${FILES}) seen.incomplete += 1;
    const generations = new Set(texts);
    if (generations.size > 1) seen.mixed += 1;
    for (const name of generations) if (!seen.generations.includes(name)) seen.generations.push(name);
  }
`;

interface Seen {
  passes: number;
  missing: number;
  mixed: number;
  incomplete: number;
  generations: string[];
}

/** What the observer of `directory` saw while `work` was done. */
async function watch(root: string, directory: string, work: () => Promise<void>): Promise<Seen> {
  const stop = join(root, 'stop');
  const { spoke, ended } = startScript(observer(directory, stop));
  await spoke;
  await work();
  writeFileSync(stop, '');
  const { log, errors } = await ended;
  expect(errors).toBe('');
  return JSON.parse(log.split('\n')[1]!) as Seen;
}

describe('a directory that others read while it is published', () => {
  test('is the old or the new one, whole and never missing, in each of 200 exchanges', async () => {
    const root = temporaryDirectory();
    const [target, staged] = [join(root, 'docs'), join(root, 'staged')];
    write(target, generation('one'));
    write(staged, generation('other'));
    const seen = await watch(root, target, async () => {
      for (let count = 0; count < EXCHANGES; count += 1) await exchange(staged, target);
    });
    expect(seen).toMatchObject({ missing: 0, mixed: 0, incomplete: 0 });
    expect(seen.generations.toSorted()).toEqual(['one', 'other']);
  });

  test('is never missing and never mixed while the action publishes it ten times', async () => {
    const root = temporaryDirectory();
    const target = join(root, 'work/docs');
    write(target, generation('before'));
    const seen = await watch(root, target, async () => {
      for (let count = 0; count < PUBLISHES; count += 1) {
        const step = await runStep({
          workspace: join(root, 'work'),
          inputs: {
            'task-id': `T-${count}`,
            target: 'docs',
            commit: 'false',
            contents: JSON.stringify(generation(`generation ${count}`)),
            'consistency-result': 'PASS',
          },
        });
        expect([step.exitCode, step.outputs['publication']], step.log).toEqual([0, 'exchange']);
        checkManifest(target);
      }
    });
    // Not `incomplete`: the tree that was published before is removed while its last readers still hold it.
    expect(seen).toMatchObject({ missing: 0, mixed: 0 });
    expect(seen.generations.length).toBeGreaterThan(1);
  });
});
