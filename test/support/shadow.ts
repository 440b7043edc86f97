/** A git that does something else, in front of the real one. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryDirectory } from './repository.ts';

/** A search path on which git, where its arguments fit `pattern`, is `script`: lines of sh, in which `$git` is the real one. */
export function shadowGit(pattern: string, script: string): string {
  const bin = temporaryDirectory();
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const text = `#!/bin/sh\ngit='${real}'\ncase "$*" in ${pattern}) ;; *) exec "$git" "$@";; esac\n${script}\n`;
  writeFileSync(join(bin, 'git'), text, { mode: 0o755 });
  return `${bin}${delimiter}${process.env['PATH']}`;
}
