/** The outputs in an index (clause 9): as `git add` would put them there, their blobs straight into one pack. */
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { conversionsOf, convertsLineEnds } from './attributes.ts';
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import type { ObjectFormat } from './object-id.ts';
import { type Blob, writePack } from './pack.ts';
import { quote } from './paths.ts';
import type { Entry, Progress, Tree } from './tree.ts';

/** `fast` compresses once and lightly, `small` as git does by default. */
export type Packing = 'fast' | 'small';

/** zlib's levels. */
const LEVELS = { fast: 1, small: 6 } as const;

export interface Outputs {
  index: string;
  /** What stands for the repository's top level, with the outputs at `path`. */
  workTree: string;
  path: string;
  tree: Tree;
  objects: string;
  format: ObjectFormat;
  packing: Packing;
  progress?: Progress | undefined;
  signal: AbortSignal | undefined;
}

/**
 * Makes an index hold exactly the outputs at `path`, ignored ones too. What attributes, filters or line ends would
 * change git adds itself. A blob that the index names already is not written again. Throws 65.
 */
export async function indexOutputs(git: Git, outputs: Outputs): Promise<void> {
  const { index, workTree, path, tree, objects, format, signal } = outputs;
  const options = { index, workTree, signal };
  const nameOf = (entry: Entry) => `${path}/${entry.path}`;
  const listed = await git.run(['--literal-pathspecs', 'ls-files', '-z', '--stage', '--', path], options);
  const lines = listed.split('\0').filter(Boolean);
  const known = new Set(lines.map((line) => line.split(' ')[1]!));

  const isConverted = await converter(git, tree.map(nameOf), tree.some(hasCarriageReturn), options);
  const ofGit = tree.filter((entry) => isConverted(nameOf(entry), hasCarriageReturn(entry)));
  const left = new Set(ofGit);
  const plain = tree.filter((entry) => !left.has(entry));

  const unknown = plain.filter(({ blob }) => {
    const isNew = !known.has(blob!.id);
    known.add(blob!.id);
    return isNew;
  });
  const blobs = function* (): Generator<Blob, void, void> {
    for (const { path: name, mode, size, blob } of unknown) {
      const file = join(workTree, path, name);
      yield { id: blob!.id, size, content: mode === '120000' ? readlinkSync(file, 'buffer') : file };
    }
  };
  if (unknown.length > 0) {
    await writePack(
      objects,
      { length: unknown.length, [Symbol.iterator]: blobs },
      {
        format,
        level: LEVELS[outputs.packing],
        shared: await sharedBits(git),
        signal,
        progress: outputs.progress,
      },
      changed,
    );
  }
  const absent = '0'.repeat(format === 'sha1' ? 40 : 64);
  // What git adds stays: where an object holds CRLF already, git leaves it so.
  const ofGitNames = new Set(ofGit.map(nameOf));
  const old = lines.map((line) => line.slice(line.indexOf('\t') + 1)).filter((name) => !ofGitNames.has(name));
  const removals = old.map((name) => `0 ${absent}\t${name}\0`);
  const entries = plain.map((entry) => `${entry.mode} ${entry.blob!.id}\t${nameOf(entry)}\0`);
  const input = removals.join('') + entries.join('');
  await git.run(['update-index', '-z', '--index-info'], { ...options, input });
  if (ofGit.length === 0) return;
  const literal = ['--literal-pathspecs', '-c', 'core.ignoreCase=false', '-c', 'core.fileMode=true'];
  const add = [...literal, 'add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'];
  await git.run(add, { ...options, input: [...ofGitNames].map((name) => `${name}\0`).join('') });
}

/** Who else may read what git puts into the repository, as `core.sharedRepository` says. */
async function sharedBits(git: Git): Promise<number> {
  const { exitCode, stdout } = await git.try(['config', 'core.sharedRepository']);
  const value = stdout.toString().trim();
  if (exitCode !== 0) return 0;
  if (/^0[0-7]{3}$/.test(value)) return Number.parseInt(value, 8) & 0o444;
  if (/^(all|world|everybody|2)$/.test(value)) return 0o444;
  return /^(group|true|yes|on|1|)$/i.test(value) ? 0o440 : 0;
}

const hasCarriageReturn = ({ blob }: Entry) => blob!.hasCarriageReturn;

/** Whether git would put other bytes than the file's into the object. Settings count where a file has CR. */
async function converter(
  git: Git,
  names: readonly string[],
  someHaveCarriageReturns: boolean,
  options: { index: string; workTree: string; signal: AbortSignal | undefined },
): Promise<(name: string, hasCarriageReturn: boolean) => boolean> {
  const bytes = (name: string) => Buffer.from(name).toString('latin1');
  const conversions = await conversionsOf(git, names.map(bytes), options);
  const settings = someHaveCarriageReturns ? await convertsLineEnds(git) : undefined;
  return (name, hasReturn) => {
    const { content, lineEnds } = conversions.get(bytes(name)) ?? { content: false, lineEnds: false };
    return content || (hasReturn && (lineEnds || (settings?.lineEnds ?? false)));
  };
}

function changed(content: string): Error {
  return new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `${quote(content)} changed after it was sealed, while it was packed`,
    { next: 'Let nothing else write to staging.' },
  );
}
