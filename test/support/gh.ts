/** Puts a stand-in of GitHub's command-line program on the path, until the test has ended. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setEnvironment } from './environment.ts';
import { temporaryDirectory } from './repository.ts';

export interface GhState {
  /** The arguments of each call, in order. */
  calls: string[][];
  releases: Record<string, { isDraft: boolean; target: string; notes: string; files: string[] }>;
  /** The repository's setting: whether a release that is published can be changed. */
  isImmutable: boolean;
}

interface Gh {
  state(): GhState;
  /** A directory with the files of a release. */
  filesOf(tag: string): string;
}

export function installGh(bare: string, setting: Partial<GhState> = {}): Gh {
  const home = temporaryDirectory();
  const program = join(home, 'gh');
  const start = [process.execPath, join(import.meta.dirname, 'gh-program.ts')];
  writeFileSync(
    program,
    `#!/bin/sh\nGH_STAND_IN_HOME='${home}' GH_STAND_IN_BARE='${bare}' exec '${start.join("' '")}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  const state: GhState = { calls: [], releases: {}, isImmutable: true, ...setting };
  writeFileSync(join(home, 'state.json'), JSON.stringify(state));
  setEnvironment({ PATH: `${home}:${process.env['PATH']}` });
  return {
    state: () => JSON.parse(readFileSync(join(home, 'state.json'), 'utf8')) as GhState,
    filesOf: (tag) => {
      if (!existsSync(join(home, tag))) throw new Error(`no release of ${tag} has files`);
      return join(home, tag);
    },
  };
}
