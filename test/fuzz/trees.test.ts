/** Trees on a real disk: what was published is recognised, and whatever is changed in it is noticed. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { makeManifest, parseManifest } from '../../src/manifest.ts';
import { digestOf, hashTree, listFiles, sameTree } from '../../src/tree.ts';
import { firstDifference } from '../../src/unchanged.ts';
import { checkManifest } from '../support/check.ts';
import { failureOf } from '../support/failure.ts';
import { fuzz } from '../support/fuzz.ts';
import { write } from '../support/repository.ts';
import { verifyDirectory } from '../support/verify.ts';

const { always, directory, end } = fuzz('trees');

const PROVENANCE = {
  transactionId: 'id-1',
  generatedAt: '2026-01-02T03:04:05Z',
  taskId: 'TASK-1',
  agentId: 'octocat',
  commitNode: 'local',
};
const MANIFEST = 'atomic-manifest.json';

const NAMES = [
  ...[
    'a',
    'b',
    'dir/a',
    'dir/sub/c',
    'dir.d',
    'dir0',
    'Z',
    ' ',
    '-',
    '*',
    '__proto__',
    'constructor',
    'a b',
    "it's",
    '...',
  ],
  ...[
    'n'.repeat(255),
    '\u00e9/x',
    'e/\u0301',
    '\u{10000}',
    '\uff61',
    '\u65e5\u672c',
    '.hidden',
    '.github/x',
    'x'.repeat(200),
  ],
];
const files = fc.uniqueArray(
  fc.record({
    path: fc.constantFrom(...NAMES),
    content: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(new Uint8Array(), Buffer.alloc(1 << 20, 'y')),
    ),
    isExecutable: fc.boolean(),
    /** The file that a link leads to instead. */
    link: fc.option(fc.nat(), { freq: 4 }),
  }),
  { minLength: 2, maxLength: 8, selector: ({ path }) => path },
);

const CHANGES = ['byte', 'more', 'less', 'mode', 'rename', 'remove', 'add', 'link', 'directory'] as const;

/** Makes one change to a file or a link, such that time and size tell as little as they can. */
function change(root: string, path: string, kind: (typeof CHANGES)[number], at: number): void {
  const file = join(root, path);
  const beside = join(root, dirname(path), `other ${at % 9}`);
  const stats = lstatSync(file);
  if (kind === 'add') writeFileSync(beside, '');
  else if (kind === 'rename') renameSync(file, beside);
  else if (kind === 'mode' && stats.isFile()) chmodSync(file, (stats.mode & 0o777) ^ 0o100);
  else if (['byte', 'more', 'less'].includes(kind) && stats.isFile()) {
    const bytes = readFileSync(file);
    const isEmpty = bytes.length === 0;
    if (kind === 'byte' && !isEmpty) bytes[at % bytes.length]! ^= 1 << (at % 8);
    if (kind === 'less' && !isEmpty) writeFileSync(file, bytes.subarray(1));
    else
      writeFileSync(file, kind === 'more' || isEmpty ? Buffer.concat([bytes, Buffer.of(at % 256)]) : bytes);
    utimesSync(file, stats.atime, stats.mtime);
  } else {
    rmSync(file);
    if (kind === 'directory') mkdirSync(file);
    else if (kind !== 'remove') symlinkSync(`elsewhere ${at % 9}`, file);
  }
}

let number = 0;

always(
  'a published tree is what its manifest says, and one change of a byte, a mode, a name, a kind or a link is noticed',
  150,
  fc.tuple(files, fc.constantFrom(...CHANGES), fc.nat(), fc.nat()),
  async ([all, kind, which, at]) => {
    number += 1;
    const root = join(directory, `tree-${number}`);
    mkdirSync(root);
    const plain = all.filter(({ link }, index) => link === null || index === 0);
    for (const { path, content, isExecutable } of plain) {
      write(root, { [path]: Buffer.from(content) });
      if (isExecutable) chmodSync(join(root, path), 0o755);
    }
    for (const { path, link } of all.filter((one) => !plain.includes(one))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      const up = '../'.repeat(path.split('/').length - 1);
      symlinkSync(up + plain[link! % plain.length]!.path, join(root, path));
    }
    const tree = await hashTree(root);
    expect(tree.map(({ path }) => path)).toEqual(all.map(({ path }) => path).sort());
    const { bytes } = makeManifest(tree, PROVENANCE);
    expect(parseManifest(bytes).subjects.map(({ path }) => path)).toEqual(listFiles(root));
    expect(await firstDifference(root, tree)).toBeUndefined();

    writeFileSync(join(root, MANIFEST), bytes);
    checkManifest(root);
    expect((await verifyDirectory(root)).tree.map(({ path, sha256 }) => [path, sha256])).toEqual(
      tree.map(({ path, sha256 }) => [path, sha256]),
    );

    const { path } = all[which % all.length]!;
    change(root, path, kind, at);
    expect((await failureOf(() => verifyDirectory(root))).code).toBe('CONSISTENCY_VALIDATION_FAILED');
    rmSync(join(root, MANIFEST));
    expect(await firstDifference(root, tree), kind).toBeDefined();
    const now = await hashTree(root);
    expect(sameTree(tree, now)).toBe(false);
    expect(digestOf(now)).not.toBe(digestOf(tree));
    rmSync(root, { recursive: true });
  },
);

end();
